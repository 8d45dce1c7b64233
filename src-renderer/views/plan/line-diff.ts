/** The difference of two short texts by lines, with what is equal folded away. */

export interface DiffLine {
  readonly kind: 'same' | 'add' | 'del';
  /** Line numbers from 1. */
  readonly old?: number;
  readonly new?: number;
  readonly text: string;
}

export type DiffPart =
  | { readonly kind: 'line'; readonly line: DiffLine }
  | { readonly kind: 'fold'; readonly lines: readonly DiffLine[] };

// Beyond this many comparisons the middle is shown as taken out and put in, which is true as well.
const MOST = 1_000_000;

function split(text: string): readonly string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Length of the longest common subsequence from each pair of positions on. */
function tableOf(a: readonly string[], b: readonly string[]): Uint32Array {
  const width = b.length + 1;
  const table = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      table[i * width + j] =
        a[i] === b[j]
          ? (table[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(table[(i + 1) * width + j] ?? 0, table[i * width + j + 1] ?? 0);
  return table;
}

/** Lines of `before` and `after` in one order: equal ones, taken out ones, then put in ones. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const a = split(before);
  const b = split(after);
  const small = a.length * b.length <= MOST;
  const table = small ? tableOf(a, b) : undefined;
  const width = b.length + 1;
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const left = a[i];
    const right = b[j];
    if (left !== undefined && left === right) {
      lines.push({ kind: 'same', old: i + 1, new: j + 1, text: left });
      i += 1;
      j += 1;
    } else if (
      left !== undefined &&
      (right === undefined || !table || (table[(i + 1) * width + j] ?? 0) >= (table[i * width + j + 1] ?? 0))
    ) {
      lines.push({ kind: 'del', old: i + 1, text: left });
      i += 1;
    } else if (right !== undefined) {
      lines.push({ kind: 'add', new: j + 1, text: right });
      j += 1;
    }
  }
  return lines;
}

/** Folds runs of equal lines, all but `around` of them beside each change. */
export function foldDiff(lines: readonly DiffLine[], around = 3): readonly DiffPart[] {
  const near = lines.map((_, at) =>
    lines.slice(Math.max(0, at - around), at + around + 1).some((line) => line.kind !== 'same'),
  );
  const parts: DiffPart[] = [];
  let folded: DiffLine[] = [];
  const close = (): void => {
    if (folded.length > 1) parts.push({ kind: 'fold', lines: folded });
    else for (const line of folded) parts.push({ kind: 'line', line });
    folded = [];
  };
  lines.forEach((line, at) => {
    if (near[at]) {
      close();
      parts.push({ kind: 'line', line });
    } else folded.push(line);
  });
  close();
  return parts;
}

/** `14 lines added`, `2 lines added, 1 removed, 26 unchanged`. */
export function countDiff(lines: readonly DiffLine[]): string {
  const count = (kind: DiffLine['kind']): number => lines.filter((line) => line.kind === kind).length;
  const [added, removed, same] = [count('add'), count('del'), count('same')];
  if (added === 0 && removed === 0) return 'no difference';
  return [
    ...(added > 0 ? [`${String(added)} ${added === 1 ? 'line' : 'lines'} added`] : []),
    ...(removed > 0 ? [`${String(removed)} removed`] : []),
    ...(same > 0 ? [`${String(same)} unchanged`] : []),
  ].join(', ');
}
