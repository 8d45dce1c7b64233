/** Opens what the redirects of a command name. */
import type { Streams } from '../machine.ts';
import type { Wait } from '../task.ts';
import type { Expander } from './expand.ts';
import type { ShellState } from './state.ts';
import { openFile, TextSource } from './streams.ts';
import type { Redirect } from './syntax.ts';

/** The streams after all redirects; undefined if one failed (the error is written). */
export function* redirected(
  redirects: readonly Redirect[],
  expand: Expander,
  shell: ShellState,
  streams: Streams,
): Generator<Wait, Streams | undefined> {
  let result = streams;
  for (const { fd, operator, target } of redirects) {
    const name = yield* expand.text(target);
    if (operator === '<<') result = { ...result, stdin: new TextSource(name) };
    else if (operator === '>&') {
      const from = name === '2' ? result.stderr : name === '1' ? result.stdout : { write: () => true };
      result = fd === 2 ? { ...result, stderr: from } : { ...result, stdout: from };
    } else {
      const opened = openFile(shell, result, { fd, operator, name });
      if (typeof opened === 'string') {
        streams.stderr.write(`sh: ${opened}\n`);
        shell.status = 1;
        return undefined;
      }
      result = opened;
    }
  }
  return result;
}
