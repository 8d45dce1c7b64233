/** Plans that create access: the roles of a fix, and a ServiceAccount of its own for Hedgerow with a token. */
import { textId } from '../diagnosis/finding-id.ts';
import type { KubeObject } from '../model/kube.ts';
import type { CreateStep, Plan, RbacPurpose, Step, TokenStep } from '../model/plan.ts';
import { MANAGED_BY } from '../rbac/role-manifests.ts';
import type { Manifest } from '../rbac/write-yaml.ts';
import { clean } from '../scenarios/words.ts';

const GROUP = 'rbac.authorization.k8s.io';
const RESOURCES: Readonly<Record<string, CreateStep['resource']>> = {
  Namespace: { group: '', version: 'v1', resource: 'namespaces' },
  ServiceAccount: { group: '', version: 'v1', resource: 'serviceaccounts' },
  Role: { group: GROUP, version: 'v1', resource: 'roles' },
  RoleBinding: { group: GROUP, version: 'v1', resource: 'rolebindings' },
  ClusterRole: { group: GROUP, version: 'v1', resource: 'clusterroles' },
  ClusterRoleBinding: { group: GROUP, version: 'v1', resource: 'clusterrolebindings' },
};

const WORDS: Readonly<Record<string, readonly [because: string, expects: string]>> = {
  Namespace: ['The ServiceAccount needs a home of its own.', 'The namespace is there.'],
  ServiceAccount: [
    'Hedgerow signs in as this account instead of as a person.',
    'The account is there, with no rights yet.',
  ],
  Role: [
    'It names what is allowed in the namespace, kind by kind.',
    'The role is there; it allows nobody anything yet.',
  ],
  ClusterRole: [
    'It names what is allowed, kind by kind.',
    'The role is there; it allows nobody anything yet.',
  ],
  RoleBinding: [
    'It gives the role to its subject.',
    'The subject may do what the role says, in the namespace.',
  ],
  ClusterRoleBinding: ['It gives the role to its subject.', 'The subject may do what the role says.'],
};

function createStep({ object }: Pick<Manifest, 'object'>): CreateStep {
  // Fields that are undefined are no fields of an object.
  const plain = JSON.parse(JSON.stringify(object)) as KubeObject;
  const resource = RESOURCES[plain.kind];
  if (resource === undefined) throw new Error(`No plan creates a ${plain.kind}.`);
  const [because, expects] = WORDS[plain.kind] ?? ['', ''];
  return { do: 'create', object: plain, resource, because, expects };
}

function plan(verb: string, title: string, steps: readonly Step[], undo: Plan['undo']): Plan {
  return { id: `${verb}-${textId(JSON.stringify(steps))}`, title, risk: 'guided', steps, undo };
}

const PURPOSES: Readonly<Record<RbacPurpose, string>> = {
  denials: 'what is denied now',
  diagnose: 'diagnosis',
  view: 'diagnosis and looking around',
  recover: 'diagnosis and recoveries',
};

/** Creates the roles and bindings of a fix. */
export function rbacFixPlan(purpose: RbacPurpose, user: string, manifests: readonly Manifest[]): Plan {
  const steps = manifests.map(createStep);
  return plan(`create-rbac-${purpose}`, `Allow ${clean(user, 120)}: ${PURPOSES[purpose]}`, steps, {
    says: 'Delete the bindings, then the roles: what they allow ends at once.',
    possible: true,
  });
}

export interface SetupRequest {
  readonly purpose: RbacPurpose;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly tokenSeconds: number;
  /** Roles and bindings for the account. */
  readonly roles: readonly Manifest[];
}

/** Namespace and ServiceAccount, as manifests, before the roles. */
export function setupManifests({ namespace, serviceAccount, roles }: SetupRequest): Manifest[] {
  const labels = MANAGED_BY;
  return [
    { comments: [], object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } } },
    {
      comments: [],
      object: {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: serviceAccount, namespace, labels },
      },
    },
    ...roles,
  ];
}

/** Sets Hedgerow up in a cluster: everything that it needs to sign in by itself, and a token in the end. */
export function setupPlan(request: SetupRequest): Plan {
  const { purpose, namespace, serviceAccount, tokenSeconds: seconds } = request;
  const token: TokenStep = {
    do: 'token',
    namespace,
    serviceAccount,
    seconds,
    because: 'Hedgerow signs in with it; it ends by itself.',
    expects: 'A token that the server accepts; it is stored here and shown nowhere.',
  };
  const steps = [...setupManifests(request).map(createStep), token];
  const title = `Set up ServiceAccount ${clean(namespace, 64)}/${clean(serviceAccount, 64)}: ${PURPOSES[purpose]}`;
  return plan(`create-setup-${purpose}`, title, steps, {
    says: 'Delete the binding, then the ServiceAccount: its token is refused from then on.',
    possible: true,
  });
}
