/** Watches: from where they start, what a selector lets through, how they end. */
import { cases, core, del, get, named, patch, post, put, type Step } from '../contract-case.ts';
import { configMap, deployment, pod } from '../manifests.ts';

const MAPS = core('configmaps');
const watch = (query: string, path = MAPS): Step => ({ watch: `${path}?watch=true${query && `&${query}`}` });
const quiet = { show: () => 'compared elsewhere' };
const create = (name: string, metadata: Readonly<Record<string, unknown>> = {}): Step =>
  post(MAPS, configMap(name, {}, metadata), quiet);
const label = (name: string, labels: object): Step =>
  patch('merge', `${MAPS}/${name}`, { metadata: { labels } }, quiet);
const TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' };
const PARTIAL = { accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json' };
const now = get(MAPS, { ...quiet, save: { start: 'metadata.resourceVersion' } });
const types = (events: readonly unknown[]): unknown =>
  events.map((event) => {
    const { type, object } = event as { type: string; object: { kind: string; metadata: { name?: string } } };
    return `${type} ${object.kind} ${object.metadata.name ?? ''}`;
  });
/** Bookmarks come when the server likes. */
const changes = (events: readonly unknown[]): unknown =>
  events.filter((event) => (event as { type: string }).type !== 'BOOKMARK');

export const WATCH = cases('watch', {
  'from-version': [
    create('before'),
    now,
    create('a'),
    put(`${MAPS}/a`, configMap('a', { changed: 'yes' }), quiet),
    watch('resourceVersion={start}'),
    { read: 2 },
    del(`${MAPS}/a`, undefined, quiet),
    create('last'),
    { read: 'last' },
  ],
  'from-any': [create('a'), create('b'), watch(''), { read: 2 }, create('last'), { read: 'last' }],
  'from-zero': [
    create('a'),
    create('b'),
    watch('resourceVersion=0'),
    { read: 2 },
    create('last'),
    { read: 'last' },
  ],
  'label-selector': [
    now,
    watch(`resourceVersion={start}&labelSelector=${encodeURIComponent('on=yes')}`),
    create('a'),
    create('b', { labels: { on: 'yes' } }),
    label('a', { on: 'yes' }),
    label('a', { more: 'x' }),
    label('a', { on: 'no' }),
    label('a', { more: 'y' }),
    label('a', { on: 'yes' }),
    del(`${MAPS}/a`, undefined, quiet),
    del(`${MAPS}/b`, undefined, quiet),
    create('last', { labels: { on: 'yes' } }),
    { read: 'last' },
  ],
  'field-selector': [
    now,
    watch('resourceVersion={start}&fieldSelector=metadata.name=b'),
    create('a'),
    create('b'),
    label('b', { x: 'y' }),
    del(`${MAPS}/a`, undefined, quiet),
    del(`${MAPS}/b`, undefined, quiet),
    { read: 3 },
  ],
  'field-selector-pods': [
    get(core('pods'), { ...quiet, save: { start: 'metadata.resourceVersion' } }),
    watch('resourceVersion={start}&fieldSelector=spec.nodeName=node-x', core('pods')),
    post(core('pods'), pod('a'), quiet),
    post(
      core('pods/a/binding'),
      { metadata: { name: 'a' }, target: { kind: 'Node', name: 'node-x' } },
      quiet,
    ),
    patch('merge', core('pods/a/status'), { status: { phase: 'Running' } }, quiet),
    del(core('pods/a'), { gracePeriodSeconds: 0 }, quiet),
    post(core('pods'), pod('last', { nodeName: 'node-x' }), quiet),
    { read: 'last' },
  ],
  finalizers: [
    now,
    watch('resourceVersion={start}'),
    create('a', { finalizers: ['example.com/wait'] }),
    del(`${MAPS}/a`, undefined, quiet),
    patch('merge', `${MAPS}/a`, { metadata: { finalizers: null } }, quiet),
    create('last'),
    { read: 'last' },
  ],
  'graceful-pod': [
    get(core('pods'), { ...quiet, save: { start: 'metadata.resourceVersion' } }),
    watch('resourceVersion={start}', core('pods')),
    post(core('pods'), pod('a', { nodeName: 'node-x' }), quiet),
    del(core('pods/a'), undefined, quiet),
    del(core('pods/a'), { gracePeriodSeconds: 0 }, quiet),
    post(core('pods'), pod('last'), quiet),
    { read: 'last' },
  ],
  'no-change-no-event': [
    create('a'),
    now,
    watch('resourceVersion={start}'),
    patch('merge', `${MAPS}/a`, {}, quiet),
    put(`${MAPS}/a`, configMap('a', {}), quiet),
    post(`${MAPS}?dryRun=All`, configMap('dry'), quiet),
    create('last'),
    { read: 'last' },
  ],
  subresources: [
    post(named('apps/v1', 'deployments'), deployment('web'), {
      ...quiet,
      save: { start: 'metadata.resourceVersion' },
    }),
    watch('resourceVersion={start}', named('apps/v1', 'deployments')),
    patch('merge', named('apps/v1', 'deployments/web/scale'), { spec: { replicas: 4 } }, quiet),
    patch('merge', named('apps/v1', 'deployments/web/status'), { status: { replicas: 4 } }, quiet),
    { read: 2 },
  ],
  'two-namespaces': [
    create('a'),
    { watch: `/api/v1/configmaps?watch=true&labelSelector=only={ns}`, name: 'all' },
    create('b', { labels: { only: '{ns}' } }),
    create('last', { labels: { only: '{ns}' } }),
    { read: 'last', name: 'all' },
  ],
  collection: [
    create('a'),
    create('b'),
    now,
    watch('resourceVersion={start}'),
    del(MAPS, undefined, quiet),
    create('last'),
    { read: 'last' },
  ],
  'old-path': [create('a'), { watch: '/api/v1/watch/namespaces/{ns}/configmaps' }, { read: 1 }],
  'one-object': [
    create('a'),
    { watch: `${MAPS}?watch=true&fieldSelector=metadata.name=a` },
    { read: 1 },
    { watch: '/api/v1/watch/namespaces/{ns}/configmaps/a', name: 'old' },
    { read: 1, name: 'old' },
  ],
  'initial-events': [
    create('a'),
    create('b'),
    watch('sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'),
    { read: 3 },
    create('last'),
    { read: 'last', show: changes },
  ],
  'initial-events-none': [
    watch(
      'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&resourceVersion=0',
    ),
    { read: 1 },
  ],
  'initial-events-off': [
    create('a'),
    watch('sendInitialEvents=false&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'),
    create('last'),
    { read: 'last', show: changes },
  ],
  timeout: [
    create('a'),
    watch('timeoutSeconds=1'),
    { read: 'end', show: changes },
    watch('timeoutSeconds=1&resourceVersion=0&allowWatchBookmarks=true'),
    { read: 'end', show: changes },
  ],
  table: [
    create('a'),
    { watch: `${MAPS}?watch=true`, headers: TABLE },
    { read: 1 },
    label('a', { x: 'y' }),
    { read: 1 },
    del(`${MAPS}/a`, undefined, quiet),
    { read: 1 },
  ],
  metadata: [create('a'), { watch: `${MAPS}?watch=true`, headers: PARTIAL }, { read: 1 }],
  'missing-namespace': [
    { watch: '/api/v1/namespaces/{ns}-later/configmaps?watch=true&timeoutSeconds=1' },
    { read: 'end', show: types },
  ],
  'as-viewer': [{ watch: `${MAPS}?watch=true`, as: 'nobody' }, { read: 'end' }],
});
