/** Limit ranges and quotas: what they fill in, count and refuse, in the sentences of kube-apiserver 1.35.4. */
import { describe, expect, it } from 'vitest';
import { record, records } from '../../../../shared/cluster/narrow.ts';
import type { DraftObject } from '../../../../src-main/demo/model.ts';
import { resourceFor } from './stub-registry.ts';
import { messageOf, NAMESPACE, pod, prepare, sized, world, write, WRITE } from './write-path.ts';

const LIMITS: DraftObject = {
  apiVersion: 'v1',
  kind: 'LimitRange',
  metadata: { name: 'lim', namespace: NAMESPACE },
  spec: {
    limits: [
      {
        type: 'Container',
        default: { cpu: '500m', memory: '256Mi' },
        defaultRequest: { cpu: '100m', memory: '256Mi' },
        min: { cpu: '50m' },
        max: { cpu: '1' },
        maxLimitRequestRatio: { memory: '2' },
      },
      { type: 'Pod', max: { memory: '1Gi' } },
      { type: 'PersistentVolumeClaim', min: { storage: '1Gi' }, max: { storage: '5Gi' } },
    ],
  },
};

function claim(storage: string): DraftObject {
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } };
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'x' }, spec };
}

describe('limit ranges', () => {
  it('fill in requests and limits, and say so', () => {
    const { spec, metadata, status } = write(world(LIMITS), sized({ requests: { cpu: '200m' } }));
    expect(records(record(spec).containers)[0]?.resources).toEqual({
      limits: { cpu: '500m', memory: '256Mi' },
      requests: { cpu: '200m', memory: '256Mi' },
    });
    expect(metadata.annotations?.['kubernetes.io/limit-ranger']).toBe(
      'LimitRanger plugin set: memory request for container c; cpu, memory limit for container c',
    );
    expect(record(status).qosClass).toBe('Burstable');
  });

  it.each([
    [sized({ limits: { cpu: '2' } }), 'maximum cpu usage per Container is 1, but limit is 2'],
    [sized({ requests: { cpu: '10m' } }), 'minimum cpu usage per Container is 50m, but request is 10m'],
    [
      sized({ requests: { memory: '10Mi' }, limits: { memory: '100Mi' } }),
      'memory max limit to request ratio per Container is 2, but provided ratio is 10.000000',
    ],
    [
      sized({ requests: { memory: '1600Mi' }, limits: { memory: '1600Mi' } }),
      'maximum memory usage per Pod is 1Gi, but limit is 1600Mi',
    ],
  ])('refuse a pod', (manifest, why) => {
    expect(messageOf(() => write(world(LIMITS), manifest))).toBe(`pods "p" is forbidden: ${why}`);
  });

  it.each([
    ['1Mi', 'minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 1Mi'],
    ['10Gi', 'maximum storage usage per PersistentVolumeClaim is 5Gi, but request is 10Gi'],
  ])('refuse a claim of %s', (size, why) => {
    expect(messageOf(() => write(world(LIMITS), claim(size)))).toBe(
      `persistentvolumeclaims "x" is forbidden: ${why}`,
    );
  });

  it('name all bounds that are broken', () => {
    expect(
      messageOf(() =>
        write(
          world(LIMITS),
          sized({ requests: { cpu: '10m', memory: '1Gi' }, limits: { cpu: '2', memory: '1Gi' } }),
        ),
      ),
    ).toBe(
      'pods "p" is forbidden: [minimum cpu usage per Container is 50m, but request is 10m, maximum cpu usage per Container is 1, but limit is 2]',
    );
  });
});

function quota(
  name: string,
  hard: Record<string, string>,
  used: Record<string, string>,
  spec = {},
): DraftObject {
  const metadata = { name, namespace: NAMESPACE };
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata,
    spec: { hard, ...spec },
    status: { hard, used },
  };
}

describe('quotas', () => {
  it.each([
    [
      quota('q', { pods: '5' }, { pods: '5' }),
      pod(),
      'exceeded quota: q, requested: pods=1, used: pods=5, limited: pods=5',
    ],
    [
      quota(
        'q',
        { 'requests.memory': '100Mi', 'limits.cpu': '1' },
        { 'requests.memory': '0', 'limits.cpu': '0' },
      ),
      pod({ initContainers: [{ name: 'i', image: 'x' }] }),
      'failed quota: q: must specify limits.cpu for: c,i; requests.memory for: c,i',
    ],
    [
      quota(
        'q',
        { 'requests.memory': '100Mi', 'limits.cpu': '1' },
        { 'requests.memory': '0', 'limits.cpu': '0' },
      ),
      sized({ requests: { memory: '200Mi' }, limits: { cpu: '2000m' } }),
      'exceeded quota: q, requested: limits.cpu=2,requests.memory=200Mi, used: limits.cpu=0,requests.memory=0, limited: limits.cpu=1,requests.memory=100Mi',
    ],
    [quota('q', { pods: '5' }, {}), pod(), 'status unknown for quota: q, resources: pods'],
  ])('refuse a pod: %#', (held, manifest, why) => {
    expect(messageOf(() => write(world(held), manifest))).toBe(`pods "p" is forbidden: ${why}`);
  });

  it('count other kinds too', () => {
    const held = quota(
      'q',
      { 'count/deployments.apps': '1', services: '0' },
      { 'count/deployments.apps': '1', services: '0' },
    );
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 's' },
      spec: { ports: [{ port: 80 }] },
    };
    expect(messageOf(() => write(world(held), service))).toBe(
      'services "s" is forbidden: exceeded quota: q, requested: services=1, used: services=0, limited: services=0',
    );
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' } };
    expect(messageOf(() => write(world(held), deployment))).toContain(
      'exceeded quota: q, requested: count/deployments.apps=1',
    );
  });

  it('count what is let in at once, so that the next is refused', () => {
    const registry = world(quota('q', { pods: '2' }, { pods: '1' }));
    const held = (): unknown => registry.find(resourceFor('v1', 'ResourceQuota'), NAMESPACE, 'q')?.status;
    write(registry, pod(), { ...WRITE, dryRun: true });
    expect(held()).toMatchObject({ used: { pods: '1' } });
    write(registry, pod());
    expect(held()).toMatchObject({ used: { pods: '2' } });
    expect(messageOf(() => write(registry, pod()))).toContain('used: pods=2, limited: pods=2');
  });

  it.each([
    ['BestEffort', pod(), true],
    ['BestEffort', sized({ requests: { cpu: '1' } }), false],
    ['NotBestEffort', sized({ requests: { cpu: '1' } }), true],
    ['Terminating', pod({ activeDeadlineSeconds: 5 }), true],
    ['NotTerminating', pod({ activeDeadlineSeconds: 5 }), false],
  ])('look only at pods in their scope: %s', (scope, manifest, counts) => {
    const registry = world(quota('q', { pods: '0' }, { pods: '0' }, { scopes: [scope] }));
    if (counts) expect(messageOf(() => write(registry, manifest))).toContain('exceeded quota: q');
    else expect(write(registry, manifest).metadata.name).toBe('p');
  });

  it('do not hinder an update that asks for no more', () => {
    const registry = world(
      quota('q', { services: '1', 'services.nodeports': '0' }, { services: '1', 'services.nodeports': '0' }),
    );
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 's' },
      spec: { ports: [{ port: 80 }] },
    };
    const { object: old } = prepare(world(), service);
    expect(
      write(registry, { ...old, metadata: { ...old.metadata, labels: { a: 'b' } } }, WRITE, old).metadata
        .name,
    ).toBe('s');
    const exposed = { ...old, spec: { ...record(old.spec), type: 'NodePort' } };
    expect(messageOf(() => write(registry, exposed, WRITE, old))).toContain(
      'requested: services.nodeports=1',
    );
  });
});
