/** Which pods and containers a log target means, malformed objects included. */
import { describe, expect, test } from 'vitest';
import { refOf } from '../../../shared/cluster/refs.ts';
import type { KubeObject } from '../../../shared/model/kube.ts';
import { containersOf, podsOf, templateContainers } from '../../../src-main/streams/log-targets.ts';
import { build, buildDeployment, buildPod } from '../../shared/objects.ts';
import { storeOf } from '../../shared/stores.ts';

const [deployment, replicaSet] = buildDeployment('web');
const own = buildPod('web-1', { owner: ['ReplicaSet', 'web'], restarts: 2 });
const other = buildPod('other');
const { view } = storeOf([deployment, replicaSet, own, other]);
const target = (object: KubeObject) => ({ namespace: 'shop', ref: refOf(object), containers: [] });

describe('podsOf', () => {
  test.each<[string, KubeObject, string[] | undefined]>([
    ['a pod', own, ['web-1']],
    ['a pod that is gone', buildPod('gone'), []],
    ['a Deployment, through its ReplicaSets', deployment, ['web-1']],
    ['a ReplicaSet', replicaSet, ['web-1']],
    ['a workload without pods', build('StatefulSet', 'db'), []],
    ['anything else', build('Service', 's'), undefined],
  ])('%s', (_name, object, names) => {
    expect(podsOf(view, target(object))?.map(({ metadata }) => metadata.name)).toEqual(names);
  });

  test('a reference without uid is looked up by name', () => {
    const { uid: _uid, ...ref } = refOf(deployment);
    expect(
      podsOf(view, { namespace: 'shop', ref, containers: [] })?.map(({ metadata }) => metadata.name),
    ).toEqual(['web-1']);
  });
});

describe('containers', () => {
  test('of a pod: all kinds in the order of the spec, with their state', () => {
    const pod = buildPod('p', {
      spec: { initContainers: [{ name: 'prepare' }], containers: [{ name: 'main' }] },
      restarts: 3,
    });
    expect(containersOf(pod)).toEqual([
      { name: 'prepare', kind: 'init', running: false, restarts: 0 },
      { name: 'main', kind: 'main', running: true, restarts: 3 },
    ]);
  });

  test('of a workload: by its template, with what its pods say', () => {
    const full = {
      ...deployment,
      spec: { ...deployment.spec, template: { spec: { containers: [{ name: 'main' }, { name: 'new' }] } } },
    };
    expect(templateContainers(full, view)).toEqual([
      { name: 'main', kind: 'main', running: true, restarts: 2 },
      { name: 'new', kind: 'main', running: false, restarts: 0 },
    ]);
    expect(templateContainers(build('ConfigMap', 'c'), view)).toEqual([]);
  });

  test.each([[undefined], [null], ['x'], [{ containers: 'x' }], [{ containers: [null, 5, { name: 7 }] }]])(
    'a spec %j has none',
    (spec) => {
      expect(containersOf({ ...own, spec })).toEqual([]);
    },
  );
});
