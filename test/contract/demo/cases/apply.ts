/** Server-side apply: owners of fields, conflicts, taking over, giving up. */
import { cases, core, get, named, patch, post, put } from '../contract-case.ts';
import { configMap, container, deployment, object, service, template } from '../manifests.ts';

const MAP = core('configmaps/a');
const WEB = named('apps/v1', 'deployments/web');

const as = (manager: string, more = ''): string => `?fieldManager=${manager}${more}`;

export const APPLY = cases('apply', {
  create: [
    patch('apply', MAP + as('one'), configMap('a', { key: 'value' }, { labels: { a: 'b' } })),
    patch('apply', MAP + as('one'), configMap('a', { key: 'value' }, { labels: { a: 'b' } })),
    patch('apply', MAP + as('one'), configMap('a', { key: 'other' }, { labels: { a: 'b' } })),
    get(MAP),
  ],
  'two-managers': [
    patch('apply', MAP + as('one'), configMap('a', { one: '1' })),
    patch('apply', MAP + as('two'), configMap('a', { two: '2' })),
    patch('apply', MAP + as('two'), configMap('a', { one: 'mine', two: '2' })),
    patch('apply', MAP + as('two', '&force=true'), configMap('a', { one: 'mine', two: '2' })),
    patch('apply', MAP + as('one'), configMap('a', {})),
    patch('apply', MAP + as('two'), configMap('a', {})),
  ],
  shared: [
    patch('apply', MAP + as('one'), configMap('a', { same: '1' })),
    patch('apply', MAP + as('two'), configMap('a', { same: '1' })),
    patch('apply', MAP + as('one'), configMap('a', {})),
    patch('apply', MAP + as('two'), configMap('a', {})),
  ],
  'after-update': [
    post(core('configmaps') + as('writer'), configMap('a', { key: 'value' })),
    patch('apply', MAP + as('applier'), configMap('a', { key: 'other' })),
    patch('apply', MAP + as('applier'), configMap('a', { key: 'value' })),
    patch('merge', MAP + as('writer'), { data: { key: 'changed' } }),
    patch('apply', MAP + as('applier'), configMap('a', { key: 'value' })),
    patch('apply', MAP + as('applier', '&force=true'), configMap('a', { key: 'value' })),
  ],
  deployment: [
    patch('apply', WEB + as('one'), deployment('web', { replicas: 2 })),
    patch('apply', WEB + as('scaler'), object('apps/v1', 'Deployment', 'web', { spec: { replicas: 5 } })),
    patch(
      'apply',
      WEB + as('scaler', '&force=true'),
      object('apps/v1', 'Deployment', 'web', { spec: { replicas: 5 } }),
    ),
    patch('apply', WEB + as('one'), deployment('web', {})),
    patch(
      'apply',
      WEB + as('side'),
      object('apps/v1', 'Deployment', 'web', {
        spec: { template: { spec: { containers: [{ name: 'side', image: 'example.com/side' }] } } },
      }),
    ),
    patch(
      'apply',
      WEB + as('side'),
      object('apps/v1', 'Deployment', 'web', {
        spec: { template: { spec: { containers: [{ name: 'app', image: 'example.com/other' }] } } },
      }),
    ),
    patch('apply', WEB + as('side'), object('apps/v1', 'Deployment', 'web')),
    get(WEB),
  ],
  lists: [
    patch(
      'apply',
      WEB + as('one'),
      deployment('web', {
        template: template('web', {
          containers: [
            container('app', {
              env: [
                { name: 'A', value: '1' },
                { name: 'B', value: '2' },
              ],
              ports: [{ containerPort: 80, protocol: 'TCP' }],
            }),
          ],
          tolerations: [{ key: 'x' }],
          volumes: [{ name: 'v', emptyDir: {} }],
        }),
      }),
    ),
    patch(
      'apply',
      WEB + as('one'),
      deployment('web', {
        template: template('web', {
          containers: [
            container('app', {
              env: [
                { name: 'B', value: '3' },
                { name: 'C', value: '2' },
              ],
            }),
          ],
        }),
      }),
    ),
  ],
  'service-ports': [
    patch(
      'apply',
      core('services/s') + as('one'),
      service('s', { ports: [{ name: 'a', port: 80, protocol: 'TCP' }] }),
    ),
    patch(
      'apply',
      core('services/s') + as('two'),
      object('v1', 'Service', 's', { spec: { ports: [{ name: 'b', port: 443, protocol: 'TCP' }] } }),
    ),
    patch(
      'apply',
      core('services/s') + as('two'),
      object('v1', 'Service', 's', { spec: { ports: [{ name: 'c', port: 80, protocol: 'TCP' }] } }),
    ),
  ],
  'from-client-side': [
    post(
      `${named('apps/v1', 'deployments')}?fieldManager=kubectl-client-side-apply`,
      deployment(
        'web',
        { replicas: 2 },
        { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' } },
      ),
    ),
    patch('apply', WEB + as('kubectl'), deployment('web', { replicas: 3 })),
    patch('apply', WEB + as('kubectl', '&force=true'), deployment('web', { replicas: 3 })),
  ],
  wrong: [
    patch('apply', MAP, configMap('a')),
    patch('apply', MAP + as('one', '&force=maybe'), configMap('a')),
    patch('apply', MAP + as('one'), 'not: [valid'),
    patch('apply', MAP + as('one'), '- a\n- list'),
    patch('apply', MAP + as('one'), '"text"'),
    patch('apply', MAP + as('one'), ''),
    patch('apply', MAP + as('one'), { metadata: { name: 'a' } }),
    patch('apply', MAP + as('one'), { ...configMap('a'), apiVersion: 'v9' }),
    patch('apply', MAP + as('one'), { ...configMap('a'), kind: 'Secret' }),
    patch('apply', MAP + as('one'), configMap('b')),
    patch('apply', MAP + as('one'), configMap('a', {}, { namespace: 'elsewhere' })),
    patch('apply', MAP + as('one'), configMap('a', {}, { managedFields: [{ manager: 'x' }] })),
    patch('apply', MAP + as('one'), { ...configMap('a'), unknown: 1 }),
    patch('apply', `${MAP + as('one')}&fieldValidation=Strict`, { ...configMap('a'), unknown: 1 }),
    patch('apply', MAP + as('one'), { ...configMap('a'), data: { a: 1 } }),
    patch('apply', MAP + as('one'), { ...configMap('a'), data: [] }),
    patch('apply', MAP + as('one'), configMap('a', {}, { labels: { a: 'not valid!' } })),
    patch('merge', `${MAP + as('one')}&force=true`, {}),
    patch(
      'apply',
      WEB + as('one'),
      deployment('web', { template: template('web', { containers: [container('a'), container('a')] }) }),
    ),
  ],
  versions: [
    patch('apply', MAP + as('one'), configMap('a', {}, { resourceVersion: '1' })),
    get(MAP, { save: { now: 'metadata.resourceVersion' } }),
    patch('apply', MAP + as('one'), configMap('a', { a: 'b' }, { resourceVersion: '1' })),
    patch('apply', MAP + as('one'), configMap('a', {}, { resourceVersion: '{now}' })),
    patch('apply', MAP + as('one'), configMap('a', {}, { uid: '7e0e3d46-1111-4222-8333-444455556666' })),
  ],
  'dry-run': [
    patch('apply', `${MAP + as('one')}&dryRun=All`, configMap('a')),
    get(MAP),
    patch('apply', MAP + as('one'), configMap('a')),
    patch('apply', `${MAP + as('two')}&dryRun=All`, configMap('a', { key: 'mine' })),
    get(MAP),
  ],
  yaml: [
    patch(
      'apply',
      MAP + as('one'),
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  key: |\n    two\n    lines\n',
    ),
    patch(
      'apply',
      MAP + as('one'),
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\n---\nkind: More\n',
    ),
  ],
  status: [
    post(named('apps/v1', 'deployments'), deployment('web')),
    patch(
      'apply',
      `${WEB}/status${as('controller')}`,
      object('apps/v1', 'Deployment', 'web', {
        status: { replicas: 3, conditions: [{ type: 'Available', status: 'True' }] },
      }),
    ),
    patch(
      'apply',
      `${WEB}/status${as('other')}`,
      object('apps/v1', 'Deployment', 'web', {
        status: { conditions: [{ type: 'Progressing', status: 'True' }] },
      }),
    ),
    put(`${WEB}/status${as('writer')}`, { ...deployment('web'), status: { replicas: 4 } }),
    get(WEB),
  ],
});
