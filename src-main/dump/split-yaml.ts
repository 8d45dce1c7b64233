/** Cuts YAML text into documents, and long lists within them into items, so that parsing needs little memory. */

/** One piece to be parsed by itself. */
export interface YamlPiece {
  readonly text: string;
  /** Line of the file it begins at, from 1. */
  readonly line: number;
  /** For an entry of a list: the text of the list around its entries. */
  readonly list?: string;
}

/** Shorter documents are parsed in one go (characters). */
const LONG = 100_000;

/** At column 0 these are markers wherever they stand: no scalar may hold them there (YAML 1.2, 9.1.2). */
const MARKER = /^(?:---|\.\.\.)(?=[ \t\r]|$)/;

/** The documents of a text; of a long `kind: List` as kubectl writes it, its items. */
export function* splitYaml(text: string): Generator<YamlPiece> {
  let lines: string[] = [];
  let begin = 1;
  let number = 0;
  for (const line of text.split('\n')) {
    number += 1;
    if (!MARKER.test(line)) {
      lines.push(line);
      continue;
    }
    yield* pieces(lines, begin);
    // What stands behind `---` on its line belongs to the document.
    const rest = line.slice(3);
    lines = rest.trim() === '' || rest.trim().startsWith('#') || line.startsWith('...') ? [] : [`   ${rest}`];
    begin = lines.length === 0 ? number + 1 : number;
  }
  yield* pieces(lines, begin);
}

function* pieces(lines: readonly string[], begin: number): Generator<YamlPiece> {
  // Directives (`%YAML 1.2`) and comments alone are no document.
  if (lines.every((line) => /^\s*(?:#.*)?$|^%/.test(line))) return;
  const text = lines.join('\n');
  const items = text.length > LONG ? findItems(lines) : undefined;
  if (items === undefined) {
    yield { text, line: begin };
    return;
  }
  const [head = 0, end = 0] = [items[0]?.[0], items.at(-1)?.[1]];
  const list = [...lines.slice(0, head - 1), ...lines.slice(end)].join('\n');
  for (const [from, to] of items) yield { ...itemOf(lines, from, to, begin), list };
}

/** An anchor or alias on a line of its own, which may be used across entries. */
const ANCHOR = /^\s*(?:- )*(?:[^\s'"#][^:]*:\s+)?[&*][A-Za-z]\w*\s*$/;

/** Line ranges of the entries below a top-level `items:`; `undefined` where the document is no such list. */
function findItems(lines: readonly string[]): [from: number, to: number][] | undefined {
  const head = lines.findIndex((line) => /^items:\s*$/.test(line));
  const first = head + 1;
  const indent = head < 0 ? -1 : (/^( *)- /.exec(lines[first] ?? '')?.[1]?.length ?? -1);
  if (indent < 0 || lines.some((line) => ANCHOR.test(line))) return undefined;
  const entry = `${' '.repeat(indent)}- `;
  const ranges: [number, number][] = [];
  let from = first;
  for (let index = first + 1; index <= lines.length; index += 1) {
    const line = lines[index];
    const ends =
      line === undefined || (/^ *[^ #\r]/.test(line) && indentOf(line) <= indent && !line.startsWith(entry));
    if (!ends && !line.startsWith(entry)) continue;
    ranges.push([from, index]);
    if (ends) break;
    from = index;
  }
  return ranges;
}

function itemOf(lines: readonly string[], from: number, to: number, begin: number): YamlPiece {
  const [first = '', ...rest] = lines.slice(from, to);
  return { text: [first.replace('-', ' '), ...rest].join('\n'), line: begin + from };
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
