/** Saving text to a file that the user picks, with a word of confirmation or the reason why not. */
import { call } from '../api.ts';
import { announcer } from '../state/announcer.svelte.ts';

/** Asks where to, beginning with `name`; cancelling says nothing. */
export async function saveText(name: string, text: string): Promise<void> {
  const answer = await call('file.save', { name, text });
  if (!answer.ok) announcer.note(answer.error.message, 'failed');
  else if (answer.value.path !== null) announcer.note(`Saved ${answer.value.path}`, 'ok');
}
