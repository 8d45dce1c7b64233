/** Nobody grants more than they hold: the check on roles and bindings that a caller writes. */
import { isRecord, record, text } from '../../../shared/cluster/narrow.ts';
import type { Caller, DraftObject, Resource, StoredObject } from '../model.ts';
import type { Registry } from '../registry/contract.ts';
import { forbidden, notFound } from '../status-error.ts';
import { authorize, heldRules } from './authorize.ts';
import { quoteAll, rulesOf, uncovered, type PolicyRule } from './rules.ts';

const GROUP = 'rbac.authorization.k8s.io';
const ROLES = new Set(['roles', 'clusterroles']);

const EVERYTHING: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

interface Write {
  readonly resource: Resource;
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly object: DraftObject;
  readonly old?: StoredObject | undefined;
  readonly caller: Caller;
}

function isAllowed(
  registry: Registry,
  write: Write,
  verb: 'escalate' | 'bind',
  resource: string,
  name: string,
): boolean {
  const where = write.namespace === undefined ? {} : { namespace: write.namespace };
  return authorize(registry, write.caller, { verb, group: GROUP, resource, name, ...where }).allowed;
}

function referencedRules(
  registry: Registry,
  { namespace, object, resource: binding }: Write,
): readonly PolicyRule[] {
  const { kind, name } = record(object.roleRef);
  const resource = registry.catalogue.builtIn(`${GROUP}/v1`, kind === 'Role' ? 'Role' : 'ClusterRole');
  const role = registry.find(resource, resource.namespaced ? namespace : undefined, text(name));
  // The API server, too, names the binding's resource here.
  if (role === undefined) throw notFound(binding, text(name));
  return rulesOf(role.rules);
}

/** Whether the rules or the bound subjects are as they were: then nothing is granted. */
function grantsNothingNew({ object, old }: Write): boolean {
  if (old === undefined) return false;
  const granted = ({ rules, roleRef, subjects, aggregationRule }: DraftObject): string =>
    JSON.stringify([rules, roleRef, subjects, aggregationRule]);
  return granted(object) === granted(old);
}

/** Throws 403 `user "x" (groups=[…]) is attempting to grant RBAC permissions not currently held: …`, 404 for a missing role. */
export function checkEscalation(write: Write, registry: Registry): void {
  const { resource, name, object, caller, namespace } = write;
  if (resource.group !== GROUP || caller.groups.includes('system:masters') || grantsNothingNew(write)) return;
  const held = heldRules(registry, caller, namespace);
  let wanted: readonly PolicyRule[];
  if (ROLES.has(resource.plural)) {
    if (isAllowed(registry, write, 'escalate', resource.plural, name)) return;
    wanted = rulesOf(object.rules);
    if (isRecord(object.aggregationRule) && uncovered(held, EVERYTHING).length > 0) {
      throw forbidden(resource, name, 'must have cluster-admin privileges to use the aggregationRule');
    }
  } else {
    const reference = record(object.roleRef);
    const bound = reference.kind === 'Role' ? 'roles' : 'clusterroles';
    if (isAllowed(registry, write, 'bind', bound, text(reference.name))) return;
    wanted = referencedRules(registry, write);
  }
  const missing = uncovered(held, wanted);
  if (missing.length === 0) return;
  const who = `user ${JSON.stringify(caller.username)} (groups=${quoteAll(caller.groups)})`;
  const sentence = `${who} is attempting to grant RBAC permissions not currently held:\n${missing.join('\n')}`;
  throw forbidden(resource, name, sentence);
}
