/** Which pods a Service's endpoints list, as Endpoints and as EndpointSlices. */
import { afterEach, describe, expect, it } from 'vitest';
import type { EndpointSlice } from '../../../../src-main/demo/world/other-objects.ts';
import { deployment, makeLittleWorld, template, type LittleWorld } from './little-world.ts';

let world: LittleWorld;

afterEach(() => {
  expect(world.warnings).toEqual([]);
  world.stop();
});

function service(spec: object, name = 'web'): void {
  world.create({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'default' },
    spec: { selector: { app: 'web' }, ...spec },
  });
}

function endpoints(name = 'web'): unknown {
  return world.writer.find('Endpoints', 'default', name)?.subsets;
}

function slices(name = 'web'): readonly EndpointSlice[] {
  return world.writer
    .list('EndpointSlice', 'default')
    .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === name);
}

const PORTS = [{ name: 'http', port: 80, targetPort: 8080 }];

describe('a Service with ready pods', () => {
  it('lists their addresses with the target port', () => {
    world = makeLittleWorld();
    world.create(deployment('web'));
    service({ ports: PORTS });
    world.pass(10);
    const [first, second] = world.writer
      .list('Pod')
      .toSorted((one, other) => ((one.status?.podIP ?? '') < (other.status?.podIP ?? '') ? -1 : 1));
    expect(endpoints()).toEqual([
      {
        addresses: [first, second].map((pod) => ({
          ip: pod?.status?.podIP,
          nodeName: pod?.spec.nodeName,
          targetRef: {
            kind: 'Pod',
            name: pod?.metadata.name,
            namespace: 'default',
            uid: pod?.metadata.uid,
          },
        })),
        ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
      },
    ]);
    const [slice, ...others] = slices();
    expect(others).toEqual([]);
    expect(slice).toMatchObject({
      addressType: 'IPv4',
      ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
      endpoints: [
        { conditions: { ready: true, serving: true, terminating: false }, zone: 'zone-1' },
        { conditions: { ready: true, serving: true, terminating: false }, zone: 'zone-0' },
      ],
    });
    expect(slice?.metadata.name).toMatch(/^web-\w{5}$/);
  });

  it('lists a pod that is not ready apart', () => {
    world = makeLittleWorld();
    world.behave = () => 'unready';
    world.create(deployment('web', { replicas: 1 }));
    service({ ports: PORTS });
    service({ ports: PORTS, publishNotReadyAddresses: true }, 'eager');
    world.pass(10);
    expect(endpoints()).toMatchObject([{ notReadyAddresses: [{}] }]);
    expect(endpoints()).not.toMatchObject([{ addresses: [{}] }]);
    expect(endpoints('eager')).toMatchObject([{ addresses: [{}] }]);
    expect(slices()[0]?.endpoints).toMatchObject([{ conditions: { ready: false, serving: false } }]);
    expect(slices('eager')[0]?.endpoints).toMatchObject([{ conditions: { ready: true, serving: false } }]);
  });

  it('follows pods that come, go and are relabelled, in the same slice', () => {
    world = makeLittleWorld();
    world.create(deployment('web'));
    service({ ports: PORTS });
    world.pass(10);
    const [before] = slices();
    const [pod] = world.writer.list('Pod');
    world.writer.update('Pod', pod ?? { metadata: { name: '' } }, (current) => ({
      ...current,
      metadata: { ...current.metadata, labels: { debug: 'yes' } },
    }));
    world.pass(10);
    const [after] = slices();
    expect(after?.metadata.uid).toBe(before?.metadata.uid);
    expect(after?.endpoints).toHaveLength(2);
    expect(JSON.stringify(after?.endpoints)).not.toContain(pod?.metadata.uid);
  });
});

describe('a Service that leads nowhere', () => {
  it('without pods has neither subsets nor endpoints', () => {
    world = makeLittleWorld();
    service({ ports: PORTS, selector: { app: 'nobody' } });
    world.pass(5);
    expect(world.writer.find('Endpoints', 'default', 'web')).toBeDefined();
    expect(endpoints()).toBeUndefined();
    expect(slices()).toHaveLength(1);
    expect(slices()[0]).toMatchObject({ endpoints: null, ports: null });
  });

  it('with a port name that no container has lists pods without ports', () => {
    world = makeLittleWorld();
    world.create(deployment('web'));
    service({ ports: [{ name: 'x', port: 80, targetPort: 'nope' }] });
    world.pass(10);
    expect(endpoints()).toBeUndefined();
    expect(slices()[0]?.endpoints).toHaveLength(2);
    expect(slices()[0]?.ports).toBeNull();
  });

  it('without a selector is left to its owner', () => {
    world = makeLittleWorld();
    world.create({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'default' },
      spec: { ports: PORTS },
    });
    world.pass(5);
    expect(world.writer.find('Endpoints', 'default', 'web')).toBeUndefined();
    expect(slices()).toEqual([]);
    const endpointsOf = (ip: string): object[] => [
      { addresses: [{ ip }], ports: [{ name: 'http', port: 8080 }] },
    ];
    const metadata = { name: 'web', namespace: 'default' };
    world.create({ apiVersion: 'v1', kind: 'Endpoints', metadata, subsets: endpointsOf('192.0.2.7') });
    world.pass(5);
    expect(slices()).toMatchObject([
      {
        endpoints: [{ addresses: ['192.0.2.7'], conditions: { ready: true } }],
        ports: [{ name: 'http', port: 8080 }],
        metadata: {
          labels: { 'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io' },
        },
      },
    ]);
    world.writer.update('Endpoints', { metadata }, (current) => ({
      ...current,
      subsets: endpointsOf('192.0.2.8'),
    }));
    world.pass(5);
    expect(slices()).toHaveLength(1);
    expect(slices()[0]?.endpoints).toMatchObject([{ addresses: ['192.0.2.8'] }]);
    world.writer.delete('Endpoints', { metadata });
    world.pass(5);
    expect(slices()).toEqual([]);
  });
});

describe('ports and names', () => {
  it('finds ports by name, per pod', () => {
    world = makeLittleWorld();
    const ports = (containerPort: number): object => ({ ports: [{ name: 'http', containerPort }] });
    world.create(deployment('web', { replicas: 1, template: template('web', ports(8080)) }));
    const other = { metadata: { labels: { app: 'web', v: '2' } } };
    world.create({
      ...deployment('web2', {
        replicas: 1,
        selector: { matchLabels: { v: '2' } },
        template: { ...template('web', ports(9090)), ...other },
      }),
    });
    service({ ports: [{ name: 'http', port: 80, targetPort: 'http' }] });
    world.pass(10);
    const numbers = slices().flatMap((slice) => (slice.ports ?? []) as { port: number }[]);
    expect(numbers.map(({ port }) => port).sort()).toEqual([8080, 9090]);
    expect(endpoints()).toHaveLength(2);
  });

  it('a headless Service is marked and needs no ports', () => {
    world = makeLittleWorld();
    world.create(deployment('web'));
    service({ clusterIP: 'None' });
    world.pass(10);
    expect(endpoints()).toMatchObject([{ addresses: [{}, {}] }]);
    expect(slices()[0]?.metadata.labels).toMatchObject({ 'service.kubernetes.io/headless': '' });
    expect(slices()[0]?.ports).toBeNull();
  });
});

it('the endpoints of a deleted Service go', () => {
  world = makeLittleWorld();
  world.create(deployment('web'));
  service({ ports: PORTS });
  world.pass(10);
  world.writer.delete('Service', { metadata: { namespace: 'default', name: 'web' } });
  world.pass(5);
  expect(world.writer.find('Endpoints', 'default', 'web')).toBeUndefined();
  expect(slices()).toEqual([]);
});
