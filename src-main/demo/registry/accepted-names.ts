/** Whether the names of a CustomResourceDefinition are free, and what its conditions say about it. */
import type { StoredObject } from '../model.ts';
import { acceptedNames, conditionsWith, isTrue, namesOf, type Condition, type Names } from './definition.ts';
import { fieldsOf, type Fields } from './json.ts';

interface Conflict {
  readonly reason: string;
  readonly message: string;
}

/** Names that other definitions of the group have, and what is left of those asked for. */
function settle(
  wanted: Names,
  taken: readonly Names[],
): { readonly names: Names; readonly conflict?: Conflict } {
  const words = new Set(
    taken.flatMap(({ plural, singular, shortNames }) => [plural, singular, ...shortNames]),
  );
  const kinds = new Set(taken.flatMap(({ kind, listKind }) => [kind, listKind]));
  const checks: readonly (readonly [field: keyof Names, reason: string, used: ReadonlySet<string>])[] = [
    ['plural', 'PluralConflict', words],
    ['singular', 'SingularConflict', words],
    ['shortNames', 'ShortNamesConflict', words],
    ['kind', 'KindConflict', kinds],
    ['listKind', 'ListKindConflict', kinds],
  ];
  let names = wanted;
  let conflict: Conflict | undefined;
  for (const [field, reason, used] of checks) {
    const asked = wanted[field];
    const refused = (typeof asked === 'string' ? [asked] : asked).filter((name) => used.has(name));
    if (refused.length === 0) continue;
    names = { ...names, [field]: typeof asked === 'string' ? '' : [] };
    const messages = refused.map((name) => `${JSON.stringify(name)} is already in use`);
    // The last one stands in the condition.
    conflict = { reason, message: messages.length === 1 ? messages.join('') : `[${messages.join(', ')}]` };
  }
  return { names, ...(conflict && { conflict }) };
}

function namesCondition(conflict: Conflict | undefined): Condition {
  if (conflict !== undefined) return { type: 'NamesAccepted', status: 'False', ...conflict };
  return { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' };
}

const INITIAL = 'the initial names have been accepted';
const ESTABLISHED: Condition = {
  type: 'Established',
  status: 'True',
  reason: 'InitialNamesAccepted',
  message: INITIAL,
};
const INSTALLING: Condition = {
  type: 'Established',
  status: 'False',
  reason: 'Installing',
  message: INITIAL,
};
const NOT_ACCEPTED: Condition = {
  type: 'Established',
  status: 'False',
  reason: 'NotAccepted',
  message: 'not all names are accepted',
};

/**
 * The statuses a definition goes through, the last being the one that stays: names accepted, then established.
 * `taken` are the accepted names of the other definitions of the group; `now` is RFC 3339.
 */
export function statusesOf(
  definition: StoredObject,
  taken: readonly Names[],
  now: string,
): readonly Fields[] {
  const { names, conflict } = settle(namesOf(fieldsOf(definition.spec).names), taken);
  const first = conflict === undefined ? INSTALLING : NOT_ACCEPTED;
  const status = {
    ...fieldsOf(definition.status),
    acceptedNames: acceptedNames(names),
    conditions: conditionsWith(definition.status, now, namesCondition(conflict)),
  };
  if (isTrue(definition.status, 'Established')) return [status];
  const waiting = { ...status, conditions: conditionsWith(status, now, first) };
  if (conflict !== undefined) return [waiting];
  return [waiting, { ...waiting, conditions: conditionsWith(waiting, now, ESTABLISHED) }];
}
