/** The containers of a pod with spec and status side by side: main, init and sidecar, narrowed from untrusted JSON. */
import { list, record, records, text } from '../cluster/narrow.ts';
import { parseTime } from '../cluster/times.ts';
import type { Container, Pod } from '../model/kube.ts';
import type { Instant } from '../model/ref.ts';
import { clean } from './words.ts';

/** How one run of a container ended. */
export interface Ended {
  readonly exitCode: number;
  readonly signal?: number;
  readonly reason: string;
  readonly message: string;
  readonly startedAt?: Instant;
  readonly finishedAt?: Instant;
}

export interface PodContainer {
  readonly name: string;
  /** A sidecar is an init container with `restartPolicy: Always`; it runs beside the main ones. */
  readonly type: 'main' | 'init' | 'sidecar';
  /** The container as specified; empty where the spec does not hold it. */
  readonly spec: Partial<Container>;
  /** Where its status stands: `status.containerStatuses[main]`. */
  readonly path: string;
  readonly image: string;
  readonly ready: boolean;
  readonly restarts: number;
  /** Exactly one of these three is what it does now; none where the kubelet has not said yet. */
  readonly waiting?: { readonly reason: string; readonly message: string };
  readonly running?: { readonly startedAt?: Instant };
  readonly ended?: Ended;
  /** How the run before the present state ended. */
  readonly lastEnded?: Ended;
}

const STATUS_LISTS = [
  ['initContainerStatuses', 'initContainers'],
  ['containerStatuses', 'containers'],
] as const;

const NONE: readonly PodContainer[] = [];

/** All containers that have a status, init ones first. Ephemeral (debug) containers are nobody's workload. */
export function containersOf(pod: Pod): readonly PodContainer[] {
  const found: PodContainer[] = [];
  for (const [statuses, specs] of STATUS_LISTS) {
    for (const status of records(pod.status?.[statuses])) {
      const name = text(status.name);
      if (name === '') continue;
      const spec = (records(pod.spec?.[specs]).find((one) => one.name === name) ?? {}) as Partial<Container>;
      const type =
        statuses === 'containerStatuses' ? 'main' : spec.restartPolicy === 'Always' ? 'sidecar' : 'init';
      found.push(readContainer(name, type, spec, status, `status.${statuses}[${clean(name, 63)}]`));
    }
  }
  return found;
}

/**
 * The containers, if any of them waits, has ended or was restarted; else none. The quick way past healthy pods,
 * which are nearly all.
 */
export function troubledContainers(pod: Pod): readonly PodContainer[] {
  const troubled = someStatus(
    pod,
    ({ state, lastState }) =>
      record(state).running === undefined || record(lastState).terminated !== undefined,
  );
  return troubled ? containersOf(pod) : NONE;
}

/** The containers that wait, with the others beside them; none if no container waits. */
export function waitingContainers(pod: Pod): readonly PodContainer[] {
  return someStatus(pod, ({ state }) => isSet(record(state).waiting)) ? containersOf(pod) : NONE;
}

/** The containers, if any run of any of them is known to have ended in a way that passes the test; else none. */
export function containersEnded(
  pod: Pod,
  test: (exitCode: unknown, reason: unknown, signal: unknown) => boolean,
): readonly PodContainer[] {
  const ended = someStatus(pod, ({ state, lastState }) =>
    [record(state).terminated, record(lastState).terminated].some((end) => {
      const { exitCode, reason, signal } = record(end);
      return test(exitCode, reason, signal);
    }),
  );
  return ended ? containersOf(pod) : NONE;
}

function someStatus(pod: Pod, test: (status: Record<string, unknown>) => boolean): boolean {
  return STATUS_LISTS.some(([statuses]) =>
    list(pod.status?.[statuses]).some((status) => test(record(status))),
  );
}

/** `container main`, `init container wait`, `sidecar proxy`. */
export function nameContainer({ name, type }: PodContainer): string {
  const words = { main: 'container', init: 'init container', sidecar: 'sidecar' } as const;
  return `${words[type]} ${clean(name, 63)}`;
}

/** How long a run lasted in ms, where both ends are known. */
export function runTime({ startedAt, finishedAt }: Ended): number | undefined {
  return startedAt === undefined || finishedAt === undefined
    ? undefined
    : Math.max(0, finishedAt - startedAt);
}

function readContainer(
  name: string,
  type: PodContainer['type'],
  spec: Partial<Container>,
  status: Record<string, unknown>,
  path: string,
): PodContainer {
  const { waiting, running, terminated } = record(status.state);
  const ended = readEnded(terminated);
  const lastEnded = readEnded(record(status.lastState).terminated);
  const wait = record(waiting);
  const startedAt = readInstant(record(running).startedAt);
  return {
    name,
    type,
    spec,
    path,
    image: text(spec.image) || text(status.image),
    ready: status.ready === true,
    restarts: readCount(status.restartCount),
    ...(isSet(waiting) ? { waiting: { reason: text(wait.reason), message: text(wait.message) } } : {}),
    ...(isSet(running) ? { running: startedAt === undefined ? {} : { startedAt } } : {}),
    ...(ended === undefined ? {} : { ended }),
    ...(lastEnded === undefined ? {} : { lastEnded }),
  };
}

function readEnded(terminated: unknown): Ended | undefined {
  if (!isSet(terminated)) return undefined;
  const { exitCode, signal, reason, message, startedAt, finishedAt } = record(terminated);
  if (typeof exitCode !== 'number' || !Number.isFinite(exitCode)) return undefined;
  const start = readInstant(startedAt);
  const finish = readInstant(finishedAt);
  return {
    exitCode,
    ...(typeof signal === 'number' && signal > 0 ? { signal } : {}),
    reason: text(reason),
    message: text(message),
    ...(start === undefined ? {} : { startedAt: start }),
    ...(finish === undefined ? {} : { finishedAt: finish }),
  };
}

/** The kubelet writes the zero time of a container that never started as the year 1970. */
function readInstant(time: unknown): Instant | undefined {
  const instant = parseTime(time);
  return instant === undefined || instant <= 0 ? undefined : instant;
}

function readCount(value: unknown): number {
  return typeof value === 'number' && value > 0 ? Math.floor(value) : 0;
}

function isSet(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
