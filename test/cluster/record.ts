// Records namespaces of a real cluster as fixtures: node test/cluster/record.ts --cluster NAME [--incident NAME]… .
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { z } from 'zod';
import { ensureBinary } from './binary.ts';
import { applyIncident, isSettled, listIncidents } from './incidents.ts';
import { runKubectl } from './kubectl.ts';
import type { KubectlResult } from './kubectl.ts';
import { attachCluster } from './use-cluster.ts';

type Kubectl = (args: string[]) => Promise<KubectlResult>;

// A crash loop needs about a minute to restart three times.
const SETTLE_TIMEOUT_MS = 300_000;

const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
});

type KubeObject = z.infer<typeof objectSchema>;

const listSchema = z.object({ items: z.array(objectSchema) });

// The same as `events` of the core group and EndpointSlices, and what changes every few seconds.
const LEFT_OUT = ['events.events.k8s.io', 'endpoints', 'leases.coordination.k8s.io'];

async function output(kubectl: Kubectl, args: string[]): Promise<string> {
  const { code, stdout, stderr } = await kubectl(args);
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr.trim()}`);
  return stdout;
}

async function list(kubectl: Kubectl, args: string[]): Promise<KubeObject[]> {
  return listSchema.parse(JSON.parse(await output(kubectl, ['get', ...args, '-o', 'json']))).items;
}

const nodeSchema = z.looseObject({ status: z.looseObject({ nodeInfo: z.record(z.string(), z.unknown()) }) });

/** A node without what identifies the machine it was recorded on. */
function anonymise(node: KubeObject): KubeObject {
  const { status } = nodeSchema.parse(node);
  const none = '00000000-0000-0000-0000-000000000000';
  const hidden = { machineID: none, systemUUID: none, bootID: none, kernelVersion: '6.1.0' };
  return { ...node, status: { ...status, nodeInfo: { ...status.nodeInfo, ...hidden } } };
}

/** All objects of a namespace, the namespace itself, and the nodes with their events; kubectl leaves managedFields out. */
async function readObjects(kubectl: Kubectl, namespace: string): Promise<KubeObject[]> {
  const served = await output(kubectl, ['api-resources', '--namespaced', '--verbs=list', '-o', 'name']);
  const kinds = served.split('\n').filter((kind) => kind !== '' && !LEFT_OUT.includes(kind));
  const within = await list(kubectl, [kinds.sort().join(','), '-n', namespace]);
  const nodes = (await list(kubectl, ['nodes'])).map(anonymise);
  const aboutNodes = ['events', '-n', 'default', '--field-selector=involvedObject.kind=Node'];
  nodes.push(...(await list(kubectl, aboutNodes)));
  const own = objectSchema.parse(
    JSON.parse(await output(kubectl, ['get', 'namespace', namespace, '-o', 'json'])),
  );
  return [own, ...within, ...nodes];
}

const podSchema = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    initContainers: z.array(z.object({ name: z.string() })).default([]),
    containers: z.array(z.object({ name: z.string() })),
  }),
});

/** Logs of all containers, as they are and of the run before: <namespace>/<pod>/<container>.log, .previous.log. */
async function writeLogs(
  kubectl: Kubectl,
  namespace: string,
  pods: KubeObject[],
  folder: string,
): Promise<void> {
  for (const { metadata, spec } of pods.map((pod) => podSchema.parse(pod))) {
    for (const { name } of [...spec.initContainers, ...spec.containers]) {
      for (const [suffix, flags] of [
        ['log', []],
        ['previous.log', ['--previous']],
      ] as const) {
        const args = ['logs', '-n', namespace, metadata.name, '-c', name, ...flags];
        const { code, stdout } = await kubectl(args);
        // A container that never ran has no log.
        if (code !== 0 || stdout === '' || stdout.startsWith('unable to retrieve container logs')) continue;
        const file = join(folder, namespace, metadata.name, `${name}.${suffix}`);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, stdout);
      }
    }
  }
}

/** Takes what was read of a namespace, or refuses it. */
type Accepts = (pods: KubeObject[]) => boolean;

/**
 * Writes the namespace to `<folder>/<name>.yaml` (one document per object) and its logs below `<folder>/<name>/`.
 * What was recorded under this name before goes.
 * @returns the number of objects, or undefined if the pods were not accepted; then nothing is written.
 */
async function recordNamespace(
  kubectl: Kubectl,
  namespace: string,
  folder: string,
  accepts: Accepts = () => true,
): Promise<number | undefined> {
  const objects = await readObjects(kubectl, namespace);
  const pods = objects.filter(({ kind }) => kind === 'Pod');
  if (!accepts(pods)) return undefined;
  const logs = join(folder, namespace);
  rmSync(logs, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await writeLogs(kubectl, namespace, pods, logs);
  const documents = objects.map((each) => stringify(each, { lineWidth: 0 }));
  writeFileSync(join(folder, `${namespace}.yaml`), documents.join('---\n'));
  return objects.length;
}

const USAGE = `usage: node test/cluster/record.ts --cluster NAME [--incident NAME]… [--out FOLDER]
       node test/cluster/record.ts --kubeconfig FILE --namespace NAME [--out FOLDER]

The first makes incidents happen (all, or those named) in a cluster with a node, waits until they are fully there
and records them; the second records a namespace as it is. FOLDER is test/scenarios/_recorded if not given.`;

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

async function recordIncidents(clusterName: string, chosen: string[], folder: string): Promise<void> {
  const cluster = attachCluster(clusterName);
  const names = chosen.length > 0 ? chosen : listIncidents();
  for (const name of names) await applyIncident(cluster, name);
  const waiting = new Set(names);
  // One after the other, again and again: a crash loop is in back-off only between its restarts.
  await cluster.waitFor(async () => {
    for (const name of waiting) {
      const accepts: Accepts = (pods) => isSettled(name, pods);
      const count = await recordNamespace((args) => cluster.kubectlRaw(args), name, folder, accepts);
      if (count === undefined) continue;
      waiting.delete(name);
      say(`${name}: ${String(count)} objects`);
    }
    return waiting.size === 0;
  }, SETTLE_TIMEOUT_MS);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      cluster: { type: 'string' },
      incident: { type: 'string', multiple: true, default: [] },
      kubeconfig: { type: 'string' },
      namespace: { type: 'string' },
      out: { type: 'string', default: join(import.meta.dirname, '../scenarios/_recorded') },
    },
  });
  const { cluster, kubeconfig, namespace, out } = values;
  if (cluster !== undefined) {
    await recordIncidents(cluster, values.incident, out);
    return 0;
  }
  if (kubeconfig === undefined || namespace === undefined) {
    say(USAGE);
    return 2;
  }
  const binary = await ensureBinary(say);
  const target = { binary, kubeconfig, cache: join(dirname(binary), 'kubectl-cache') };
  const count = await recordNamespace((args) => runKubectl(target, args), namespace, out);
  say(`${namespace}: ${String(count)} objects`);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  say((error as Error).message);
  process.exitCode = 1;
}
