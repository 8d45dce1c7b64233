// Starts, watches, pauses and ends the components of one cluster.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClusterPaths } from './paths.ts';
import { childrenOf, commandLineOf, recordOf, signalProcess, waitGone } from './processes.ts';
import type { ProcessRecord } from './processes.ts';

/** One process to run. Its output goes to logs/<name>.log. */
export interface ComponentSpec {
  name: string;
  command: string;
  args: string[];
  env?: Record<string, string>;
  /** The process is the outer one of a PID namespace: ending means to end its child, with which all others go. */
  namespace?: boolean;
}

interface Running {
  spec: ComponentSpec;
  record: ProcessRecord;
  stopping: boolean;
}

/** The components of one cluster. */
export interface Components {
  start(spec: ComponentSpec): void;
  /** Ends a component with SIGKILL and waits until it is gone. */
  stop(name: string): Promise<void>;
  /** Starts a stopped component again as it was. */
  startAgain(name: string): void;
  /** SIGSTOP or SIGCONT. */
  signal(name: string, signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** Ends everything, the last started first; nothing starts any more. */
  stopAll(): Promise<void>;
  /** Rejects when a component ends that nobody stopped, with the end of its log. */
  failed: Promise<never>;
}

/** The last lines of a component's log. */
function logTail(paths: ClusterPaths, name: string, lines = 15): string {
  try {
    return readFileSync(join(paths.logs, `${name}.log`), 'utf8')
      .trimEnd()
      .split('\n')
      .slice(-lines)
      .join('\n');
  } catch {
    return '';
  }
}

/** The kubelet lives in the node's PID namespace: as a child of the child of the outer process. */
function kubeletOf(outer: ProcessRecord): ProcessRecord | undefined {
  const inside = childrenOf(outer.pid).flatMap(childrenOf);
  const pid = inside.find((child) => commandLineOf(child)[1] === 'kubelet');
  return pid === undefined ? undefined : recordOf(pid);
}

export function createComponents(paths: ClusterPaths): Components {
  const running = new Map<string, Running>();
  let closed = false;
  let fail: (error: Error) => void;
  const failed = new Promise<never>((_resolve, reject) => (fail = reject));
  failed.catch(() => undefined);

  const start = (spec: ComponentSpec): void => {
    if (closed) return;
    const log = openSync(join(paths.logs, `${spec.name}.log`), 'a', 0o600);
    // PDEATHSIG: if this process is killed, the kernel ends the components.
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', spec.command, ...spec.args], {
      stdio: ['ignore', log, log],
      cwd: paths.state,
      env: { PATH: process.env.PATH, HOME: paths.state, ...spec.env },
    });
    closeSync(log);
    child.on('error', (error) => {
      fail(new Error(`${spec.name} cannot be started: ${error.message}`));
    });
    if (child.pid === undefined) return;
    const entry: Running = { spec, record: recordOf(child.pid), stopping: false };
    running.set(spec.name, entry);
    writeFileSync(join(paths.pids, `${spec.name}.json`), JSON.stringify(entry.record));
    child.on('exit', (code, signal) => {
      rmSync(join(paths.pids, `${spec.name}.json`), { force: true });
      if (entry.stopping) return;
      const how = signal ? `was ended by ${signal}` : `ended with exit code ${String(code)}`;
      fail(new Error(`${spec.name} ${how}.\nThe end of its log:\n${logTail(paths, spec.name)}`));
    });
  };

  const find = (name: string): Running => {
    const entry = running.get(name);
    if (!entry) throw new Error(`This cluster has no component "${name}".`);
    return entry;
  };

  const stop = async (name: string): Promise<void> => {
    const entry = find(name);
    entry.stopping = true;
    const targets = entry.spec.namespace ? childrenOf(entry.record.pid).map(recordOf) : [];
    for (const target of targets.length > 0 ? targets : [entry.record]) signalProcess(target, 'SIGKILL');
    if (!(await waitGone(entry.record, 10_000))) {
      signalProcess(entry.record, 'SIGKILL');
      await waitGone(entry.record, 2_000);
    }
  };

  return {
    start,
    stop,
    failed,
    startAgain: (name) => {
      start(find(name).spec);
    },
    signal: (name, signal) => {
      const target = name === 'kubelet' ? kubeletOf(find('node').record) : find(name).record;
      if (!target || !signalProcess(target, signal)) throw new Error(`${name} does not run.`);
    },
    stopAll: async () => {
      closed = true;
      for (const name of [...running.keys()].reverse()) await stop(name);
    },
  };
}
