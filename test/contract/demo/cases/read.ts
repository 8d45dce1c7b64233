/** Getting and listing: selectors, pages, versions, and who is not there. */
import { cases, core, get, named, post, put, type RequestStep } from '../contract-case.ts';
import { configMap, deployment, pod } from '../manifests.ts';

const MAPS = core('configmaps');
const ROLES = '/apis/rbac.authorization.k8s.io/v1/clusterroles';

/** Five ConfigMaps a to e, with labels that select some of them. */
const five: readonly RequestStep[] = [...'abcde'].map((letter, index) =>
  post(
    MAPS,
    configMap(
      letter,
      { letter },
      { labels: { letter, parity: index % 2 ? 'odd' : 'even', ...(index > 2 && { late: '' }) } },
    ),
  ),
);

interface List {
  metadata?: { remainingItemCount?: number; continue?: string };
  items?: { metadata: { name: string } }[];
}

/** Only which objects were listed: their contents are compared elsewhere. */
const namesOf = (body: unknown): unknown => {
  const { items, ...rest } = body as List;
  return items === undefined ? rest : { ...rest, items: items.map(({ metadata }) => metadata.name) };
};

const select = (query: string): RequestStep => get(`${MAPS}?${query}`, { show: namesOf });

export const READ = cases('read', {
  get: [
    post(MAPS, configMap('one')),
    get(`${MAPS}/one`),
    get(`${MAPS}/two`),
    get(`${MAPS}/one?resourceVersion=0`),
    get(`${MAPS}/one?resourceVersion=999999999`, { show: (body) => (body as { reason?: string }).reason }),
    get(`${MAPS}/one?resourceVersion=x`),
    get(`${MAPS}/one?pretty=true`, { show: (body) => body }),
  ],
  list: [
    post(MAPS, configMap('b')),
    post(MAPS, configMap('a', {}, { labels: { first: 'yes' } })),
    get(MAPS),
    get(`${MAPS}?resourceVersion=0`, { show: namesOf }),
    get(`${MAPS}?resourceVersion=x`),
    get(`${MAPS}?resourceVersion=0&resourceVersionMatch=Exact`),
    get(`${MAPS}?resourceVersionMatch=NotOlderThan`),
    get(`${MAPS}?resourceVersion=1&resourceVersionMatch=Sometimes`),
  ],
  'empty-list': [get(core('pods')), get(core('endpoints')), get(named('apps/v1', 'deployments'))],
  'all-namespaces': [
    post(MAPS, configMap('here', {}, { labels: { unique: '{ns}' } })),
    get('/api/v1/configmaps?labelSelector=unique={ns}'),
    get('/api/v1/configmaps/here'),
  ],
  'label-selector': [
    ...five,
    ...[
      'letter=a',
      'letter==a',
      'letter!=a',
      'letter in (a,c)',
      'letter notin (a,c)',
      'late',
      '!late',
      'parity=even,late',
      'late=',
      'letter in (a),letter in (b)',
      '',
    ].map((selector) => select(`labelSelector=${encodeURIComponent(selector)}`)),
  ],
  'bad-label-selector': [
    ...[
      'a b',
      'a=b c',
      'in (a)',
      'a in b',
      'a in (',
      '=x',
      'a,,b',
      '-a=b',
      'a>x',
      'a=%',
      `${'x'.repeat(70)}=y`,
    ].map((selector) => get(`${MAPS}?labelSelector=${encodeURIComponent(selector)}`)),
  ],
  'numeric-label-selector': [
    post(MAPS, configMap('one', {}, { labels: { rank: '1' } })),
    post(MAPS, configMap('ten', {}, { labels: { rank: '10' } })),
    select(`labelSelector=${encodeURIComponent('rank>5')}`),
    select(`labelSelector=${encodeURIComponent('rank<5')}`),
  ],
  'field-selector': [
    ...five,
    select('fieldSelector=metadata.name=a'),
    select('fieldSelector=metadata.name!=a'),
    select('fieldSelector=metadata.namespace={ns}'),
    select('fieldSelector=metadata.namespace=elsewhere'),
    select('fieldSelector=metadata.name=a,metadata.namespace={ns}'),
    select('fieldSelector=metadata.name=a,metadata.name=b'),
    get(`${MAPS}?fieldSelector=data.letter=a`),
    get(`${MAPS}?fieldSelector=metadata.labels.letter=a`),
    get(`${MAPS}?fieldSelector=nonsense`),
    get(`${MAPS}?fieldSelector=a=b=c`),
  ],
  'field-selector-pods': [
    post(core('pods'), pod('free')),
    post(core('pods'), pod('placed', { nodeName: 'node-x', restartPolicy: 'Never' })),
    ...[
      'spec.nodeName=node-x',
      'spec.nodeName=',
      'spec.nodeName!=node-x',
      'status.phase=Pending',
      'status.phase=Running',
      'spec.restartPolicy=Never',
      'spec.schedulerName=default-scheduler',
      'spec.serviceAccountName=default',
      'spec.hostNetwork=false',
      'status.podIP=',
      'status.nominatedNodeName=',
    ].map((selector) =>
      get(`${core('pods')}?fieldSelector=${encodeURIComponent(selector)}`, { show: namesOf }),
    ),
    get(`${core('pods')}?fieldSelector=spec.priority=0`),
    get(`${core('pods')}?fieldSelector=status.hostIP=1.2.3.4`),
  ],
  'field-selector-others': [
    post(core('secrets'), { metadata: { name: 'opaque' }, stringData: { a: 'b' } }),
    post(core('secrets'), {
      metadata: { name: 'basic' },
      type: 'kubernetes.io/basic-auth',
      stringData: { username: 'u', password: 'p' },
    }),
    get(`${core('secrets')}?fieldSelector=type=Opaque`, { show: namesOf }),
    get(`/api/v1/namespaces?fieldSelector=metadata.name={ns},status.phase=Active`, { show: namesOf }),
    get(`/api/v1/namespaces?fieldSelector=metadata.name={ns},status.phase=Terminating`, { show: namesOf }),
    get('/api/v1/nodes?fieldSelector=spec.unschedulable=true,metadata.name={ns}', { show: namesOf }),
    get(`${named('apps/v1', 'deployments')}?fieldSelector=spec.replicas=1`),
    get(`${named('apps/v1', 'replicasets')}?fieldSelector=status.replicas=0`, { show: namesOf }),
    get(`${named('batch/v1', 'jobs')}?fieldSelector=status.successful=0`, { show: namesOf }),
    get(`${core('services')}?fieldSelector=spec.type=ClusterIP`, { show: namesOf }),
    get(`${core('events')}?fieldSelector=involvedObject.kind=Pod,type=Warning,reason=X`, { show: namesOf }),
    get(`${core('events')}?fieldSelector=involvedObject.colour=red`),
  ],
  pages: [
    ...five,
    get(`${MAPS}?limit=2`, { show: namesOf, save: { next: 'metadata.continue' } }),
    get(`${MAPS}?limit=2&continue={next}`, { show: namesOf, save: { last: 'metadata.continue' } }),
    post(MAPS, configMap('f')),
    get(`${MAPS}?limit=2&continue={last}`, { show: namesOf }),
    get(`${MAPS}?limit=2&continue={next}`, { show: namesOf }),
    get(`${MAPS}?limit=10`, { show: namesOf }),
    get(`${MAPS}?limit=0`, { show: namesOf }),
  ],
  'pages-selected': [
    ...five,
    get(`${MAPS}?limit=2&labelSelector=parity=even`, { show: namesOf, save: { next: 'metadata.continue' } }),
    get(`${MAPS}?limit=2&labelSelector=parity=even&continue={next}`, { show: namesOf }),
  ],
  'pages-wrong': [
    ...five,
    get(`${MAPS}?limit=2`, { show: namesOf, save: { next: 'metadata.continue' } }),
    get(`${MAPS}?limit=x`),
    get(`${MAPS}?limit=-1`, { show: namesOf }),
    get(`${MAPS}?limit=2&continue=nonsense`),
    get(`${MAPS}?limit=2&continue=e30`),
    get(`${MAPS}?limit=2&resourceVersion=5&continue={next}`),
    get(`${MAPS}?limit=2&resourceVersionMatch=NotOlderThan&continue={next}`),
  ],
  'version-of-list': [
    post(MAPS, configMap('a')),
    get(MAPS, { show: namesOf, save: { then: 'metadata.resourceVersion' } }),
    post(MAPS, configMap('b')),
    get(`${MAPS}?resourceVersion={then}&resourceVersionMatch=Exact`, { show: namesOf }),
    get(`${MAPS}?resourceVersion={then}&resourceVersionMatch=NotOlderThan`, { show: namesOf }),
    get(`${MAPS}?resourceVersion={then}`, { show: namesOf }),
  ],
  expired: [
    get(`${ROLES}?limit=1&continue={expired}`, { until: 410, save: { next: 'metadata.continue' } }),
    get(`${ROLES}?limit=1&continue={next}`, { show: (body) => (body as List).items?.length }),
  ],
  'old-names': [
    post(named('apps/v1', 'deployments'), deployment('web', { replicas: 0 })),
    get('/apis/autoscaling/v1/namespaces/{ns}/horizontalpodautoscalers'),
    get(`/apis/apps/v1/namespaces/{ns}/deployments/web`),
  ],
  namespace: [
    get('/api/v1/namespaces/{ns}'),
    get('/api/v1/namespaces/no-such-namespace'),
    get('/api/v1/namespaces/no-such-namespace/pods'),
  ],
  'put-and-read': [
    post(MAPS, configMap('a')),
    put(`${MAPS}/a`, configMap('a', { key: 'other' })),
    get(`${MAPS}/a`),
  ],
});
