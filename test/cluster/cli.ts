// The command for developers: npm run cluster -- up|down|status [--node] [--name N] [--detach].
import { parseArgs } from 'node:util';
import { canRun } from './can-run.ts';
import { endCluster, isSupervised, lastWords, launchCluster } from './launch.ts';
import { clusterPaths, listClusterNames, readClusterRecord } from './paths.ts';
import type { ClusterPaths } from './paths.ts';
import { isAlive, readPidFiles } from './processes.ts';

const USAGE = `usage: npm run cluster -- up|down|status [--name NAME] [--node] [--detach] [--api-server-arg FLAG]…

  up       start a cluster and stay until Ctrl+C, which ends it; prints one line of JSON when it is ready
  down     end a cluster, and remove what is left of it
  status   one line of JSON per cluster

  --name NAME            which cluster (default: "default"); several run side by side
  --node                 with a real node that runs pods (needs root)
  --detach               leave it running until "down"
  --api-server-arg FLAG  a further flag of the API server, such as --etcd-compaction-interval=10s`;

function explain(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

async function up(name: string, node: boolean, detach: boolean, apiServerArgs: string[]): Promise<number> {
  const abilities = canRun();
  const ability = node ? abilities.node : abilities.controlPlane;
  if (ability !== true) {
    explain(ability);
    return 1;
  }
  const paths = clusterPaths(name);
  // Before it is ready, too, the signal ends it: the supervisor sees the end of its pipe.
  const signalled = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        resolve();
      });
    }
  });
  const launched = await Promise.race([
    launchCluster({ name, node, detach, apiServerArgs }, explain),
    signalled,
  ]);
  if (!launched) {
    await endCluster(paths);
    return 1;
  }
  const { kubeconfig, server, readyMs } = launched.record;
  process.stdout.write(`${JSON.stringify({ name, kubeconfig, server, readyMs })}\n`);
  if (detach) return 0;
  // The wait for a signal holds no handle of its own.
  const alive = setInterval(() => undefined, 60_000);
  const failure = await Promise.race([launched.ended, signalled]);
  clearInterval(alive);
  if (failure !== undefined) {
    explain(`The cluster "${name}" ended: ${failure}`);
    return 1;
  }
  await endCluster(paths);
  return 0;
}

async function down(name: string): Promise<number> {
  if (!listClusterNames().includes(name)) {
    explain(`There is no cluster "${name}".`);
    return 0;
  }
  await endCluster(clusterPaths(name));
  return 0;
}

function describe(
  paths: ClusterPaths,
): { state: 'running' | 'starting' | 'ended' } & Record<string, unknown> {
  const record = readClusterRecord(paths);
  if (!isSupervised(paths))
    return { name: paths.name, state: 'ended', reason: lastWords(paths), logs: paths.logs };
  const components = [...readPidFiles(paths.pids)].map(([component, process]) => [
    component,
    isAlive(process),
  ]);
  return {
    name: paths.name,
    state: record ? 'running' : 'starting',
    server: record?.server,
    kubeconfig: record?.kubeconfig,
    node: record?.node?.name,
    registry: record?.node?.registry,
    components: Object.fromEntries(components) as unknown,
    logs: paths.logs,
  };
}

/** Exit code 0: all runs that was asked for; 1: it does not. */
function status(name: string | undefined): number {
  const names = listClusterNames().filter((each) => name === undefined || each === name);
  const states = names.map((each) => describe(clusterPaths(each)));
  for (const state of states) process.stdout.write(`${JSON.stringify(state)}\n`);
  if (states.length === 0)
    explain(name === undefined ? 'No cluster runs.' : `There is no cluster "${name}".`);
  return states.every(({ state }) => state === 'running') && (name === undefined || states.length > 0)
    ? 0
    : 1;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      name: { type: 'string' },
      node: { type: 'boolean', default: false },
      detach: { type: 'boolean', default: false },
      'api-server-arg': { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [command, ...rest] = positionals;
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const name = values.name ?? 'default';
  if (rest.length === 0 && command === 'up')
    return up(name, values.node, values.detach, values['api-server-arg']);
  if (rest.length === 0 && command === 'down') return down(name);
  if (rest.length === 0 && command === 'status') return status(values.name);
  explain(USAGE);
  return 2;
}

try {
  process.exitCode = await main();
} catch (error) {
  explain((error as Error).message);
  process.exitCode = (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS') ? 2 : 1;
}
