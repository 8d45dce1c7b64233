/** Priority admission for the classes themselves: only one of them is the default. */
import type { Registry } from '../../registry/contract.ts';
import { isFor, refuse, type ObjectRequest } from './request.ts';

export function checkDefaultPriority(request: ObjectRequest, registry: Registry): void {
  if (!isFor(request, 'scheduling.k8s.io', 'priorityclasses')) return;
  if (request.object.globalDefault !== true) return;
  const present = registry
    .list(request.resource)
    .find(({ globalDefault, metadata }) => globalDefault === true && metadata.name !== request.name);
  if (present !== undefined)
    throw refuse(
      request,
      `PriorityClass ${present.metadata.name} is already marked as default. Only one default can exist`,
    );
}
