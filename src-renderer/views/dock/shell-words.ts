/** What the terminals of the dock say of themselves: what they are, how far they are, and how they ended. */
import { clean } from '../../parts/text.ts';
import type { ShellExit, ShellTab } from '../../state/shell.svelte.ts';

export interface TerminalWords {
  readonly opening: string;
  readonly open: string;
  /** Begins the sentence on its end. */
  readonly noun: string;
}

/** The words of one tab. */
export function terminalWords(tab: ShellTab): TerminalWords {
  if (tab.kind === 'sign-in') {
    const fabric = clean(tab.fabric);
    const open = `Answer the sign-in of ${fabric} here`;
    return { opening: `Starting the sign-in of ${fabric}`, open, noun: 'Sign-in' };
  }
  const place = `${clean(tab.container)} of ${clean(tab.pod)}`;
  return { opening: `Opening a shell in ${place}`, open: `Connected to ${place}`, noun: 'Shell' };
}

/** `Shell ended with exit code 0`, with the reason where it says more than the code; of a sign-in that worked, the reason. */
export function exitSentence({ code, reason }: ShellExit, noun = 'Shell'): string {
  const why = clean(reason).trim();
  if (code === null) return why === '' ? `${noun} ended without an exit code` : why;
  if (code === 0 && noun === 'Sign-in' && why !== '') return why;
  const plain = `${noun} ended with exit code ${code}`;
  return code === 0 || why === '' || why.includes('exit code') ? plain : `${plain}: ${why}`;
}
