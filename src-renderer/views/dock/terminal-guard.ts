/** Takes from a terminal the sequences with which a program could reach beyond it. */
import type { IDisposable, Terminal } from '@xterm/xterm';

/**
 * Operating system commands that a shell in a cluster must not reach: 0–2 window title, 4/5 and 10–19 and 104–119
 * colours (their queries are answered as typed input), 7 folder, 8 hyperlink, 9/99/777 notification, 22 pointer shape,
 * 52 clipboard, 133/633 shell integration, 1337 iTerm2 files and images.
 */
export const REFUSED_OSC: readonly number[] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 22, 50, 51, 52, 99, 104, 105, 110,
  111, 112, 113, 114, 115, 116, 117, 118, 119, 133, 633, 777, 1337,
];

/** Swallows those sequences, and window operations (`CSI … t`); returns what ends the guard. */
export function guardTerminal(terminal: Pick<Terminal, 'parser'>): IDisposable {
  const swallow = (): boolean => true;
  const guards = [
    ...REFUSED_OSC.map((code) => terminal.parser.registerOscHandler(code, swallow)),
    terminal.parser.registerCsiHandler({ final: 't' }, swallow),
    terminal.parser.registerDcsHandler({ intermediates: '$', final: 'q' }, swallow),
  ];
  return {
    dispose: () => {
      for (const guard of guards) guard.dispose();
    },
  };
}
