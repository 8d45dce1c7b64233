/** The object store: what it keeps, what it tells, and every question. */
import { describe, expect, it } from 'vitest';
import type { Change } from '../../../shared/cluster/source.ts';
import type { KubeObject, Pod } from '../../../shared/model/kube.ts';
import { createObjectStore } from '../../../src-main/store/object-store.ts';
import {
  build,
  buildDeployment,
  buildEvent,
  buildIngress,
  buildPod,
  buildService,
} from '../../shared/objects.ts';
import { put, storeOf } from '../../shared/stores.ts';

const names = (objects: readonly KubeObject[]): string[] => objects.map(({ metadata }) => metadata.name);

function listen(store: ReturnType<typeof createObjectStore>): string[] {
  const heard: string[] = [];
  const describeChange = ({ kind, before, after }: Change): string =>
    `${before === undefined ? '+' : after === undefined ? '-' : '~'}${kind} ${(after ?? before)?.metadata.uid}`;
  store.onChange((change) => heard.push(describeChange(change)));
  return heard;
}

describe('changes', () => {
  it('tells additions, updates and removals, once each', () => {
    const store = createObjectStore();
    const heard = listen(store);
    put(store, build('ConfigMap', 'a'));
    put(store, build('ConfigMap', 'a', { data: { key: '' } }));
    store.remove('ConfigMap', build('ConfigMap', 'a'));
    store.remove('ConfigMap', build('ConfigMap', 'a'));
    expect(heard).toEqual(['+ConfigMap configmap-a', '~ConfigMap configmap-a', '-ConfigMap configmap-a']);
    expect(store.count('ConfigMap')).toBe(0);
  });

  it('is silent where nothing changed: the same resourceVersion, or the same content', () => {
    const store = createObjectStore();
    const versioned = (version: string) =>
      build('Pod', 'p', { metadata: { name: 'p', resourceVersion: version } });
    put(store, versioned('1'));
    put(store, build('ConfigMap', 'c'));
    const heard = listen(store);
    put(store, versioned('1'));
    put(store, build('ConfigMap', 'c'));
    expect(heard).toEqual([]);
    put(store, versioned('2'));
    expect(heard).toEqual(['~Pod pod-p']);
  });

  it('lets an object of the same name with another uid take the place of the old one', () => {
    const store = createObjectStore();
    put(store, buildPod('p', { labels: { app: 'old' }, metadata: { uid: 'one' } }));
    const heard = listen(store);
    put(store, buildPod('p', { labels: { app: 'new' }, metadata: { uid: 'two' } }));
    expect(heard).toEqual(['-Pod one', '+Pod two']);
    expect([store.view.byUid('one'), store.view.get('Pod', 'shop', 'p')?.metadata.uid]).toEqual([
      undefined,
      'two',
    ]);
    expect(store.view.podsSelected('shop', { app: 'old' })).toEqual([]);
    // A late word of the old one's end is not about the new one.
    store.remove('Pod', buildPod('p', { metadata: { uid: 'one' } }));
    expect(store.count('Pod')).toBe(1);
  });

  it('does not keep two names under one uid', () => {
    const store = createObjectStore();
    put(store, buildPod('a', { metadata: { uid: 'one' } }));
    put(store, buildPod('b', { metadata: { uid: 'one' } }));
    expect(names(store.view.podsInNamespace('shop'))).toEqual(['b']);
    expect(store.count('Pod')).toBe(1);
  });

  it('drops what a complete list no longer holds, in one namespace if given', () => {
    const store = createObjectStore();
    const inBank = (name: string) =>
      build('Secret', name, { metadata: { name, namespace: 'bank', uid: `bank-${name}` } });
    for (const object of [build('Secret', 'a'), build('Secret', 'b'), inBank('c')]) put(store, object);
    const heard = listen(store);
    store.replace('Secret', [build('Secret', 'b')], 'shop');
    expect(heard).toEqual(['-Secret secret-a']);
    store.replace('Secret', []);
    expect(heard.slice(1).sort()).toEqual(['-Secret bank-c', '-Secret secret-b']);
  });

  it('stores what pods of one owner, or two versions of one object, have in common once', () => {
    const replica = (name: string, restarts = 0) =>
      buildPod(name, { owner: ['ReplicaSet', 'web'], labels: { app: 'web' }, restarts });
    const store = storeOf([replica('a'), replica('b'), buildPod('alone')]);
    const [a, b, alone] = ['a', 'b', 'alone'].map((name) => store.view.get('Pod', 'shop', name));
    expect(b?.spec).toBe(a?.spec);
    expect(b?.metadata.labels).toBe(a?.metadata.labels);
    expect(alone?.spec).not.toBe(a?.spec);
    put(store, replica('b', 1));
    const after = store.view.get('Pod', 'shop', 'b');
    expect([after?.spec === b?.spec, after?.status === b?.status]).toEqual([true, false]);
  });

  it('stops telling when asked to', () => {
    const store = createObjectStore();
    const heard: Change[] = [];
    const stop = store.onChange((change) => heard.push(change));
    stop();
    put(store, build('Pod', 'p'));
    expect(heard).toEqual([]);
  });

  it('ignores what has no usable name, and completes what list items lack', () => {
    const store = createObjectStore();
    for (const metadata of [undefined, null, 'x', [], {}, { name: '' }, { name: 5 }, { name: 'x' }]) {
      store.upsert('Pod', { metadata } as never);
      store.remove('Pod', { metadata } as never);
    }
    expect(store.count('Pod')).toBe(0);
    store.upsert('Deployment', { metadata: { name: 'web', namespace: 'shop', uid: 'u' } } as never);
    expect(store.view.get('Deployment', 'shop', 'web')).toMatchObject({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
    });
  });
});

describe('hostile names', () => {
  it('keeps names of the prototype apart from the prototype', () => {
    const store = createObjectStore();
    expect(store.view.get('ConfigMap', '__proto__', 'constructor')).toBeUndefined();
    expect(store.view.names('ConfigMap', 'constructor')).toEqual([]);
    const object = JSON.parse(
      '{"metadata": {"name": "__proto__", "namespace": "constructor", "uid": "toString", "labels": {"__proto__": "x", "a": "b"}}}',
    ) as KubeObject;
    store.upsert('Pod', object);
    expect(store.view.get('Pod', 'constructor', '__proto__')?.metadata.uid).toBe('toString');
    expect(names(store.view.podsSelected('constructor', { a: 'b' }))).toEqual(['__proto__']);
    expect(
      names(
        store.view.podsSelected('constructor', JSON.parse('{"__proto__": "x"}') as Record<string, string>),
      ),
    ).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });
});

describe('knowledge', () => {
  it('differs by namespace where told, and falls back to the whole cluster', () => {
    const store = createObjectStore();
    expect(store.view.knowledge('Pod')).toBe('unknown');
    store.setKnowledge('Pod', 'denied');
    store.setKnowledge('Pod', 'known', 'shop');
    expect([
      store.view.knowledge('Pod', 'shop'),
      store.view.knowledge('Pod', 'bank'),
      store.view.knowledge('Pod'),
    ]).toEqual(['known', 'denied', 'denied']);
  });

  it('has a new version only when something changed', () => {
    const store = createObjectStore();
    store.setKnowledge('Pod', 'known');
    const version = store.knowledgeVersion;
    store.setKnowledge('Pod', 'known');
    expect(store.knowledgeVersion).toBe(version);
    store.setKnowledge('Pod', 'known', 'shop');
    store.setKnowledge('Pod', 'denied', undefined, { reason: 'no' });
    expect(store.knowledgeVersion).toBe(version + 2);
  });
});

describe('questions', () => {
  const { view } = storeOf([
    ...buildDeployment('web', 2),
    buildPod('web-b', { owner: ['ReplicaSet', 'web'], labels: { app: 'web' }, spec: { nodeName: 'n1' } }),
    buildPod('web-a', {
      owner: ['ReplicaSet', 'web'],
      labels: { app: 'web', zone: 'z' },
      spec: { nodeName: 'n2' },
    }),
    buildPod('api', {
      labels: { app: 'api' },
      spec: { nodeName: 'n1', volumes: [{ name: 'v', configMap: { name: 'settings' } }] },
    }),
    buildService('web', { app: 'web' }),
    buildService('zone', { app: 'web', zone: 'z' }),
    build('Service', 'headless', { spec: { selector: {} } }),
    buildIngress('front', 'web', 'web'),
    build('Ingress', 'default', { spec: { defaultBackend: { service: { name: 'api' } } } }),
    build('EndpointSlice', 'web-x', {
      metadata: { name: 'web-x', labels: { 'kubernetes.io/service-name': 'web' } },
    }),
    build('Node', 'n2'),
    build('Node', 'n1'),
    build('ConfigMap', 'settings'),
    buildEvent('e1', buildPod('api'), { reason: 'Pulled' }),
  ]);
  const pod = (name: string) => view.get('Pod', 'shop', name) as Pod;

  it.each([
    ['owned objects, by name', () => view.ownedBy('Pod', 'replicaset-web'), ['web-a', 'web-b']],
    ['owned objects of another kind', () => view.ownedBy('ReplicaSet', 'deployment-web'), ['web']],
    ['nothing of an unknown owner', () => view.ownedBy('Pod', 'x'), []],
    ['pods on a node', () => view.podsOnNode('n1'), ['api', 'web-b']],
    ['pods of a selector', () => view.podsSelected('shop', { app: 'web' }), ['web-a', 'web-b']],
    [
      'pods by matchLabels',
      () => view.podsSelected('shop', { matchLabels: { app: 'web', zone: 'z' } }),
      ['web-a'],
    ],
    [
      'pods by expressions alone',
      () => view.podsSelected('shop', { matchExpressions: [{ key: 'zone', operator: 'Exists' }] }),
      ['web-a'],
    ],
    ['no pods of an empty selector', () => view.podsSelected('shop', {}), []],
    ['no pods of another namespace', () => view.podsSelected('bank', { app: 'web' }), []],
    ['all nodes', () => view.nodes(), ['n1', 'n2']],
    ['all pods of a namespace', () => view.podsInNamespace('shop'), ['api', 'web-a', 'web-b']],
    ['slices', () => view.slicesOf('shop', 'web'), ['web-x']],
    ['services of a pod', () => view.servicesSelecting(pod('web-a')), ['web', 'zone']],
    ['no service by a part of its selector', () => view.servicesSelecting(pod('web-b')), ['web']],
    ['no service without a selector', () => view.servicesSelecting(pod('api')), []],
    ['ingresses, each once', () => view.ingressesTo('shop', 'web'), ['front']],
    ['ingresses by default backend', () => view.ingressesTo('shop', 'api'), ['default']],
    ['pods that name a ConfigMap', () => view.podsReferring('ConfigMap', 'shop', 'settings'), ['api']],
  ])('finds %s', (_name, ask, expected) => {
    expect(names(ask())).toEqual(expected);
  });

  it('finds names, objects and events', () => {
    expect(view.names('Pod', 'shop')).toEqual(['api', 'web-a', 'web-b']);
    expect(view.byUid('node-n1')?.kind).toBe('Node');
    expect(view.get('Node', undefined, 'n1')?.kind).toBe('Node');
    // A cluster-scoped object has no namespace, whatever the question says.
    expect(view.get('Node', 'shop', 'n1')?.kind).toBe('Node');
    expect(view.eventsOf('pod-api').map(({ reason }) => reason)).toEqual(['Pulled']);
  });
});
