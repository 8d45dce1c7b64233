/** Collects the logs that scenarios ask for, so that one container per workload and crash is read, not one per pod. */
import { controllerOf, refOf } from '../cluster/refs.ts';
import { record, records } from '../cluster/narrow.ts';
import type { StoreView } from '../cluster/source.ts';
import type { LogAnswer } from '../cluster/view.ts';
import type { ContainerStatus, Pod } from '../model/kube.ts';
import type { Ref } from '../model/ref.ts';

/** One container log to be read. Answer it with `Engine.setLog`, also where it cannot be read. */
export interface LogRequest {
  readonly key: string;
  readonly pod: Ref;
  readonly container: string;
  /** True for the log of the run before the present one. */
  readonly previous: boolean;
}

interface Entry {
  request: LogRequest;
  podUid: string;
  /** Changes with every run of the container: then the log is read again, and the old one shown meanwhile. */
  run: string;
  asked: boolean;
  answer: LogAnswer;
}

const PENDING: LogAnswer = { state: 'pending' };

export class LogDesk {
  readonly #store: Pick<StoreView, 'byUid'>;
  readonly #entries = new Map<string, Entry>();

  constructor(store: Pick<StoreView, 'byUid'>) {
    this.#store = store;
  }

  /** What is at hand of a log; notes the wish for it. Pods of one owner that ended alike share one pod's log. */
  ask(pod: Pod, container: string, previous: boolean): { key: string; answer: LogAnswer } {
    const podUid = pod.metadata.uid ?? '';
    const status = statusOf(pod, container);
    const owner = controllerOf(pod)?.uid ?? podUid;
    const key = JSON.stringify([owner, container, previous, endOf(status, previous)]);
    const run = runOf(status);
    const entry = this.#entries.get(key);
    const stale =
      entry === undefined ||
      (entry.podUid === podUid ? entry.run !== run : this.#store.byUid(entry.podUid) === undefined);
    if (!stale) return { key, answer: entry.answer };
    const request: LogRequest = { key, pod: refOf(pod), container, previous };
    const answer = entry?.answer ?? PENDING;
    this.#entries.set(key, { request, podUid, run, asked: false, answer });
    return { key, answer };
  }

  /** The logs not handed out yet. Each is handed out once. */
  take(): LogRequest[] {
    const open = [...this.#entries.values()].filter(({ asked }) => !asked);
    for (const entry of open) entry.asked = true;
    return open.map(({ request }) => request);
  }

  get hasOpen(): boolean {
    for (const { asked } of this.#entries.values()) if (!asked) return true;
    return false;
  }

  /** Takes an answer; false where nobody waits for it any more. */
  answer(request: LogRequest, answer: LogAnswer): boolean {
    const entry = this.#entries.get(request.key);
    if (entry === undefined) return false;
    entry.answer = answer;
    return true;
  }

  /** Forgets the logs nobody reads any more. */
  prune(isRead: (key: string) => boolean): void {
    for (const key of this.#entries.keys()) if (!isRead(key)) this.#entries.delete(key);
  }
}

function statusOf(pod: Pod, container: string): ContainerStatus | undefined {
  const { containerStatuses, initContainerStatuses } = pod.status ?? {};
  const all = [...records(containerStatuses), ...records(initContainerStatuses)];
  return all.find(({ name }) => name === container) as ContainerStatus | undefined;
}

/** How the run in question ended: exit code and reason, or nothing while it runs. */
function endOf(status: ContainerStatus | undefined, previous: boolean): string {
  const { exitCode, reason } = record((previous ? status?.lastState : status?.state)?.terminated);
  return JSON.stringify([exitCode, reason]);
}

function runOf(status: ContainerStatus | undefined): string {
  const ends = [status?.state?.terminated?.finishedAt, status?.lastState?.terminated?.finishedAt];
  return JSON.stringify([status?.restartCount, ...ends]);
}
