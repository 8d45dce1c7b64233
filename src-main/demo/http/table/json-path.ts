/** The simple JSON paths of printer columns: fields, indexes, `[*]` and `[?(@.field=="text")]`. */
import { textAt, valueAt } from './value.ts';

type Step = (value: unknown) => readonly unknown[];

function children(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}

function field(name: string): Step {
  return (value) => {
    const found = Array.isArray(value) ? undefined : valueAt(value, name);
    return found === undefined ? [] : [found];
  };
}

function bracket(text: string): Step {
  const trimmed = text.trim();
  if (trimmed === '*') return children;
  const index = /^-?\d+$/.test(trimmed) ? Number(trimmed) : undefined;
  if (index !== undefined) {
    return (value) => {
      const found: unknown = Array.isArray(value) ? value.at(index) : undefined;
      return found === undefined ? [] : [found];
    };
  }
  const filter = /^\?\(\s*@\.([\w./-]+)\s*==\s*['"]([^'"]*)['"]\s*\)$/.exec(trimmed);
  if (filter !== null) {
    const [, path = '', wanted = ''] = filter;
    return (value) => children(value).filter((child) => textAt(child, ...path.split('.')) === wanted);
  }
  const quoted = /^'([^']*)'$|^"([^"]*)"$/.exec(trimmed);
  return quoted === null ? () => [] : field(quoted[1] ?? quoted[2] ?? '');
}

function parse(path: string): readonly Step[] {
  const steps: Step[] = [];
  // A name (with escaped dots), or something in brackets.
  const token = /\.?((?:\\.|[^.[\\])+)|\[((?:[^\]"']|"[^"]*"|'[^']*')*)\]|\.(?=$|\[)/gy;
  let end = 0;
  for (let found = token.exec(path); found !== null; found = token.exec(path)) {
    end = token.lastIndex;
    const [, name, inside] = found;
    if (inside !== undefined) steps.push(bracket(inside));
    else if (name === '*') steps.push(children);
    else if (name !== undefined) steps.push(field(name.replace(/\\(.)/g, '$1')));
  }
  return end === path.length ? steps : [() => []];
}

const parsed = new Map<string, readonly Step[]>();

/** All values that the path leads to; none for a path that cannot be read. */
export function readJsonPath(object: unknown, path: string): readonly unknown[] {
  const known = parsed.get(path);
  const steps = known ?? parse(path.replace(/^\{(.*)\}$/, '$1').replace(/^\$/, ''));
  if (known === undefined && parsed.size < 1000) parsed.set(path, steps);
  return steps.reduce<readonly unknown[]>((values, step) => values.flatMap(step), [object]);
}
