/** Finds fields that stand twice in one object of a JSON text, which JSON.parse passes over in silence. */

interface Level {
  readonly path: string;
  /** Undefined for an array. */
  readonly names: Set<string> | undefined;
  name: string;
  index: number;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/gy;
const SPACE = /\s*/y;

function pathTo({ path, names, name, index }: Level): string {
  if (names === undefined) return `${path}[${index}]`;
  return path === '' ? name : `${path}.${name}`;
}

/** Paths like `data.a` and `spec.containers[0].name`, each once. `text` is known to be JSON. */
export function duplicateFields(text: string): readonly string[] {
  const found = new Set<string>();
  const levels: Level[] = [];
  let isName = false;
  let at = 0;
  for (;;) {
    SPACE.lastIndex = at;
    SPACE.exec(text);
    TOKEN.lastIndex = SPACE.lastIndex;
    const token = TOKEN.exec(text)?.[0];
    if (token === undefined) return [...found];
    at = TOKEN.lastIndex;
    const level = levels.at(-1);
    if (token === '{' || token === '[') {
      const path = level === undefined ? '' : pathTo(level);
      levels.push({ path, names: token === '{' ? new Set() : undefined, name: '', index: 0 });
      isName = token === '{';
    } else if (token === '}' || token === ']') {
      levels.pop();
      isName = false;
    } else if (token === ',') {
      if (level !== undefined) level.index += 1;
      isName = level?.names !== undefined;
    } else if (isName && level?.names !== undefined) {
      level.name = JSON.parse(token) as string;
      if (level.names.has(level.name)) found.add(pathTo(level));
      level.names.add(level.name);
      isName = false;
    }
  }
}
