// Plans on a real API server: what is shown is what happens, once, and nothing happens to what is different.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { AppFailure } from '../../shared/errors.ts';
import type { PlanRequest } from '../../shared/model/plan.ts';
import { SCENARIOS } from '../../shared/scenarios/index.ts';
import { createClient } from '../../src-main/kube/client.ts';
import type { KubeClient } from '../../src-main/kube/contract.ts';
import { chooseContext, loadKubeconfig } from '../../src-main/kube/kubeconfig.ts';
import { planBuilder } from '../../src-main/recovery/build-plan.ts';
import type { NewToken, PlanTarget } from '../../src-main/recovery/contract.ts';
import { openJournal } from '../../src-main/recovery/journal.ts';
import { PlanDesk } from '../../src-main/recovery/run-plan.ts';
import { canRun } from '../cluster/can-run.ts';
import { useSharedCluster } from '../cluster/use-cluster.ts';
import type { Cluster } from '../cluster/use-cluster.ts';
import { errorOf } from '../main/kube/scripted-server.ts';
import { clientFor } from './kube-client.ts';
import { diagnose, makeAccount, makeNamespace, uniqueName, writeConfig } from './rbac-users.ts';

// Many processes and waits in each: an end to what hangs on a busy machine, no limit on speed.
vi.setConfig({ testTimeout: 300_000 });
const ability = canRun().controlPlane;

interface Room {
  readonly desk: PlanDesk;
  readonly target: PlanTarget;
  readonly home: string;
  readonly tokens: NewToken[];
  readonly prepare: (request: PlanRequest) => ReturnType<PlanDesk['prepare']>;
  readonly guard: { locked: boolean };
}

/** A desk with a journal of its own, for the user of a kubeconfig. */
async function openRoom(kubeconfig: string, client?: KubeClient): Promise<Room> {
  const home = mkdtempSync(join(tmpdir(), 'hedgerow-plans-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const access = chooseContext(await loadKubeconfig({ explicit: [kubeconfig] }));
  const guard = { locked: false };
  const tokens: NewToken[] = [];
  const own = client ?? (await clientFor(kubeconfig));
  const target: PlanTarget = {
    id: 'arn:aws:eks:eu-central-1:1:cluster/fab',
    client: own,
    requireWritable: () => {
      if (guard.locked) throw new AppFailure({ code: 'forbidden', message: 'Locked.', retryable: false });
    },
    clientOf: (token) => createClient({ ...access, user: { token } }),
  };
  const desk = new PlanDesk({
    journal: openJournal(home),
    now: Date.now,
    onToken: (_target, token) => {
      tokens.push(token);
      return Promise.resolve('fab as hedgerow');
    },
  });
  const prepare = (request: PlanRequest) =>
    desk.prepare(target, planBuilder({ client: own, scenarios: SCENARIOS }, request));
  return { desk, target, home, tokens, prepare, guard };
}

const journalText = (home: string) =>
  readdirSync(join(home, 'journal'))
    .map((name) => readFileSync(join(home, 'journal', name), 'utf8'))
    .join('');

describe.skipIf(ability !== true)(`plans${ability === true ? '' : ` (${ability})`}`, () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await useSharedCluster();
  });

  const setUp = (namespace = uniqueName('hedgerow')): Extract<PlanRequest, { plan: 'setup-rbac' }> => {
    onTestFinished(async () => {
      await cluster.kubectlRaw(['delete', 'namespace', namespace, '--wait=false']);
      for (const kind of ['clusterrole', 'clusterrolebinding'])
        await cluster.kubectlRaw(['delete', kind, `hedgerow:diagnose:${namespace}:hedgerow`]);
    });
    return {
      plan: 'setup-rbac',
      namespace,
      serviceAccount: 'hedgerow',
      purpose: 'diagnose',
      tokenSeconds: 600,
    };
  };

  it('sets Hedgerow up: shown, done, journalled, verified; the token works and is written nowhere', async () => {
    const request = setUp();
    const { desk, target, home, tokens, prepare } = await openRoom(cluster.kubeconfig);
    const prepared = await prepare(request);
    expect(prepared.plan.id).toMatch(/^create-setup-diagnose-/);
    expect(prepared.runnable).toBe(true);
    expect(prepared.steps.map(({ ref, state }) => [ref.kind, state])).toEqual([
      ['Namespace', 'create'],
      ['ServiceAccount', 'create'],
      ['ClusterRole', 'create'],
      ['ClusterRoleBinding', 'create'],
      ['TokenRequest', 'create'],
    ]);
    expect(prepared.steps[0]?.request).toBe('POST /api/v1/namespaces?dryRun=All&fieldManager=hedgerow');
    // Asked and shown is not done.
    expect((await cluster.kubectlRaw(['get', 'namespace', request.namespace])).code).not.toBe(0);

    const run = await desk.run(target, prepared.hash);
    expect(run.steps.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done', 'done']);
    expect(run.ok).toBe(true);
    expect(run.verified.length).toBeGreaterThan(10);
    expect(run.verified.filter(({ allowed }) => !allowed)).toEqual([]);
    expect(run.token?.fabric).toBe('fab as hedgerow');

    const [token] = tokens;
    const file = writeConfig(cluster, { token: token?.token });
    expect((await diagnose(file)).complete).toBe(true);
    const entries = await openJournal(home).list(target.id);
    expect(entries.map(({ ref, outcome }) => [ref.kind, outcome])).toEqual([
      ['TokenRequest', 'done'],
      ['ClusterRoleBinding', 'done'],
      ['ClusterRole', 'done'],
      ['ServiceAccount', 'done'],
      ['Namespace', 'done'],
    ]);
    expect(entries.at(-1)?.cluster).toMatch(/^[0-9a-f-]{36}$/);
    for (const text of [journalText(home), JSON.stringify(run), JSON.stringify(prepared)])
      expect(text).not.toContain(token?.token.slice(0, 20));

    // The same once more: everything is there, and another token is all that is new.
    const again = await prepare(request);
    expect(again.steps.map(({ state }) => state)).toEqual(['same', 'same', 'same', 'same', 'create']);
    expect((await desk.run(target, again.hash)).steps.map(({ state }) => state)).toEqual([
      'same',
      'same',
      'same',
      'same',
      'done',
    ]);
    // Its YAML does the same by hand.
    const applied = await cluster.kubectl(['apply', '-f', '-'], again.yaml);
    expect(applied).not.toContain('created');
  });

  it('a hash is good once, and for its fabric', async () => {
    const { desk, target, prepare } = await openRoom(cluster.kubeconfig);
    const { hash } = await prepare(setUp());
    expect((await errorOf(desk.run({ ...target, id: 'other' }, hash))).code).toBe('conflict');
    expect((await errorOf(desk.run(target, 'f00'))).code).toBe('conflict');
    await desk.run(target, hash);
    expect((await errorOf(desk.run(target, hash))).code).toBe('conflict');
  });

  it('a locked fabric is not written to, nor one that was locked meanwhile', async () => {
    const request = setUp();
    const { desk, target, prepare, guard } = await openRoom(cluster.kubeconfig);
    const { hash } = await prepare(request);
    guard.locked = true;
    expect((await errorOf(desk.run(target, hash))).message).toBe('Locked.');
    guard.locked = false;
    let asked = 0;
    const requireWritable = () => {
      asked += 1;
      if (asked > 1) throw new AppFailure({ code: 'forbidden', message: 'Locked now.', retryable: false });
    };
    expect((await errorOf(desk.run({ ...target, requireWritable }, hash))).message).toBe('Locked now.');
    expect((await cluster.kubectlRaw(['get', 'namespace', request.namespace])).code).not.toBe(0);
  });

  it('is refused where the world changed since it was shown', async () => {
    const request = setUp();
    const { desk, target, prepare } = await openRoom(cluster.kubeconfig);
    const { hash } = await prepare(request);
    await cluster.kubectl(['create', 'namespace', request.namespace]);
    const error = await errorOf(desk.run(target, hash));
    expect(error).toMatchObject({ code: 'conflict' });
    expect(error.message).toContain('no longer what was shown');
    const after = await cluster.kubectlRaw(['get', 'serviceaccount', 'hedgerow', '-n', request.namespace]);
    expect(after.code).not.toBe(0);
  });

  it('stops at what is there and different, shows the difference, names its owner, and overwrites nothing', async () => {
    const request = setUp();
    const name = `hedgerow:diagnose:${request.namespace}:hedgerow`;
    await cluster.apply(
      JSON.stringify({
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name, annotations: { 'meta.helm.sh/release-name': 'triage' } },
        rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
      }),
    );
    const { desk, target, prepare } = await openRoom(cluster.kubeconfig);
    const prepared = await prepare(request);
    const role = prepared.steps.find(({ ref }) => ref.kind === 'ClusterRole');
    expect(role).toMatchObject({ state: 'differs' });
    expect(role?.before).toContain('pods');
    expect(role?.before).not.toMatch(/uid|resourceVersion|managedFields:/);
    expect(role?.after).toContain('endpointslices');
    expect(prepared).toMatchObject({ runnable: false });
    expect(prepared.blocked).toMatch(/there and different\. Helm release triage keeps it/);
    expect((await errorOf(desk.run(target, prepared.hash))).message).toBe(prepared.blocked);
    expect(await cluster.kubectl(['get', 'clusterrole', name, '-o', 'jsonpath={.rules[*].verbs}'])).toBe(
      '["get"]',
    );
    expect((await cluster.kubectlRaw(['get', 'namespace', request.namespace])).code).not.toBe(0);
  });

  it('says what the caller may not create, and does not try', async () => {
    const namespace = await makeNamespace(cluster, 'plans');
    const robot = await makeAccount(cluster, namespace);
    const { desk, target, prepare } = await openRoom(robot.kubeconfig);
    const prepared = await prepare({ plan: 'rbac-fix', purpose: 'denials', namespace });
    expect(prepared.plan.id).toMatch(/^create-rbac-denials-/);
    expect(prepared.runnable).toBe(false);
    expect(prepared.steps.every(({ state, access }) => state === 'refused' && !access.allowed)).toBe(true);
    expect(prepared.blocked).toMatch(/^You may not create roles/);
    expect((await errorOf(desk.run(target, prepared.hash))).message).toBe(prepared.blocked);
  });

  it('whoever may grant it creates their own fix, and it is verified', async () => {
    const namespace = await makeNamespace(cluster, 'plans');
    const robot = await makeAccount(cluster, namespace);
    const role = uniqueName('granter');
    await cluster.apply(
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'List',
        items: [
          {
            apiVersion: 'rbac.authorization.k8s.io/v1',
            kind: 'ClusterRole',
            metadata: { name: role },
            rules: [
              {
                apiGroups: ['rbac.authorization.k8s.io'],
                resources: ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'],
                verbs: ['get', 'create', 'escalate', 'bind'],
              },
            ],
          },
          {
            apiVersion: 'rbac.authorization.k8s.io/v1',
            kind: 'ClusterRoleBinding',
            metadata: { name: role },
            roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
            subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: robot.user }],
          },
        ],
      }),
    );
    onTestFinished(async () => {
      await cluster.kubectl(['delete', 'clusterrole,clusterrolebinding', role]);
      await cluster.kubectlRaw([
        'delete',
        'clusterrole,clusterrolebinding',
        '-l',
        'app.kubernetes.io/managed-by=hedgerow',
        '--field-selector',
        `metadata.name=hedgerow:denials:${namespace}:${robot.user.split(':').at(-1) ?? ''}:cluster`,
      ]);
    });
    const { desk, target, prepare } = await openRoom(robot.kubeconfig);
    const request = { plan: 'rbac-fix', purpose: 'denials', namespace } as const;
    const prepared = await cluster.waitFor(async () => {
      const shown = await prepare(request);
      return shown.runnable ? shown : undefined;
    });
    const run = await desk.run(target, prepared?.hash ?? '');
    expect(run.steps.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done']);
    expect(run.verified.filter(({ allowed }) => !allowed)).toEqual([]);
    expect((await diagnose(robot.kubeconfig, namespace)).complete).toBe(true);
    expect(await prepare(request)).toMatchObject({ runnable: false, blocked: 'There is nothing to do.' });
  });

  it('a lost answer is looked up and not repeated', async () => {
    const request = setUp();
    const real = await clientFor(cluster.kubeconfig);
    let sent = 0;
    const lossy: KubeClient = {
      ...real,
      async getJson<T>(path: string, options?: Parameters<KubeClient['getJson']>[1]): Promise<T> {
        const answer = await real.getJson<T>(path, options);
        const writes = options?.method === 'POST' && options.query?.dryRun === undefined;
        if (!writes || !path.endsWith('/namespaces')) return answer;
        sent += 1;
        throw new AppFailure({ code: 'timeout', message: 'No answer within 30 s.', retryable: true });
      },
    };
    const { desk, target, prepare, home } = await openRoom(cluster.kubeconfig, lossy);
    const run = await desk.run(target, (await prepare(request)).hash);
    expect(run.steps[0]).toMatchObject({ state: 'done' });
    expect(run.steps[0]?.says).toMatch(/^No answer came, but Namespace \S+ is there as planned\.$/);
    expect(run.ok).toBe(true);
    expect(sent).toBe(1);
    expect((await openJournal(home).list(target.id)).at(-1)?.outcome).toBe('done');
  });
});
