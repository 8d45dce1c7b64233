/** Reads and follows the logs of containers, with the API server's and the kubelet's errors. */
import { badRequest } from '../status-error.ts';
import { nanoTime, type ContainerLog, type LogLine } from './container-log.ts';
import type { PodWorker } from './pod-worker.ts';
import type { Pod } from './pod-types.ts';

export interface LogOptions {
  readonly previous?: boolean;
  readonly tailLines?: number;
  readonly sinceSeconds?: number;
  /** Milliseconds since the epoch. */
  readonly sinceTime?: number;
  readonly timestamps?: boolean;
  readonly limitBytes?: number;
}

const PULLING = /^(?:ErrImagePull|ImagePullBackOff|ImageInspectError|ErrImageNeverPull|InvalidImageName)$/;

/** The container's log. Throws StatusError 400 in the words of the server. */
function findLog(
  pod: Pod,
  worker: PodWorker | undefined,
  name: string,
  isPrevious: boolean,
): ContainerLog | undefined {
  const container = worker?.container(name);
  if (container === undefined) {
    const { spec } = pod;
    if (![...spec.containers, ...(spec.initContainers ?? [])].some((each) => each.name === name)) {
      throw badRequest(`container ${name} is not valid for pod ${pod.metadata.name}`);
    }
    if (spec.nodeName === undefined || spec.nodeName === '') return undefined;
    throw waitingToStart(pod, name, 'ContainerCreating');
  }
  if (isPrevious) {
    if (container.last === undefined || container.last === container.state.terminated) {
      throw badRequest(`previous terminated container "${name}" in pod "${pod.metadata.name}" not found`);
    }
    // While it waits for its restart, the last run is the previous one.
    return container.state.waiting === undefined ? container.previousLog : container.log;
  }
  const { waiting } = container.state;
  if (waiting !== undefined && container.last === undefined) {
    throw waitingToStart(
      pod,
      name,
      PULLING.test(waiting.reason) ? 'trying and failing to pull image' : waiting.reason,
    );
  }
  return container.log;
}

function waitingToStart({ metadata }: Pod, name: string, why: string): Error {
  return badRequest(`container "${name}" in pod "${metadata.name}" is waiting to start: ${why}`);
}

function print(line: LogLine, { timestamps }: LogOptions): string {
  return timestamps === true ? `${nanoTime(line)} ${line.text}` : line.text;
}

function select(lines: readonly LogLine[], options: LogOptions, nowMs: number): readonly LogLine[] {
  const { tailLines, sinceSeconds, sinceTime } = options;
  const since = sinceSeconds === undefined ? sinceTime : nowMs - sinceSeconds * 1000;
  const recent = since === undefined ? lines : lines.filter(({ atMs }) => atMs >= since);
  if (tailLines === undefined) return recent;
  return tailLines <= 0 ? [] : recent.slice(-tailLines);
}

function limit(text: string, limitBytes: number | undefined): string {
  if (limitBytes === undefined || Buffer.byteLength(text) <= limitBytes) return text;
  return Buffer.from(text).subarray(0, limitBytes).toString();
}

/** The text of the log. Throws StatusError. */
export function readLog(
  pod: Pod,
  worker: PodWorker | undefined,
  container: string,
  options: LogOptions,
  nowMs: number,
): string {
  const log = findLog(pod, worker, container, options.previous === true);
  const lines = select(log?.lines() ?? [], options, nowMs);
  return limit(lines.map((line) => print(line, options)).join(''), options.limitBytes);
}

/** The text so far and all that follows, until the container's run ends. Returns what stops it. Throws StatusError. */
export function followLog(
  pod: Pod,
  worker: PodWorker | undefined,
  container: string,
  options: LogOptions & { readonly nowMs: number },
  { onText, onEnd }: { readonly onText: (text: string) => void; readonly onEnd: () => void },
): () => void {
  const log = findLog(pod, worker, container, options.previous === true);
  const first = limit(
    select(log?.lines() ?? [], options, options.nowMs)
      .map((line) => print(line, options))
      .join(''),
    options.limitBytes,
  );
  let left =
    options.limitBytes === undefined
      ? Number.POSITIVE_INFINITY
      : options.limitBytes - Buffer.byteLength(first);
  if (first !== '') onText(first);
  if (log === undefined || left <= 0) {
    onEnd();
    return () => undefined;
  }
  const stop = log.follow((line) => {
    const text = limit(print(line, options), Number.isFinite(left) ? left : undefined);
    left -= Buffer.byteLength(text);
    onText(text);
    if (left > 0) return;
    stop();
    onEnd();
  }, onEnd);
  return stop;
}
