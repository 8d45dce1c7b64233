/** The difference of two texts as the hunks of a unified diff: what the refusal of a spec's change ends with. */

const CONTEXT = 3;
/** Beyond this only one hunk is made: the table of the comparison would be too large. */
const MOST_LINES = 2_000;

type Mark = ' ' | '-' | '+';
type Line = readonly [mark: Mark, text: string];

/** Lengths of the longest common subsequences of all the ends. */
function commonLengths(old: readonly string[], now: readonly string[]): readonly Uint16Array[] {
  const table = Array.from({ length: old.length + 1 }, () => new Uint16Array(now.length + 1));
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      const [here, below] = [table[i], table[i + 1]];
      if (here === undefined || below === undefined) continue;
      here[j] = old[i] === now[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, here[j + 1] ?? 0);
    }
  }
  return table;
}

function compare(old: readonly string[], now: readonly string[]): readonly Line[] {
  const removed = old.map((text): Line => ['-', text]);
  const added = now.map((text): Line => ['+', text]);
  if (Math.max(old.length, now.length) > MOST_LINES) return [...removed, ...added];
  const common = commonLengths(old, now);
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    const [left, right] = [old[i], now[j]];
    if (left !== undefined && left === right) {
      lines.push([' ', left]);
      i++;
      j++;
    } else if (
      left !== undefined &&
      (right === undefined || (common[i + 1]?.[j] ?? 0) >= (common[i]?.[j + 1] ?? 0))
    ) {
      lines.push(['-', left]);
      i++;
    } else {
      lines.push(['+', right ?? '']);
      j++;
    }
  }
  return lines;
}

function range(start: number, length: number): string {
  if (length === 1) return String(start + 1);
  return `${length === 0 ? start : start + 1},${length}`;
}

/** Positions of the changed lines, with the unchanged ones around them, as [from, to) of each hunk. */
function hunksOf(lines: readonly Line[]): readonly (readonly [from: number, to: number])[] {
  const hunks: [number, number][] = [];
  lines.forEach(([mark], index) => {
    if (mark === ' ') return;
    const [from, to] = [Math.max(0, index - CONTEXT), Math.min(lines.length, index + CONTEXT + 1)];
    const last = hunks.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = to;
    else hunks.push([from, to]);
  });
  return hunks;
}

/** `@@ -1,7 +1,7 @@` and the lines, three unchanged ones around each change; '' for equal texts. */
export function differenceOf(old: readonly string[], now: readonly string[]): string {
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head++;
  const most = Math.min(old.length, now.length) - head;
  let tail = 0;
  while (tail < most && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  const same = (texts: readonly string[]): readonly Line[] => texts.map((text): Line => [' ', text]);
  const middle = compare(old.slice(head, old.length - tail), now.slice(head, now.length - tail));
  const lines = [...same(old.slice(0, head)), ...middle, ...same(old.slice(old.length - tail))];
  const count = (from: number, to: number, mark: Mark): number =>
    lines.slice(from, to).filter(([own]) => own !== mark).length;
  return hunksOf(lines)
    .map(([from, to]) => {
      const before = range(count(0, from, '+'), count(from, to, '+'));
      const after = range(count(0, from, '-'), count(from, to, '-'));
      const texts = lines.slice(from, to).map(([mark, text]) => `${mark}${text}\n`);
      return `@@ -${before} +${after} @@\n${texts.join('')}`;
    })
    .join('');
}
