/** Replacing objects, and the patches by JSON patch and merge patch. */
import { cases, core, get, named, patch, post, put } from '../contract-case.ts';
import { configMap, container, deployment, object, pod, service, template } from '../manifests.ts';

const MAPS = core('configmaps');
const DEPLOYMENTS = named('apps/v1', 'deployments');

export const UPDATE = cases('update', {
  put: [
    post(MAPS, configMap('a', { key: 'one' }), { save: { old: 'metadata.resourceVersion' } }),
    put(`${MAPS}/a`, configMap('a', { key: 'two' })),
    put(`${MAPS}/a`, configMap('a', { key: 'two' })),
    put(`${MAPS}/a`, configMap('a', { key: 'three' }, { resourceVersion: '{old}' })),
    get(`${MAPS}/a`, { save: { now: 'metadata.resourceVersion' } }),
    put(`${MAPS}/a`, configMap('a', { key: 'three' }, { resourceVersion: '{now}' })),
    put(`${MAPS}/a`, configMap('a', { key: 'three' }, { resourceVersion: 'x' })),
    put(`${MAPS}/a`, configMap('a', { key: 'four' }, { uid: '7e0e3d46-1111-4222-8333-444455556666' })),
    put(`${MAPS}/a`, configMap('b')),
    put(`${MAPS}/a`, { data: {} }),
    put(`${MAPS}/a`, { metadata: {}, data: {} }),
    put(`${MAPS}/a`, configMap('a', {}, { namespace: 'elsewhere' })),
    put(`${MAPS}/gone`, configMap('gone')),
    put(`${MAPS}/gone`, configMap('gone', {}, { resourceVersion: '{now}' })),
    put(`${MAPS}/a?dryRun=All`, configMap('a', { dry: 'run' })),
    get(`${MAPS}/a`),
  ],
  'put-generation': [
    post(DEPLOYMENTS, deployment('web')),
    put(`${DEPLOYMENTS}/web`, deployment('web', {}, { labels: { a: 'b' } })),
    put(`${DEPLOYMENTS}/web`, deployment('web', { replicas: 5 })),
    put(`${DEPLOYMENTS}/web`, { ...deployment('web', { replicas: 5 }), status: { replicas: 9 } }),
    put(
      `${DEPLOYMENTS}/web`,
      deployment('web', { selector: { matchLabels: { app: 'other' } }, template: template('other') }),
    ),
    put(`${DEPLOYMENTS}/web`, deployment('web', { template: template('other') })),
  ],
  'put-immutable': [
    post(core('pods'), pod('p')),
    put(`${core('pods')}/p`, pod('p', { containers: [container('app', { command: ['other'] })] })),
    patch('strategic', `${core('pods')}/p`, {
      spec: { containers: [{ name: 'app', image: 'example.com/new:1' }] },
    }),
    patch('merge', `${core('pods')}/p`, { spec: { activeDeadlineSeconds: 60 } }),
    patch('merge', `${core('pods')}/p`, { spec: { nodeName: 'elsewhere' } }),
    patch('merge', `${core('pods')}/p`, { spec: { restartPolicy: 'Never' } }),
    post(core('secrets'), { metadata: { name: 's' }, immutable: true, stringData: { a: 'b' } }),
    patch('merge', `${core('secrets')}/s`, { stringData: { a: 'c' } }),
    patch('merge', `${core('secrets')}/s`, { type: 'other' }),
    post(MAPS, { ...configMap('m'), immutable: true }),
    patch('merge', `${MAPS}/m`, { data: { a: 'c' } }),
    patch('merge', `${MAPS}/m`, { immutable: false }),
    post(core('services'), service('svc')),
    patch('merge', `${core('services')}/svc`, {
      spec: { clusterIP: '10.96.77.77', clusterIPs: ['10.96.77.77'] },
    }),
    patch('merge', `${core('services')}/svc`, { spec: { type: 'NodePort' } }),
    patch('merge', `${core('services')}/svc`, { spec: { type: 'ClusterIP' } }),
  ],
  'put-immutable-others': [
    post(
      core('persistentvolumeclaims'),
      object('v1', 'PersistentVolumeClaim', 'c', {
        spec: {
          accessModes: ['ReadWriteOnce'],
          storageClassName: 'x',
          resources: { requests: { storage: '2Gi' } },
        },
      }),
    ),
    patch('merge', `${core('persistentvolumeclaims')}/c`, { spec: { accessModes: ['ReadWriteMany'] } }),
    patch('merge', `${core('persistentvolumeclaims')}/c`, {
      spec: { resources: { requests: { storage: '1Gi' } } },
    }),
    post(named('batch/v1', 'jobs'), {
      metadata: { name: 'j' },
      spec: { suspend: true, template: { spec: { restartPolicy: 'Never', containers: [container()] } } },
    }),
    patch('merge', named('batch/v1', 'jobs/j'), { spec: { completions: 4 } }),
    patch('merge', named('batch/v1', 'jobs/j'), { spec: { parallelism: 4 } }),
    post(named('apps/v1', 'statefulsets'), {
      metadata: { name: 'db' },
      spec: { serviceName: 'db', selector: { matchLabels: { app: 'db' } }, template: template('db') },
    }),
    patch('merge', named('apps/v1', 'statefulsets/db'), { spec: { serviceName: 'other' } }),
    post(named('rbac.authorization.k8s.io/v1', 'rolebindings'), {
      metadata: { name: 'b' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    }),
    patch('merge', named('rbac.authorization.k8s.io/v1', 'rolebindings/b'), { roleRef: { name: 'edit' } }),
  ],
  'json-patch': [
    post(MAPS, configMap('a', { key: 'value', 'sl/ash~': 'x' })),
    patch('json', `${MAPS}/a`, [{ op: 'add', path: '/data/new', value: '1' }]),
    patch('json', `${MAPS}/a`, [
      { op: 'test', path: '/data/key', value: 'value' },
      { op: 'replace', path: '/data/key', value: 'v2' },
    ]),
    patch('json', `${MAPS}/a`, [
      { op: 'test', path: '/data/key', value: 'value' },
      { op: 'remove', path: '/data/key' },
    ]),
    patch('json', `${MAPS}/a`, [{ op: 'remove', path: '/data/sl~1ash~0' }]),
    patch('json', `${MAPS}/a`, [
      { op: 'copy', from: '/data/key', path: '/data/copy' },
      { op: 'move', from: '/data/new', path: '/data/moved' },
    ]),
    patch('json', `${MAPS}/a`, [{ op: 'remove', path: '/data/none' }]),
    patch('json', `${MAPS}/a`, [{ op: 'replace', path: '/data/none', value: 'x' }]),
    patch('json', `${MAPS}/a`, [{ op: 'add', path: '/metadata/labels/a', value: 'x' }]),
    patch('json', `${MAPS}/a`, [{ op: 'add', path: '/metadata/labels', value: { a: 'x' } }]),
    patch('json', `${MAPS}/a`, []),
    patch('json', `${MAPS}/a`, [{ op: 'replace', path: '/metadata/name', value: 'b' }]),
    patch('json', `${MAPS}/a`, [{ op: 'replace', path: '/data/key', value: 5 }]),
    patch('json', `${MAPS}/a`, [{ op: 'invent', path: '/data/key' }]),
    patch('json', `${MAPS}/a`, { op: 'add', path: '/data/key' }),
    patch('json', `${MAPS}/a`, 'not json'),
    patch('json', `${MAPS}/gone`, [{ op: 'add', path: '/data/new', value: '1' }]),
    patch(
      'json',
      `${MAPS}/a`,
      Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/kind', value: 'ConfigMap' })),
    ),
  ],
  'json-patch-lists': [
    post(core('pods'), pod('p', {}, { finalizers: ['example.com/a'] })),
    patch('json', core('pods/p'), [{ op: 'add', path: '/metadata/finalizers/-', value: 'example.com/b' }]),
    patch('json', core('pods/p'), [{ op: 'add', path: '/metadata/finalizers/0', value: 'example.com/c' }]),
    patch('json', core('pods/p'), [{ op: 'remove', path: '/metadata/finalizers/7' }]),
    patch('json', core('pods/p'), [{ op: 'remove', path: '/metadata/finalizers' }]),
  ],
  'merge-patch': [
    post(MAPS, configMap('a', { key: 'value', other: 'x' })),
    patch('merge', `${MAPS}/a`, { data: { key: 'v2', other: null, new: 'y' } }),
    patch('merge', `${MAPS}/a`, {}),
    patch('merge', `${MAPS}/a`, { data: null }),
    patch('merge', `${MAPS}/a`, { metadata: { labels: { a: 'b' }, annotations: { c: 'd' } } }),
    patch('merge', `${MAPS}/a`, { metadata: { labels: { a: null } } }),
    patch('merge', `${MAPS}/a`, { metadata: { resourceVersion: '1' } }),
    patch('merge', `${MAPS}/a`, { metadata: { uid: '7e0e3d46-1111-4222-8333-444455556666' } }),
    patch('merge', `${MAPS}/a`, { metadata: { name: 'b' } }),
    patch('merge', `${MAPS}/a`, { kind: 'Secret' }),
    patch('merge', `${MAPS}/a`, { data: { n: 5 } }),
    patch('merge', `${MAPS}/a`, []),
    patch('merge', `${MAPS}/a`, 'not json'),
    patch('merge', `${MAPS}/a?fieldValidation=Strict`, { dat: {} }),
    patch('merge', `${MAPS}/a?fieldValidation=Warn`, { dat: {} }),
    patch('merge', `${MAPS}/a?dryRun=All`, { data: { dry: 'run' } }),
    patch('merge', `${MAPS}/gone`, { data: {} }),
    get(`${MAPS}/a`),
  ],
  managers: [
    post(`${MAPS}?fieldManager=first`, configMap('a')),
    patch('merge', `${MAPS}/a?fieldManager=second`, { data: { second: '1' } }),
    patch('merge', `${MAPS}/a?fieldManager=third`, { data: { second: '2' } }),
    patch('merge', `${MAPS}/a?fieldManager=third`, { data: { key: null } }),
    put(`${MAPS}/a?fieldManager=${'x'.repeat(129)}`, configMap('a')),
    put(`${MAPS}/a?fieldManager=${encodeURIComponent('a\nb')}`, configMap('a')),
    patch('merge', `${MAPS}/a`, { metadata: { managedFields: [] } }),
    patch('merge', `${MAPS}/a`, { metadata: { managedFields: [{}] } }),
    patch('merge', `${MAPS}/a?fieldManager=fourth`, { data: { fourth: '1' } }),
  ],
  strategic: [
    post(
      DEPLOYMENTS,
      deployment('web', {
        template: template('web', {
          containers: [
            container('app', {
              env: [
                { name: 'A', value: '1' },
                { name: 'B', value: '2' },
              ],
              ports: [{ containerPort: 80 }],
            }),
            container('side'),
          ],
          tolerations: [{ key: 'a' }],
          volumes: [{ name: 'v', emptyDir: {} }],
        }),
      }),
    ),
    patch('strategic', `${DEPLOYMENTS}/web`, {
      spec: { template: { spec: { containers: [{ name: 'app', image: 'example.com/app:2' }] } } },
    }),
    patch('strategic', `${DEPLOYMENTS}/web`, {
      spec: {
        template: {
          spec: {
            containers: [
              {
                name: 'app',
                env: [
                  { name: 'B', value: '3' },
                  { name: 'C', value: '4' },
                ],
              },
            ],
          },
        },
      },
    }),
    patch('strategic', `${DEPLOYMENTS}/web`, {
      spec: { template: { spec: { containers: [{ name: 'app', env: [{ name: 'A', $patch: 'delete' }] }] } } },
    }),
    patch('strategic', `${DEPLOYMENTS}/web`, {
      spec: { template: { spec: { containers: [{ name: 'side', $patch: 'delete' }] } } },
    }),
    patch('strategic', `${DEPLOYMENTS}/web`, {
      spec: {
        template: {
          spec: {
            $setElementOrder: undefined,
            '$setElementOrder/containers': [{ name: 'new' }, { name: 'app' }],
            containers: [{ name: 'new', image: 'example.com/new' }],
          },
        },
      },
    }),
    patch('strategic', `${DEPLOYMENTS}/web`, {
      spec: { template: { spec: { tolerations: [{ key: 'b', operator: 'Exists' }] } } },
    }),
    patch('strategic', `${DEPLOYMENTS}/web`, {
      spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } },
    }),
    patch('strategic', `${DEPLOYMENTS}/web`, {
      spec: {
        template: {
          spec: {
            volumes: [
              { name: 'v', $retainKeys: ['name', 'configMap'], configMap: { name: 'm' }, emptyDir: null },
            ],
          },
        },
      },
    }),
    patch('strategic', `${DEPLOYMENTS}/web`, {
      spec: {
        template: { metadata: { labels: { more: 'x' }, annotations: { $patch: 'replace', only: 'this' } } },
      },
    }),
    patch('strategic', `${DEPLOYMENTS}/web`, {
      spec: {
        template: {
          spec: { containers: [{ $patch: 'replace' }, { name: 'only', image: 'example.com/only' }] },
        },
      },
    }),
    patch('strategic', `${DEPLOYMENTS}/web`, {
      spec: { template: { spec: { containers: [{ image: 'nameless' }] } } },
    }),
    patch('strategic', `${DEPLOYMENTS}/web`, { spec: { replicas: null } }),
    patch('strategic', `${DEPLOYMENTS}/web`, { spec: { replicas: 'x' } }),
    patch('strategic', `${DEPLOYMENTS}/web`, { spec: { $patch: 'sing' } }),
    patch('strategic', `${DEPLOYMENTS}/web`, 'not json'),
    patch('strategic', `${DEPLOYMENTS}/web`, []),
  ],
  'strategic-primitives': [
    post(MAPS, configMap('a', {}, { finalizers: ['example.com/a', 'example.com/b'] })),
    patch('strategic', `${MAPS}/a`, {
      metadata: { '$deleteFromPrimitiveList/finalizers': ['example.com/a'] },
    }),
    patch('strategic', `${MAPS}/a`, { metadata: { finalizers: ['example.com/c'] } }),
    patch('strategic', `${MAPS}/a`, {
      metadata: {
        '$setElementOrder/finalizers': ['example.com/c', 'example.com/b'],
        finalizers: ['example.com/c'],
      },
    }),
    post(
      core('services'),
      service('s', {
        ports: [
          { name: 'a', port: 1 },
          { name: 'b', port: 2 },
        ],
      }),
    ),
    patch('strategic', core('services/s'), { spec: { ports: [{ port: 2, targetPort: 22 }] } }),
    patch('strategic', core('services/s'), { spec: { ports: [{ port: 1, $patch: 'delete' }] } }),
  ],
  node: [
    post(
      '/api/v1/nodes',
      object('v1', 'Node', '{ns}', { spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] } }),
    ),
    patch('strategic', '/api/v1/nodes/{ns}', { spec: { unschedulable: true } }),
    patch('strategic', '/api/v1/nodes/{ns}', {
      spec: { taints: [{ key: 'b', effect: 'NoExecute', value: 'x' }] },
    }),
    patch('strategic', '/api/v1/nodes/{ns}/status', {
      status: { conditions: [{ type: 'Ready', status: 'True' }] },
    }),
    patch('strategic', '/api/v1/nodes/{ns}/status', {
      status: { conditions: [{ type: 'Other', status: 'False' }] },
    }),
  ],
});
