/** Who may use a demo fabric: an administrator, and a viewer who must not see secrets and nodes. */
import { BOOTSTRAP_RBAC } from '../rbac/authorize.ts';
import type { DraftObject } from '../model.ts';
import { ADMIN } from './change.ts';
import type { TokenOwner } from './fabric.ts';

const READ = ['get', 'list', 'watch'];

const VIEWER_ROLE: DraftObject = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name: 'triage-viewer' },
  rules: [
    {
      apiGroups: [''],
      resources: [
        'configmaps',
        'endpoints',
        'events',
        'limitranges',
        'namespaces',
        'persistentvolumeclaims',
        'pods',
        'pods/log',
        'replicationcontrollers',
        'resourcequotas',
        'serviceaccounts',
        'services',
      ],
      verbs: READ,
    },
    {
      apiGroups: [
        'apps',
        'autoscaling',
        'batch',
        'discovery.k8s.io',
        'events.k8s.io',
        'networking.k8s.io',
        'policy',
      ],
      resources: ['*'],
      verbs: READ,
    },
    { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: READ },
    {
      apiGroups: ['rbac.authorization.k8s.io'],
      resources: ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'],
      verbs: READ,
    },
    { apiGroups: ['metrics.k8s.io'], resources: ['pods'], verbs: ['get', 'list'] },
  ],
};

const VIEWER_BINDING: DraftObject = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: 'triage-viewers' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'triage-viewer' },
  subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'triage-viewers' }],
};

/** Roles and bindings that every fabric has. */
export const ACCESS: readonly DraftObject[] = [...BOOTSTRAP_RBAC, VIEWER_ROLE, VIEWER_BINDING];

export const TOKEN_OWNERS: readonly TokenOwner[] = [
  { id: 'admin', caller: ADMIN },
  {
    id: 'viewer',
    caller: { username: 'demo-viewer', groups: ['triage-viewers', 'system:authenticated'] },
  },
];
