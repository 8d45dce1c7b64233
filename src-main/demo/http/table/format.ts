/** Small texts that several tables share: label selectors, container names, shortened lists. */
import { entriesAt, listAt, textAt, valueAt } from './value.ts';

/** `a=b,c=d`, or `absent` for no labels. */
export function formatLabels(labels: unknown, absent = '<none>'): string {
  const pairs = entriesAt(labels).map(([key, value]) => `${key}=${typeof value === 'string' ? value : ''}`);
  return pairs.length === 0 ? absent : pairs.join(',');
}

function formatExpression(expression: unknown): string {
  const key = textAt(expression, 'key');
  const values = listAt(expression, 'values')
    .filter((value) => typeof value === 'string')
    .sort()
    .join(',');
  const forms: Readonly<Record<string, string>> = {
    In: `${key} in (${values})`,
    NotIn: `${key} notin (${values})`,
    Exists: key,
    DoesNotExist: `!${key}`,
  };
  return forms[textAt(expression, 'operator')] ?? key;
}

/** A metav1.LabelSelector as text; `absent` where there is none or it selects everything. */
export function formatSelector(selector: unknown, absent = '<none>'): string {
  const requirements = [
    ...entriesAt(selector, 'matchLabels').map(
      ([key, value]) => [key, `${key}=${typeof value === 'string' ? value : ''}`] as const,
    ),
    ...listAt(selector, 'matchExpressions').map(
      (expression) => [textAt(expression, 'key'), formatExpression(expression)] as const,
    ),
  ];
  if (requirements.length === 0) return absent;
  return requirements
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, text]) => text)
    .join(',');
}

/** Names and images of the containers of a pod template. */
export function containerCells(spec: unknown): readonly [string, string] {
  const containers = listAt(spec, 'containers');
  return [
    containers.map((container) => textAt(container, 'name')).join(','),
    containers.map((container) => textAt(container, 'image')).join(','),
  ];
}

/** At most `max` texts, and how many more there are. */
export function shorten(texts: readonly string[], max: number, count: number, separator = ','): string {
  const shown = texts.slice(0, max).join(separator);
  return texts.length > max ? `${shown} + ${count - max} more...` : shown;
}

/** A number or text as it stands, e.g. an int-or-string. */
export function plain(value: unknown, absent = ''): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : absent;
}

/** Status of the condition of a type; undefined when there is none. */
export function conditionStatus(object: unknown, type: string): string | undefined {
  const condition = listAt(object, 'status', 'conditions').find((one) => textAt(one, 'type') === type);
  return condition === undefined ? undefined : textAt(condition, 'status');
}

export function flag(value: unknown, absent = false): boolean {
  return typeof value === 'boolean' ? value : absent;
}

/** Modes of access as `RWO,ROX,RWX,RWOP`. */
export function accessModes(modes: readonly unknown[]): string {
  const short = [
    ['ReadWriteOnce', 'RWO'],
    ['ReadOnlyMany', 'ROX'],
    ['ReadWriteMany', 'RWX'],
    ['ReadWriteOncePod', 'RWOP'],
  ] as const;
  return short
    .filter(([mode]) => modes.includes(mode))
    .map(([, text]) => text)
    .join(',');
}

/** The value of an optional field, or `<unset>`. */
export function orUnset(object: unknown, ...path: readonly string[]): string {
  const value = valueAt(object, ...path);
  return typeof value === 'string' ? value : '<unset>';
}
