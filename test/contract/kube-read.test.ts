// Reading from a real API server: pages, tables, refusals, discovery.
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { RowColumn } from '../../shared/ipc.ts';
import { askAccess } from '../../src-main/kube/access.ts';
import type { TableRow } from '../../src-main/kube/contract.ts';
import { discoverKinds } from '../../src-main/kube/discovery.ts';
import { createTableReflector } from '../../src-main/kube/table-watch.ts';
import { canRun } from '../cluster/can-run.ts';
import { useSharedCluster } from '../cluster/use-cluster.ts';
import type { Cluster } from '../cluster/use-cluster.ts';
import { base64, makeCertificate } from '../main/kube/certificates.ts';
import { errorOf } from '../main/kube/scripted-server.ts';
import { clientFor, configMaps, CONFIG_MAPS, follow, listConfigMaps, names, PATIENT } from './kube-client.ts';

const NAMESPACE = 'kube-read';
const CRD = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'hedgehogs.kube-read.example.com' },
  spec: {
    group: 'kube-read.example.com',
    scope: 'Namespaced',
    names: { plural: 'hedgehogs', singular: 'hedgehog', kind: 'Hedgehog', shortNames: ['hh'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', properties: { spines: { type: 'integer' } } } },
          },
        },
        additionalPrinterColumns: [{ name: 'Spines', type: 'integer', jsonPath: '.spec.spines' }],
      },
    ],
  },
};

describe.runIf(canRun().controlPlane === true)('reading from an API server', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await useSharedCluster();
    await cluster.kubectl(['create', 'namespace', NAMESPACE]);
  });

  afterAll(async () => {
    await cluster.kubectl(['delete', 'namespace', NAMESPACE, '--wait=false']);
    await cluster.kubectl(['delete', 'crd', CRD.metadata.name, '--ignore-not-found', '--wait=false']);
  });

  it('lists more than one page', async () => {
    await cluster.apply(configMaps(NAMESPACE, names(1100)));
    const { reflector, contents, states } = follow(
      await clientFor(cluster.kubeconfig),
      CONFIG_MAPS,
      NAMESPACE,
    );
    await reflector.synced;
    const expected = await listConfigMaps(cluster, NAMESPACE);
    expect(expected.length).toBeGreaterThanOrEqual(1100);
    expect(contents()).toEqual(expected);
    const progress = states
      .filter((each) => each.phase === 'listing')
      .map((each) => [each.objects, each.expected]);
    expect(progress).toEqual([
      [0, undefined],
      [500, expected.length],
      [1000, expected.length],
      [expected.length, expected.length],
    ]);
  });

  it('shows the columns and cells of kubectl get', async () => {
    await cluster.apply(JSON.stringify(CRD));
    await cluster.kubectl(['wait', '--for=condition=Established', `crd/${CRD.metadata.name}`]);
    const hedgehogs = ['mecki', 'igor'].map((name, index) => ({
      apiVersion: 'kube-read.example.com/v1',
      kind: 'Hedgehog',
      metadata: { name, namespace: NAMESPACE },
      spec: { spines: 5000 + index },
    }));
    await cluster.waitFor(async () => {
      await cluster.apply(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: hedgehogs }));
      return true;
    });
    let columns: readonly RowColumn[] = [];
    const rows = new Map<string, TableRow>();
    const reflector = createTableReflector({
      client: await clientFor(cluster.kubeconfig),
      resource: { group: 'kube-read.example.com', version: 'v1', resource: 'hedgehogs' },
      namespace: NAMESPACE,
      sink: {
        columns: (next) => {
          columns = next;
        },
        replace: (all) => {
          for (const each of all) rows.set(each.row.uid, each);
        },
        upsert: (each) => rows.set(each.row.uid, each),
        remove: (each) => rows.delete(each.row.uid),
        state: () => undefined,
      },
    });
    onTestFinished(() => {
      reflector.stop();
    });
    await expect.poll(() => reflector.state.phase, PATIENT).toBe('live');
    const cells = () => [...rows.values()].map(({ row }) => row.cells.map(String)).sort();
    const printed = (await cluster.kubectl(['get', 'hedgehogs', '-n', NAMESPACE]))
      .trim()
      .split('\n')
      .map((line) => line.split(/ {2,}/));
    expect(columns.filter((each) => each.priority === 0).map((each) => each.name.toUpperCase())).toEqual(
      printed[0],
    );
    expect(cells()).toEqual(printed.slice(1).sort());
    await cluster.kubectl([
      'patch',
      'hedgehog',
      'mecki',
      '-n',
      NAMESPACE,
      '--type=merge',
      '-p',
      '{"spec":{"spines":7}}',
    ]);
    await cluster.kubectl(['delete', 'hedgehog', 'igor', '-n', NAMESPACE]);
    await expect.poll(cells, PATIENT).toEqual([['mecki', '7']]);
    expect(reflector.dropped).toBe(0);
  });

  it('discovers the kinds, custom ones too', async () => {
    await cluster.apply(JSON.stringify(CRD));
    const client = await clientFor(cluster.kubeconfig);
    const find = async () => (await discoverKinds(client)).kinds.find((each) => each.kind === 'Hedgehog');
    await expect
      .poll(find, { timeout: 20_000 })
      .toMatchObject({ custom: true, namespaced: true, shortNames: ['hh'], version: 'v1' });
    const { kinds, problems } = await discoverKinds(client);
    expect(problems).toEqual([]);
    expect(kinds.find((each) => each.resource === 'deployments')).toMatchObject({
      group: 'apps',
      kind: 'Deployment',
      custom: false,
    });
    const served = (await cluster.kubectl(['api-resources', '-o', 'name', '--cached=false']))
      .trim()
      .split('\n')
      .sort();
    expect(
      kinds.map((each) => (each.group === '' ? each.resource : `${each.resource}.${each.group}`)).sort(),
    ).toEqual(served);
  });

  it('is denied, with who may not do what', async () => {
    const client = await clientFor(cluster.kubeconfigFor('nobody'));
    const { reflector } = follow(client, CONFIG_MAPS);
    await reflector.synced;
    expect(reflector.state).toMatchObject({
      phase: 'denied',
      objects: 0,
      error: {
        code: 'forbidden',
        status: 403,
        details: { user: 'nobody', verb: 'list', resource: 'configmaps', group: '' },
      },
    });
    const question = { verb: 'list', group: '', resource: 'configmaps' };
    expect(await askAccess(client, question)).toMatchObject({ allowed: false });
    expect(await askAccess(await clientFor(cluster.kubeconfig), question)).toMatchObject({ allowed: true });
  });

  it('is absent where the kind is not served', async () => {
    const { reflector } = follow(await clientFor(cluster.kubeconfig), {
      group: 'no.example.com',
      version: 'v1',
      resource: 'things',
    });
    await reflector.synced;
    expect(reflector.state).toMatchObject({ phase: 'absent', error: { code: 'not-served' } });
  });

  it('is not signed in with a bad token, or without one', async () => {
    for (const [token, words] of [
      ['wrong-token', 'does not accept the credentials'],
      [undefined, 'saw no credentials'],
    ] as const) {
      const client = await clientFor(cluster.kubeconfig, (access) => ({ ...access, user: { token } }));
      const error = await errorOf(client.getJson('/api/v1/pods'));
      expect(error.code).toBe('unauthorized');
      expect(error.message).toContain(words);
      expect(JSON.stringify(error)).not.toContain('wrong-token');
    }
  });

  it('is not trusted with another authority', async () => {
    const caData = base64(makeCertificate({ name: 'other', authority: true }).cert);
    const client = await clientFor(cluster.kubeconfig, (access) => ({
      ...access,
      cluster: { ...access.cluster, caData },
    }));
    expect(await errorOf(client.getJson('/version'))).toMatchObject({
      code: 'tls-untrusted',
      details: { server: cluster.server },
    });
  });

  it('names an object that does not exist', async () => {
    const client = await clientFor(cluster.kubeconfig);
    const path = `/api/v1/namespaces/${NAMESPACE}/pods/gone`;
    expect(await errorOf(client.getJson(path))).toMatchObject({ code: 'not-found', status: 404 });
  });
});
