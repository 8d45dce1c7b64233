// The plans of the harness: what the server would store, and what a run ends with.
import type { AppError } from '../../../shared/errors.ts';
import type { PlanRun, PreparedPlan, PreparedStep } from '../../../shared/model/plan.ts';
import type { Ref } from '../../../shared/model/ref.ts';
import type { FabricData } from './fabric-data.ts';

const ROLE: Ref = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  name: 'hedgerow-denials',
};
const BINDING: Ref = { ...ROLE, kind: 'ClusterRoleBinding' };

const AFTER = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  creationTimestamp: "2026-11-28T14:32:08Z"
  name: hedgerow-denials
  uid: 0b7b9d2c-1111-4a4a-9c9c-7f3f1e2d3c4b
rules:
  - apiGroups:
      - ""
    resources:
      - events
      - persistentvolumes
    verbs:
      - get
      - list
      - watch
`;
const BINDING_BEFORE = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: hedgerow-denials
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: hedgerow-denials
subjects:
  - apiGroup: rbac.authorization.k8s.io
    kind: User
    name: oncall
`;

const STEPS: readonly PreparedStep[] = [
  {
    ref: ROLE,
    request: 'POST /apis/rbac.authorization.k8s.io/v1/clusterroles?dryRun=All',
    access: { allowed: true, says: 'You may create ClusterRoles' },
    state: 'create',
    before: '',
    after: AFTER,
    says: 'The server would create it',
  },
  {
    ref: BINDING,
    request: 'POST /apis/rbac.authorization.k8s.io/v1/clusterrolebindings?dryRun=All',
    access: { allowed: true, says: 'You may create ClusterRoleBindings' },
    state: 'create',
    before: '',
    after: BINDING_BEFORE,
    says: 'The server would create it',
  },
];

export function prepared(more: Partial<PreparedPlan> = {}): PreparedPlan {
  return {
    hash: 'sha256:4f0c',
    plan: {
      id: 'create-rbac-denials',
      title: 'Create the role that closes the denials',
      risk: 'guided',
      steps: [],
      undo: {
        says: 'Delete ClusterRole and ClusterRoleBinding hedgerow-denials. Nothing else is touched.',
        possible: true,
      },
    },
    steps: STEPS,
    runnable: true,
    yaml: AFTER,
    ...more,
  };
}

export function ran(more: Partial<PlanRun> = {}): PlanRun {
  return {
    id: 'run-1',
    ok: true,
    steps: [
      { ref: ROLE, state: 'done', says: 'Created' },
      { ref: BINDING, state: 'done', says: 'Created' },
    ],
    verified: [
      { what: 'list events in all namespaces', allowed: true },
      { what: 'list persistentvolumes', allowed: true },
    ],
    ...more,
  };
}

/** The plan differs from what is there. */
export const DIFFERS: PreparedPlan = prepared({
  runnable: false,
  blocked:
    'ClusterRoleBinding hedgerow-denials exists and binds another user. Hedgerow does not change what it did not create.',
  steps: [
    { ...(STEPS[0] as PreparedStep), state: 'same', before: AFTER, says: 'It exists and is equal' },
    {
      ...(STEPS[1] as PreparedStep),
      state: 'differs',
      before: BINDING_BEFORE.replace('name: oncall\n', 'name: somebody-else\n'),
      says: 'It exists and differs',
    },
  ],
});

export const CONFLICT: AppError = {
  code: 'conflict',
  message: 'ClusterRole hedgerow-denials was created by somebody else since the dry-run.',
  hint: 'Prepare the plan again to see what is there now.',
  status: 409,
  retryable: false,
};

export function plansOf(
  plan = prepared(),
  result: PlanRun | AppError = ran(),
): NonNullable<FabricData['plans']> {
  return { prepare: () => plan, run: () => result };
}
