/** What a bench measures on: a real API server filled with pods that no kubelet runs, or the demo with its own world. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'yaml';
import { startCluster } from '../cluster/use-cluster.ts';
import { loadPods, openTarget, send, type BenchPod, type Target } from './load-pods.ts';

/** A server with pods on it. */
export interface BenchServer {
  readonly kubeconfig: string;
  readonly context: string;
  readonly target: Target;
  readonly pods: readonly BenchPod[];
  stop(): Promise<void>;
}

type Say = (text: string) => void;

/** A real API server with `count` pods of about 5 KB. */
export async function openCluster(count: number, say: Say): Promise<BenchServer> {
  say('Starting an API server …');
  const cluster = await startCluster({ name: `bench-${String(process.pid)}` });
  const ca = readFileSync(join(cluster.state, 'pki', 'ca.crt'), 'utf8');
  const target = openTarget(cluster.server, cluster.adminToken, ca);
  const stop = async (): Promise<void> => {
    await target.dispatcher.close();
    await cluster.stop();
  };
  try {
    // They would delete pods whose nodes never report.
    await cluster.stopControllers();
    say(`Creating ${String(count)} pods of about 5 KB …`);
    const pods = await loadPods(target, count);
    return { kubeconfig: cluster.kubeconfig, context: cluster.name, target, pods, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface DemoKubeconfig {
  readonly clusters: readonly {
    name: string;
    cluster: { server: string; 'certificate-authority-data': string };
  }[];
  readonly users: readonly { name: string; user: { token: string } }[];
}

interface ListedPod {
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly status: {
    readonly containerStatuses?: readonly { readonly ready: boolean }[];
  };
}

/** The demo server as a process of its own; measured is demo-prod with about `count` pods. */
export async function openDemo(count: number, say: Say): Promise<BenchServer> {
  say('Starting the demo server …');
  const folder = mkdtempSync(join(tmpdir(), 'hedgerow-bench-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const script = join(import.meta.dirname, '../../build/headless.mjs');
  const args = [script, 'demo', '--pods', String(count), '--kubeconfig-out', kubeconfig];
  const server = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const stop = async (): Promise<void> => {
    server.kill('SIGTERM');
    if (server.exitCode === null) await once(server, 'exit');
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    while (!existsSync(kubeconfig)) {
      if (server.exitCode !== null) throw new Error('the demo server did not start');
      await delay(20);
    }
    const { clusters, users } = parse(readFileSync(kubeconfig, 'utf8')) as DemoKubeconfig;
    const cluster = clusters.find(({ name }) => name === 'demo-prod')?.cluster;
    const admin = users.find(({ name }) => name === 'demo-prod-admin')?.user;
    if (cluster === undefined || admin === undefined) throw new Error('the demo has no demo-prod');
    const ca = Buffer.from(cluster['certificate-authority-data'], 'base64').toString();
    const target = openTarget(cluster.server, admin.token, ca);
    const { items } = (await send(target, 'GET', '/api/v1/pods')) as { items: readonly ListedPod[] };
    return {
      kubeconfig,
      context: 'demo-prod',
      target,
      pods: items.flatMap(toBenchPod),
      stop: async () => {
        await target.dispatcher.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Healthy pods alone: the demo's kubelet writes the status of the others itself. */
function toBenchPod({ metadata, status }: ListedPod): BenchPod[] {
  const [container, ...more] = status.containerStatuses ?? [];
  if (container?.ready !== true || more.length > 0) return [];
  return [
    { ...metadata, statusWith: (restartCount) => ({ containerStatuses: [{ ...container, restartCount }] }) },
  ];
}
