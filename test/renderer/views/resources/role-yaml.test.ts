// The role to ask for where a kind is denied.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { roleYaml, ruleYaml } from '../../../../src-renderer/views/resources/role-yaml.ts';

const DEPLOYMENTS = { group: 'apps', version: 'v1', resource: 'deployments' };

/** The documents as plain objects. */
function parse(text: string): unknown[] {
  return parseAllDocuments(text).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as unknown;
  });
}

describe('roleYaml', () => {
  it('asks for a Role in one namespace, bound to the user', () => {
    expect(parse(roleYaml({ resource: DEPLOYMENTS, namespace: 'shop', user: 'oncall' }))).toMatchObject([
      {
        kind: 'Role',
        metadata: { name: 'read-deployments', namespace: 'shop' },
        rules: [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list', 'watch'] }],
      },
      {
        kind: 'RoleBinding',
        metadata: { namespace: 'shop' },
        roleRef: { kind: 'Role', name: 'read-deployments' },
        subjects: [{ kind: 'User', name: 'oncall' }],
      },
    ]);
  });

  it('asks for a ClusterRole for all namespaces', () => {
    expect(parse(roleYaml({ resource: DEPLOYMENTS }))).toMatchObject([{ kind: 'ClusterRole' }]);
  });

  it('stays one role with one rule whatever the names hold', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (group, resource, namespace) => {
        const [role] = parse(roleYaml({ resource: { group, version: 'v1', resource }, namespace }));
        expect(role).toMatchObject({
          kind: 'Role',
          metadata: { namespace },
          rules: [{ apiGroups: [group], resources: [resource], verbs: ['get', 'list', 'watch'] }],
        });
      }),
    );
  });

  it('gives the rule alone', () => {
    expect(parse(ruleYaml({ resource: DEPLOYMENTS }))).toEqual([
      [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list', 'watch'] }],
    ]);
  });
});
