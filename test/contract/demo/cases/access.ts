/** Who may do what: refusals, reviews of access, tokens. */
import {
  cases,
  core,
  del,
  get,
  named,
  patch,
  post,
  put,
  type RequestStep,
  type User,
} from '../contract-case.ts';
import { configMap, deployment, object, pod } from '../manifests.ts';

const RBAC = 'rbac.authorization.k8s.io/v1';
const REVIEWS = '/apis/authorization.k8s.io/v1';

const role = (name: string, rules: readonly unknown[]): RequestStep =>
  post(named(RBAC, 'roles'), object(RBAC, 'Role', name, { rules }));
const bind = (user: string, kind: string, name: string): RequestStep =>
  post(
    named(RBAC, 'rolebindings'),
    object(RBAC, 'RoleBinding', `${user}-${name}`, {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
    }),
  );

const self = (attributes: object, as: User = 'limited'): RequestStep =>
  post(
    `${REVIEWS}/selfsubjectaccessreviews`,
    { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: attributes },
    { as },
  );
const may = (attributes: object, as: User = 'limited'): RequestStep =>
  self({ resourceAttributes: { namespace: '{ns}', ...attributes } }, as);

/** Rules come in no certain order. */
const sortedRules = (body: unknown): unknown => {
  const review = body as { status?: { resourceRules?: unknown[]; nonResourceRules?: unknown[] } };
  const sort = (rules: unknown[] | undefined): string[] | undefined =>
    rules
      ?.map((rule) =>
        JSON.stringify(rule, (_, value: unknown) => (Array.isArray(value) ? value.toSorted() : value)),
      )
      .toSorted();
  return {
    ...review,
    status: {
      ...review.status,
      resourceRules: sort(review.status?.resourceRules),
      nonResourceRules: sort(review.status?.nonResourceRules),
    },
  };
};

const TOKEN = core('serviceaccounts/robot/token');
const robot = post(core('serviceaccounts'), object('v1', 'ServiceAccount', 'robot'));

export const ACCESS = cases('access', {
  denied: (['nobody', 'anonymous'] as const).flatMap((as) => [
    get(core('pods'), { as }),
    get('/api/v1/pods', { as }),
    get(core('pods/a'), { as }),
    get(core('pods/a/log'), { as }),
    get('/api/v1/nodes', { as }),
    get('/api/v1/nodes/a', { as }),
    get(named('apps/v1', 'deployments'), { as }),
    get('/apis/no.example.com/v1/things', { as }),
    get(`${core('pods')}?watch=true`, { as }),
    post(core('pods'), pod('a'), { as }),
    put(core('pods/a'), pod('a'), { as }),
    patch('merge', core('pods/a'), {}, { as }),
    patch('apply', `${core('pods/a')}?fieldManager=x`, pod('a'), { as }),
    del(core('pods/a'), undefined, { as }),
    del(core('pods'), undefined, { as }),
    put(named('apps/v1', 'deployments/a/scale'), {}, { as }),
    get('/', { as }),
    get('/metrics', { as }),
    get('/no-such-path', { as }),
    get('/apis', { as, show: (body) => (body as { kind: string }).kind }),
    get('/openapi/v3', { as, show: (body) => (body as { code?: number }).code ?? 'allowed' }),
  ]),
  'not-known': [
    get(core('pods'), { as: 'stranger' }),
    get('/version', { as: 'stranger' }),
    get(core('pods'), { headers: { authorization: 'Basic dTpw' } }),
    get(core('pods'), { headers: { authorization: 'Bearer' } }),
    get(core('pods'), { headers: { authorization: 'Bearer a b' } }),
  ],
  role: [
    role('reader', [{ apiGroups: [''], resources: ['pods', 'configmaps'], verbs: ['get', 'list'] }]),
    bind('limited', 'Role', 'reader'),
    get(core('configmaps'), { as: 'limited', until: 200 }),
    post(core('configmaps'), configMap('a'), { as: 'limited' }),
    get(core('secrets'), { as: 'limited' }),
    get('/api/v1/configmaps', { as: 'limited' }),
    get(`${core('configmaps')}?watch=true`, { as: 'limited' }),
    get(core('pods/a/log'), { as: 'limited' }),
    get(core('configmaps/missing'), { as: 'limited' }),
    get('/api/v1/namespaces/{ns}', { as: 'limited' }),
    del(named(RBAC, 'rolebindings/limited-reader')),
    get(core('configmaps'), { as: 'limited', until: 403 }),
  ],
  'resource-names': [
    role('one', [
      {
        apiGroups: [''],
        resources: ['configmaps'],
        resourceNames: ['mine'],
        verbs: ['get', 'update', 'list', 'watch'],
      },
    ]),
    bind('limited', 'Role', 'one'),
    post(core('configmaps'), configMap('mine')),
    get(core('configmaps/mine'), { as: 'limited', until: 200 }),
    get(core('configmaps/other'), { as: 'limited' }),
    get(core('configmaps'), { as: 'limited' }),
    get(`${core('configmaps')}?fieldSelector=metadata.name=mine`, { as: 'limited' }),
    put(core('configmaps/mine'), configMap('mine', { a: 'b' }), { as: 'limited' }),
    put(core('configmaps/other'), configMap('other', { a: 'b' }), { as: 'limited' }),
  ],
  'cluster-roles': [
    bind('limited', 'ClusterRole', 'view'),
    get(core('configmaps'), { as: 'limited', until: 200 }),
    get(core('secrets'), { as: 'limited' }),
    get(named('apps/v1', 'deployments'), { as: 'limited' }),
    get(named(RBAC, 'roles'), { as: 'limited' }),
    post(named('apps/v1', 'deployments'), deployment('a'), { as: 'limited' }),
    bind('limited', 'ClusterRole', 'edit'),
    post(named('apps/v1', 'deployments'), deployment('a'), { as: 'limited', until: 201 }),
    get(core('secrets'), { as: 'limited' }),
    post(named(RBAC, 'roles'), object(RBAC, 'Role', 'x', { rules: [] }), { as: 'limited' }),
    bind('limited', 'ClusterRole', 'admin'),
    post(named(RBAC, 'roles'), object(RBAC, 'Role', 'x', { rules: [] }), { as: 'limited', until: 201 }),
  ],
  escalation: [
    bind('limited', 'ClusterRole', 'admin'),
    get(named(RBAC, 'roles'), { as: 'limited', until: 200 }),
    post(
      named(RBAC, 'roles'),
      object(RBAC, 'Role', 'big', { rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] }),
      { as: 'limited' },
    ),
    post(
      named(RBAC, 'rolebindings'),
      object(RBAC, 'RoleBinding', 'big', {
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'limited' }],
      }),
      { as: 'limited' },
    ),
  ],
  'self-access': [
    role('reader', [
      { apiGroups: ['apps'], resources: ['deployments', 'deployments/scale'], verbs: ['get', 'patch'] },
    ]),
    bind('limited', 'Role', 'reader'),
    get(named('apps/v1', 'deployments/x'), { as: 'limited', until: 404 }),
    may({ verb: 'get', group: 'apps', resource: 'deployments' }),
    may({ verb: 'get', group: 'apps', resource: 'deployments', version: 'v1', name: 'web' }),
    may({ verb: 'delete', group: 'apps', resource: 'deployments' }),
    may({ verb: 'patch', group: 'apps', resource: 'deployments', subresource: 'scale' }),
    may({ verb: 'get', resource: 'deployments' }),
    may({ verb: 'get', group: '*', resource: '*' }),
    may({ verb: '*', group: '*', resource: '*' }, 'admin'),
    may({ verb: 'get', group: 'apps', resource: 'deployments', namespace: 'elsewhere' }),
    may({ verb: 'get', group: 'apps', resource: 'deployments', namespace: '' }),
    may({ verb: 'get', group: 'apps', resource: 'deployments' }, 'anonymous'),
    self({ nonResourceAttributes: { path: '/apis', verb: 'get' } }),
    self({ nonResourceAttributes: { path: '/metrics', verb: 'get' } }),
    self({}),
    self({
      resourceAttributes: { verb: 'get', resource: 'pods' },
      nonResourceAttributes: { path: '/', verb: 'get' },
    }),
    post(`${REVIEWS}/selfsubjectaccessreviews`, configMap('x')),
    get(`${REVIEWS}/selfsubjectaccessreviews`),
  ],
  'subject-access': [
    post(`${REVIEWS}/subjectaccessreviews`, {
      spec: {
        user: 'nobody',
        groups: ['system:masters'],
        resourceAttributes: { verb: 'get', resource: 'pods' },
      },
    }),
    post(`${REVIEWS}/subjectaccessreviews`, {
      spec: { user: 'nobody', resourceAttributes: { verb: 'get', resource: 'pods' } },
    }),
    post(`${REVIEWS}/subjectaccessreviews`, {
      spec: { resourceAttributes: { verb: 'get', resource: 'pods' } },
    }),
    post(
      `${REVIEWS}/subjectaccessreviews`,
      { spec: { user: 'x', resourceAttributes: { verb: 'get', resource: 'pods' } } },
      { as: 'nobody' },
    ),
    post(named('authorization.k8s.io/v1', 'localsubjectaccessreviews'), {
      metadata: { namespace: '{ns}' },
      spec: { user: 'nobody', resourceAttributes: { namespace: '{ns}', verb: 'get', resource: 'pods' } },
    }),
  ],
  rules: [
    role('reader', [
      { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get'] },
      { apiGroups: [''], resources: ['configmaps'], resourceNames: ['a'], verbs: ['get'] },
    ]),
    bind('limited', 'Role', 'reader'),
    get(named('apps/v1', 'deployments/x'), { as: 'limited', until: 404 }),
    post(
      `${REVIEWS}/selfsubjectrulesreviews`,
      { spec: { namespace: '{ns}' } },
      { as: 'limited', show: sortedRules },
    ),
    post(
      `${REVIEWS}/selfsubjectrulesreviews`,
      { spec: { namespace: 'elsewhere' } },
      { as: 'limited', show: sortedRules },
    ),
    post(`${REVIEWS}/selfsubjectrulesreviews`, { spec: { namespace: '{ns}' } }, { show: sortedRules }),
    post(`${REVIEWS}/selfsubjectrulesreviews`, { spec: {} }),
  ],
  who: (['admin', 'nobody', 'anonymous', 'stranger'] as const).map((as) =>
    post(
      '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
      { as },
    ),
  ),
  tokens: [
    robot,
    post(TOKEN, { spec: { expirationSeconds: 3600 } }, { save: { jwt: 'status.token' } }),
    post('/apis/authentication.k8s.io/v1/selfsubjectreviews', {}, { token: '{jwt}' }),
    get(core('pods'), { token: '{jwt}' }),
    post(
      named(RBAC, 'rolebindings'),
      object(RBAC, 'RoleBinding', 'robot', {
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
        subjects: [{ kind: 'ServiceAccount', name: 'robot', namespace: '{ns}' }],
      }),
    ),
    get(core('pods'), { token: '{jwt}', until: 200 }),
    post('/apis/authentication.k8s.io/v1/tokenreviews', { spec: { token: '{jwt}' } }),
    post('/apis/authentication.k8s.io/v1/tokenreviews', { spec: { token: 'nonsense' } }),
    post('/apis/authentication.k8s.io/v1/tokenreviews', { spec: {} }),
  ],
  'tokens-wrong': [
    robot,
    post(TOKEN, {}),
    post(TOKEN, { spec: { audiences: ['elsewhere'] } }, { save: { other: 'status.token' } }),
    get(core('pods'), { token: '{other}' }),
    post(TOKEN, { spec: { expirationSeconds: 5 } }),
    post(TOKEN, { spec: { boundObjectRef: { kind: 'Pod', name: 'gone', apiVersion: 'v1' } } }),
    post(TOKEN, { spec: { boundObjectRef: { kind: 'Deployment', name: 'x', apiVersion: 'apps/v1' } } }),
    post(core('serviceaccounts/gone/token'), {}),
    get(TOKEN),
    post(TOKEN, {}, { as: 'nobody' }),
  ],
  impersonation: [
    get(core('pods'), { headers: { 'impersonate-user': 'somebody' } }),
    get(core('pods'), { headers: { 'impersonate-user': 'somebody', 'impersonate-group': 'system:masters' } }),
    get(core('pods'), { as: 'limited', headers: { 'impersonate-user': 'somebody' } }),
    get(core('pods'), { headers: { 'impersonate-group': 'system:masters' } }),
  ],
});
