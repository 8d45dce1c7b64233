/** What a HorizontalPodAutoscaler makes of the usage of its pods. */
import { requestsOf } from './node-room.ts';
import type { Pod } from './objects.ts';
import { parseQuantity } from '../../../shared/cluster/quantities.ts';
import { isActive, isReady } from './pods.ts';
import { sum } from './tools.ts';

/** Flag `--horizontal-pod-autoscaler-tolerance`. */
const TOLERANCE = 0.1;

export type UsageOf = (
  pod: Pod,
) =>
  | { readonly containers: readonly { readonly cpuNanoCores: number; readonly memoryBytes: number }[] }
  | undefined;

interface ResourceMetric {
  readonly name: string;
  readonly target: {
    readonly type: string;
    readonly averageUtilization?: number;
    readonly averageValue?: string;
  };
}

type Recommendation =
  | {
      readonly replicas: number;
      /** How the events and conditions call the metric. */
      readonly label: string;
      readonly status: object;
    }
  | { readonly failure: string };

/** Replica count by one resource metric, as the real calculator: ready pods count, unready and missing ones do not. */
export function recommend(
  metric: ResourceMetric,
  pods: readonly Pod[],
  current: number,
  usageOf: UsageOf,
): Recommendation {
  const { name, target } = metric;
  if (pods.length === 0)
    return failed(metric, 'no pods returned by selector while calculating replica count');
  const measured = pods
    .filter((pod) => isActive(pod) && isReady(pod))
    .flatMap((pod) => {
      const usage = usageOf(pod);
      return usage === undefined ? [] : [{ pod, value: valueOf(usage, name) }];
    });
  if (measured.length === 0) {
    return failed(metric, 'did not receive metrics for targeted pods (pods might be unready)');
  }
  const total = sum(measured, ({ value }) => value);
  const average = total / measured.length;
  const averageValue = name === 'cpu' ? `${Math.ceil(average * 1000)}m` : `${Math.ceil(average)}`;
  if (target.averageUtilization === undefined) {
    const wanted = parseQuantity(target.averageValue) ?? 0;
    const ratio = wanted > 0 ? average / wanted : 1;
    const status = { type: 'Resource', resource: { name, current: { averageValue } } };
    return { replicas: byRatio(ratio, measured.length, current), label: `${name} resource`, status };
  }
  const without = pods.find((pod) => missingRequest(pod, name) !== undefined);
  if (without !== undefined) {
    const container = missingRequest(without, name) ?? '';
    return failed(
      metric,
      `missing request for ${name} in container ${container} of Pod ${without.metadata.name}`,
    );
  }
  const requested = sum(measured, ({ pod }) => requestsOf(pod).get(name) ?? 0);
  const utilization = Math.trunc((total * 100) / requested);
  return {
    replicas: byRatio(utilization / target.averageUtilization, measured.length, current),
    label: `${name} resource utilization (percentage of request)`,
    status: {
      type: 'Resource',
      resource: { name, current: { averageUtilization: utilization, averageValue } },
    },
  };
}

function failed({ name, target }: ResourceMetric, why: string): Recommendation {
  const what = target.averageUtilization === undefined ? 'usage' : 'utilization';
  return { failure: `failed to get ${name} ${what}: ${why}` };
}

function byRatio(ratio: number, pods: number, current: number): number {
  return Math.abs(ratio - 1) <= TOLERANCE ? current : Math.ceil(ratio * pods);
}

/** In cores or bytes. */
function valueOf(usage: NonNullable<ReturnType<UsageOf>>, resource: string): number {
  return sum(usage.containers, ({ cpuNanoCores, memoryBytes }) =>
    resource === 'cpu' ? cpuNanoCores / 1e9 : memoryBytes,
  );
}

function missingRequest({ spec }: Pod, resource: string): string | undefined {
  return spec.containers.find(({ resources }) => resources?.requests?.[resource] === undefined)?.name;
}
