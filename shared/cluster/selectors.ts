/** Label selectors by the rules of the Kubernetes API: matchLabels, matchExpressions and plain label maps. */
import type { LabelSelector } from '../model/kube.ts';
import { isRecord, list } from './narrow.ts';

/** One condition on a label. `Gt` and `Lt` exist in node selectors only. */
export interface Requirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
  readonly values: readonly string[];
}

type Tests = Record<
  Requirement['operator'],
  (value: string | undefined, values: readonly string[]) => boolean
>;

const TESTS: Tests = {
  In: (value, values) => value !== undefined && values.includes(value),
  NotIn: (value, values) => value === undefined || !values.includes(value),
  Exists: (value) => value !== undefined,
  DoesNotExist: (value) => value === undefined,
  Gt: (value, values) => value !== undefined && compareIntegers(value, values[0]) > 0,
  Lt: (value, values) => value !== undefined && compareIntegers(value, values[0]) < 0,
};

/** One label's value; safe against keys such as `constructor` and against values that are no strings. */
export function labelOf(labels: unknown, key: string): string | undefined {
  if (typeof labels !== 'object' || labels === null || !Object.hasOwn(labels, key)) return undefined;
  const value = (labels as Record<string, unknown>)[key];
  return typeof value === 'string' ? value : undefined;
}

/** The labels that are strings, as pairs; none for anything malformed. */
export function labelPairs(labels: unknown): [string, string][] {
  if (!isRecord(labels)) return [];
  return Object.entries(labels).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
}

/**
 * The conditions of a selector, all of which must hold. A plain label map stands for `matchLabels`.
 * Empty for an empty selector; `undefined` where the selector is missing or malformed, which matches nothing.
 */
export function requirementsOf(
  selector: LabelSelector | Record<string, string> | undefined,
): Requirement[] | undefined {
  if (!isRecord(selector)) return undefined;
  const { matchLabels, matchExpressions } = selector as Record<string, unknown>;
  // In a plain label map every value is a string, a label called `matchLabels` included.
  const structured = [matchLabels, matchExpressions].some(
    (part) => part !== undefined && typeof part !== 'string',
  );
  const labels = structured ? (matchLabels ?? {}) : selector;
  const pairs = labelPairs(labels);
  if (!isRecord(labels) || pairs.length !== Object.keys(labels).length) return undefined;
  const requirements = pairs.map(([key, value]): Requirement => ({ key, operator: 'In', values: [value] }));
  for (const expression of structured ? list(matchExpressions) : []) {
    const requirement = parseExpression(expression);
    if (requirement === undefined) return undefined;
    requirements.push(requirement);
  }
  return requirements;
}

/** Whether labels meet all conditions; true for no condition at all, as in the Kubernetes API. */
export function meets(labels: unknown, requirements: readonly Requirement[]): boolean {
  return requirements.every(({ key, operator, values }) => TESTS[operator](labelOf(labels, key), values));
}

/** Whether a selector matches labels. A missing or malformed selector matches nothing, an empty one everything. */
export function matchesSelector(
  labels: unknown,
  selector: LabelSelector | Record<string, string> | undefined,
): boolean {
  const requirements = requirementsOf(selector);
  return requirements !== undefined && meets(labels, requirements);
}

/** One entry of `matchExpressions`, or `undefined` if the API server would refuse it. */
export function parseExpression(expression: unknown): Requirement | undefined {
  if (!isRecord(expression)) return undefined;
  const { key, operator, values } = expression;
  if (typeof key !== 'string' || typeof operator !== 'string' || !Object.hasOwn(TESTS, operator))
    return undefined;
  const texts = list(values).filter((value) => typeof value === 'string');
  const wantsValues = operator !== 'Exists' && operator !== 'DoesNotExist';
  if (wantsValues === (texts.length === 0)) return undefined;
  return { key, operator: operator as Requirement['operator'], values: texts };
}

function compareIntegers(value: string, bound: string | undefined): number {
  return /^-?\d{1,15}$/.test(value) && /^-?\d{1,15}$/.test(bound ?? '')
    ? Number(value) - Number(bound)
    : Number.NaN;
}
