/** The EndpointSlices of a Service: pods grouped by the ports they offer, a hundred to a slice. */
import {
  CHANGE_TRIGGER,
  HEADLESS,
  hostnameOf,
  targetOf,
  targetPortOf,
  triggerTime,
} from './endpoint-rules.ts';
import type { Labels, Pod } from './objects.ts';
import type { EndpointSlice, Service } from './other-objects.ts';
import { isReady, isTerminating } from './pods.ts';
import { ownerReferenceTo, same, type Tools } from './tools.ts';

/** Flag `--max-endpoints-per-slice`. */
const ENDPOINTS_PER_SLICE = 100;

interface Content {
  readonly endpoints: readonly object[] | null;
  readonly ports: readonly object[] | null;
}

export function writeSlices(
  tools: Tools,
  service: Service,
  pods: readonly Pod[],
  present: readonly EndpointSlice[],
): void {
  const { writer } = tools;
  const { name } = service.metadata;
  const labels: Labels = {
    ...service.metadata.labels,
    'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
    'kubernetes.io/service-name': name,
    ...(service.spec.clusterIP === 'None' ? { [HEADLESS]: '' } : {}),
  };
  const annotations = { [CHANGE_TRIGGER]: triggerTime(service, pods) };
  const left = present.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  for (const content of contentsOf(tools, service, pods)) {
    // A slice with the same ports is kept, so that its name stays.
    const index = left.findIndex(({ ports }) => same(ports ?? [], content.ports ?? []));
    const [slice] = left.splice(index < 0 ? 0 : index, 1);
    if (slice === undefined) createSlice(tools, service, { ...content, labels, annotations });
    else if (!isAsWanted(slice, content, labels)) {
      writer.update('EndpointSlice', slice, (current) => ({
        ...current,
        metadata: {
          ...current.metadata,
          labels,
          annotations: { ...current.metadata.annotations, ...annotations },
        },
        ...content,
      }));
    }
  }
  for (const slice of left) writer.delete('EndpointSlice', slice);
}

function isAsWanted(slice: EndpointSlice, { endpoints, ports }: Content, labels: Labels): boolean {
  return (
    same(slice.endpoints ?? [], endpoints ?? []) &&
    same(slice.ports ?? [], ports ?? []) &&
    same(slice.metadata.labels, labels)
  );
}

function createSlice(
  { writer }: Tools,
  service: Service,
  { labels, annotations, ...content }: Content & { readonly labels: Labels; readonly annotations: Labels },
): void {
  const { namespace = '', name } = service.metadata;
  writer.create('EndpointSlice', {
    metadata: {
      namespace,
      generateName: `${name}-`,
      labels,
      annotations,
      ownerReferences: [ownerReferenceTo(service)],
    },
    addressType: service.spec.ipFamilies?.[0] ?? 'IPv4',
    ...content,
  });
}

/** At least one, for a Service without pods has an empty slice. */
function contentsOf(tools: Tools, service: Service, pods: readonly Pod[]): readonly Content[] {
  const groups = new Map<string, { readonly ports: readonly object[]; readonly endpoints: object[] }>();
  for (const pod of pods) {
    const ports = (service.spec.ports ?? []).flatMap((port) => {
      const number = targetPortOf(port, pod);
      if (number === undefined) return [];
      const { name = '', protocol = 'TCP', appProtocol } = port;
      return [{ name, port: number, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) }];
    });
    const key = JSON.stringify(ports);
    const group = groups.get(key) ?? { ports, endpoints: [] };
    groups.set(key, group);
    group.endpoints.push(endpointOf(tools, service, pod));
  }
  const contents = [...groups.values()].flatMap(({ ports, endpoints }) =>
    Array.from({ length: Math.ceil(endpoints.length / ENDPOINTS_PER_SLICE) }, (_, index) => ({
      endpoints: endpoints.slice(index * ENDPOINTS_PER_SLICE, (index + 1) * ENDPOINTS_PER_SLICE),
      ports: ports.length === 0 ? null : ports,
    })),
  );
  return contents.length === 0 ? [{ endpoints: null, ports: null }] : contents;
}

function endpointOf({ writer }: Tools, service: Service, pod: Pod): object {
  const { publishNotReadyAddresses = false } = service.spec;
  const serving = isReady(pod);
  const terminating = isTerminating(pod);
  const { nodeName } = pod.spec;
  const node = nodeName === undefined ? undefined : writer.find('Node', undefined, nodeName);
  const zone = node?.metadata.labels?.['topology.kubernetes.io/zone'];
  const hostname = hostnameOf(pod, service);
  return {
    addresses: [pod.status?.podIP ?? ''],
    conditions: { ready: publishNotReadyAddresses || (serving && !terminating), serving, terminating },
    ...(hostname === undefined ? {} : { hostname }),
    ...(nodeName === undefined ? {} : { nodeName }),
    targetRef: targetOf(pod),
    ...(zone === undefined ? {} : { zone }),
  };
}
