/** What a pod asks for and may use in total, and its quality of service (Kubernetes: Pod Overhead, sidecar containers, QoS). */
import { record, records } from '../../../shared/cluster/narrow.ts';
import type { Fields } from './json.ts';
import { addQuantities, readQuantity, type Quantity } from './quantity.ts';

export type Amounts = Map<string, Quantity>;
type Side = 'requests' | 'limits';

/** The amounts of a resource list; what is no quantity is left out. */
export function amountsOf(value: unknown): Amounts {
  const amounts: Amounts = new Map();
  for (const [name, text] of Object.entries(record(value))) {
    const quantity = readQuantity(text);
    if (quantity !== undefined) amounts.set(name, quantity);
  }
  return amounts;
}

/** Adds `more` into `total`. */
export function addAmounts(total: Amounts, more: Amounts): void {
  for (const [name, quantity] of more) {
    const present = total.get(name);
    total.set(name, present === undefined ? quantity : addQuantities(present, quantity));
  }
}

function raiseAmounts(total: Amounts, more: Amounts): void {
  for (const [name, quantity] of more) {
    const present = total.get(name);
    if (present === undefined || quantity.nano > present.nano) total.set(name, quantity);
  }
}

/**
 * Containers and sidecars together, or the largest init container beside the sidecars before it, whichever is more;
 * resources of the whole pod replace that, and the overhead of its runtime comes on top.
 */
export function podAmounts(spec: Fields, side: Side): Amounts {
  const total: Amounts = new Map();
  for (const container of records(spec.containers)) {
    addAmounts(total, amountsOf(record(container.resources)[side]));
  }
  const sidecars: Amounts = new Map();
  const peak: Amounts = new Map();
  for (const container of records(spec.initContainers)) {
    const own = amountsOf(record(container.resources)[side]);
    if (container.restartPolicy === 'Always') {
      addAmounts(total, own);
      addAmounts(sidecars, own);
      raiseAmounts(peak, sidecars);
    } else {
      addAmounts(own, sidecars);
      raiseAmounts(peak, own);
    }
  }
  raiseAmounts(total, peak);
  for (const [name, quantity] of amountsOf(record(spec.resources)[side])) total.set(name, quantity);
  const overhead = amountsOf(spec.overhead);
  for (const [name, quantity] of overhead) {
    const present = total.get(name);
    if (present !== undefined) total.set(name, addQuantities(present, quantity));
    else if (side === 'requests') total.set(name, quantity);
  }
  return total;
}

const QOS_RESOURCES = ['cpu', 'memory'] as const;

/** Guaranteed, Burstable or BestEffort, from the requests and limits of all containers (or of the pod as a whole). */
export function qosClassOf(spec: Fields): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const whole = record(spec.resources);
  const parts =
    Object.keys(record(whole.requests)).length + Object.keys(record(whole.limits)).length > 0
      ? [whole]
      : [...records(spec.containers), ...records(spec.initContainers)].map(({ resources }) =>
          record(resources),
        );
  let any = false;
  let guaranteed = true;
  for (const part of parts) {
    const [requests, limits] = [record(part.requests), record(part.limits)];
    for (const name of QOS_RESOURCES) {
      const request = readQuantity(requests[name] ?? limits[name])?.nano ?? 0n;
      const limit = readQuantity(limits[name])?.nano ?? 0n;
      if (request > 0n || limit > 0n) any = true;
      if (limit <= 0n || request !== limit) guaranteed = false;
    }
  }
  if (!any) return 'BestEffort';
  return guaranteed ? 'Guaranteed' : 'Burstable';
}
