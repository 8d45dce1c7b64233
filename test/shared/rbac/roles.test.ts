/** From scenarios to roles: nothing missing, nothing too much, the same every time. */
import { describe, expect, it } from 'vitest';
import { KINDS } from '../../../shared/kinds/kinds.ts';
import { needsFor, questionsOfNeed, readKinds, rulesOf, type Need } from '../../../shared/rbac/needs.ts';
import { RECOVERY_VERBS } from '../../../shared/rbac/recovery-verbs.ts';
import { roleManifests, writesOf } from '../../../shared/rbac/role-manifests.ts';
import { furthestReach, questionsOf } from '../../../shared/rbac/rules.ts';
import { writeManifests } from '../../../shared/rbac/write-yaml.ts';
import { SCENARIOS } from '../../../shared/scenarios/index.ts';

const SERVED = [
  ...Object.values(KINDS).map(({ group, resource, namespaced }) => ({
    group,
    resource,
    namespaced,
    verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'],
  })),
  { group: 'vpc.githedgehog.com', resource: 'vpcs', namespaced: true, verbs: ['get', 'list', 'watch'] },
  {
    group: 'authorization.k8s.io',
    resource: 'selfsubjectaccessreviews',
    namespaced: false,
    verbs: ['create'],
  },
];
const need = (change: Partial<Need>): Need => ({
  group: '',
  resource: 'pods',
  namespaced: true,
  verbs: ['get'],
  names: [],
  scenarios: [],
  ...change,
});

describe.each(['diagnose', 'view', 'recover', 'denials'] as const)('%s', (purpose) => {
  const needs = needsFor(purpose, SCENARIOS, SERVED);
  const rules = rulesOf(needs);

  it('lists and watches all that scenarios read, and reads logs', () => {
    for (const kind of readKinds(SCENARIOS).keys()) {
      const { group, resource } = KINDS[kind];
      for (const verb of ['list', 'watch'])
        expect(furthestReach(rules, { verb, group, resource }), `${verb} ${resource}`).toBe('allowed');
    }
    expect(furthestReach(rules, { verb: 'get', group: '', resource: 'pods', subresource: 'log' })).toBe(
      'allowed',
    );
  });

  it('holds no wildcard, fetches no single Secret, and asks for exactly the needs', () => {
    expect(JSON.stringify(rules)).not.toContain('*');
    expect(furthestReach(rules, { verb: 'get', group: '', resource: 'secrets' })).toBe('denied');
    const key = (question: object) => JSON.stringify(question);
    const wanted = new Set(
      needs
        .flatMap((each) => questionsOfNeed(each, undefined))
        .map(({ namespace: _all, ...rest }) => key(rest)),
    );
    const named = rules.flatMap((rule) => questionsOf(rule)).map(({ namespace: _all, ...rest }) => key(rest));
    expect(named.filter((each) => !wanted.has(each))).toEqual([]);
  });

  it('writes only to recover', () => {
    expect(writesOf(needs).length > 0).toBe(purpose === 'recover');
  });
});

describe('needsFor', () => {
  it('leaves out what is not served, subresources with their kind', () => {
    const served = SERVED.filter(({ resource }) => resource !== 'pods');
    const resources = needsFor('recover', SCENARIOS, served).map(({ resource }) => resource);
    expect(resources.filter((each) => each.startsWith('pods'))).toEqual([]);
    expect(resources).toContain('deployments');
  });

  it('view covers custom kinds by name, and no kind that cannot be read', () => {
    const resources = needsFor('view', SCENARIOS, SERVED).map(({ resource }) => resource);
    expect(resources).toContain('vpcs');
    expect(resources).not.toContain('selfsubjectaccessreviews');
  });

  it('opens no shell and grants no role, whatever the purpose', () => {
    const resources = RECOVERY_VERBS.map(({ kind, resource }) => resource ?? kind);
    expect(resources.join()).not.toMatch(/exec|attach|portforward|impersonate|rolebindings|token/);
  });
});

describe('rulesOf', () => {
  it('unites verbs of one resource and resources with equal verbs, sorted', () => {
    expect(
      rulesOf([
        need({ resource: 'b', verbs: ['list'] }),
        need({ group: 'apps', resource: 'x' }),
        need({ resource: 'a', verbs: ['watch', 'list'] }),
        need({ resource: 'b', verbs: ['watch'] }),
      ]),
    ).toEqual([
      { apiGroups: [''], resources: ['a', 'b'], resourceNames: [], verbs: ['list', 'watch'] },
      { apiGroups: ['apps'], resources: ['x'], resourceNames: [], verbs: ['get'] },
    ]);
  });

  it('names nothing that is granted whole', () => {
    const named = need({ resource: 'namespaces', names: ['kube-system'], verbs: ['get', 'patch'] });
    const rules = rulesOf([named, need({ resource: 'namespaces', verbs: ['get', 'list'] })]);
    expect(rules).toEqual([
      { apiGroups: [''], resources: ['namespaces'], resourceNames: ['kube-system'], verbs: ['patch'] },
      { apiGroups: [''], resources: ['namespaces'], resourceNames: [], verbs: ['get', 'list'] },
    ]);
  });
});

describe('roleManifests', () => {
  const request = {
    purpose: 'diagnose',
    user: 'oncall',
    needs: needsFor('diagnose', SCENARIOS, SERVED),
  } as const;
  const kinds = (namespace?: string) =>
    roleManifests({ ...request, namespace }).map(({ object }) => object.kind);

  it('a namespace gets a Role, and what no Role can grant a ClusterRole', () => {
    expect(kinds()).toEqual(['ClusterRole', 'ClusterRoleBinding']);
    expect(kinds('shop')).toEqual(['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding']);
    const [, , wide] = roleManifests({ ...request, namespace: 'shop' });
    expect(JSON.stringify(wide)).toContain('nodes');
    expect(JSON.stringify(wide?.object)).not.toContain('pods');
    expect(roleManifests({ ...request, needs: [] })).toEqual([]);
  });

  it('binds a ServiceAccount as one, and nobody through a group', () => {
    const subject = (user: string) => roleManifests({ ...request, user })[1]?.object.subjects;
    expect(subject('system:serviceaccount:shop:web')).toEqual([
      { kind: 'ServiceAccount', name: 'web', namespace: 'shop' },
    ]);
    expect(subject('system:masters')).toMatchObject([{ kind: 'User', name: 'system:masters' }]);
  });

  it('gives each subject a role of its own', () => {
    const users = ['a', 'A', 'a:cluster', 'system:serviceaccount:a:b', 'a.b', 'a/b', 'ä', 'a'.repeat(300)];
    const names = users.flatMap((user) =>
      roleManifests({ ...request, user, namespace: 'n' }).map(
        ({ object }) => `${object.kind as string} ${(object.metadata as { name: string }).name}`,
      ),
    );
    expect(new Set(names).size).toBe(names.length);
    for (const each of names) expect(each).toMatch(/^\w+ hedgerow:diagnose:[a-z0-9.@_:-]{1,150}$/);
  });

  it('is the same text for the same needs in any order', () => {
    const text = (needs: readonly Need[]) => writeManifests(roleManifests({ ...request, needs }));
    expect(text([...request.needs].reverse())).toBe(text(request.needs));
  });
});
