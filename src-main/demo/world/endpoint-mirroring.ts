/** Mirrors Endpoints that people write for a Service without a selector into EndpointSlices. */
import type { Endpoints, Service } from './other-objects.ts';
import { keyOf, ownerReferenceTo, same, splitKey, type Controller, type Tools } from './tools.ts';
import { WorkQueue } from './work-queue.ts';

const MANAGER = 'endpointslicemirroring-controller.k8s.io';
const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
const SERVICE_NAME = 'kubernetes.io/service-name';
const SKIP = 'endpointslice.kubernetes.io/skip-mirror';

export function startEndpointMirroring(tools: Tools): Controller {
  const { clock, informers, writer } = tools;
  const mirrors = informers.index('EndpointSlice', ({ metadata }) =>
    metadata.labels?.[MANAGED_BY] === MANAGER
      ? [`${metadata.namespace ?? ''}/${metadata.labels[SERVICE_NAME] ?? ''}`]
      : [],
  );
  const queue = new WorkQueue({
    clock,
    delayMs: 70,
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      const endpoints = writer.find('Endpoints', namespace, name);
      const service = writer.find('Service', namespace, name);
      const present = [...mirrors.get(key)];
      for (const content of isMirrored(endpoints, service) ? slicesOf(endpoints) : []) {
        const slice = present.shift();
        if (slice === undefined) writer.create('EndpointSlice', content);
        else {
          const { endpoints: addresses, ports } = content;
          if (same(slice.endpoints, addresses) && same(slice.ports, ports)) continue;
          writer.update('EndpointSlice', slice, (current) => ({ ...current, endpoints: addresses, ports }));
        }
      }
      for (const slice of present) writer.delete('EndpointSlice', slice);
    },
  });
  for (const kind of ['Endpoints', 'Service'] as const) {
    informers.on(kind, ({ object }) => {
      queue.add(keyOf(object));
    });
  }
  return queue;
}

function isMirrored(endpoints: Endpoints | undefined, service: Service | undefined): endpoints is Endpoints {
  if (endpoints === undefined || service === undefined) return false;
  const { labels, annotations } = endpoints.metadata;
  const isElection = annotations?.['control-plane.alpha.kubernetes.io/leader'] !== undefined;
  return service.spec.selector === undefined && labels?.[SKIP] !== 'true' && !isElection;
}

function slicesOf(endpoints: Endpoints): readonly {
  readonly metadata: object;
  readonly addressType: string;
  readonly endpoints: readonly object[];
  readonly ports: readonly object[];
}[] {
  const { namespace = '', name, labels } = endpoints.metadata;
  return (endpoints.subsets ?? []).map(({ addresses = [], notReadyAddresses = [], ports = [] }) => {
    const entry =
      (ready: boolean) =>
      ({ ip, hostname, nodeName, targetRef }: (typeof addresses)[number]): object => ({
        addresses: [ip],
        conditions: { ready },
        ...(hostname === undefined ? {} : { hostname }),
        ...(nodeName === undefined ? {} : { nodeName }),
        ...(targetRef === undefined ? {} : { targetRef }),
      });
    return {
      metadata: {
        namespace,
        generateName: `${name}-`,
        labels: { ...labels, [MANAGED_BY]: MANAGER, [SERVICE_NAME]: name },
        ownerReferences: [ownerReferenceTo(endpoints)],
      },
      addressType: addresses.concat(notReadyAddresses).some(({ ip }) => ip.includes(':')) ? 'IPv6' : 'IPv4',
      endpoints: [...addresses.map(entry(true)), ...notReadyAddresses.map(entry(false))],
      ports: ports.map((port) => ({ name: '', ...port })),
    };
  });
}
