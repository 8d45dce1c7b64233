/** What a pod asks of a node, as the scheduler counts it. */
import { record, records, text } from '../cluster/narrow.ts';
import { parseQuantity } from '../cluster/quantities.ts';
import type { Pod } from '../model/kube.ts';

/** Amounts by resource in base units: cores, bytes, pieces. */
export type Amounts = ReadonlyMap<string, number>;

/**
 * The pod's effective requests: the larger of all main containers and sidecars together, and of each init container
 * with the sidecars started before it; a request for the whole pod overrides the sum; then the overhead. One pod is
 * asked for as well. Kubernetes documentation: "Init Containers", "Pod Overhead", "Pod-level resources".
 */
export function requestsOf(pod: Pod): Amounts {
  const spec = record(pod.spec);
  const sidecars = new Map<string, number>();
  const peak = new Map<string, number>();
  for (const container of records(spec.initContainers)) {
    const own = amountsOf(record(container.resources).requests);
    if (text(container.restartPolicy) === 'Always') add(sidecars, own);
    const together = new Map(sidecars);
    if (text(container.restartPolicy) !== 'Always') add(together, own);
    raise(peak, together);
  }
  const total = new Map(sidecars);
  for (const container of records(spec.containers))
    add(total, amountsOf(record(container.resources).requests));
  raise(total, peak);
  for (const [resource, amount] of amountsOf(record(spec.resources).requests)) total.set(resource, amount);
  add(total, amountsOf(spec.overhead));
  total.set('pods', 1);
  return total;
}

/** A map of quantities in base units; what is no quantity is left out. */
export function amountsOf(quantities: unknown): Map<string, number> {
  const amounts = new Map<string, number>();
  for (const [resource, quantity] of Object.entries(record(quantities))) {
    const amount = parseQuantity(quantity);
    if (amount !== undefined && amount >= 0) amounts.set(resource, amount);
  }
  return amounts;
}

export function add(to: Map<string, number>, amounts: Amounts): void {
  for (const [resource, amount] of amounts) to.set(resource, (to.get(resource) ?? 0) + amount);
}

function raise(to: Map<string, number>, amounts: Amounts): void {
  for (const [resource, amount] of amounts) to.set(resource, Math.max(to.get(resource) ?? 0, amount));
}
