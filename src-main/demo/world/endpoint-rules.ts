/** What Endpoints and EndpointSlices of a Service have in common: ports, names, times. */
import type { Pod } from './objects.ts';
import type { Service, ServicePort } from './other-objects.ts';
import { conditionOf, timeOf } from './tools.ts';
import { timeText } from './writer.ts';

export const CHANGE_TRIGGER = 'endpoints.kubernetes.io/last-change-trigger-time';
export const HEADLESS = 'service.kubernetes.io/headless';

/** A port as a pod offers it; undefined where the pod has no port of the name that the Service asks for. */
export function targetPortOf(
  { targetPort, port, protocol = 'TCP' }: ServicePort,
  pod: Pod,
): number | undefined {
  const wanted = targetPort ?? port;
  if (typeof wanted === 'number') return wanted;
  const sidecars = (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...pod.spec.containers, ...sidecars]
    .flatMap(({ ports = [] }) => ports)
    .find((each) => each.name === wanted && (each.protocol ?? 'TCP') === protocol)?.containerPort;
}

/** When the newest change of the pods happened that the endpoints now show. */
export function triggerTime(service: Service, pods: readonly Pod[]): string {
  const times = pods.map((pod) => timeOf(conditionOf(pod, 'Ready')?.lastTransitionTime));
  return timeText(Math.max(timeOf(service.metadata.creationTimestamp), ...times));
}

export function targetOf({ metadata }: Pod): object {
  const { name, namespace, uid } = metadata;
  return { kind: 'Pod', name, ...(namespace === undefined ? {} : { namespace }), uid };
}

export function hostnameOf({ spec }: Pod, service: Service): string | undefined {
  return spec.subdomain === service.metadata.name ? spec.hostname : undefined;
}
