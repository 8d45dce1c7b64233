/** Takes out of answers what differs between any two servers: uids, times, versions, generated names, addresses. */

export interface Normaliser {
  /** JSON of an answer, with what differs by nature replaced by what it is. */
  json(value: unknown): unknown;
  text(value: string): string;
  /** From now on this value reads `{name}`. */
  name(name: string, value: string): void;
}

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uid>'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/g, '<micro-time>'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '<time>'],
  [/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? \+0000 UTC/g, '<go-time>'],
  [/kube-api-access-[a-z0-9]{5}\b/g, 'kube-api-access-<suffix>'],
  [/\b10\.96\.\d{1,3}\.\d{1,3}\b/g, '<cluster-ip>'],
  [/too old resource version: \d+ \(\d+\)/g, 'too old resource version: <rv> (<rv>)'],
  [/the ResourceVersion in record \(\d+\)/g, 'the ResourceVersion in record (<rv>)'],
  [/\\"resourceVersion\\":\\"\d+\\"/g, '\\"resourceVersion\\":\\"<rv>\\"'],
  [/"resourceVersion":"\d+"/g, '"resourceVersion":"<rv>"'],
  [/, current: \d+/g, ', current: <rv>'],
];

/** Cells of a Table: `5s`, `2d3h`. */
const AGE = /^(\d+[dhms]){1,2}$/;

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Which claims a token carries: their values are the servers' own. */
function describeToken(token: string): string {
  const [, claims = ''] = token.split('.');
  try {
    const parsed = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as Fields;
    const bound = isFields(parsed['kubernetes.io']) ? Object.keys(parsed['kubernetes.io']).sort() : [];
    return `<token of ${Object.keys(parsed).sort().join(' ')}; ${bound.join(' ')}>`;
  } catch {
    return '<token>';
  }
}

export function createNormaliser(): Normaliser {
  const names = new Map<string, string>();
  /** uid → versions in the order they were seen: whether an object changed is compared, its number is not. */
  const versions = new Map<string, string[]>();

  const text = (value: string): string => {
    let clean = value;
    for (const [known, word] of [...names].toSorted(([a], [b]) => b.length - a.length))
      clean = clean.replaceAll(known, word);
    for (const [pattern, word] of PATTERNS) clean = clean.replaceAll(pattern, word);
    return clean;
  };

  const version = (uid: unknown, value: string): string => {
    if (value === '' || value === '0') return value;
    if (typeof uid !== 'string') return '<rv>';
    const seen = versions.get(uid) ?? [];
    versions.set(uid, seen);
    if (!seen.includes(value)) seen.push(value);
    return `<rv ${seen.indexOf(value) + 1}>`;
  };

  const field = (key: string, value: unknown, parent: Fields): unknown => {
    if (typeof value === 'number' && /nodePort$/i.test(key)) return '<node-port>';
    if (typeof value !== 'string' || value === '') return json(value);
    if (key === 'resourceVersion') return version(parent.uid, value);
    if (key === 'continue') return '<continue>';
    if (key === 'token') return describeToken(value);
    return text(value);
  };

  /** A generated name reads the same wherever it comes again. */
  function noteGenerated({ name, generateName }: Fields): void {
    if (typeof name !== 'string' || typeof generateName !== 'string' || !name.startsWith(generateName))
      return;
    const length = name.length - generateName.length;
    if (length > 0 && !names.has(name)) names.set(name, `${text(generateName)}<${length} letters>`);
  }

  function json(value: unknown): unknown {
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) return value.map(json);
    if (!isFields(value)) return value;
    noteGenerated(value);
    if (Array.isArray(value.cells)) {
      const cells = value.cells.map((cell) =>
        typeof cell === 'string' && AGE.test(cell) ? '<age>' : json(cell),
      );
      return { cells, ...(json({ ...value, cells: undefined }) as Fields) };
    }
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, each]) => each !== undefined)
        .map(([key, each]) => [text(key), field(key, each, value)]),
    );
  }

  return {
    json,
    text,
    name: (name, value) => {
      // What is short, or a number, may mean something else elsewhere.
      if (value.length >= 5 && !/^\d+$/.test(value)) names.set(value, `{${name}}`);
    },
  };
}
