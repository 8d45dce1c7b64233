/** Reads one container's log to its end and, while following, takes it up again after every restart of the container. */
import type { AppError } from '../../shared/errors.ts';
import type { LogMessage } from '../../shared/streams.ts';
import type { ContainerStatus } from '../../shared/model/kube.ts';
import type { KubeClient } from '../kube/contract.ts';
import { objectPath } from '../kube/resource-url.ts';
import { readLines, ResumePoint, type TimedLine } from './log-lines.ts';
import type { LogSourceId } from './log-targets.ts';

export interface LogSourceOptions {
  readonly client: KubeClient;
  readonly source: LogSourceId;
  readonly previous: boolean;
  readonly tailLines: number;
  readonly signal: AbortSignal;
  /** Waits while the page is behind. */
  readonly ready: () => Promise<void>;
  readonly lines: (lines: readonly TimedLine[]) => void;
  readonly tell: (message: LogMessage) => void;
  /** The container's status as the store has it; undefined once the pod is gone, `unknown` if pods cannot be read. */
  readonly status: () => ContainerStatus | undefined | 'unknown';
  /** Resolves at the next change of the pod, or after some seconds if pods cannot be read. */
  readonly changed: () => Promise<void>;
}

/** What the API server and the kubelet answer in place of a log, in plain words. */
const ANSWERS: readonly (readonly [RegExp, (match: RegExpExecArray, id: LogSourceId) => string])[] = [
  [
    /is waiting to start: (.+)$/,
    (match, id) => `Container ${id.container} of pod ${id.pod.name} has not started yet: ${match[1]}`,
  ],
  [
    /previous terminated container/,
    (_, id) =>
      `Container ${id.container} of pod ${id.pod.name} has not restarted, so there is no log before the present one`,
  ],
  [/^pods? .*not found/, (_, id) => `Pod ${id.pod.name} does not exist any more`],
  [/is not valid for pod/, (_, id) => `Pod ${id.pod.name} has no container ${id.container}`],
  [
    /does not have a host assigned/,
    (_, id) => `Pod ${id.pod.name} is not scheduled to a node yet, so it has no log`,
  ],
  [
    /dial tcp|connection refused|no route to host|i\/o timeout/,
    (_, id) =>
      `The kubelet that runs pod ${id.pod.name} does not answer the API server, so its logs cannot be read`,
  ],
];

/** The failure of a log request with a sentence that says which container has no log and why. */
export function explainLogFailure(error: AppError, id: LogSourceId): AppError {
  const said = error.details?.reason ?? error.message;
  for (const [pattern, word] of ANSWERS) {
    const match = pattern.exec(said);
    if (match !== null) return { ...error, message: word(match, id) };
  }
  return error;
}

export const PODS = { group: '', version: 'v1', resource: 'pods' } as const;

function logPath({ pod }: LogSourceId): string {
  return objectPath(PODS, pod.namespace ?? '', pod.name, 'log');
}

/** One run through the log; returns once the server ends it. */
async function readOnce(options: LogSourceOptions, resume: ResumePoint, follow: boolean): Promise<void> {
  const { client, source, signal } = options;
  resume.begin();
  const response = await client.request(logPath(source), {
    query: {
      container: source.container,
      timestamps: true,
      previous: options.previous || undefined,
      follow: follow || undefined,
      ...(resume.sinceTime === undefined
        ? { tailLines: options.tailLines }
        : { sinceTime: resume.sinceTime }),
    },
    accept: '*/*',
    signal,
    timeoutMs: 15_000,
  });
  for await (const lines of readLines(response.body as AsyncIterable<Uint8Array>)) {
    const fresh = resume.take(lines);
    if (fresh.length > 0) options.lines(fresh);
    await options.ready();
    if (signal.aborted) return;
  }
}

function containerMessage(id: LogSourceId, state: 'open' | 'ended' | 'failed', error?: AppError): LogMessage {
  const base = { type: 'container', pod: id.pod.name, container: id.container, state } as const;
  return error === undefined ? base : { ...base, error };
}

function restartMessage(id: LogSourceId, status: ContainerStatus): LogMessage {
  const last = status.lastState?.terminated;
  return {
    type: 'restart',
    pod: id.pod.name,
    container: id.container,
    ...(last?.exitCode !== undefined && { exitCode: last.exitCode }),
    ...(last?.reason !== undefined && { reason: last.reason }),
  };
}

function failureOf(cause: unknown, options: LogSourceOptions): AppError {
  return explainLogFailure(options.client.toAppError(cause), options.source);
}

/**
 * The history of a log: its last `tailLines` lines, once; `resume` then marks where following goes on.
 * Tells the page whether the log is open and returns that.
 */
export async function readHistory(options: LogSourceOptions, resume: ResumePoint): Promise<boolean> {
  try {
    await readOnce(options, resume, false);
    options.tell(containerMessage(options.source, 'open'));
    return true;
  } catch (cause) {
    if (!options.signal.aborted)
      options.tell(containerMessage(options.source, 'failed', failureOf(cause, options)));
    return false;
  }
}

/**
 * Follows a log from `resume` until the pod is gone or the stream is closed; `open` is what the page was last told.
 * Never rejects.
 */
export async function followLog(
  options: LogSourceOptions,
  resume: ResumePoint,
  open: boolean,
): Promise<void> {
  const { source, signal, tell } = options;
  let told = open;
  let restarts: number | undefined;
  while (!signal.aborted) {
    const status = options.status();
    if (status !== 'unknown' && status !== undefined) {
      const count = status.restartCount ?? 0;
      if (restarts !== undefined && count > restarts) tell(restartMessage(source, status));
      restarts = count;
    }
    try {
      await readOnce(options, resume, true);
      if (!told) tell(containerMessage(source, 'open'));
      told = true;
    } catch (cause) {
      const error = failureOf(cause, options);
      if (told) tell(containerMessage(source, 'failed', error));
      told = false;
      // Nothing but a new grant or a new pod of that name could change these.
      if (error.code === 'forbidden') return;
    }
    if (options.status() === undefined) break;
    await options.changed();
  }
  tell(containerMessage(source, 'ended'));
}
