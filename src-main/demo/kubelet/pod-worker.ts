/** Leads one pod through its life: volumes, sandbox, init containers, containers, restarts, its end. */
import { Container, type ContainerKind } from './container.ts';
import { ContainerLifecycle } from './container-lifecycle.ts';
import { secondTime, type Host, type KubeletContext } from './context.ts';
import type { VolumeFiles } from './files.ts';
import { derivePodStatus } from './pod-status.ts';
import type { Pod } from './pod-types.ts';
import { PodTermination } from './pod-termination.ts';
import { makeVolume, mountMessage } from './volumes.ts';

const SANDBOX_MS = 250;
const FIRST_MOUNT_DELAY_MS = 500;
const LONGEST_MOUNT_DELAY_MS = 122_000;
const DEADLINE = {
  reason: 'DeadlineExceeded',
  message: 'Pod was active on the node longer than the specified deadline',
};

export class PodWorker {
  readonly context: KubeletContext;
  readonly host: Host;
  readonly containers: readonly Container[];
  readonly volumes = new Map<string, { readonly files: VolumeFiles; readonly type: string }>();
  pod: Pod;
  podIP = '';
  hasSandbox = false;
  failure: { reason: string; message: string } | undefined;
  /** All containers have ended for good. */
  isOver = false;
  isGone = false;
  readonly #lifecycle: ContainerLifecycle;
  readonly #termination: PodTermination;
  readonly #startTime: string;
  readonly #startMs: number;
  #cancelSync: (() => void) | undefined;
  #syncDueMs = Number.POSITIVE_INFINITY;
  #isMakingSandbox = false;
  #mountDelayMs = FIRST_MOUNT_DELAY_MS;
  #isWaitingForObject = false;
  /** Something is to be told before the next step hides it: the beginning, the end of a container. */
  #mustPublish = true;

  constructor(context: KubeletContext, host: Host, pod: Pod) {
    this.context = context;
    this.host = host;
    this.pod = pod;
    this.#startMs = context.clock.now();
    this.#startTime = secondTime(this.#startMs);
    const inits = pod.spec.initContainers ?? [];
    const waiting = inits.length > 0 ? 'PodInitializing' : 'ContainerCreating';
    const make =
      (kind: ContainerKind) =>
      (spec: Pod['spec']['containers'][number]): Container =>
        new Container(spec, kind === 'init' && spec.restartPolicy === 'Always' ? 'sidecar' : kind, waiting);
    this.containers = [...inits.map(make('init')), ...pod.spec.containers.map(make('main'))];
    this.#lifecycle = new ContainerLifecycle(this);
    this.#termination = new PodTermination(this, this.#lifecycle);
  }

  start(): void {
    const deadline = this.pod.spec.activeDeadlineSeconds;
    if (deadline !== undefined) {
      this.context.clock.after(deadline * 1000, () => {
        this.#exceedDeadline();
      });
    }
    this.schedule(0);
  }

  /** The pod has changed in the registry. */
  update(pod: Pod): void {
    const before = this.pod;
    this.pod = pod;
    if (before.metadata.generation !== pod.metadata.generation) this.#takeSpec(pod);
    if (pod.metadata.deletionTimestamp !== undefined) this.schedule(0);
    else if (before.status !== pod.status && !this.#isOwnStatus(pod)) {
      this.#mustPublish = true;
      this.schedule(50);
    }
  }

  /** The pod is no more: its processes end without a word. */
  drop(): void {
    this.isGone = true;
    this.#cancelSync?.();
    for (const container of this.containers) this.#lifecycle.destroy(container);
    if (this.pod.spec.hostNetwork !== true && this.podIP !== '') this.context.freeIP(this.podIP);
  }

  /** A ConfigMap, Secret or claim has changed: what waits for one looks again at once. */
  onObjectChange(): void {
    if (this.#isWaitingForObject) this.schedule(100);
    for (const { probers } of this.containers) for (const prober of probers) prober.poke();
  }

  /** Looks at the pod again after so long, or sooner if that was asked for already. */
  schedule(delayMs: number): void {
    const { clock } = this.context;
    const due = clock.now() + delayMs;
    if (this.isGone || due >= this.#syncDueMs) return;
    this.#cancelSync?.();
    this.#syncDueMs = due;
    this.#cancelSync = clock.after(delayMs, () => {
      this.#syncDueMs = Number.POSITIVE_INFINITY;
      this.#sync();
    });
  }

  container(name: string): Container | undefined {
    return this.containers.find(({ spec }) => spec.name === name);
  }

  /** Writes the status if it says something new. */
  publish(): void {
    if (this.isGone || this.context.isSilent(this.host.name)) return;
    this.#mustPublish = false;
    const { pod, containers, podIP, hasSandbox, failure, isOver } = this;
    const now = secondTime(this.context.clock.now());
    const facts = {
      containers,
      podIP,
      hostIP: this.host.ip,
      hasSandbox,
      failure,
      isOver,
      startTime: this.#startTime,
    };
    const status = derivePodStatus(pod, facts, now);
    if (JSON.stringify(status) === JSON.stringify(pod.status)) return;
    const written = this.context.writeStatus(pod, status);
    if (written !== undefined) this.pod = written;
  }

  /** What is so now must be told: the end of a container, also if it is started again at once. */
  tell(): void {
    this.#mustPublish = true;
  }

  phase(): string {
    return this.pod.status?.phase ?? 'Pending';
  }

  isTerminal(): boolean {
    return this.failure !== undefined || this.phase() === 'Succeeded' || this.phase() === 'Failed';
  }

  /** Images of containers may be changed in a running pod: those are made anew. */
  #takeSpec({ spec }: Pod): void {
    const all = [...spec.containers, ...(spec.initContainers ?? [])];
    for (const container of this.containers) {
      const wanted = all.find(({ name }) => name === container.spec.name);
      if (wanted === undefined || !container.redefine(wanted)) continue;
      const message = `Container ${wanted.name} definition changed, will be restarted`;
      this.#lifecycle.stop(container, spec.terminationGracePeriodSeconds ?? 30, { message });
    }
    this.#mustPublish = true;
    this.schedule(0);
  }

  #isOwnStatus(pod: Pod): boolean {
    return pod.status?.startTime === this.#startTime && pod.status.containerStatuses !== undefined;
  }

  #exceedDeadline(): void {
    if (this.isGone || this.isTerminal()) return;
    this.failure = DEADLINE;
    this.context.record(this.pod, { type: 'Normal', ...DEADLINE });
    this.schedule(0);
  }

  #sync(): void {
    // A kubelet without a connection hears nothing and says nothing; its containers run on.
    if (this.isGone || this.context.isSilent(this.host.name)) return;
    this.#isWaitingForObject = false;
    if (this.pod.metadata.deletionTimestamp !== undefined) {
      this.#termination.advance('deleted');
      return;
    }
    if (this.#mustPublish) this.publish();
    if (this.isTerminal()) {
      this.#termination.advance('finished');
      return;
    }
    if (!this.#mountVolumes() || !this.#makeSandbox()) return;
    this.#lifecycle.advance();
    this.#isWaitingForObject = this.containers.some(({ state }) =>
      /^(?:CreateContainerConfigError|ErrImagePull|ImagePullBackOff)$/.test(state.waiting?.reason ?? ''),
    );
    this.publish();
    if (this.isTerminal()) this.schedule(0);
  }

  #mountVolumes(): boolean {
    const { context, pod, host, podIP } = this;
    const input = {
      registry: context.registry,
      pod,
      addresses: { podIP, hostIP: host.ip },
      allocatable: host.allocatable,
      claims: context.claims,
    };
    let isComplete = true;
    for (const volume of pod.spec.volumes ?? []) {
      if (this.volumes.has(volume.name)) continue;
      // The address is not known yet: files that hold it are made when they are read.
      const made = makeVolume({ ...input, addresses: this.#addresses() }, volume);
      if ('files' in made) {
        this.volumes.set(volume.name, made);
        continue;
      }
      isComplete = false;
      context.record(pod, {
        type: 'Warning',
        reason: 'FailedMount',
        message: mountMessage(volume.name, made.error),
      });
    }
    if (isComplete) return true;
    this.#isWaitingForObject = true;
    this.schedule(this.#mountDelayMs);
    this.#mountDelayMs = Math.min(LONGEST_MOUNT_DELAY_MS, this.#mountDelayMs * 2);
    return false;
  }

  #addresses(): { podIP: string; hostIP: string } {
    const worker = this as { podIP: string };
    return {
      get podIP() {
        return worker.podIP;
      },
      hostIP: this.host.ip,
    };
  }

  #makeSandbox(): boolean {
    if (this.hasSandbox) return true;
    if (this.#isMakingSandbox) return false;
    this.#isMakingSandbox = true;
    this.context.clock.after(SANDBOX_MS, () => {
      if (this.isGone) return;
      this.hasSandbox = true;
      this.podIP =
        this.pod.spec.hostNetwork === true ? this.host.ip : this.context.allocateIP(this.host.name);
      this.schedule(0);
    });
    return false;
  }
}
