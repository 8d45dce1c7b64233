/** metav1.LabelSelector as objects carry it: matchLabels and matchExpressions. */
import { entriesAt, listAt, textAt } from '../table/value.ts';

type Labels = Readonly<Record<string, string>>;

function holds(expression: unknown, labels: Labels): boolean {
  const key = textAt(expression, 'key');
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  const listed = value !== undefined && listAt(expression, 'values').includes(value);
  const tests: Readonly<Record<string, boolean>> = {
    In: listed,
    NotIn: !listed,
    Exists: value !== undefined,
    DoesNotExist: value === undefined,
  };
  return tests[textAt(expression, 'operator')] ?? false;
}

/** An empty selector matches everything, an absent one nothing. */
export function matchesSelector(selector: unknown, labels: Labels = {}): boolean {
  if (typeof selector !== 'object' || selector === null) return false;
  const equal = entriesAt(selector, 'matchLabels').every(
    ([key, value]) => Object.hasOwn(labels, key) && labels[key] === value,
  );
  return equal && listAt(selector, 'matchExpressions').every((expression) => holds(expression, labels));
}
