/** The role that would allow a ServiceAccount what it was refused, as YAML. */
import { rolePair, subjectOf } from '../rbac/role-manifests.ts';
import { serviceAccountCaller } from '../rbac/grants.ts';
import type { PolicyRule } from '../rbac/rules.ts';
import { writeManifests } from '../rbac/write-yaml.ts';
import type { Diagnosis } from '../model/finding.ts';
import type { Account } from './account-access.ts';
import type { Denial, Wanted } from './denials.ts';
import { clean } from './words.ts';

/** A log is the pod's own word: what is no plain name, or lets one raise one's own rights, is not granted on it. */
const PLAIN = /^[a-z0-9]([a-z0-9./-]{0,251}[a-z0-9])?$/;
const RAISES_RIGHTS: ReadonlySet<string> = new Set(['escalate', 'bind', 'impersonate', '*']);
const RAISES_RIGHTS_GROUPS: ReadonlySet<string> = new Set([
  'rbac.authorization.k8s.io',
  'authentication.k8s.io',
]);

type Refused = Pick<Denial, 'wanted' | 'follows'>;

/** A Role per namespace and a ClusterRole for what was wanted everywhere; `undefined` where nothing can be granted so. */
export function manifestFor(account: Account, refused: readonly Refused[]): Diagnosis['manifest'] {
  const places = new Map<string | undefined, Map<string, PolicyRule>>();
  for (const { wanted, follows } of refused) {
    if (wanted === undefined || !mayBeGranted(wanted)) continue;
    const rules = places.get(wanted.namespace) ?? new Map<string, PolicyRule>();
    places.set(wanted.namespace, rules);
    addRule(rules, wanted, follows === true && wanted.verb === 'list' ? ['list', 'watch'] : [wanted.verb]);
  }
  if (places.size === 0) return undefined;
  const subject = subjectOf(serviceAccountCaller(account.namespace, account.name).user);
  const whom = `ServiceAccount ${clean(account.namespace, 63)}/${clean(account.name)}`;
  const manifests = [...places].sort(byPlace).flatMap(([namespace, rules]) => {
    const name =
      namespace === undefined
        ? `${account.namespace}:${account.name}:api-access`
        : `${account.name}-api-access`;
    const comments = [
      `Lets ${whom} do what its log says it was refused. Check each rule before you apply it.`,
    ];
    return rolePair({ name, namespace, rules: gather(rules.values()), subject, comments });
  });
  return { title: `Role for ${whom}`, yaml: writeManifests(manifests) };
}

function mayBeGranted({ verb, group, resource, subresource, namespace }: Wanted): boolean {
  const names = [resource, verb, ...[group, subresource, namespace ?? ''].filter((name) => name !== '')];
  return (
    names.every((name) => PLAIN.test(name)) && !RAISES_RIGHTS.has(verb) && !RAISES_RIGHTS_GROUPS.has(group)
  );
}

/** What is wanted of one resource, or of one object of it, with all its verbs. */
function addRule(rules: Map<string, PolicyRule>, wanted: Wanted, verbs: readonly string[]): void {
  const { group, resource, subresource, name } = wanted;
  const whole = subresource === '' ? resource : `${resource}/${subresource}`;
  const resourceNames = name === undefined || wanted.verb === 'create' ? [] : [name];
  const key = JSON.stringify([group, whole, resourceNames]);
  const known = rules.get(key)?.verbs ?? [];
  rules.set(key, {
    apiGroups: [group],
    resources: [whole],
    resourceNames,
    verbs: [...new Set([...known, ...verbs])].sort(),
  });
}

/** One rule for all resources of a group with the same verbs and names, in an order that does not hang on the log's. */
function gather(rules: Iterable<PolicyRule>): PolicyRule[] {
  const gathered = new Map<string, PolicyRule>();
  for (const rule of rules) {
    const key = JSON.stringify([rule.apiGroups, rule.resourceNames, rule.verbs]);
    const resources = [...(gathered.get(key)?.resources ?? []), ...rule.resources].sort();
    gathered.set(key, { ...rule, resources });
  }
  return [...gathered].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, rule]) => rule);
}

/** By namespace, what is wanted everywhere last. */
function byPlace(
  [a]: readonly [string | undefined, unknown],
  [b]: readonly [string | undefined, unknown],
): number {
  return (a ?? '\uffff') < (b ?? '\uffff') ? -1 : 1;
}
