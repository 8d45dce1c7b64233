/** From the text of a file to the Kubernetes objects in it; what is none becomes a warning, never an exception. */
import { parseDocument } from 'yaml';
import { isRecord, list, record, text } from '../../shared/cluster/narrow.ts';
import type { KubeObject } from '../../shared/model/kube.ts';
import { clean } from '../../shared/scenarios/words.ts';
import { splitYaml, type YamlPiece } from './split-yaml.ts';

/** So often may aliases be followed in one document, anchors within anchors multiplied. */
const MAX_ALIASES = 100;
/** So deep may lists lie within lists. */
const MAX_NESTING = 5;

/** Takes one sentence. */
export type Warn = (sentence: string) => void;

/**
 * The objects in a file's text, those inside lists included. Reads JSON and YAML with several documents; a broken
 * document does not take the others with it.
 *
 * @param name the file's name, for warnings
 */
export function* parseObjects(name: string, content: string, warn: Warn): Generator<KubeObject> {
  if (name.endsWith('.json')) {
    const whole = parseJson(content);
    if (whole === undefined) warn(`${name}: is not valid JSON and is skipped.`);
    else yield* objectsIn(whole.value, name, warn);
    return;
  }
  // JSON is YAML, but its own parser is a hundred times faster.
  const json = /^\s*[[{]/.test(content) ? parseJson(content) : undefined;
  if (json !== undefined) {
    yield* objectsIn(json.value, name, warn);
    return;
  }
  let around: { readonly text: string; readonly value: unknown } | undefined;
  for (const piece of splitYaml(content)) {
    const where = `${name}, line ${piece.line}`;
    const value = parsePiece(piece, name, warn);
    if (piece.list !== undefined && piece.list !== around?.text) {
      around = { text: piece.list, value: parsePiece({ text: piece.list, line: 1 }, name, warn) };
    }
    if (value === undefined || value === null) continue;
    yield* objectsIn(
      piece.list === undefined ? value : { ...record(around?.value), items: [value] },
      where,
      warn,
    );
  }
}

function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function parsePiece({ text, line }: YamlPiece, name: string, warn: Warn): unknown {
  try {
    const document = parseDocument(text, { logLevel: 'silent', prettyErrors: false });
    const [error] = document.errors;
    if (error === undefined) return document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown;
    const at = line + text.slice(0, error.pos[0]).split('\n').length - 1;
    warn(
      `${name}, line ${at}: is not valid YAML, and the document is skipped (${clean(error.message, 120)}).`,
    );
  } catch (cause) {
    // Too many aliases, or nested deeper than the stack.
    const why = clean((cause as Error).message, 120);
    warn(`${name}, line ${line}: cannot be read as YAML, and the document is skipped (${why}).`);
  }
  return undefined;
}

/** The object, or the objects of a list of any kind; entries of a typed list may lack their own kind. */
function* objectsIn(value: unknown, where: string, warn: Warn, depth = 0): Generator<KubeObject> {
  const entries = depth > MAX_NESTING ? undefined : entriesOf(value);
  if (entries !== undefined) for (const entry of entries) yield* objectsIn(entry, where, warn, depth + 1);
  else if (isObject(value)) yield value;
  else warn(`${where}: holds no Kubernetes object and is skipped.`);
}

/** The entries of a list, be it a plain one or a `kind: …List`; `undefined` for anything else. */
function entriesOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value as unknown[];
  if (!isRecord(value)) return undefined;
  const kind = text(value.kind);
  if (!kind.endsWith('List') || !(Array.isArray(value.items) || value.items === null)) return undefined;
  return list(value.items).map((item) => typed(item, kind.slice(0, -'List'.length), value.apiVersion));
}

/** Entries of a typed list, such as a PodList, may come without a kind of their own. */
function typed(item: unknown, kind: string, apiVersion: unknown): unknown {
  if (!isRecord(item) || kind === '' || text(item.kind) !== '') return item;
  return { ...item, kind, apiVersion: item.apiVersion ?? apiVersion };
}

/** Has apiVersion, kind and a name, and nothing else where metadata is concerned that code relies on has a wrong type. */
function isObject(value: unknown): value is KubeObject {
  if (!isRecord(value) || text(value.apiVersion) === '' || text(value.kind) === '') return false;
  const { metadata } = value;
  if (!isRecord(metadata) || text(metadata.name) === '') return false;
  return ['namespace', 'uid', 'resourceVersion'].every((field) => {
    const part = metadata[field];
    return part === undefined || part === null || typeof part === 'string';
  });
}
