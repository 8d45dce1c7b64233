/** Parts of objects that are asked for by themselves: scale, eviction, binding. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type Harness } from './harness.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await startServer();
  harness.create('v1', 'Namespace', undefined, { metadata: { name: 'web' } });
  harness.create('apps/v1', 'Deployment', 'web', {
    metadata: { name: 'shop' },
    spec: { replicas: 2, selector: { matchLabels: { app: 'shop' } } },
  });
});

afterAll(async () => {
  expect(harness.reports).toEqual([]);
  await harness.close();
});

const post = (body: unknown) => ({ method: 'POST', body });

describe('scale', () => {
  const path = '/apis/apps/v1/namespaces/web/deployments/shop/scale';

  it('reads and writes replicas through any of its forms', async () => {
    const read = await harness.ask(path);
    expect(read.body).toMatchObject({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      spec: { replicas: 2 },
      status: { replicas: 0, selector: 'app=shop' },
    });
    const put = { method: 'PUT', body: { metadata: { name: 'shop' }, spec: { replicas: 5 } } };
    expect((await harness.ask(path, put)).body).toMatchObject({ spec: { replicas: 5 } });
    const headers = { 'Content-Type': 'application/merge-patch+json' };
    await harness.ask(path, { method: 'PATCH', headers, body: { spec: { replicas: 3 } } });
    const resource = harness.registry.catalogue.builtIn('apps/v1', 'Deployment');
    expect(harness.registry.get(resource, 'web', 'shop').spec).toMatchObject({ replicas: 3 });
  });

  it.each([
    [
      { metadata: { name: 'shop' }, spec: { replicas: -1 } },
      422,
      'Scale.autoscaling "shop" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    ],
    [
      { metadata: { name: 'other' }, spec: { replicas: 1 } },
      400,
      'the name of the object (other) does not match the name on the URL (shop)',
    ],
    [
      { metadata: { name: 'shop', resourceVersion: '1' }, spec: { replicas: 1 } },
      409,
      'Operation cannot be fulfilled on deployments.apps "shop": the object has been modified; please apply your changes to the latest version and try again',
    ],
  ])('refuses %j', async (body, code, message) => {
    expect((await harness.ask(path, { method: 'PUT', body })).body).toMatchObject({ code, message });
  });
});

describe('eviction', () => {
  const pod = (name: string, phase: string, labels: Record<string, string>): void => {
    harness.create('v1', 'Pod', 'web', {
      metadata: { name, labels },
      spec: { nodeName: 'n1', terminationGracePeriodSeconds: 30, containers: [{ name: 'c' }] },
    });
    const resource = harness.registry.catalogue.builtIn('v1', 'Pod');
    harness.registry.update(
      resource,
      'web',
      name,
      (current) => ({ ...current, status: { phase, conditions: [{ type: 'Ready', status: 'True' }] } }),
      { caller: { username: 'kubelet', groups: [] }, internal: true, subresource: 'status' },
    );
  };
  const budget = (name: string, app: string, status: object): void => {
    harness.create('policy/v1', 'PodDisruptionBudget', 'web', {
      metadata: { name },
      spec: { minAvailable: 1, selector: { matchLabels: { app } } },
    });
    const resource = harness.registry.catalogue.builtIn('policy/v1', 'PodDisruptionBudget');
    harness.registry.update(resource, 'web', name, (current) => ({ ...current, status }), {
      caller: { username: 'kcm', groups: [] },
      internal: true,
      subresource: 'status',
    });
  };
  const evict = (name: string) =>
    harness.ask(`/api/v1/namespaces/web/pods/${name}/eviction`, post({ metadata: { name } }));

  it('is refused by a budget that allows no disruption', async () => {
    pod('kept', 'Running', { app: 'kept' });
    budget('keep', 'kept', {
      observedGeneration: 9,
      disruptionsAllowed: 0,
      desiredHealthy: 1,
      currentHealthy: 1,
    });
    const { code, body } = await evict('kept');
    expect(code).toBe(429);
    expect(body).toMatchObject({
      reason: 'TooManyRequests',
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
      details: {
        causes: [
          {
            reason: 'DisruptionBudget',
            message: 'The disruption budget keep needs 1 healthy pods and has 1 currently',
          },
        ],
      },
    });
  });

  it('uses up what a budget allows, and marks the pod', async () => {
    pod('spare', 'Running', { app: 'spare' });
    budget('spare', 'spare', { observedGeneration: 9, disruptionsAllowed: 1, desiredHealthy: 0 });
    expect((await evict('spare')).body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      code: 201,
    });
    const { body } = await harness.ask('/api/v1/namespaces/web/pods/spare');
    expect(body).toMatchObject({
      metadata: { deletionTimestamp: expect.any(String) as string },
      status: {
        conditions: [{ type: 'Ready' }, { type: 'DisruptionTarget', reason: 'EvictionByEvictionAPI' }],
      },
    });
    const left = await harness.ask('/apis/policy/v1/namespaces/web/poddisruptionbudgets/spare');
    expect(left.body).toMatchObject({
      status: { disruptionsAllowed: 0, disruptedPods: { spare: expect.any(String) as string } },
    });
  });

  it('takes pods that do not run yet whatever the budget says', async () => {
    pod('pending', 'Pending', { app: 'kept' });
    expect((await evict('pending')).code).toBe(201);
  });

  it.each([
    [{}, 400, 'name in URL does not match name in Eviction object'],
    [
      { kind: 'Pod', apiVersion: 'v1', metadata: { name: 'kept' } },
      400,
      'Pod in version "v1" cannot be handled as a Eviction: converting (v1.Pod) to (policy.Eviction): unknown conversion',
    ],
  ])('refuses %j', async (body, code, message) => {
    const answer = await harness.ask('/api/v1/namespaces/web/pods/kept/eviction', post(body));
    expect(answer.body).toMatchObject({ code, message });
  });
});

it('binds a pod to a node once', async () => {
  harness.create('v1', 'Pod', 'web', { metadata: { name: 'free' }, spec: { containers: [{ name: 'c' }] } });
  const path = '/api/v1/namespaces/web/pods/free/binding';
  const body = { metadata: { name: 'free' }, target: { kind: 'Node', name: 'n7' } };
  expect((await harness.ask(path, post({ metadata: { name: 'free' } }))).code).toBe(500);
  expect((await harness.ask(path, post(body))).code).toBe(201);
  expect((await harness.ask('/api/v1/namespaces/web/pods/free')).body).toMatchObject({
    spec: { nodeName: 'n7' },
    status: { conditions: [{ type: 'PodScheduled', status: 'True' }] },
  });
  expect((await harness.ask(path, post(body))).body.message).toBe(
    'Operation cannot be fulfilled on pods/binding "free": pod free is already assigned to node "n7"',
  );
});
