// Starts and ends the supervisor of a cluster from another process.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Progress } from './binary.ts';
import { supervisorMessageSchema } from './options.ts';
import type { ClusterOptions } from './options.ts';
import { clusterPaths, readClusterRecord } from './paths.ts';
import type { ClusterPaths, ClusterRecord } from './paths.ts';
import { readPidFile, signalProcess, waitGone } from './processes.ts';
import { removeCluster } from './remove.ts';

/** A cluster that was started here. */
export interface Launched {
  paths: ClusterPaths;
  record: ClusterRecord;
  /** Resolves when the cluster has ended, to why it ended by itself, if it did. */
  ended: Promise<string | undefined>;
}

/**
 * Starts a cluster and waits until it is ready. Unless detached it ends with this process, however that ends:
 * its supervisor reads a pipe that the kernel closes then. Rejects with a sentence when it cannot start.
 */
export async function launchCluster(options: ClusterOptions, progress: Progress): Promise<Launched> {
  const paths = clusterPaths(options.name);
  const script = join(import.meta.dirname, 'supervisor.ts');
  const child = spawn(process.execPath, [script, JSON.stringify(options)], {
    // A session of its own: Ctrl+C reaches this process alone, which then ends the cluster in order.
    detached: true,
    stdio: [options.detach ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let failure: string | undefined;
  const ended = new Promise<string | undefined>((resolve) => {
    child.on('close', () => {
      resolve(failure);
    });
  });
  await untilReady(child, ended, progress, (sentence) => (failure = sentence));
  const record = readClusterRecord(paths);
  if (!record) throw new Error(failure ?? `The cluster "${options.name}" ended at once.`);
  // The cluster alone must not keep this process from ending.
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr])
    (stream as { unref?: () => void } | null)?.unref?.();
  return { paths, record, ended };
}

async function untilReady(
  child: ChildProcess,
  ended: Promise<string | undefined>,
  progress: Progress,
  onFailure: (sentence: string) => void,
): Promise<void> {
  if (!child.stdout || !child.stderr) throw new Error('The supervisor has no output.');
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-4000)));
  const lines = createInterface({ input: child.stdout });
  const ready = new Promise<void>((resolve) => {
    lines.on('line', (line) => {
      const message = supervisorMessageSchema.parse(JSON.parse(line));
      if ('progress' in message) progress(message.progress);
      else if ('failed' in message) onFailure(message.failed);
      else resolve();
    });
  });
  await Promise.race([
    ready,
    ended.then((failure) => {
      throw new Error(
        failure ?? `The cluster's supervisor ended before it was ready. ${errors.trim()}`.trim(),
      );
    }),
  ]);
}

/** Whether a cluster's supervisor runs. */
export function isSupervised(paths: ClusterPaths): boolean {
  const supervisor = readPidFile(join(paths.pids, 'supervisor.json'));
  return supervisor !== undefined && signalProcess(supervisor, 'SIGCONT');
}

/** Ends a cluster, whoever started it, and removes all it left. Also cleans up after one that was killed. */
export async function endCluster(paths: ClusterPaths): Promise<void> {
  const supervisor = readPidFile(join(paths.pids, 'supervisor.json'));
  if (supervisor && signalProcess(supervisor, 'SIGTERM') && !(await waitGone(supervisor, 30_000))) {
    signalProcess(supervisor, 'SIGKILL');
    await waitGone(supervisor, 2_000);
  }
  await removeCluster(paths);
}

/** The sentence with which a cluster ended that nobody ended; the rest is in its logs. */
export function lastWords(paths: ClusterPaths): string | undefined {
  try {
    return readFileSync(join(paths.logs, 'supervisor.log'), 'utf8').split('\n')[0];
  } catch {
    return undefined;
  }
}
