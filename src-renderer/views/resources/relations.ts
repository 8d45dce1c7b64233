/** The relations of an object, grouped for reading. */
import type { Relation } from '../../../shared/ipc.ts';

/** Up the chain first, then across, then down. */
const ORDER: readonly Relation['relation'][] = [
  'owner',
  'runs on',
  'selected by',
  'selects',
  'routed by',
  'routes to',
  'uses',
  'used by',
  'owned',
];

export interface RelationGroup {
  readonly relation: Relation['relation'];
  readonly relations: readonly Relation[];
}

/** Groups in a fixed order; within one, missing objects first, then the order given. Empty groups are left out. */
export function groupRelations(relations: readonly Relation[]): readonly RelationGroup[] {
  return ORDER.flatMap((relation) => {
    const own = relations.filter((one) => one.relation === relation);
    const missing = own.filter((one) => one.exists === false);
    const rest = own.filter((one) => one.exists !== false);
    return own.length > 0 ? [{ relation, relations: [...missing, ...rest] }] : [];
  });
}
