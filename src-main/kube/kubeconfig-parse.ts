/** Parses the text of one kubeconfig into named entries with their lines; knows YAML, not what the entries mean. */
import { isMap, isNode, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import type { AppError } from '../../shared/errors.ts';
import { isFields } from './json.ts';
import { kubeconfigError } from './kubeconfig-error.ts';

/** The largest kubeconfig that is read, in bytes: hundreds of contexts with their certificates. */
export const MAX_KUBECONFIG = 8 * 1024 * 1024;

export type EntryList = 'clusters' | 'users' | 'contexts';

/** One element of `clusters`, `users` or `contexts`, unchecked but for its name. */
export interface RawEntry {
  readonly name: string;
  readonly file: string;
  readonly list: EntryList;
  /** What stands under `cluster`, `user` or `context`. */
  readonly value: unknown;
  /** `clusters[0]`, for messages. */
  readonly label: string;
  /** Line of the key or value at this path below the entry, or of the nearest one above it. */
  lineOf(path: readonly (string | number)[]): number | undefined;
}

/** What one file holds. */
export interface ParsedFile {
  readonly file: string;
  readonly currentContext?: string | undefined;
  readonly entries: readonly RawEntry[];
  readonly problems: readonly AppError[];
}

/** What the YAML parser's codes mean. Its own messages quote the source, which may be a secret. */
const SYNTAX: Readonly<Record<string, string>> = {
  BAD_ALIAS: 'an alias (*name) refers to nothing',
  BAD_DQ_ESCAPE: 'a text in double quotes holds an invalid escape',
  BAD_INDENT: 'the indentation does not fit',
  BAD_SCALAR_START: 'a value begins with a reserved character; put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a nested value begins on the line of its key; move it to a line of its own',
  BLOCK_IN_FLOW: 'a block stands within braces or brackets',
  DUPLICATE_KEY: 'a key stands twice in the same map',
  MISSING_CHAR: 'a closing quote, bracket, colon or comma is missing',
  MULTILINE_IMPLICIT_KEY: 'a key spans several lines; a colon or a closing quote is missing',
  MULTIPLE_DOCS: 'the file holds several documents; keep one',
  RESOURCE_EXHAUSTION: 'aliases multiply beyond measure',
  TAB_AS_INDENT: 'a tab is used for indentation; use spaces',
  TAG_RESOLVE_FAILED: 'a tag (!name) cannot be resolved',
  UNEXPECTED_TOKEN: 'something stands where it cannot',
};

const FIX_FILE = 'Correct the file, or fetch a fresh one from the administrator of the cluster.';

/** `a number`, `a list`: what stands where something else was expected. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return (
    { string: 'text', number: 'a number', boolean: 'true or false', object: 'a map' }[
      typeof value as string
    ] ?? 'something else'
  );
}

function whole(file: string, says: string, line?: number, column?: number): ParsedFile {
  const problem = kubeconfigError('kubeconfig-invalid', { file, line, column }, says, FIX_FILE);
  return { file, entries: [], problems: [problem] };
}

/** Why nothing at all of a file could be used, or undefined. */
export function wholeFault({ entries, problems }: ParsedFile): AppError | undefined {
  return entries.length === 0 ? problems.find(({ code }) => code === 'kubeconfig-invalid') : undefined;
}

/** The answer for a file above `MAX_KUBECONFIG`. */
export function oversized(file: string): ParsedFile {
  return whole(file, `it is larger than ${String(MAX_KUBECONFIG / 1024 / 1024)} MiB, which no kubeconfig is`);
}

function lineFinder(
  doc: Document,
  lines: LineCounter,
  root: readonly (string | number)[],
): RawEntry['lineOf'] {
  return (path) => {
    for (let length = path.length; length >= 0; length--) {
      const full = [...root, ...path.slice(0, length)];
      const parent = doc.getIn(full.slice(0, -1), true);
      const key = isMap(parent)
        ? parent.items.find((pair) => String(pair.key) === String(full.at(-1)))?.key
        : undefined;
      const node = isNode(key) ? key : doc.getIn(full, true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return undefined;
  };
}

function readList(
  list: EntryList,
  root: Record<string, unknown>,
  file: string,
  finder: (path: readonly (string | number)[]) => RawEntry['lineOf'],
): { entries: RawEntry[]; problems: AppError[] } {
  const items = root[list];
  const entries: RawEntry[] = [];
  const problems: AppError[] = [];
  const complain = (entry: string, path: (string | number)[], says: string): void => {
    const place = { file, line: finder([])(path), entry };
    problems.push(kubeconfigError('kubeconfig-invalid', place, says, FIX_FILE));
  };
  if (items === undefined || items === null) return { entries, problems };
  if (!Array.isArray(items)) {
    complain(list, [list], `${list} must be a list, it is ${describe(items)}`);
    return { entries, problems };
  }
  const inner = list.slice(0, -1);
  for (const [index, item] of (items as unknown[]).entries()) {
    const label = `${list}[${String(index)}]`;
    if (!isFields(item)) complain(label, [list, index], `${label} must be a map, it is ${describe(item)}`);
    else if (typeof item.name !== 'string' || item.name === '') {
      const found = item.name === '' ? 'empty' : describe(item.name);
      complain(`${label}.name`, [list, index, 'name'], `${label}.name must be text, it is ${found}`);
    } else {
      entries.push({
        name: item.name,
        file,
        list,
        value: item[inner],
        label,
        lineOf: finder([list, index, inner]),
      });
    }
  }
  return { entries, problems };
}

/** Never throws. A file that is no kubeconfig, or no YAML, gives no entries and one problem with line and column. */
export function parseKubeconfig(file: string, text: string): ParsedFile {
  if (text.length > MAX_KUBECONFIG) return oversized(file);
  if (text.trim() === '') return whole(file, 'it is empty');
  try {
    return parseDocumentOf(file, text);
  } catch {
    // Nesting beyond the stack and aliases beyond measure end the parser itself.
    return whole(file, 'it cannot be parsed: its values are nested too deep or multiply beyond measure');
  }
}

function parseDocumentOf(file: string, text: string): ParsedFile {
  const lines = new LineCounter();
  const doc = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'error',
    merge: true,
  });
  const error = doc.errors[0];
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    return whole(file, `it is no valid YAML: ${SYNTAX[error.code] ?? 'its structure is broken'}`, line, col);
  }
  const root: unknown = doc.toJS({ maxAliasCount: 100 });
  if (root === null || root === undefined) return whole(file, 'it is empty');
  if (!isFields(root))
    return whole(file, `it is no kubeconfig: it holds ${isSeq(doc.contents) ? 'a list' : 'plain text'}`);
  const finder = (path: readonly (string | number)[]): RawEntry['lineOf'] => lineFinder(doc, lines, path);
  if (root.kind !== undefined && root.kind !== null && root.kind !== 'Config') {
    const kind = typeof root.kind === 'string' ? root.kind.slice(0, 60) : describe(root.kind);
    return whole(file, `it is no kubeconfig: its kind is ${kind}, not Config`, finder([])(['kind']));
  }
  const known = ['clusters', 'users', 'contexts', 'current-context'];
  if (!known.some((key) => Object.hasOwn(root, key))) {
    return whole(file, 'it is no kubeconfig: it has neither clusters nor users nor contexts');
  }
  const read = (['clusters', 'users', 'contexts'] as const).map((list) => readList(list, root, file, finder));
  const problems = read.flatMap((each) => each.problems);
  const current = root['current-context'];
  if (current !== undefined && current !== null && typeof current !== 'string') {
    const place = { file, line: finder([])(['current-context']), entry: 'current-context' };
    problems.push(
      kubeconfigError(
        'kubeconfig-invalid',
        place,
        `current-context must be text, it is ${describe(current)}`,
        FIX_FILE,
      ),
    );
  }
  return {
    file,
    currentContext: typeof current === 'string' && current !== '' ? current : undefined,
    entries: read.flatMap((each) => each.entries),
    problems,
  };
}
