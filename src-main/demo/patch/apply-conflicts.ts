/** Conflicts of server-side apply: fields that another manager owns at another value. */
import { apiVersionOf } from '../model.ts';
import type { FieldType } from '../schema/field-type.ts';
import { StatusError, type StatusCause } from '../status-error.ts';
import { compare, fieldSetOf } from './compare.ts';
import { difference, isEmptySet, pathsOf, printPath, type FieldSet } from './field-set.ts';
import { readLastApplied } from './last-applied.ts';
import { idOf, type Owner } from './managers.ts';
import type { ApplyInput } from './server-side-apply.ts';

export interface Conflict {
  readonly owner: Owner;
  readonly fields: FieldSet;
}

/** `"kubectl-edit" with subresource "status" using apps/v1`. */
function printOwner({ manager, operation, apiVersion, subresource }: Owner): string {
  const part = subresource === undefined ? '' : ` with subresource ${JSON.stringify(subresource)}`;
  return `${JSON.stringify(manager)}${part}${operation === 'Update' ? ` using ${apiVersion}` : ''}`;
}

/**
 * Conflicts but for those that come of a client-side apply: `kubectl` takes over the fields that its annotation names
 * and that are still as it set them.
 */
export function withoutLastApplied(
  conflicts: readonly Conflict[],
  { manager, resource }: ApplyInput,
  live: Readonly<Record<string, unknown>>,
  type: FieldType,
): readonly Conflict[] {
  const last = manager === 'kubectl' ? readLastApplied(live) : undefined;
  if (last?.apiVersion !== apiVersionOf(resource)) return conflicts;
  const { added, modified, removed } = compare(last, live, type);
  const own = [modified, added, removed].reduce(difference, fieldSetOf(last, type));
  return conflicts
    .map(({ owner, fields }) => ({ owner, fields: difference(fields, own) }))
    .filter(({ fields }) => !isEmptySet(fields));
}

/** 409, with a cause for each field. */
export function conflictError(conflicts: readonly Conflict[]): StatusError {
  const sorted = [...conflicts].sort((a, b) => (idOf(a.owner) < idOf(b.owner) ? -1 : 1));
  const causes: StatusCause[] = [];
  const lines: string[] = [];
  for (const { owner, fields } of sorted) {
    const name = printOwner(owner);
    lines.push(`conflicts with ${name}:`);
    for (const path of pathsOf(fields)) {
      const field = printPath(path);
      lines.push(`- ${field}`);
      causes.push({ reason: 'FieldManagerConflict', message: `conflict with ${name}`, field });
    }
  }
  const only = causes.length === 1 ? causes[0] : undefined;
  const message =
    only === undefined
      ? `Apply failed with ${causes.length} conflicts: ${lines.join('\n')}`
      : `Apply failed with 1 conflict: ${only.message}: ${only.field ?? ''}`;
  return new StatusError(409, 'Conflict', message, { causes });
}
