/** Addresses and node ports of services: given out, kept, dropped, and refused when they are taken. */
import { describe, expect, it } from 'vitest';
import { record, records } from '../../../../shared/cluster/narrow.ts';
import type { DraftObject, StoredObject } from '../../../../src-main/demo/model.ts';
import type { WriteContext } from '../../../../src-main/demo/registry/contract.ts';
import { StatusError } from '../../../../src-main/demo/status-error.ts';
import { createStubRegistry, namespaceObjects, type StubRegistry } from './stub-registry.ts';
import { NAMESPACE, prepare } from './write-path.ts';

const WRITE: WriteContext = { caller: { username: 'admin', groups: ['system:masters'] } };

function world(random = 0.5): StubRegistry {
  return createStubRegistry(namespaceObjects(NAMESPACE), () => random);
}

function service(name: string, spec: Readonly<Record<string, unknown>>): DraftObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } };
}

function create(registry: StubRegistry, manifest: DraftObject): StoredObject {
  return registry.put({
    ...prepare(registry, manifest, undefined, WRITE).object,
    metadata: { namespace: NAMESPACE, ...manifest.metadata },
  });
}

function update(
  registry: StubRegistry,
  old: StoredObject,
  spec: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const manifest = { apiVersion: 'v1', kind: 'Service', metadata: old.metadata, spec };
  return record(prepare(registry, manifest, old, WRITE).object.spec);
}

function message(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof StatusError) return error.message;
    throw error;
  }
  return 'let through';
}

describe('a new service', () => {
  it('gets a free address, even where the first choice is taken', () => {
    const registry = world();
    const addresses = ['a', 'b', 'c'].map(
      (name) => record(create(registry, service(name, {})).spec).clusterIP,
    );
    expect(new Set(addresses).size).toBe(3);
    for (const address of addresses) expect(address).toMatch(/^10\.96\.\d{1,3}\.\d{1,3}$/);
  });

  it('keeps the address it asks for, unless that is taken or out of range', () => {
    const registry = world();
    expect(record(create(registry, service('a', { clusterIP: '10.96.7.7' })).spec)).toMatchObject({
      clusterIP: '10.96.7.7',
      clusterIPs: ['10.96.7.7'],
    });
    expect(message(() => create(registry, service('b', { clusterIP: '10.96.7.7' })))).toBe(
      'Service "b" is invalid: spec.clusterIPs: Invalid value: ["10.96.7.7"]: failed to allocate IP 10.96.7.7: provided IP is already allocated',
    );
    expect(message(() => create(registry, service('b', { clusterIP: '10.97.0.1' })))).toContain(
      'the provided IP (10.97.0.1) is not in the valid range. The range of valid IPs is 10.96.0.0/16',
    );
  });

  it('gets one node port for the same number over two protocols', () => {
    const ports = [
      { name: 'a', port: 53, protocol: 'UDP' },
      { name: 'b', port: 53, protocol: 'TCP' },
      { name: 'c', port: 80 },
    ];
    const made = records(record(create(world(), service('dns', { type: 'NodePort', ports })).spec).ports);
    expect(made[0]?.nodePort).toBe(made[1]?.nodePort);
    expect(made[2]?.nodePort).not.toBe(made[0]?.nodePort);
    for (const { nodePort } of made) expect(Number(nodePort)).toBeGreaterThanOrEqual(30_000);
  });

  it('is refused a node port that is taken or out of range', () => {
    const registry = world();
    const wants = (name: string, nodePort: number): DraftObject =>
      service(name, { type: 'NodePort', ports: [{ port: 80, nodePort }] });
    create(registry, wants('a', 30_001));
    expect(message(() => create(registry, wants('b', 30_001)))).toBe(
      'Service "b" is invalid: spec.ports[0].nodePort: Invalid value: 30001: provided port is already allocated',
    );
    expect(message(() => create(registry, wants('b', 80)))).toBe(
      'Service "b" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
    );
  });
});

describe('an updated service', () => {
  it('keeps what the client leaves out', () => {
    const registry = world();
    const old = create(registry, service('a', { type: 'NodePort' }));
    const before = record(old.spec);
    const after = update(registry, old, { type: 'NodePort', ports: [{ port: 80 }], selector: { a: 'b' } });
    expect(after.clusterIP).toBe(before.clusterIP);
    expect(records(after.ports)[0]?.nodePort).toBe(records(before.ports)[0]?.nodePort);
  });

  it('loses what its new type has no use for', () => {
    const registry = world();
    const old = create(registry, service('a', { type: 'NodePort' }));
    const inner = update(registry, old, { ...record(old.spec), type: 'ClusterIP' });
    expect(records(inner.ports)[0]).not.toHaveProperty('nodePort');
    expect(inner).not.toHaveProperty('externalTrafficPolicy');
    const outer = update(registry, old, { ...record(old.spec), type: 'ExternalName', externalName: 'a.b' });
    for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']) {
      expect(outer).not.toHaveProperty(field);
    }
  });

  it('gets an address and a port with a type that needs them', () => {
    const registry = world();
    const old = create(registry, service('a', { type: 'ExternalName', externalName: 'a.b' }));
    const after = update(registry, old, { ...record(old.spec), type: 'NodePort', externalName: undefined });
    expect(after.clusterIP).toMatch(/^10\.96\./);
    expect(records(after.ports)[0]?.nodePort).toBeTypeOf('number');
  });
});
