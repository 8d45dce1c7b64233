/** Endpoints and EndpointSlices of Services with a selector, from the pods it selects. */
import {
  CHANGE_TRIGGER,
  HEADLESS,
  hostnameOf,
  targetOf,
  targetPortOf,
  triggerTime,
} from './endpoint-rules.ts';
import { writeSlices } from './endpoint-slices.ts';
import type { Labels, Pod } from './objects.ts';
import type { EndpointAddress, Service, ServicePort } from './other-objects.ts';
import { isReady, isTerminal, isTerminating, selects } from './pods.ts';
import { keyOf, same, splitKey, type Controller, type Tools } from './tools.ts';
import { WorkQueue } from './work-queue.ts';

export function startEndpointsController(tools: Tools): Controller {
  const { clock, informers, writer } = tools;
  const services = informers.index('Service', ({ metadata, spec }) =>
    Object.keys(spec.selector ?? {}).length === 0 ? [] : [metadata.namespace ?? ''],
  );
  const slices = informers.index('EndpointSlice', ({ metadata }) => {
    const { 'kubernetes.io/service-name': service, 'endpointslice.kubernetes.io/managed-by': manager } =
      metadata.labels ?? {};
    return service === undefined || manager !== 'endpointslice-controller.k8s.io'
      ? []
      : [`${metadata.namespace ?? ''}/${service}`];
  });
  const queue = new WorkQueue({
    clock,
    delayMs: 60,
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      const service = writer.find('Service', namespace, name);
      if (service === undefined) {
        removeEndpoints(tools, namespace, name);
        return;
      }
      const { selector } = service.spec;
      if (selector === undefined || Object.keys(selector).length === 0) return;
      if (service.spec.type === 'ExternalName' || service.metadata.deletionTimestamp !== undefined) return;
      const pods = tools.pods.byNamespace
        .get(namespace ?? '')
        .filter((pod) => isListed(pod) && selects({ matchLabels: selector }, pod.metadata.labels));
      writeEndpoints(tools, service, pods);
      writeSlices(tools, service, pods, slices.get(key));
    },
  });
  informers.on('Service', ({ object }) => {
    queue.add(keyOf(object));
  });
  for (const kind of ['Endpoints', 'EndpointSlice'] as const) {
    informers.on(kind, ({ type, object }) => {
      // What somebody deletes by hand comes back.
      const name =
        kind === 'Endpoints' ? object.metadata.name : object.metadata.labels?.['kubernetes.io/service-name'];
      if (type === 'DELETED' && name !== undefined) queue.add(`${object.metadata.namespace ?? ''}/${name}`);
    });
  }
  informers.on('Pod', ({ type, object, old }) => {
    if (type === 'MODIFIED' && old !== undefined && !matters(old, object)) return;
    for (const service of services.get(object.metadata.namespace ?? '')) {
      const matchLabels = service.spec.selector ?? {};
      const concerned = [object, ...(old === undefined ? [] : [old])].some(({ metadata }) =>
        selects({ matchLabels }, metadata.labels),
      );
      if (concerned) queue.add(keyOf(service));
    }
  });
  return queue;
}

function isListed(pod: Pod): boolean {
  return !isTerminal(pod) && (pod.status?.podIP ?? '') !== '';
}

function matters(old: Pod, pod: Pod): boolean {
  return (
    isListed(old) !== isListed(pod) ||
    isReady(old) !== isReady(pod) ||
    isTerminating(old) !== isTerminating(pod) ||
    old.status?.podIP !== pod.status?.podIP ||
    !same(old.metadata.labels, pod.metadata.labels)
  );
}

interface Group {
  readonly ports: readonly object[];
  readonly ready: EndpointAddress[];
  readonly notReady: EndpointAddress[];
}

function writeEndpoints({ writer }: Tools, service: Service, pods: readonly Pod[]): void {
  const { namespace = '', name } = service.metadata;
  const { ports = [], publishNotReadyAddresses = false, clusterIP } = service.spec;
  const groups = new Map<string, Group>();
  for (const pod of pods) {
    if (isTerminating(pod) && !publishNotReadyAddresses) continue;
    const offered = ports.flatMap((port) => {
      const number = targetPortOf(port, pod);
      return number === undefined ? [] : [endpointPort(port, number)];
    });
    if (ports.length > 0 && offered.length === 0) continue;
    const key = JSON.stringify(offered);
    const group = groups.get(key) ?? { ports: offered, ready: [], notReady: [] };
    groups.set(key, group);
    (isReady(pod) || publishNotReadyAddresses ? group.ready : group.notReady).push(addressOf(pod, service));
  }
  const subsets = [...groups.values()].map(({ ports: offered, ready, notReady }) => ({
    ...(ready.length === 0 ? {} : { addresses: ready.sort(byIp) }),
    ...(notReady.length === 0 ? {} : { notReadyAddresses: notReady.sort(byIp) }),
    ...(offered.length === 0 ? {} : { ports: offered }),
  }));
  const labels: Labels = {
    ...service.metadata.labels,
    'endpoints.kubernetes.io/managed-by': 'endpoint-controller',
    ...(clusterIP === 'None' ? { [HEADLESS]: '' } : {}),
  };
  const annotations = { [CHANGE_TRIGGER]: triggerTime(service, pods) };
  const content = subsets.length === 0 ? {} : { subsets };
  const present = writer.find('Endpoints', namespace, name);
  if (present === undefined) {
    writer.create('Endpoints', { metadata: { namespace, name, labels, annotations }, ...content });
    return;
  }
  if (same(present.subsets ?? [], subsets) && same(present.metadata.labels, labels)) return;
  writer.update('Endpoints', present, ({ subsets: _old, ...rest }) => ({
    ...rest,
    metadata: { ...rest.metadata, labels, annotations: { ...rest.metadata.annotations, ...annotations } },
    ...content,
  }));
}

function endpointPort({ name, protocol = 'TCP', appProtocol }: ServicePort, port: number): object {
  return {
    ...(name === undefined || name === '' ? {} : { name }),
    port,
    protocol,
    ...(appProtocol === undefined ? {} : { appProtocol }),
  };
}

function addressOf(pod: Pod, service: Service): EndpointAddress {
  const hostname = hostnameOf(pod, service);
  return {
    ip: pod.status?.podIP ?? '',
    ...(hostname === undefined ? {} : { hostname }),
    ...(pod.spec.nodeName === undefined ? {} : { nodeName: pod.spec.nodeName }),
    targetRef: targetOf(pod),
  };
}

function byIp(one: EndpointAddress, other: EndpointAddress): number {
  return one.ip < other.ip ? -1 : 1;
}

function removeEndpoints({ writer }: Tools, namespace: string | undefined, name: string): void {
  const present = writer.find('Endpoints', namespace, name);
  const managed = present?.metadata.labels?.['endpoints.kubernetes.io/managed-by'] === 'endpoint-controller';
  if (present !== undefined && managed) writer.delete('Endpoints', present);
}
