/** Roles and bindings for one subject, as manifests: a Role where a namespace is enough, and what needs the whole cluster apart. */
import { textId } from '../diagnosis/finding-id.ts';
import type { RbacPurpose } from '../model/plan.ts';
import { clean, count, enumerate } from '../scenarios/words.ts';
import { serviceAccountOf } from './grants.ts';
import { rulesOf, type Need } from './needs.ts';
import type { PolicyRule } from './rules.ts';
import type { Manifest, Plain } from './write-yaml.ts';

const GROUP = 'rbac.authorization.k8s.io';
export const MANAGED_BY = { 'app.kubernetes.io/managed-by': 'hedgerow' };

/** What each purpose lets somebody do, as the middle of a sentence. */
const PURPOSES: Readonly<Record<RbacPurpose, string>> = {
  denials: 'do what the diagnosis was denied',
  diagnose: 'diagnose',
  view: 'diagnose and look at every kind but Secrets',
  recover: 'diagnose and carry out recoveries',
};

export interface RoleRequest {
  readonly purpose: RbacPurpose;
  /** As the server names the user (SelfSubjectReview). */
  readonly user: string;
  /** Roles for this namespace; undefined: for the whole cluster. */
  readonly namespace?: string | undefined;
  readonly needs: readonly Need[];
}

type Fields = Readonly<Record<string, Plain>>;

/** The subject of a binding: a ServiceAccount by its name, anybody else as a user. A group is never bound. */
export function subjectOf(user: string): Fields {
  const account = serviceAccountOf(user);
  return account === undefined
    ? { apiGroup: GROUP, kind: 'User', name: user }
    : { kind: 'ServiceAccount', name: account.name, namespace: account.namespace };
}

/**
 * A name of its own for each subject, so that a role for one never changes another's: `hedgerow:diagnose:oncall`.
 * A user's name that does not fit is shortened and told apart by a hash; no part holds a colon itself.
 */
function roleName(purpose: RbacPurpose, user: string): string {
  const account = serviceAccountOf(user);
  const parts = account === undefined ? [user] : [account.namespace, account.name];
  const fitting = parts.map((part) => {
    const slug = part
      .toLowerCase()
      .replace(/[^a-z0-9.@_-]+/g, '-')
      .slice(0, 60);
    return slug === part ? slug : `${slug}-${textId(part).slice(-6)}`;
  });
  return ['hedgerow', purpose, ...fitting].join(':');
}

/** A rule as it stands in a role. */
export function ruleFields({ apiGroups, resources, resourceNames, verbs }: PolicyRule): Fields {
  return {
    apiGroups,
    resources,
    ...(resourceNames.length > 0 && { resourceNames }),
    verbs,
  };
}

interface Pair {
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly rules: readonly PolicyRule[];
  readonly subject: Fields;
  readonly comments: readonly string[];
}

/** A role and its binding; without a namespace both are of the whole cluster. */
export function rolePair({ name, namespace, rules, subject, comments }: Pair): [Manifest, Manifest] {
  const kind = namespace === undefined ? 'ClusterRole' : 'Role';
  const header = (of: string) => ({
    apiVersion: `${GROUP}/v1`,
    kind: of,
    metadata: { name, namespace, labels: MANAGED_BY },
  });
  return [
    { comments, object: { ...header(kind), rules: rules.map(ruleFields) } },
    {
      comments: [],
      object: {
        ...header(`${kind}Binding`),
        roleRef: { apiGroup: GROUP, kind, name },
        subjects: [subject],
      },
    },
  ];
}

function remarks({ purpose, user, namespace, needs }: RoleRequest): string[] {
  const where = namespace === undefined ? 'in the whole cluster' : `in namespace ${clean(namespace, 64)}`;
  const writes = writesOf(needs);
  const groups = new Set(needs.map(({ group }) => group)).size;
  const kinds = new Set(needs.map(({ group, resource }) => `${resource}.${group}`)).size;
  const secrets = needs.find(
    ({ group, resource, verbs }) => group === '' && resource === 'secrets' && verbs.includes('list'),
  );
  return [
    `Hedgerow: lets ${clean(user, 120)} ${PURPOSES[purpose]} ${where}.`,
    `${count(kinds, 'resource')} of ${count(groups, 'API group')} by name, no wildcards; ${writes.length === 0 ? 'no write verb' : `writes: ${enumerate(writes, 12)}`}.`,
    ...(secrets === undefined || secrets.scenarios.length === 0
      ? []
      : [
          `Secrets are listed because ${enumerate([...secrets.scenarios].sort(), 3)} must know their names and keys; their values are dropped on arrival.`,
        ]),
  ];
}

/** What of the needs writes, as `patch deployments`; reading a scale, a log or an object is none. */
export function writesOf(needs: readonly Need[]): string[] {
  return needs.flatMap(({ verbs, resource }) =>
    verbs.filter((verb) => !['get', 'list', 'watch'].includes(verb)).map((verb) => `${verb} ${resource}`),
  );
}

/**
 * The roles that grant exactly the needs, with their bindings. In a namespace: a Role there and, since a Role cannot
 * grant cluster-scoped kinds, a ClusterRole with those alone. No manifests where nothing is needed.
 */
export function roleManifests(request: RoleRequest): Manifest[] {
  const { purpose, user, namespace, needs } = request;
  if (needs.length === 0) return [];
  const name = roleName(purpose, user);
  const subject = subjectOf(user);
  const comments = remarks(request);
  if (namespace === undefined) return rolePair({ name, rules: rulesOf(needs), subject, comments });
  const local = needs.filter(({ namespaced }) => namespaced);
  const wide = needs.filter(({ namespaced }) => !namespaced);
  const resources = [...new Set(wide.map(({ resource }) => resource))].sort();
  const apart = `Of the whole cluster, because a Role cannot grant it: ${enumerate(resources, 12)}. Without it the diagnosis of the namespace works, but is not complete.`;
  return [
    ...(local.length === 0 ? [] : rolePair({ name, namespace, rules: rulesOf(local), subject, comments })),
    ...(wide.length === 0
      ? []
      : rolePair({
          name: `${name}:cluster`,
          rules: rulesOf(wide),
          subject,
          comments: local.length === 0 ? [...comments, apart] : [apart],
        })),
  ];
}
