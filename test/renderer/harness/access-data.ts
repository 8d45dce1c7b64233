// What may be done in the harness's fabrics, and the roles that would close the gaps.
import type { AppError } from '../../../shared/errors.ts';
import {
  ACCESS_VERBS,
  type AccessAnswerState,
  type AccessReview,
  type AccessRow,
  type AccessVerb,
  type RbacFix,
} from '../../../shared/model/access.ts';
import type { CallIn } from '../../../shared/ipc.ts';
import type { FabricData } from './fabric-data.ts';

type Letters = string;
const STATES: Readonly<Record<string, AccessAnswerState>> = {
  y: 'allowed',
  d: 'denied',
  n: 'denied',
  p: 'partly',
  u: 'unknown',
};

/** One letter per verb: y allowed, d denied and needed, n denied, p partly, u unknown, `.` not for this resource. */
export function row(
  group: string,
  resource: string,
  letters: Letters,
  blocks: readonly string[] = [],
): AccessRow {
  const cells = ACCESS_VERBS.flatMap((verb: AccessVerb, index) => {
    const letter = letters.charAt(index);
    const state = STATES[letter];
    if (!state) return [];
    const says =
      state === 'allowed'
        ? 'ClusterRole view via ClusterRoleBinding viewers'
        : state === 'partly'
          ? 'Allowed in 11 of 12 namespaces, not in payments'
          : `No rule allows ${verb} on ${resource}: RBAC denies what is not allowed`;
    return [{ verb, state, needed: letter === 'd' || (state !== 'denied' && index < 3), says }];
  });
  return { group, resource, namespaced: group !== '' || resource !== 'nodes', cells, blocks };
}

export const ROWS: readonly AccessRow[] = [
  row('', 'events', 'ppp...', ['pod/crash-loop-back-off', 'pod/failed-scheduling', 'pod/probe-failing']),
  row('', 'nodes', 'yyynyn'),
  row('', 'persistentvolumes', 'dddnnn', ['storage/pv-released', 'storage/pv-failed']),
  row('', 'pods', 'yyynyy'),
  row('', 'pods/exec', '...y..'),
  row('', 'pods/log', 'y.....'),
  row('', 'secrets', 'nnnnnn'),
  row('admissionregistration.k8s.io', 'validatingwebhookconfigurations', 'ddd...', ['rbac/webhook-blocks']),
  row('apps', 'deployments', 'yyynyn'),
  row('apps', 'statefulsets', 'yyynyn'),
  row('dhcp.githedgehog.com', 'dhcpsubnets', 'ddd...', ['hedgehog/dhcp-exhausted']),
  row('policy', 'poddisruptionbudgets', 'yddnnn', ['rollout/pdb-blocks']),
  row('wiring.githedgehog.com', 'switches', 'uuunnn'),
];

const YAML = `# Closes 4 denials, read-only, nothing else
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: hedgerow-denials
rules:
  - apiGroups: [""]
    resources: [events, persistentvolumes]
    verbs: [get, list, watch]
  - apiGroups: [policy]
    resources: [poddisruptionbudgets]
    verbs: [list, watch]
---
apiVersion: rbac.authorization.k8s.io/v1
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

export function review(input: CallIn<'access.review'>, more: Partial<AccessReview> = {}): AccessReview {
  const own = input.subject.of === 'me';
  return {
    who: own
      ? { user: 'oncall', uid: 'a81c', groups: ['sre', 'system:authenticated'] }
      : {
          user: `system:serviceaccount:${input.subject.of === 'service account' ? `${input.subject.namespace}:${input.subject.name}` : ''}`,
          groups: ['system:serviceaccounts'],
        },
    subject: input.subject,
    ...(input.namespace === undefined ? {} : { namespace: input.namespace }),
    rows: ROWS,
    at: Date.now() - 12_000,
    incomplete: false,
    problems: [],
    lost: { checks: 9, total: 141 },
    ...more,
  };
}

export function fix(input: CallIn<'access.fix'>, allowed: boolean): RbacFix {
  return {
    purpose: input.purpose,
    ...(input.namespace === undefined ? {} : { namespace: input.namespace }),
    yaml: input.namespace === undefined ? YAML : YAML.replaceAll('ClusterRole', 'Role'),
    command: `kubectl --context prod-fra1 apply -f hedgerow-${input.purpose}.yaml`,
    fileName: `hedgerow-${input.purpose}.yaml`,
    closes: 4,
    writes: input.purpose === 'recover',
    mayCreate: allowed
      ? { allowed: true, says: 'You may create ClusterRoles and bindings.' }
      : { allowed: false, says: 'You cannot apply it yourself: user oncall may not create ClusterRoles.' },
  };
}

/** The answers about access of one fabric. */
export function accessOf(
  more: Partial<AccessReview> = {},
  mayCreate = false,
): NonNullable<FabricData['access']> {
  return { review: (input) => review(input, more), fix: (input) => fix(input, mayCreate) };
}

export const REFUSED_REVIEW: AppError = {
  code: 'forbidden',
  message: 'The server refuses selfsubjectrulesreviews for user oncall: create is not allowed.',
  hint: 'Ask for the ClusterRole system:basic-user, which every user has by default.',
  status: 403,
  retryable: false,
};

/** Everything denied. */
export const DENIED_ROWS: readonly AccessRow[] = ROWS.map((one) =>
  row(one.group, one.resource, 'dddnnn', ['pod/crash-loop-back-off']),
);

/** 5,000 kinds with very long names. */
export function manyRows(): readonly AccessRow[] {
  const long = 'averylongnameofacustomresourcethatsomebodygenerated'.repeat(3);
  return Array.from({ length: 5000 }, (_, index) =>
    row(
      `group${String(Math.floor(index / 50)).padStart(3, '0')}.${long}.example.com`,
      `${long}${String(index)}`,
      index % 3 === 0 ? 'dddnnn' : 'yyynyn',
      index % 3 === 0 ? ['pod/crash-loop-back-off'] : [],
    ),
  );
}
