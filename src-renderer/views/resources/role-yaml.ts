/** The smallest role that would make a denied kind readable, for the place where it is missed. */
import { rulesOf } from '../../../shared/rbac/needs.ts';
import { rolePair, ruleFields, subjectOf } from '../../../shared/rbac/role-manifests.ts';
import type { PolicyRule } from '../../../shared/rbac/rules.ts';
import { writeManifests, writeYaml } from '../../../shared/rbac/write-yaml.ts';
import type { ResourceId } from '../../../shared/ipc.ts';

/** What was refused. `namespace` undefined means: in the whole cluster. */
export interface Denial {
  readonly resource: ResourceId;
  readonly namespace?: string | undefined;
  /** Who asked, where the server said so. */
  readonly user?: string | undefined;
}

/** A name that RBAC and the API accept, built from what is asked for. */
function roleName(resource: ResourceId): string {
  return `read-${resource.resource}`.toLowerCase().replace(/[^a-z0-9-]+/g, '-');
}

function rules({ resource, namespace }: Denial): PolicyRule[] {
  const namespaced = namespace !== undefined;
  const verbs = ['get', 'list', 'watch'];
  return rulesOf([{ ...resource, namespaced, verbs, names: [], scenarios: [] }]);
}

/** The rule alone, for someone who edits an existing role: get, list and watch of one resource. */
export function ruleYaml(denial: Denial): string {
  return writeYaml(rules(denial).map(ruleFields));
}

/** A Role (in one namespace) or ClusterRole, with its binding where the user is known. */
export function roleYaml(denial: Denial): string {
  const { resource, namespace, user } = denial;
  const subject = subjectOf(user ?? '');
  const pair = rolePair({ name: roleName(resource), namespace, rules: rules(denial), subject, comments: [] });
  return writeManifests(user === undefined ? pair.slice(0, 1) : pair);
}
