/** What programs on text share: the texts of files or of the input, options, lines. */
import { resolvePath } from '../files.ts';
import type { Call } from '../shell/state.ts';
import { readAll } from '../shell/streams.ts';
import type { Wait } from '../task.ts';

/** For programs whose options take no values. */
export const NO_VALUES = /(?!)/;

export const DEVICES: Readonly<Record<string, 'endless' | ''>> = {
  '/dev/zero': 'endless',
  '/dev/urandom': 'endless',
  '/dev/random': 'endless',
  '/dev/null': '',
};

/** The texts of the files named, or of the input; errors are written. `undefined` for a file that is not there. */
export function* texts(
  { name, args, shell, streams }: Call,
  files: readonly string[],
): Generator<Wait, (string | undefined)[]> {
  if (files.length === 0) return [yield* readAll(streams.stdin)];
  const result: (string | undefined)[] = [];
  for (const file of files) {
    if (file === '-') {
      result.push(yield* readAll(streams.stdin));
      continue;
    }
    const path = resolvePath(shell.folder, file);
    const tree = shell.machine.options.files;
    const text = path in DEVICES ? '' : tree.read(path);
    const why = tree.isFolder(path) ? 'Is a directory' : 'No such file or directory';
    if (text === undefined)
      streams.stderr.write(
        why === 'Is a directory'
          ? `${name}: read error: ${why}\n`
          : `${name}: can't open '${file}': ${why}\n`,
      );
    result.push(text);
  }
  void args;
  return result;
}

export function filesOf(args: readonly string[], valued: RegExp): string[] {
  return args.filter(
    (arg, index) => (arg === '-' || !arg.startsWith('-')) && !valued.test(args[index - 1] ?? ''),
  );
}

export function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

export function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
