// How a real API server refuses writes, and where each refusal leads: the texts of the table are its own.
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { routeWriteError } from '../../shared/recovery/route-write-error.ts';
import type { WriteFailure } from '../../shared/recovery/write-failures.ts';
import type { KubeClient, RequestOptions } from '../../src-main/kube/contract.ts';
import { canRun } from '../cluster/can-run.ts';
import { useSharedCluster } from '../cluster/use-cluster.ts';
import type { Cluster } from '../cluster/use-cluster.ts';
import { errorOf } from '../main/kube/scripted-server.ts';
import { clientFor } from './kube-client.ts';
import { REFUSED_WRITES, CONFIG_MAPS, configMap, post } from './refused-writes.ts';
import { makeAccount, makeNamespace, makeStranger, uniqueName } from './rbac-users.ts';

const ability = canRun().controlPlane;
describe.skipIf(ability !== true)(`refused writes${ability === true ? '' : ` (${ability})`}`, () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await useSharedCluster();
  });

  const give = (items: readonly object[]) =>
    cluster.apply(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  async function routeOf(client: KubeClient, path: string, options: RequestOptions) {
    return routeWriteError(await errorOf(client.getJson(path, options)));
  }

  it.each(REFUSED_WRITES)(
    '$name: $failure',
    async ({ failure, scenario = 'HH-K8S-020', says, path, options, given, as }) => {
      const namespace = await makeNamespace(cluster, 'writes');
      if (given !== undefined) await give(given(namespace));
      const kubeconfig =
        as === 'robot'
          ? (await makeAccount(cluster, namespace)).kubeconfig
          : as === 'stranger'
            ? makeStranger(cluster)
            : cluster.kubeconfig;
      const route = await routeOf(await clientFor(kubeconfig), path(namespace), options);
      expect(route).toMatchObject({ failure, scenario, written: 'no' });
      expect(route.says).toMatch(says);
      for (const sentence of [route.says, route.next]) expect(sentence).toMatch(/^[A-Z\w][^\n]*\.$/);
    },
  );

  it('a quota that is used up', async () => {
    const namespace = await makeNamespace(cluster, 'writes');
    await cluster.kubectl(['create', 'quota', 'q', '-n', namespace, '--hard=configmaps=0']);
    await cluster.waitFor({
      get: ['quota', 'q', '-n', namespace],
      jsonpath: '.status.used.configmaps',
      is: /\d/,
    });
    const route = await routeOf(
      await clientFor(cluster.kubeconfig),
      CONFIG_MAPS(namespace),
      post(configMap('b')),
    );
    expect(route).toMatchObject({ failure: 'quota', scenario: 'HH-K8S-025' });
    expect(route.says).toMatch(/exceeded quota: q, requested: configmaps=1/);
  });

  it('a namespace that is being deleted', async () => {
    const namespace = await makeNamespace(cluster, 'writes');
    await give([
      { ...configMap('held'), metadata: { name: 'held', namespace, finalizers: ['example.com/hold'] } },
    ]);
    onTestFinished(async () => {
      await cluster.kubectl([
        'patch',
        'configmap',
        'held',
        '-n',
        namespace,
        '--type=json',
        '-p',
        '[{"op":"remove","path":"/metadata/finalizers"}]',
      ]);
    });
    await cluster.kubectl(['delete', 'namespace', namespace, '--wait=false']);
    const route = await routeOf(
      await clientFor(cluster.kubeconfig),
      CONFIG_MAPS(namespace),
      post(configMap('b')),
    );
    expect(route).toMatchObject({ failure: 'namespace-terminating' });
    expect(route.says).toBe(`Namespace ${namespace} is being deleted, and takes nothing new.`);
  });

  it('an admission webhook that is down, and a policy that says no', async () => {
    const namespace = await makeNamespace(cluster, 'writes');
    const name = uniqueName('refusing');
    const here = { matchLabels: { 'kubernetes.io/metadata.name': namespace } };
    const ofCreates = (resource: string) => [
      { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: [resource] },
    ];
    const items = [
      {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingWebhookConfiguration',
        metadata: { name },
        webhooks: [
          {
            name: 'down.example.com',
            failurePolicy: 'Fail',
            sideEffects: 'None',
            admissionReviewVersions: ['v1'],
            clientConfig: { url: 'https://127.0.0.1:1/x' },
            rules: ofCreates('configmaps'),
            namespaceSelector: here,
          },
        ],
      },
      {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingAdmissionPolicy',
        metadata: { name },
        spec: {
          failurePolicy: 'Fail',
          matchConstraints: { resourceRules: ofCreates('secrets') },
          validations: [{ expression: 'false', message: 'no secrets today' }],
        },
      },
      {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingAdmissionPolicyBinding',
        metadata: { name },
        spec: { policyName: name, validationActions: ['Deny'], matchResources: { namespaceSelector: here } },
      },
    ];
    onTestFinished(async () => {
      for (const { kind } of items) await cluster.kubectl(['delete', kind, name]);
    });
    await give(items);
    const client = await clientFor(cluster.kubeconfig);
    const dryRun = { dryRun: 'All' };
    const trial = async (path: string, body: object, wanted: WriteFailure) =>
      // The server takes up new rules of admission a moment later.
      cluster.waitFor(async () => {
        const route = await client.getJson(path, post(body, dryRun)).then(
          () => undefined,
          () => routeOf(client, path, post(body, dryRun)),
        );
        return route?.failure === wanted ? route : undefined;
      });
    const down = await trial(CONFIG_MAPS(namespace), configMap('b'), 'admission-down');
    expect(down?.says).toMatch(/webhook down\.example\.com does not answer.*connection refused\.$/);
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' } };
    const denied = await trial(`/api/v1/namespaces/${namespace}/secrets`, secret, 'admission-denied');
    expect(denied?.says).toContain('no secrets today');
    expect(denied?.next).toContain(`ValidatingAdmissionPolicy '${name}'`);
  });

  it('rights that the caller does not hold', async () => {
    const namespace = await makeNamespace(cluster, 'writes');
    const robot = await makeAccount(cluster, namespace);
    await cluster.kubectl(['create', 'role', 'maker', '-n', namespace, '--verb=create', '--resource=roles']);
    await cluster.kubectl([
      'create',
      'rolebinding',
      'maker',
      '-n',
      namespace,
      '--role=maker',
      `--user=${robot.user}`,
    ]);
    const client = await clientFor(robot.kubeconfig);
    const body = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'r' },
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
    };
    const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/roles`;
    const route = await cluster.waitFor(async () => {
      const told = await routeOf(client, path, post(body));
      return told.failure === 'escalation' ? told : undefined;
    });
    expect(route).toMatchObject({ scenario: 'HH-K8S-033' });
    expect(route?.says).toContain('Resources:["pods"]');
  });
});
