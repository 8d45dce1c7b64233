/** A table of defaults over the shape of an object, and how it is applied without changing the object. */
import type { Fields } from '../json.ts';
import { isRecord } from '../../../../shared/cluster/narrow.ts';

export interface Rule {
  /** Values of fields that are absent, null or ''. */
  readonly set?: Fields;
  /** The same for numbers, where 0 counts as absent too. */
  readonly setZero?: Fields;
  /** Rules of the objects below, by field; `name[]` is each item of a list, `name{}` each value of a map. */
  readonly within?: Readonly<Record<string, Rule>>;
  /** What no table can say. Runs first, gets the object as it came. */
  readonly first?: (value: Fields) => Fields;
  /** The same, but runs last. */
  readonly last?: (value: Fields) => Fields;
  /** The values of this map or the value itself is rewritten: canonical quantities. */
  readonly rewrite?: (value: unknown) => unknown;
}

interface Step {
  readonly field: string;
  readonly many: boolean;
  readonly rule: CompiledRule;
}

export interface CompiledRule {
  readonly steps: readonly Step[];
  readonly sets: readonly (readonly [field: string, value: unknown, zero: boolean])[];
  readonly first: Rule['first'];
  readonly last: Rule['last'];
  readonly rewrite: Rule['rewrite'];
}

const compiled = new WeakMap<Rule, CompiledRule>();

/** Rules are compiled once; the same rule may stand in many places. */
export function compileRule(rule: Rule): CompiledRule {
  const known = compiled.get(rule);
  if (known !== undefined) return known;
  const made: CompiledRule = {
    steps: Object.entries(rule.within ?? {}).map(([path, below]) => ({
      field: path.replace(/\[\]$|\{\}$/u, ''),
      many: path.endsWith('[]') || path.endsWith('{}'),
      rule: compileRule(below),
    })),
    sets: [
      ...Object.entries(rule.set ?? {}).map(([field, value]) => [field, value, false] as const),
      ...Object.entries(rule.setZero ?? {}).map(([field, value]) => [field, value, true] as const),
    ],
    first: rule.first,
    last: rule.last,
    rewrite: rule.rewrite,
  };
  compiled.set(rule, made);
  return made;
}

function isAbsent(value: unknown, zero: boolean): boolean {
  return value === undefined || value === null || value === '' || (zero && value === 0);
}

/** The value with its defaults; the very same value if it has them all. */
export function applyRule(rule: CompiledRule, value: unknown): unknown {
  if (rule.rewrite !== undefined) return rule.rewrite(value);
  if (!isRecord(value)) return value;
  const from = rule.first === undefined ? value : rule.first(value);
  let copy: Record<string, unknown> | undefined;
  for (const [field, fallback, zero] of rule.sets) {
    if (!isAbsent(from[field], zero)) continue;
    copy ??= { ...from };
    copy[field] = fallback;
  }
  for (const { field, many, rule: below } of rule.steps) {
    const present = (copy ?? from)[field];
    if (present === undefined || present === null) continue;
    const next = many ? applyToEach(below, present) : applyRule(below, present);
    if (next === present) continue;
    copy ??= { ...from };
    copy[field] = next;
  }
  const result = copy ?? from;
  return rule.last === undefined ? result : rule.last(result);
}

function applyToEach(rule: CompiledRule, value: unknown): unknown {
  if (Array.isArray(value)) return applyToItems(rule, value);
  if (!isRecord(value)) return value;
  let copy: Record<string, unknown> | undefined;
  for (const key of Object.keys(value)) {
    const next = applyRule(rule, value[key]);
    if (next === value[key] || key === '__proto__') continue;
    copy ??= { ...value };
    copy[key] = next;
  }
  return copy ?? value;
}

function applyToItems(rule: CompiledRule, items: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (let index = 0; index < items.length; index++) {
    const next = applyRule(rule, items[index]);
    if (next === items[index]) continue;
    copy ??= [...items];
    copy[index] = next;
  }
  return copy ?? items;
}
