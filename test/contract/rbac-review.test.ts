// What is said of somebody's access, against the answers of a real API server.
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { canRun } from '../cluster/can-run.ts';
import { useSharedCluster } from '../cluster/use-cluster.ts';
import type { Cluster } from '../cluster/use-cluster.ts';
import type { AccessCell, AccessReview, AccessSubject } from '../../shared/model/access.ts';
import { grantsOf, judge, serviceAccountCaller } from '../../shared/rbac/grants.ts';
import { furthestReach, type AccessQuestion } from '../../shared/rbac/rules.ts';
import { countChecks } from '../../shared/diagnosis/blind-spots.ts';
import { SCENARIOS } from '../../shared/scenarios/index.ts';
import { makeFix } from '../../src-main/access/make-fix.ts';
import { reviewAccess } from '../../src-main/access/review-access.ts';
import { spotCheck } from '../../src-main/access/spot-checks.ts';
import { askRules } from '../../src-main/kube/access-rules.ts';
import { whoAmI } from '../../src-main/kube/access-who.ts';
import type { KubeClient } from '../../src-main/kube/contract.ts';
import { discoverKinds } from '../../src-main/kube/discovery.ts';
import { clientFor } from './kube-client.ts';
import { letListPods, makeAccount, makeNamespace, makeUser, uniqueName } from './rbac-users.ts';

// Many processes and waits in each: an end to what hangs on a busy machine, no limit on speed.
vi.setConfig({ testTimeout: 300_000 });
const ability = canRun().controlPlane;

/** Rules that a role may hold, each with what is special about it. */
const ROLES: readonly (readonly [string, readonly object[]])[] = [
  ['plain', [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }]],
  [
    'named',
    [{ apiGroups: [''], resources: ['pods', 'configmaps'], resourceNames: ['a'], verbs: ['get', 'create'] }],
  ],
  ['subresource', [{ apiGroups: [''], resources: ['pods/log'], verbs: ['get'] }]],
  [
    'any-subresource',
    [{ apiGroups: ['apps', ''], resources: ['*/scale', '*/log'], verbs: ['get', 'patch'] }],
  ],
  ['pods-star', [{ apiGroups: [''], resources: ['pods/*'], verbs: ['*'] }]],
  ['all-verbs', [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['*'] }]],
  ['all-groups', [{ apiGroups: ['*'], resources: ['deployments', 'pods'], verbs: ['watch'] }]],
  ['all-resources', [{ apiGroups: [''], resources: ['*'], verbs: ['delete'] }]],
  ['paths', [{ nonResourceURLs: ['/pods'], verbs: ['get'] }]],
];

const QUESTIONS: readonly Omit<AccessQuestion, 'namespace'>[] = [
  'get',
  'list',
  'watch',
  'create',
  'patch',
  'delete',
].flatMap((verb) =>
  [
    { group: '', resource: 'pods' },
    { group: '', resource: 'pods', name: 'a' },
    { group: '', resource: 'pods', name: 'b' },
    { group: '', resource: 'pods', subresource: 'log' },
    { group: '', resource: 'pods', subresource: 'exec' },
    { group: 'apps', resource: 'deployments' },
    { group: 'apps', resource: 'deployments', subresource: 'scale' },
    { group: '', resource: 'configmaps', name: 'a' },
  ].map((each) => ({ verb, ...each })),
);

const list = async (cluster: Cluster, resource: string, ...more: string[]): Promise<unknown[]> => {
  const { items } = JSON.parse(await cluster.kubectl(['get', resource, '-o', 'json', ...more])) as {
    items: unknown[];
  };
  return items;
};

async function review(client: KubeClient, subject: AccessSubject, namespace?: string, home?: string) {
  const { kinds } = await discoverKinds(client);
  const { signal } = new AbortController();
  return reviewAccess({
    client,
    scenarios: SCENARIOS,
    kinds,
    subject,
    namespace,
    home,
    now: () => 7,
    signal,
  });
}

const cellOf = ({ rows }: AccessReview, resource: string, verb: string, group = ''): AccessCell | undefined =>
  rows
    .find((row) => row.resource === resource && row.group === group)
    ?.cells.find((cell) => cell.verb === verb);

describe.skipIf(ability !== true)(`access reviews${ability === true ? '' : ` (${ability})`}`, () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await useSharedCluster();
  });

  it.each(ROLES)(
    '%s: bindings walked here, own rules and the server agree on every question',
    async (role, rules) => {
      const namespace = await makeNamespace(cluster, `review-${role}`);
      const robot = await makeAccount(cluster, namespace);
      const account = robot.user.split(':').at(-1) ?? '';
      // Paths can stand in a ClusterRole alone, and a RoleBinding to it says nothing of them.
      const name = uniqueName('review');
      const kind = 'ClusterRole';
      await cluster.apply(
        JSON.stringify({
          apiVersion: 'v1',
          kind: 'List',
          items: [
            { apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata: { name }, rules },
            {
              apiVersion: 'rbac.authorization.k8s.io/v1',
              kind: 'RoleBinding',
              metadata: { name, namespace },
              roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
              // In the binding's own namespace, by the group of all its accounts.
              subjects: [
                {
                  kind: 'Group',
                  apiGroup: 'rbac.authorization.k8s.io',
                  name: `system:serviceaccounts:${namespace}`,
                },
              ],
            },
          ],
        }),
      );
      const caller = serviceAccountCaller(namespace, account);
      const [clusterRoles, roles, clusterRoleBindings, roleBindings] = await Promise.all([
        list(cluster, 'clusterroles'),
        list(cluster, 'roles', '-A'),
        list(cluster, 'clusterrolebindings'),
        list(cluster, 'rolebindings', '-A'),
      ]);
      const grants = grantsOf({ clusterRoles, roles, clusterRoleBindings, roleBindings }, caller);
      const questions = [namespace, 'default', undefined].flatMap((place) =>
        QUESTIONS.map((question) => ({ ...question, namespace: place })),
      );
      const admin = await clientFor(cluster.kubeconfig);
      const own = await clientFor(robot.kubeconfig);
      const checks = await spotCheck(admin, questions, undefined, caller);
      const wrong = checks.filter(
        ({ question, answer }) => (judge(grants, question).reach === 'allowed') !== answer?.allowed,
      );
      expect(wrong).toEqual([]);
      // The same from the list of rules that the server gives the account itself.
      const { rules: held, incomplete } = await askRules(own, namespace);
      expect(incomplete).toBe(false);
      const inHome = checks.filter(({ question }) => question.namespace === namespace);
      expect(
        inHome.filter(
          ({ question, answer }) => (furthestReach(held, question) === 'allowed') !== answer?.allowed,
        ),
      ).toEqual([]);
      await cluster.kubectl(['delete', 'clusterrole', name]);
    },
  );

  it('says who we are: account, certificate, administrator', async () => {
    const namespace = await makeNamespace(cluster, 'who');
    const robot = await makeAccount(cluster, namespace);
    expect(await whoAmI(await clientFor(robot.kubeconfig))).toMatchObject({
      user: robot.user,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    });
    const user = makeUser(cluster, uniqueName('oncall'), ['team-a']);
    expect(await whoAmI(await clientFor(user.kubeconfig))).toMatchObject({
      user: user.user,
      groups: ['team-a', 'system:authenticated'],
    });
  });

  it('me, in a namespace and in all of them: allowed, partly, denied, and what that costs', async () => {
    const namespace = await makeNamespace(cluster, 'mine');
    const robot = await makeAccount(cluster, namespace);
    await letListPods(cluster, namespace, robot.user);
    const client = await clientFor(robot.kubeconfig);

    const here = await review(client, { of: 'me' }, namespace);
    expect(here.who.user).toBe(robot.user);
    expect(here.problems).toEqual([]);
    expect(cellOf(here, 'pods', 'list')).toMatchObject({ state: 'allowed', needed: true });
    expect(cellOf(here, 'pods', 'watch')).toMatchObject({ state: 'denied', needed: true });
    expect(cellOf(here, 'pods/log', 'get')).toMatchObject({ state: 'denied', needed: true });
    expect(cellOf(here, 'pods/exec', 'create')).toMatchObject({ state: 'denied', needed: false });
    expect(cellOf(here, 'pods/log', 'list')).toBeUndefined();
    expect(here.rows.find(({ resource }) => resource === 'nodes')?.blocks.length).toBeGreaterThan(0);
    expect(here.lost.total).toBe(countChecks(SCENARIOS));
    expect(here.lost.checks).toBeGreaterThan(0);

    // Namespaces may not be listed, so only the context's own is looked at.
    const everywhere = await review(client, { of: 'me' }, undefined, namespace);
    expect(cellOf(everywhere, 'pods', 'list')).toMatchObject({
      state: 'partly',
      says: `Only in namespace ${namespace}`,
    });
    expect(cellOf(everywhere, 'secrets', 'list')).toMatchObject({ state: 'denied' });

    const admin = await review(await clientFor(cluster.kubeconfig), { of: 'me' });
    const shut = admin.rows.flatMap(({ cells }) => cells.filter(({ state }) => state !== 'allowed'));
    expect(shut).toEqual([]);
    expect(admin.lost.checks).toBe(0);
  });

  it('a ServiceAccount: from its bindings, or unknown where these may not be read', async () => {
    const namespace = await makeNamespace(cluster, 'theirs');
    const robot = await makeAccount(cluster, namespace);
    await letListPods(cluster, namespace, robot.user);
    const name = robot.user.split(':').at(-1) ?? '';
    const subject = { of: 'service account', namespace, name } as const;

    const seen = await review(await clientFor(cluster.kubeconfig), subject, namespace);
    expect(cellOf(seen, 'pods', 'list')).toMatchObject({ state: 'allowed', needed: false });
    expect(cellOf(seen, 'pods', 'list')?.says).toMatch(
      /^Allowed by Role pod-lister-\w+ via RoleBinding pod-lister-/,
    );
    expect(cellOf(seen, 'pods', 'delete')).toMatchObject({ state: 'denied' });
    expect(seen.incomplete).toBe(false);

    const stranger = await review(await clientFor(robot.kubeconfig), subject, namespace);
    expect(cellOf(stranger, 'pods', 'list')).toMatchObject({ state: 'unknown' });
    expect(stranger.incomplete).toBe(true);
    expect(stranger.problems.join()).toMatch(/clusterroles could not be listed/);
  });

  it('the fix says what it closes, and whether it may be created here', async () => {
    const namespace = await makeNamespace(cluster, 'fix');
    const robot = await makeAccount(cluster, namespace);
    const client = await clientFor(robot.kubeconfig);
    const mine = await makeFix({ client, scenarios: SCENARIOS, purpose: 'denials', namespace });
    expect(mine.closes).toBeGreaterThan(5);
    expect(mine.writes).toBe(false);
    expect(mine.yaml).toContain('kind: RoleBinding');
    expect(mine.command).toBe('kubectl apply -f hedgerow-denials.yaml');
    expect(mine.mayCreate.allowed).toBe(false);
    expect(mine.mayCreate.says).toMatch(
      /may not create Roles, RoleBindings, ClusterRoles and ClusterRoleBindings/,
    );

    // May create roles, but holds nothing that they would grant.
    const role = uniqueName('role-maker');
    await cluster.kubectl([
      'create',
      'clusterrole',
      role,
      '--verb=create',
      '--resource=roles,rolebindings,clusterroles,clusterrolebindings',
    ]);
    await cluster.kubectl([
      'create',
      'clusterrolebinding',
      role,
      `--clusterrole=${role}`,
      `--user=${robot.user}`,
    ]);
    const fix = () => makeFix({ client, scenarios: SCENARIOS, purpose: 'diagnose', namespace });
    await cluster.waitFor(
      async () => !(await fix()).mayCreate.says.startsWith('You may not create') || undefined,
    );
    expect((await fix()).mayCreate).toMatchObject({ allowed: false });
    expect((await fix()).mayCreate.says).toMatch(/not grant what you do not hold/);
    await cluster.kubectl(['delete', 'clusterrole,clusterrolebinding', role]);

    const admin = await makeFix({
      client: await clientFor(cluster.kubeconfig),
      scenarios: SCENARIOS,
      purpose: 'denials',
      namespace,
    });
    expect(admin).toMatchObject({
      closes: 0,
      mayCreate: { allowed: false, says: 'There is nothing to create.' },
    });
  });
});
