/** Fills the templates of programs' logs. */

export interface TemplateContext {
  readonly env: ReadonlyMap<string, string>;
  /** `{name}` of the pod, the error and so on. */
  readonly values: Readonly<Record<string, string>>;
  readonly nowMs: number;
  /** Number of the line, which decides what `{int:…}` and `{pick:…}` give. */
  readonly line: number;
  readonly seed: string;
}

/** A number in [0, 1) that depends on nothing but its arguments. */
export function chance(seed: string, line: number, place: number): number {
  let hash = 2_166_136_261 ^ line ^ (place << 16);
  for (let index = 0; index < seed.length; index += 1)
    hash = Math.imul(hash ^ seed.charCodeAt(index), 16_777_619);
  hash = Math.imul(hash ^ (hash >>> 15), 2_246_822_519);
  hash = Math.imul(hash ^ (hash >>> 13), 3_266_489_917);
  return ((hash ^ (hash >>> 16)) >>> 0) / 4_294_967_296;
}

/** `${NAME}` and `${NAME:-default}` from variables. */
export function fillVariables(template: string, env: ReadonlyMap<string, string>): string {
  return template.replace(
    /\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g,
    (_, name: string, fallback: string | undefined) => {
      const value = env.get(name);
      return value === undefined || value === '' ? (fallback ?? '') : value;
    },
  );
}

/** The text of a template. */
export function fillTemplate(template: string, context: TemplateContext): string {
  const iso = new Date(context.nowMs).toISOString();
  let place = 0;
  return fillVariables(template, context.env).replace(
    /\{([a-z]+)(?::([^{}]*))?\}/g,
    (whole, name: string, detail: string | undefined) => {
      place += 1;
      if (name === 'time') return iso;
      if (name === 'clock') return iso.slice(0, 19).replace('T', ' ');
      if (name === 'n') return String(context.line);
      if (name === 'int' && detail !== undefined) {
        const [from = 0, to = from] = detail.split('-').map(Number);
        return String(from + Math.floor(chance(context.seed, context.line, place) * (to - from + 1)));
      }
      if (name === 'pick' && detail !== undefined) {
        const words = detail.split('|');
        return words[Math.floor(chance(context.seed, context.line, place) * words.length)] ?? '';
      }
      return Object.hasOwn(context.values, name) ? (context.values[name] ?? '') : whole;
    },
  );
}
