/** Ends a pod: its containers in order, its last status, and its removal when it was deleted. */
import type { ContainerLifecycle } from './container-lifecycle.ts';
import type { PodWorker } from './pod-worker.ts';

const SETTLE_MS = 900;

export class PodTermination {
  readonly #worker: PodWorker;
  readonly #lifecycle: ContainerLifecycle;
  #isSettling = false;

  constructor(worker: PodWorker, lifecycle: ContainerLifecycle) {
    this.#worker = worker;
    this.#lifecycle = lifecycle;
  }

  /** Goes on as far as it can; every end of a container brings it here again. */
  advance(why: 'deleted' | 'finished'): void {
    const worker = this.#worker;
    const { metadata, spec } = worker.pod;
    const grace =
      (why === 'deleted' ? metadata.deletionGracePeriodSeconds : undefined) ??
      spec.terminationGracePeriodSeconds ??
      30;
    const running = worker.containers.filter((each) => each.isRunning());
    const mains = running.filter(({ kind }) => kind !== 'sidecar');
    // Sidecars serve until the containers they serve have ended.
    for (const container of mains.length > 0 ? mains : running.reverse()) {
      this.#lifecycle.stop(container, grace, { message: `Stopping container ${container.spec.name}` });
    }
    worker.publish();
    if (running.length > 0 || this.#isSettling) return;
    this.#isSettling = true;
    worker.context.clock.after(SETTLE_MS, () => {
      this.#isSettling = false;
      this.#finish();
    });
  }

  #finish(): void {
    const worker = this.#worker;
    if (worker.isGone) return;
    worker.hasSandbox = false;
    worker.isOver = true;
    worker.publish();
    if (worker.pod.metadata.deletionTimestamp !== undefined) worker.context.remove(worker.pod);
  }
}
