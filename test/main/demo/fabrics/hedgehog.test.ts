/** That the Hedgehog network of demo-lab is consistent: its objects fit their schemas, and every reference leads somewhere. */
import { describe, expect, it } from 'vitest';
import { isRecord, list, record, text } from '../../../../shared/cluster/narrow.ts';
import {
  plantHedgehog,
  DEFINITIONS,
  FABRIC_OBJECTS,
} from '../../../../src-main/demo/fabrics/hedgehog/plant-hedgehog.ts';
import type { StoredObject } from '../../../../src-main/demo/model.ts';
import type { Registry } from '../../../../src-main/demo/registry/contract.ts';
import { Simulation } from '../../../../src-main/demo/world/simulation.ts';
import { makeRegistry, START } from './make-registry.ts';

const QUIET = 10 * 60_000;

function plant(): { registry: Registry; clock: Simulation } {
  const clock = new Simulation(START);
  const registry = makeRegistry(clock);
  registry.create(
    registry.catalogue.builtIn('v1', 'Namespace'),
    undefined,
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } },
    { caller: { username: 'test', groups: ['system:masters'] } },
  );
  plantHedgehog(registry, clock, QUIET);
  return { registry, clock };
}

function all(registry: Registry, kind: string): readonly StoredObject[] {
  const resource = registry.catalogue
    .all()
    .find((one) => one.kind === kind && one.group.endsWith('githedgehog.com'));
  if (resource === undefined) throw new RangeError(`${kind} is not served`);
  return registry.list(resource);
}

function names(registry: Registry, kind: string): string[] {
  return all(registry, kind).map(({ metadata }) => metadata.name);
}

describe('the definitions', () => {
  it('are 22, each accepted and served with its short names', () => {
    const { registry } = plant();
    const served = registry.catalogue.all().filter(({ custom }) => custom !== undefined);
    expect(DEFINITIONS).toHaveLength(22);
    expect(served).toHaveLength(22);
    const short = Object.fromEntries(served.map(({ kind, shortNames }) => [kind, shortNames.join(' ')]));
    expect(short).toMatchObject({
      Switch: 'sw',
      ExternalPeering: 'extpeering extpeer',
      VPC: '',
      Agent: 'ag',
    });
    expect(served.every(({ categories }) => categories.includes('hedgehog'))).toBe(true);
    expect(served.every(({ subresources }) => subresources.some(({ name }) => name === 'status'))).toBe(true);
  });

  it.each([
    ['Switch', { role: 'router' }, 'spec.role'],
    ['Switch', {}, 'spec.role'],
    ['VLANNamespace', { ranges: [] }, 'spec.ranges'],
    ['VPCPeering', { permit: [{ a: { subnets: [] } }] }, 'spec.permit'],
    [
      'Connection',
      { fabric: { links: [{ spine: { port: 'a/E1/1', ip: '10.0.0.1' } }] } },
      'spec.fabric.links[0].spine.ip',
    ],
    ['Connection', { eslag: { links: [{}] } }, 'spec.eslag.links'],
    ['VPC', { subnets: ['10.0.0.0/24'] }, 'spec.subnets'],
    ['ExternalAttachment', { external: 'campus' }, 'spec.neighbor'],
  ])('refuse a wrong %s: %j', (kind, spec, field) => {
    const { registry } = plant();
    const resource = registry.catalogue
      .all()
      .find((one) => one.kind === kind && one.group.endsWith('githedgehog.com'));
    if (resource === undefined) throw new RangeError(kind);
    const draft = {
      apiVersion: `${resource.group}/${resource.version}`,
      kind,
      metadata: { name: 'wrong' },
      spec,
    };
    const create = (): unknown =>
      registry.create(resource, 'default', draft, {
        caller: { username: 'test', groups: ['system:masters'] },
      });
    expect(create).toThrow(field);
  });
});

describe('the objects', () => {
  it('are kept as they are written: no field is unknown to the schemas', () => {
    const { registry } = plant();
    for (const { apiVersion = '', kind = '', metadata, spec } of FABRIC_OBJECTS) {
      const resource = registry.catalogue.byKind(apiVersion, kind);
      if (resource === undefined) throw new RangeError(`${kind} is not served`);
      const stored = registry.get(resource, 'default', metadata?.name ?? '');
      expect(stored.spec, `${kind} ${metadata?.name}`).toEqual(JSON.parse(JSON.stringify(spec)));
    }
  });

  it('refer to what exists', () => {
    const { registry } = plant();
    const vpcs = new Map(
      all(registry, 'VPC').map((vpc) => [vpc.metadata.name, Object.keys(record(record(vpc.spec).subnets))]),
    );
    const connections = names(registry, 'Connection');
    for (const { spec } of all(registry, 'VPCAttachment')) {
      const [vpc = '', subnet = ''] = text(record(spec).subnet).split('/');
      expect(vpcs.get(vpc)).toContain(subnet);
      expect(connections).toContain(record(spec).connection);
    }
    for (const { spec } of all(registry, 'VPCPeering'))
      for (const permit of list(record(spec).permit))
        for (const [vpc, { subnets }] of Object.entries(record(permit)).map(
          ([key, value]) => [key, record(value)] as const,
        ))
          expect(vpcs.get(vpc)).toEqual(expect.arrayContaining([...list(subnets)]));
    const devices = [...names(registry, 'Switch'), ...names(registry, 'Server')];
    const ports = portsIn(all(registry, 'Connection').map(({ spec }) => spec));
    expect(ports.length).toBeGreaterThan(15);
    for (const port of ports) expect(devices).toContain(port.split('/')[0]);
    expect(new Set(ports).size, 'a port serves one connection').toBe(ports.length);
  });

  it('show each cable from both sides: LLDP on a leaf names the port of the spine, and back', () => {
    const { registry } = plant();
    const seen = all(registry, 'Agent').flatMap(({ metadata, status }) =>
      Object.entries(record(record(record(status).state).interfaces)).flatMap(([port, face]) =>
        list(record(face).lldpNeighbors).map((neighbor) => {
          const { sysName, portID } = record(neighbor);
          return [metadata.name, port, text(sysName), text(portID)] as const;
        }),
      ),
    );
    const nos = (port: string): string => `Ethernet${Number(port.split('/')[1]) - 1}`;
    const between = seen.filter(([, , peer]) => !peer.startsWith('lab-'));
    expect(between).toHaveLength(8);
    for (const [own, port, peer, peerPort] of between) {
      expect(between).toContainEqual([peer, expect.stringMatching(/^E1/), own, nos(port)]);
      expect(peerPort).toMatch(/^Ethernet\d$/);
    }
  });
});

describe('the agents', () => {
  function statuses(registry: Registry): Record<string, unknown>[] {
    return all(registry, 'Agent').map(({ status }) => record(status));
  }

  it('are silent in the past nobody sees, then report every 15 s', () => {
    const { registry, clock } = plant();
    const written = registry.version();
    clock.advanceTo(START + QUIET - 60_000);
    expect(registry.version()).toBe(written);
    clock.advanceTo(START + QUIET + 60_000);
    for (const { lastHeartbeat } of statuses(registry)) {
      expect(clock.now() - Date.parse(text(lastHeartbeat))).toBeLessThan(15_001);
    }
  });

  it('apply a new generation, and say when', () => {
    const { registry, clock } = plant();
    clock.advanceTo(START + QUIET);
    const agents = registry.catalogue.byKind('agent.githedgehog.com/v1beta1', 'Agent');
    if (agents === undefined) throw new RangeError('Agent is not served');
    const context = { caller: { username: 'test', groups: ['system:masters'] } };
    const edit = (current: StoredObject | undefined): StoredObject => {
      if (current === undefined) throw new RangeError('no such agent');
      return { ...current, spec: { ...record(current.spec), description: 'moved' } };
    };
    const { object } = registry.update(agents, 'default', 'leaf-1', edit, context);
    expect(object.metadata.generation).toBe(2);
    clock.advanceTo(START + QUIET + 20_000);
    const status = record(registry.get(agents, 'default', 'leaf-1').status);
    expect(status.lastAppliedGen).toBe(2);
    expect(Date.parse(text(status.lastAppliedTime))).toBeGreaterThan(START + QUIET - 1);
    expect(text(statuses(registry)[1]?.lastAppliedTime)).toBe('2026-03-02T08:00:00Z');
  });

  it('come to rest when their definition is deleted', () => {
    const { registry, clock } = plant();
    const definitions = registry.catalogue.builtIn('apiextensions.k8s.io/v1', 'CustomResourceDefinition');
    registry.delete(
      definitions,
      undefined,
      'agents.agent.githedgehog.com',
      {},
      {
        caller: { username: 'test', groups: ['system:masters'] },
      },
    );
    expect(() => clock.advanceTo(START + QUIET + 60_000)).not.toThrow();
  });
});

function portsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(portsIn);
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'port' && typeof inner === 'string' ? [inner] : portsIn(inner),
  );
}
