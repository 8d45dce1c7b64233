// The process that owns a cluster: starts it, obeys its control socket, and ends it with whoever started it.
import { appendFileSync, chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { ensureBinary } from './binary.ts';
import { createComponents } from './components.ts';
import type { Components } from './components.ts';
import { startControlPlane, waitForPath } from './control-plane.ts';
import {
  certificateUser,
  issueClusterCertificates,
  issueTokens,
  writeAtomically,
  writeKubeconfig,
} from './credentials.ts';
import { startNameServer } from './dns.ts';
import { withLock } from './lock.ts';
import { claimNetwork } from './node-network.ts';
import type { NodeNetwork } from './node-network.ts';
import { ensureNodeTools } from './node-tools.ts';
import type { NodeTools } from './node-tools.ts';
import { refuseStateFolder, startNode } from './node.ts';
import { clusterOptionsSchema } from './options.ts';
import type { ClusterOptions, SupervisorMessage } from './options.ts';
import { clusterPaths } from './paths.ts';
import type { ClusterPaths, ClusterRecord } from './paths.ts';
import { freePorts } from './ports.ts';
import { isAlive, readPidFile, recordOf } from './processes.ts';
import { startRegistry } from './registry.ts';
import { noteNetwork, removeCluster } from './remove.ts';

function say(message: SupervisorMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

const progress = (sentence: string): void => {
  say({ progress: sentence });
};

/** Makes the state folder ours, or says who has it. */
async function claimState(paths: ClusterPaths): Promise<void> {
  const own = join(paths.pids, 'supervisor.json');
  await withLock(`${paths.state}.lock`, async () => {
    const holder = readPidFile(own);
    if (holder && isAlive(holder)) {
      throw new Error(
        `A cluster "${paths.name}" runs already (process ${String(holder.pid)}). End it with "npm run cluster -- down --name ${paths.name}", or give this one another name.`,
      );
    }
    if (existsSync(paths.state)) await removeCluster(paths);
    for (const folder of [paths.state, paths.pids, paths.logs, paths.pki]) mkdirSync(folder, { mode: 0o700 });
    writeFileSync(own, JSON.stringify(recordOf(process.pid)));
  });
}

/** What a node has before its processes start. */
interface NodeGround {
  network: NodeNetwork;
  tools: NodeTools;
  registry: string;
}

interface Basics {
  options: ClusterOptions;
  paths: ClusterPaths;
  binary: string;
  ground: NodeGround | undefined;
  started: number;
}

async function prepareNode(paths: ClusterPaths): Promise<NodeGround> {
  const refused = refuseStateFolder(paths.state);
  if (refused !== undefined) throw new Error(refused);
  const network = claimNetwork();
  noteNetwork(paths, network.index);
  await startNameServer(network.dns);
  const registry = await startRegistry();
  return { network, tools: await ensureNodeTools(progress), registry: registry.address };
}

async function bringUp(components: Components, basics: Basics): Promise<ClusterRecord> {
  const { options, paths, binary, ground } = basics;
  const nodeName = `${options.name}-node-1`;
  const [apiServer = 0, etcd = 0, etcdPeer = 0] = await freePorts(3);
  const server = `https://127.0.0.1:${String(apiServer)}`;
  issueClusterCertificates(binary, paths, nodeName, ground?.network.ip);
  const tokens = issueTokens(paths);
  const plan = { binary, paths, ports: { etcd, etcdPeer, apiServer }, apiServerArgs: options.apiServerArgs };
  const advertiseAddress = ground?.network.ip ?? '198.19.255.1';
  if (ground) startNode(components, { ...ground, binary, paths, server, name: nodeName });
  await startControlPlane(components, { ...plan, advertiseAddress });
  if (ground) await waitForPath(paths, server, `/api/v1/nodes/${nodeName}`, isReadyNode);
  writeKubeconfig(paths.kubeconfig, paths, server, 'admin', certificateUser(paths, 'admin'));
  return {
    name: options.name,
    server,
    kubeconfig: paths.kubeconfig,
    etcd: `https://127.0.0.1:${String(etcd)}`,
    readyMs: Date.now() - basics.started,
    binary,
    tokens,
    node: ground && {
      name: nodeName,
      network: ground.network.index,
      registry: ground.registry,
      containerd: join(paths.state, 'run/containerd/containerd.sock'),
      ctr: ground.tools.ctr,
    },
  };
}

function isReadyNode(body: string): boolean {
  const node = JSON.parse(body) as { status?: { conditions?: { type: string; status: string }[] } };
  return node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

/** Obeys POST /<component>/<stop|start|pause|resume> on the control socket. */
async function serveControl(paths: ClusterPaths, components: Components): Promise<void> {
  const actions: Record<string, (name: string) => Promise<void> | void> = {
    stop: (name) => components.stop(name),
    start: (name) => {
      components.startAgain(name);
    },
    pause: (name) => {
      components.signal(name, 'SIGSTOP');
    },
    resume: (name) => {
      components.signal(name, 'SIGCONT');
    },
  };
  const server = createServer((request, response) => {
    const [, component = '', verb = ''] = (request.url ?? '').split('/');
    const act = Object.hasOwn(actions, verb) ? actions[verb] : undefined;
    const done = act
      ? Promise.resolve().then(() => act(component))
      : Promise.reject(new Error('No such action.'));
    done.then(
      () => response.writeHead(204).end(),
      (error: unknown) => response.writeHead(409).end((error as Error).message),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(paths.control, resolve);
  });
  chmodSync(paths.control, 0o600);
}

/** Resolves when this cluster is to end: a signal, or the end of the pipe from its owner. */
function untilEnd(detach: boolean): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, resolve);
    if (detach) return;
    process.stdin.on('end', () => {
      resolve('its owner is gone');
    });
    process.stdin.on('error', () => {
      resolve('its owner is gone');
    });
    process.stdin.resume();
  });
}

async function supervise(options: ClusterOptions): Promise<void> {
  const end = untilEnd(options.detach);
  const paths = clusterPaths(options.name);
  const tools = options.node ? ensureNodeTools(progress) : Promise.resolve(undefined);
  const built = await Promise.race([Promise.all([ensureBinary(progress), tools]), end]);
  if (typeof built === 'string') return;
  const started = Date.now();
  await claimState(paths);
  let components = createComponents(paths);
  let keepLogs = false;
  try {
    const ground = options.node ? await prepareNode(paths) : undefined;
    const basics = { options, paths, binary: built[0], ground, started };
    const attempt = (): Promise<ClusterRecord | string> =>
      Promise.race([bringUp(components, basics), components.failed, end]);
    const record = await attempt().catch(async (error: unknown) => {
      // Another process took one of the ports meanwhile.
      if (!/address already in use/.test((error as Error).message)) throw error;
      await components.stopAll();
      rmSync(paths.etcd, { recursive: true, force: true });
      components = createComponents(paths);
      return attempt();
    });
    if (typeof record === 'string') return;
    await serveControl(paths, components);
    writeAtomically(paths.record, JSON.stringify(record));
    say({ ready: true });
    await Promise.race([end, components.failed]);
  } catch (error) {
    keepLogs = true;
    appendFileSync(join(paths.logs, 'supervisor.log'), `${(error as Error).message}\n`);
    throw error;
  } finally {
    await components.stopAll();
    await removeCluster(paths, keepLogs);
  }
}

// Whoever listened to us may be gone: that is no reason to stop.
process.stdout.on('error', () => undefined);
try {
  await supervise(clusterOptionsSchema.parse(JSON.parse(process.argv[2] ?? '')));
  process.exit(0);
} catch (error) {
  say({ failed: (error as Error).message });
  process.exitCode = 1;
  process.stdout.write('', () => process.exit(1));
}
