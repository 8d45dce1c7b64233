/** Writes the smallest role that would make a denied kind readable. */
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

/** The rule alone, for someone who edits an existing role: get, list and watch of one resource. */
export function ruleYaml({ resource }: Denial): string {
  const text = (value: string): string => JSON.stringify(value);
  return `- apiGroups: [${text(resource.group)}]\n  resources: [${text(resource.resource)}]\n  verbs: ["get", "list", "watch"]\n`;
}

/**
 * A Role (in one namespace) or ClusterRole with its binding. Names are quoted as JSON, which YAML reads, so hostile
 * names cannot break out.
 */
export function roleYaml(denial: Denial): string {
  const { resource, namespace, user } = denial;
  const scope = namespace === undefined ? 'ClusterRole' : 'Role';
  const name = JSON.stringify(roleName(resource));
  const metadata = ['metadata:', `  name: ${name}`];
  if (namespace !== undefined) metadata.push(`  namespace: ${JSON.stringify(namespace)}`);
  const header = (kind: string): string[] => [
    'apiVersion: rbac.authorization.k8s.io/v1',
    `kind: ${kind}`,
    ...metadata,
  ];
  const rule = ruleYaml(denial)
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}`);
  const binding =
    user === undefined
      ? []
      : [
          '---',
          ...header(`${scope}Binding`),
          'roleRef:',
          '  apiGroup: rbac.authorization.k8s.io',
          `  kind: ${scope}`,
          `  name: ${name}`,
          'subjects:',
          '  - apiGroup: rbac.authorization.k8s.io',
          '    kind: User',
          `    name: ${JSON.stringify(user)}`,
        ];
  return `${[...header(scope), 'rules:', ...rule, ...binding].join('\n')}\n`;
}
