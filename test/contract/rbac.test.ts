// The role that `rbac` prints, on a real API server: applied by an administrator it gives exactly what it says.
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { RbacPurpose } from '../../shared/model/plan.ts';
import { needsFor, questionsOfNeed, rulesOf } from '../../shared/rbac/needs.ts';
import { furthestReach, readRules } from '../../shared/rbac/rules.ts';
import { SCENARIOS } from '../../shared/scenarios/index.ts';
import { spotCheck } from '../../src-main/access/spot-checks.ts';
import { askRules } from '../../src-main/kube/access-rules.ts';
import { whoAmI } from '../../src-main/kube/access-who.ts';
import { discoverKinds } from '../../src-main/kube/discovery.ts';
import { canRun } from '../cluster/can-run.ts';
import { useSharedCluster } from '../cluster/use-cluster.ts';
import type { Cluster } from '../cluster/use-cluster.ts';
import { clientFor } from './kube-client.ts';
import {
  diagnose,
  letListPods,
  makeAccount,
  makeNamespace,
  makeStranger,
  makeUser,
  roleFor,
  runCommand,
} from './rbac-users.ts';

// Many processes and waits in each: an end to what hangs on a busy machine, no limit on speed.
vi.setConfig({ testTimeout: 300_000 });
const ability = canRun().controlPlane;

/** Applies as administrator, and takes it back when the test ends. */
async function apply(cluster: Cluster, yaml: string): Promise<void> {
  onTestFinished(async () => {
    await cluster.kubectlRaw(['delete', '-f', '-', '--ignore-not-found'], yaml);
  });
  await cluster.apply(yaml);
}

describe.skipIf(ability !== true)(`rbac${ability === true ? '' : ` (${ability})`}`, () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await useSharedCluster();
  });

  describe('a token that may list the pods of one namespace', () => {
    it('is diagnosed there, with all else as blind spots; the role for the namespace makes it whole', async () => {
      const namespace = await makeNamespace(cluster, 'rbac-one');
      const robot = await makeAccount(cluster, namespace);
      await letListPods(cluster, namespace, robot.user);

      const before = await diagnose(robot.kubeconfig, namespace);
      expect(before.complete).toBe(false);
      const blind = new Set(before.blindSpots.map(({ kind }) => kind));
      expect(blind).toContain('Event');
      expect(blind).toContain('Node');
      expect(blind).not.toContain('Pod');

      const yaml = await roleFor(robot.kubeconfig, '--namespace', namespace);
      await apply(cluster, yaml);
      const after = await diagnose(robot.kubeconfig, namespace);
      expect(after.blindSpots).toEqual([]);
      expect(after.complete).toBe(true);
      // Nothing of other namespaces was given away.
      expect((await diagnose(robot.kubeconfig)).complete).toBe(false);
    });

    it('the context names the namespace: diagnosed there; the role for the cluster makes it whole', async () => {
      const namespace = await makeNamespace(cluster, 'rbac-all');
      const robot = await makeAccount(cluster, namespace, namespace);
      await letListPods(cluster, namespace, robot.user);

      const before = await diagnose(robot.kubeconfig);
      // Its own namespace was read; the rest of the cluster is the blind spot.
      expect(before.complete).toBe(false);
      expect(before.blindSpots.find(({ kind }) => kind === 'Pod')?.reason).toContain('at the cluster scope');

      await apply(cluster, await roleFor(robot.kubeconfig));
      const after = await diagnose(robot.kubeconfig);
      expect(after.blindSpots).toEqual([]);
      expect(after.complete).toBe(true);
    });
  });

  it('a user with a certificate is bound by name, however hostile the name', async () => {
    const name = 'on call: #1 "x"\n- kind: Group\u0085é😀{}';
    const { user, kubeconfig } = makeUser(cluster, name);
    const yaml = await roleFor(kubeconfig);
    expect(yaml).not.toContain('\nsubjects:\n- kind: Group');
    await apply(cluster, yaml);
    const role = parseAllDocuments(yaml)[0]?.toJS() as { metadata: { name: string } };
    const stored = await cluster.kubectl([
      'get',
      'clusterrolebinding',
      role.metadata.name,
      '-o',
      'jsonpath={.subjects}',
    ]);
    expect(JSON.parse(stored)).toEqual([{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }]);
    expect((await diagnose(kubeconfig)).complete).toBe(true);
  });

  it.each<[RbacPurpose, 'namespace' | 'cluster']>([
    ['diagnose', 'cluster'],
    ['view', 'cluster'],
    ['recover', 'cluster'],
    ['diagnose', 'namespace'],
    ['view', 'namespace'],
    ['recover', 'namespace'],
  ])('--for %s, %s: applies cleanly and grants exactly the needs', async (purpose, scope) => {
    const home = await makeNamespace(cluster, 'rbac-exact');
    const { user, kubeconfig } = await makeAccount(cluster, home);
    const namespace = scope === 'namespace' ? home : undefined;
    const bare = await clientFor(kubeconfig);
    const beforehand = (await askRules(bare, namespace)).rules;
    const yaml = await roleFor(
      kubeconfig,
      '--for',
      purpose,
      ...(namespace === undefined ? [] : ['--namespace', namespace]),
    );
    expect(yaml).not.toMatch(/['"*]\*/);
    await apply(cluster, yaml);
    // Applied again it changes nothing.
    const again = await cluster.kubectl(['apply', '-f', '-'], yaml);
    expect(again).not.toMatch(/created|configured/);

    const client = await clientFor(kubeconfig);
    expect((await whoAmI(client)).user).toBe(user);
    const { kinds } = await discoverKinds(client);
    const needs = needsFor(purpose, SCENARIOS, kinds).filter(
      (need) =>
        namespace === undefined || need.namespaced || need.scenarios.length > 0 || need.names.length > 0,
    );
    // No less: the server allows each need.
    const checks = await spotCheck(
      client,
      needs.flatMap((need) => questionsOfNeed(need, namespace)),
    );
    expect(checks.filter(({ answer }) => answer?.allowed !== true)).toEqual([]);
    // No more: every rule that was added is one of the needs.
    const { rules, incomplete } = await askRules(client, namespace);
    expect(incomplete).toBe(false);
    const wanted = rulesOf(needs);
    const known = new Set(beforehand.map((rule) => JSON.stringify(rule)));
    const added = rules.filter((rule) => !known.has(JSON.stringify(rule)));
    const granted = added.flatMap(({ apiGroups, resources, verbs, resourceNames }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((whole) => verbs.map((verb) => ({ group, whole, verb, resourceNames }))),
      ),
    );
    const excess = granted.filter(({ group, whole, verb, resourceNames }) => {
      const [resource = '', subresource] = whole.split('/');
      const name = resourceNames[0];
      return furthestReach(wanted, { verb, group, resource, subresource, name }) !== 'allowed';
    });
    expect(excess).toEqual([]);
    // The cluster-scoped kinds alone are granted beyond the namespace.
    if (namespace !== undefined) {
      const [elsewhere] = await spotCheck(client, [{ verb: 'list', group: '', resource: 'pods' }]);
      expect(elsewhere?.answer?.allowed).toBe(false);
    }
  });

  it('--for denials closes what is denied, and nothing else; afterwards nothing is denied', async () => {
    const namespace = await makeNamespace(cluster, 'rbac-denied');
    const { kubeconfig } = await makeAccount(cluster, namespace);
    await apply(cluster, await roleFor(kubeconfig, '--namespace', namespace));
    await cluster.kubectl(['get', 'role', '-n', namespace]);
    const rest = await roleFor(kubeconfig, '--for', 'denials');
    const rules = parseAllDocuments(rest).flatMap((each) =>
      readRules((each.toJS() as { rules?: unknown }).rules),
    );
    expect(furthestReach(rules, { verb: 'list', group: '', resource: 'pods' })).toBe('allowed');
    // Nodes are of the whole cluster: granted already.
    expect(furthestReach(rules, { verb: 'list', group: '', resource: 'nodes' })).toBe('denied');
    await apply(cluster, rest);
    expect((await diagnose(kubeconfig)).complete).toBe(true);
    const { code, out, err } = await runCommand(['rbac', '--kubeconfig', kubeconfig, '--for', 'denials']);
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(err).toContain('Nothing that');
  });

  it('says that a member of system:masters gains nothing', async () => {
    const { code, out, err } = await runCommand(['rbac', '--kubeconfig', cluster.kubeconfig]);
    expect(code).toBe(0);
    expect(out).toContain('kind: ClusterRole');
    expect(out).not.toContain('system:masters');
    expect(err).toContain('system:masters, which may do everything');
  });

  it.each([
    [['--kubeconfig', '/no/such/file'], 1, /\/no\/such\/file/],
    [['--for', 'everything'], 2, /--for does not know everything/],
    [['--namespace', 'A B'], 2, /--namespace/],
  ])('%j: a sentence and no stack', async (args, code, says) => {
    const run = await runCommand(['rbac', ...args]);
    expect(run).toMatchObject({ code, out: '' });
    expect(run.err).toMatch(says);
    expect(run.err).not.toMatch(/\n\s+at |undefined/);
  });

  it('a token that the server does not know: exit 1 and the way to sign in', async () => {
    const run = await runCommand(['rbac', '--kubeconfig', makeStranger(cluster)]);
    expect(run).toMatchObject({ code: 1, out: '' });
    expect(run.err).toMatch(/Sign in again/);
  });
});
