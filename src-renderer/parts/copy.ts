/** Copying text, with a word of confirmation or the reason why not. */
import { call } from '../api.ts';
import { announcer } from '../state/announcer.svelte.ts';

/** Writes to the clipboard and says so to assistive technology and in a brief note on screen. */
export async function copyText(text: string, done: string): Promise<boolean> {
  const answer = await call('clipboard.write', { text });
  announcer.note(answer.ok ? done : answer.error.message, answer.ok ? 'ok' : 'failed');
  return answer.ok;
}
