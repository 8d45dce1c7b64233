/** Dumps: every layout, and what they prove. */
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { KubeObject } from '../../../shared/model/kube.ts';
import { build, buildDeployment, buildPod, controlledBy } from '../../shared/objects.ts';
import { a, b, pods, read, yaml } from './folder.ts';

describe('forms', () => {
  it.each<[string, Record<string, string | Uint8Array>]>([
    ['one object per file', { 'a.yaml': yaml(a), 'deep/er/b.yml': yaml(b) }],
    ['several documents', { 'all.yaml': `# saved\n---\n${yaml(a, b)}---\n# nothing\n---\n...\n` }],
    ['a List in YAML', { 'list.yaml': yaml({ apiVersion: 'v1', kind: 'List', items: [a, b] }) }],
    ['a List in JSON', { 'list.json': JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [a, b] }) }],
    [
      'a PodList whose items lack kind and apiVersion',
      {
        'pods.json': JSON.stringify({
          kind: 'PodList',
          apiVersion: 'v1',
          items: [a, b].map(({ kind: _k, apiVersion: _v, ...rest }) => rest),
        }),
      },
    ],
    [
      'a list within a list',
      {
        'l.yaml': yaml({
          kind: 'List',
          apiVersion: 'v1',
          items: [{ kind: 'List', apiVersion: 'v1', items: [a] }, b],
        }),
      },
    ],
    ['a plain JSON array', { 'x.json': JSON.stringify([a, b]) }],
    [
      'JSON in a YAML file',
      { 'x.yaml': JSON.stringify({ kind: 'List', apiVersion: 'v1', items: [a, b] }, null, 2) },
    ],
    ['Windows line ends', { 'x.yaml': yaml(a, b).replaceAll('\n', '\r\n') }],
    ['UTF-16 as PowerShell writes it', { 'x.yaml': Buffer.from(`\ufeff${yaml(a, b)}`, 'utf16le') }],
    ['a byte order mark', { 'x.json': `\ufeff${JSON.stringify([a, b])}` }],
    [
      'the layout of cluster-info dump',
      {
        'nodes.json': JSON.stringify({ kind: 'NodeList', apiVersion: 'v1', items: [] }),
        'shop/pods.json': JSON.stringify({ kind: 'PodList', apiVersion: 'v1', items: [a, b] }),
      },
    ],
    [
      'the layout of must-gather',
      {
        'must-gather/quay-io/namespaces/shop/core/pods.yaml': `---\n${yaml({ apiVersion: 'v1', kind: 'PodList', items: [a, b] })}`,
        'must-gather/quay-io/namespaces/shop/pods/a/a.yaml': yaml(a),
        'must-gather/quay-io/version': 'x',
      },
    ],
  ])('reads %s', async (_name, files) => {
    const dump = await read(files);
    expect(pods(dump)).toEqual(['shop/a', 'shop/b']);
  });

  it('reads a long YAML list entry by entry, and skips only the broken one', async () => {
    const long = Array.from({ length: 400 }, (_, index) =>
      buildPod(`p${index}`, { metadata: { annotations: { note: `"${'x'.repeat(300)}"\n- a: b\n# c\n` } } }),
    );
    for (const indentSeq of [true, false]) {
      const text = stringify(
        { apiVersion: 'v1', items: long, kind: 'List', metadata: { resourceVersion: '' } },
        { indentSeq },
      );
      expect(text.length).toBeGreaterThan(100_000);
      const whole = await read({ 'list.yaml': text });
      expect([whole.store.count('Pod'), whole.warnings]).toEqual([400, []]);
      expect(whole.store.view.get('Pod', 'shop', 'p7')?.metadata.annotations).toEqual(
        long[7]?.metadata.annotations,
      );
      const broken = await read({ 'list.yaml': text.replace('name: p7\n', 'name: [p7\n') });
      expect(broken.store.count('Pod')).toBe(399);
      expect(broken.warnings).toEqual([
        expect.stringMatching(/^list\.yaml, line \d+: is not valid YAML, and the document is skipped/),
      ]);
    }
  });

  it('reads a long typed YAML list whose kind stands behind its items', async () => {
    const items = Array.from({ length: 600 }, (_, index) => {
      const { kind: _kind, apiVersion: _version, ...rest } = buildPod(`p${index}`);
      return rest;
    });
    const text = stringify({ items, kind: 'PodList', apiVersion: 'v1' });
    expect(text.length).toBeGreaterThan(100_000);
    expect((await read({ 'p.yaml': text })).store.count('Pod')).toBe(600);
  });

  it('reads a long list with anchors used across its entries', async () => {
    const items = Array.from(
      { length: 500 },
      (_, index) =>
        `- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: p${index}\n    namespace: shop\n    annotations: {note: ${'x'.repeat(200)}}\n    labels: ${index === 0 ? '&l\n      app: web' : '*l'}\n`,
    );
    const dump = await read({
      'l.yaml': `apiVersion: v1\nkind: List\nitems:\n${items.slice(0, 90).join('')}${items.slice(90).join('').replaceAll('*l', '{app: web}')}`,
    });
    expect(dump.store.view.podsSelected('shop', { app: 'web' })).toHaveLength(500);
  });

  it('strips and empties as the reflectors do', async () => {
    const secret = build('Secret', 's', {
      data: { password: 'aHVudGVyMg==' },
      metadata: { name: 's', managedFields: [{}] } as never,
    });
    const { store } = await read({ 's.yaml': yaml(secret) });
    expect(store.view.get('Secret', 'shop', 's')).toMatchObject({ data: { password: '' } });
    expect(store.view.get('Secret', 'shop', 's')?.metadata).not.toHaveProperty('managedFields');
  });

  it('takes events of both groups, and only versions it understands', async () => {
    const event = {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: 'e', namespace: 'shop' },
      regarding: { uid: 'pod-a' },
      reason: 'Killing',
    };
    const foreign = [
      { ...build('Service', 'knative'), apiVersion: 'serving.knative.dev/v1' },
      { ...build('EndpointSlice', 'old'), apiVersion: 'discovery.k8s.io/v1beta1' },
    ];
    const { store, warnings } = await read({ 'x.yaml': yaml(a, event, ...foreign) });
    expect(store.view.eventsOf('pod-a').map(({ reason }) => reason)).toEqual(['Killing']);
    expect([store.count('Service'), store.count('EndpointSlice'), warnings]).toEqual([0, 0, []]);
  });

  it('puts what names no namespace into default, and nodes into none', async () => {
    const bare = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: null } };
    const dump = await read({
      'x.yaml': yaml(bare, build('Node', 'n', { metadata: { name: 'n', namespace: 'odd' } })),
    });
    expect(pods(dump)).toEqual(['default/p']);
    expect(dump.store.view.get('Node', undefined, 'n')?.metadata).not.toHaveProperty('namespace');
  });

  it('reads one namespace if told, and cluster-scoped objects', async () => {
    const elsewhere = { ...b, metadata: { ...b.metadata, namespace: 'bank' } };
    const dump = await read({ 'x.yaml': yaml(a, elsewhere, build('Node', 'n')) }, 'shop');
    expect([pods(dump), dump.store.count('Node')]).toEqual([['shop/a'], 1]);
    expect(dump.store.view.knowledge('Pod', 'shop')).toBe('known');
  });
});

describe('what it proves', () => {
  it('is absence beside objects of the kind in the namespace, and nothing else', async () => {
    const elsewhere = build('ConfigMap', 'c', { metadata: { name: 'c', namespace: 'bank' } });
    const { store } = await read({ 'x.yaml': yaml(a, elsewhere, build('Node', 'n')) });
    const { view } = store;
    expect([view.knowledge('Pod', 'shop'), view.knowledge('Pod', 'bank'), view.knowledge('Pod')]).toEqual([
      'known',
      'unknown',
      'unknown',
    ]);
    expect([view.knowledge('ConfigMap', 'bank'), view.knowledge('ConfigMap', 'shop')]).toEqual([
      'known',
      'unknown',
    ]);
    expect([view.knowledge('Node'), view.knowledge('Namespace')]).toEqual(['known', 'unknown']);
  });

  it('is all of a kind where every namespace has one', async () => {
    const elsewhere = { ...b, metadata: { ...b.metadata, namespace: 'bank' } };
    const { view } = (await read({ 'x.yaml': yaml(a, elsewhere) })).store;
    expect(view.knowledge('Pod')).toBe('known');
  });

  it('does not follow from an empty list', async () => {
    const empty = { apiVersion: 'v1', kind: 'SecretList', items: null };
    const { store, warnings } = await read({ 'x.yaml': yaml(a, empty) });
    expect([store.view.knowledge('Secret', 'shop'), warnings]).toEqual(['unknown', []]);
  });
});

describe('the present', () => {
  it('is the newest time that lies in the past of the dump, managedFields included', async () => {
    const old = build('Pod', 'p', {
      metadata: {
        name: 'p',
        creationTimestamp: '2026-11-20T08:00:00Z',
        deletionTimestamp: '2030-01-01T00:00:00Z',
        annotations: { expires: '2040-01-01T00:00:00Z', creationTimestamp: 'soon' },
        managedFields: [{ time: '2026-11-20T09:30:00Z' }],
      } as never,
      status: { startTime: '2026-11-20T09:00:00Z' },
    });
    expect((await read({ 'x.yaml': yaml(old) })).newest).toBe(Date.parse('2026-11-20T09:30:00Z'));
  });

  it('counts objects of kinds that are not read too', async () => {
    const lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'l' },
      spec: { renewTime: '2026-11-20T10:00:00.123456Z' },
    };
    expect((await read({ 'x.yaml': yaml(a, lease) })).newest).toBe(Date.parse('2026-11-20T10:00:00.123Z'));
    expect((await read({ 'x.yaml': yaml(build('ConfigMap', 'c')) })).newest).toBeUndefined();
  });
});

describe('duplicates', () => {
  const version = (resourceVersion: string | undefined, app: string): KubeObject =>
    build('Pod', 'p', {
      metadata: { name: 'p', labels: { app }, ...(resourceVersion === undefined ? {} : { resourceVersion }) },
    });

  it.each([
    ['the newer version, wherever it stands', version('100', 'new'), version('99', 'old'), 'new', 1],
    ['the newer version of two', version('99', 'old'), version('100', 'new'), 'new', 1],
    [
      'the later one where versions say nothing',
      version(undefined, 'old'),
      version(undefined, 'new'),
      'new',
      1,
    ],
    ['either of two equal ones, without a word', version('7', 'same'), version('7', 'same'), 'same', 0],
  ])('keep %s', async (_name, first, second, app, warned) => {
    const { store, warnings } = await read({ '1.yaml': yaml(first), '2.yaml': yaml(second) });
    expect(store.view.get('Pod', 'shop', 'p')?.metadata.labels).toEqual({ app });
    expect(warnings).toHaveLength(warned);
    if (warned > 0) expect(warnings[0]).toMatch(/^2\.yaml: Pod shop\/p is there twice; .* is used\.$/);
  });
});

describe('objects without uids', () => {
  const bare = (object: KubeObject): KubeObject => {
    const { uid: _uid, ...metadata } = object.metadata;
    return { ...object, metadata };
  };

  it('take the uid by which others name them', async () => {
    const [, replicaSet] = buildDeployment('web');
    const { store } = await read({
      'x.yaml': yaml(bare(replicaSet), buildPod('p', { owner: ['ReplicaSet', 'web'] })),
    });
    expect(store.view.ownedBy('Pod', 'replicaset-web')).toHaveLength(1);
    expect(store.view.get('ReplicaSet', 'shop', 'web')?.metadata.uid).toBe('replicaset-web');
  });

  it('are found by owner references and events without uids', async () => {
    const [, replicaSet] = buildDeployment('web');
    const owner = { ...controlledBy('ReplicaSet', 'web').ownerReferences?.[0], uid: '' };
    const pod = bare(build('Pod', 'p', { metadata: { name: 'p', ownerReferences: [owner] as never } }));
    const event = build('Event', 'e', {
      involvedObject: { kind: 'Pod', namespace: 'shop', name: 'p' },
      reason: 'Failed',
    });
    const { view } = (await read({ 'x.yaml': yaml(bare(replicaSet), pod, event) })).store;
    const uid = view.get('ReplicaSet', 'shop', 'web')?.metadata.uid ?? '';
    expect(view.ownedBy('Pod', uid)).toHaveLength(1);
    expect(
      view.eventsOf(view.get('Pod', 'shop', 'p')?.metadata.uid ?? '').map(({ reason }) => reason),
    ).toEqual(['Failed']);
  });
});
