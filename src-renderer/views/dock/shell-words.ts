/** How a shell ended, in a sentence. */
import { clean } from '../../parts/text.ts';
import type { ShellExit } from '../../state/shell.svelte.ts';

/** `Shell ended with exit code 0`, with the reason where it says more than the code. */
export function exitSentence({ code, reason }: ShellExit): string {
  const why = clean(reason).trim();
  if (code === null) return why === '' ? 'Shell ended without an exit code' : why;
  const plain = `Shell ended with exit code ${code}`;
  return code === 0 || why === '' || why.includes('exit code') ? plain : `${plain}: ${why}`;
}
