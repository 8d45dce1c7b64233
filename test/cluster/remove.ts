// Removes what a cluster leaves behind, whoever ended it.
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { releaseNetwork } from './node-network.ts';
import type { ClusterPaths } from './paths.ts';
import { childrenOf, readPidFiles, recordOf, signalProcess, waitGone } from './processes.ts';

const networkFile = (paths: ClusterPaths): string => join(paths.state, 'network');

/** Notes which network the cluster's node has, for whoever cleans up. */
export function noteNetwork(paths: ClusterPaths, index: number): void {
  writeFileSync(networkFile(paths), String(index));
}

function notedNetwork(paths: ClusterPaths): number | undefined {
  try {
    return Number.parseInt(readFileSync(networkFile(paths), 'utf8'), 10);
  } catch {
    return undefined;
  }
}

function refuseMounts(paths: ClusterPaths): void {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  const below = mounts
    .map((line) => line.split(' ')[1] ?? '')
    .find((path) => path.startsWith(`${paths.state}/`));
  if (below !== undefined) throw new Error(`${below} is still mounted. Unmount it, then run "down" again.`);
}

/**
 * Ends the processes of the cluster's pid files that still run, then removes bridge, cgroups and the state folder.
 * The supervisor's own process is spared.
 * @param keepLogs leaves the logs folder, to be read after a failed start.
 */
export async function removeCluster(paths: ClusterPaths, keepLogs = false): Promise<void> {
  for (const [name, record] of readPidFiles(paths.pids)) {
    if (record.pid === process.pid) continue;
    const inside = name === 'node' ? childrenOf(record.pid).map(recordOf) : [];
    for (const target of [...inside, record]) signalProcess(target, 'SIGKILL');
    for (const target of [...inside, record]) await waitGone(target, 10_000);
  }
  const network = notedNetwork(paths);
  if (network !== undefined) await releaseNetwork(network);
  refuseMounts(paths);
  if (!keepLogs) {
    rmSync(paths.state, { recursive: true, force: true, maxRetries: 3 });
    return;
  }
  for (const entry of readdirSync(paths.state)) {
    const path = join(paths.state, entry);
    if (path !== paths.logs) rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  }
}
