/** What an object hangs together with: owners, what it uses, who uses it, and whether each of them exists. */
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../shared/model/kube.ts';
import { refKey } from '../../../shared/cluster/refs.ts';
import { relationsOf } from '../../../src-main/store/relations.ts';
import { findResource, worstByRef } from '../../../src-main/store/publish-object.ts';
import { build, buildDeployment, buildIngress, buildPod, buildService } from '../../shared/objects.ts';
import { storeOf } from '../../shared/stores.ts';
import { findingOf } from '../headless/findings.ts';

const [deployment, replicaSet] = buildDeployment('web');
const pod = buildPod('web-1', {
  owner: ['ReplicaSet', 'web'],
  labels: { app: 'web' },
  spec: {
    nodeName: 'n1',
    serviceAccountName: 'runner',
    containers: [
      { name: 'main', envFrom: [{ configMapRef: { name: 'settings' } }, { secretRef: { name: 'keys' } }] },
    ],
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'disk' } }],
  },
});
const objects = [
  deployment,
  replicaSet,
  pod,
  build('Node', 'n1'),
  build('ConfigMap', 'settings'),
  buildService('front', { app: 'web' }),
  buildIngress('door', 'front'),
];

function related(object: KubeObject, store = storeOf(objects)): string[] {
  const relations = relationsOf(object, {
    view: store.view,
    resourceOf: () => undefined,
    worstOf: () => undefined,
  });
  return relations.map(
    ({ relation, ref, exists }) => `${relation} ${ref.kind} ${ref.name} ${String(exists)}`,
  );
}

describe('relationsOf', () => {
  test('a pod: its chain of owners, its Service, its node and what it uses, missing things included', () => {
    expect(related(pod)).toEqual([
      'owner ReplicaSet web true',
      'owner Deployment web true',
      'selected by Service front true',
      'runs on Node n1 true',
      'uses ConfigMap settings true',
      'uses Secret keys false',
      'uses PersistentVolumeClaim disk unknown',
      'uses ServiceAccount runner false',
    ]);
  });

  test('what may not be read is unknown, never missing', () => {
    const store = storeOf(objects, { Secret: 'denied', ServiceAccount: 'unknown' });
    expect(related(pod, store)).toContain('uses Secret keys unknown');
    expect(related(pod, store)).toContain('uses ServiceAccount runner unknown');
  });

  test.each([
    [deployment, ['owned ReplicaSet web true']],
    [replicaSet, ['owner Deployment web true', 'owned Pod web-1 true']],
    [build('Node', 'n1'), ['used by Pod web-1 true']],
    // The workload stands for its pods.
    [build('ConfigMap', 'settings'), ['used by Deployment web true']],
    [build('Secret', 'keys'), ['used by Deployment web true']],
    [build('ServiceAccount', 'runner'), ['used by Deployment web true']],
    [objects[5], ['selects Pod web-1 true', 'routed by Ingress door true']],
    [objects[6], ['routes to Service front true']],
    [buildIngress('lost', 'nowhere'), ['routes to Service nowhere false']],
  ] as [KubeObject, string[]][])('%#', (object, expected) => {
    expect(related(object)).toEqual(expected);
  });

  test('an owner of a kind that is not read is named all the same', () => {
    const owned = build('Pod', 'x', {
      metadata: {
        name: 'x',
        ownerReferences: [
          { apiVersion: 'example.com/v1', kind: 'Robot', name: 'r', uid: 'u', controller: true },
        ],
      },
    });
    expect(related(owned)).toContain('owner Robot r unknown');
  });

  test('malformed objects have fewer relations and break nothing', () => {
    const hostile = build('Pod', 'x', {
      metadata: { name: 'x', ownerReferences: 'none' as never },
      spec: { nodeName: 5, volumes: 'v', containers: [null] },
    });
    expect(related(hostile)).toEqual([]);
    expect(related({ ...hostile, kind: 'constructor' })).toEqual([]);
  });
});

describe('worstByRef', () => {
  test('is the worst severity that names the object as subject or member', () => {
    const member = { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u' };
    const worst = worstByRef([
      findingOf('a', { severity: 'low', members: [member] }),
      findingOf('b', { severity: 'critical', members: [member] }),
      findingOf('c', { severity: 'medium', subject: member }),
    ]);
    expect(worst.get(refKey(member))).toBe('critical');
  });
});

describe('findResource', () => {
  const robots = {
    group: 'example.com',
    version: 'v2',
    resource: 'robots',
    kind: 'Robot',
    namespaced: true,
    verbs: [],
    shortNames: [],
    custom: true,
  };
  test.each([
    ['example.com/v1', 'Robot', { group: 'example.com', version: 'v2', resource: 'robots' }],
    ['v1', 'Pod', { group: '', version: 'v1', resource: 'pods' }],
    ['other.com/v1', 'Robot', undefined],
    ['v1', 'toString', undefined],
  ])('%s %s', (apiVersion, kind, expected) => {
    expect(findResource([robots], apiVersion, kind)).toEqual(expected);
  });
});
