/** Writes manifests as YAML in which no name can break out: shared/ has no packages, and these are texts, lists and maps. */
import { clean } from '../scenarios/words.ts';

/** What a manifest is made of. */
export type Plain =
  string | number | boolean | readonly Plain[] | { readonly [field: string]: Plain | undefined };

/** Words that no YAML reader takes for anything but text, in any version. */
const SAFE = /^[A-Za-z][A-Za-z0-9_.:/@-]*[A-Za-z0-9]$|^[A-Za-z]$/;
const RESERVED = /^(?:y|n|yes|no|on|off|true|false|null|nan|inf)$/i;
const LINE = 100;

/** JSON's quotes, all but printable ASCII escaped by code point: what one reader takes for a line break never stands bare. */
function quoted(text: string): string {
  // Half of a surrogate pair is no character: YAML cannot hold it.
  return JSON.stringify(text.replace(/\p{Surrogate}/gu, '\ufffd')).replace(/[^\x20-\x7e]/gu, (char) => {
    const point = char.codePointAt(0) ?? 0xfffd;
    return point > 0xffff
      ? `\\U${point.toString(16).padStart(8, '0')}`
      : `\\u${point.toString(16).padStart(4, '0')}`;
  });
}

function scalar(value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value);
  return SAFE.test(value) && !RESERVED.test(value) ? value : quoted(value);
}

const isScalar = (value: Plain): value is string | number | boolean => typeof value !== 'object';
const isList = (value: Plain): value is readonly Plain[] => Array.isArray(value);

function* lines(value: Plain, indent: string): Generator<string> {
  if (isScalar(value) || isEmpty(value)) yield `${indent}${inline(value) ?? ''}`;
  else if (isList(value)) {
    for (const item of value) {
      const [first = '', ...rest] = [...lines(item, `${indent}  `)];
      yield `${indent}- ${first.trimStart()}`;
      yield* rest;
    }
  } else {
    for (const [field, child] of Object.entries(value)) {
      if (child === undefined) continue;
      const head = `${indent}${scalar(field)}:`;
      const short = inline(child);
      const fits = short !== undefined && head.length + short.length < LINE;
      if (fits || isScalar(child) || isEmpty(child)) yield `${head} ${short ?? ''}`;
      else {
        yield head;
        yield* lines(child, isList(child) ? indent : `${indent}  `);
      }
    }
  }
}

/** Empty collections have no lines: they stand as `[]` and `{}`. */
const isEmpty = (value: Plain): boolean =>
  !isScalar(value) && Object.values(value).every((each) => each === undefined);

/** A value that fits behind its key; undefined for what needs lines of its own. */
function inline(value: Plain): string | undefined {
  if (isScalar(value)) return scalar(value);
  if (isList(value)) return value.every(isScalar) ? `[${value.map(scalar).join(', ')}]` : undefined;
  return Object.values(value).every((each) => each === undefined) ? '{}' : undefined;
}

/** One object and the sentences above it. */
export interface Manifest {
  readonly comments: readonly string[];
  readonly object: { readonly [field: string]: Plain | undefined };
}

/** The documents of a file for `kubectl apply -f`. */
export function writeManifests(manifests: readonly Manifest[]): string {
  return manifests
    .map(({ comments, object }) => {
      const remarks = comments.map((each) => `# ${clean(each, 400)}`);
      return `${[...remarks, ...lines(object, '')].join('\n')}\n`;
    })
    .join('---\n');
}

/** One value as YAML, for a piece of a manifest. */
export function writeYaml(value: Plain): string {
  return `${[...lines(value, '')].join('\n')}\n`;
}
