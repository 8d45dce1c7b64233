/** Starts, restarts, probes and stops the containers of one pod, in the order and with the delays of the kubelet. */
import type { Container } from './container.ts';
import { secondTime } from './context.ts';
import { execute } from './execute.ts';
import { Prober, type ProbeType } from './prober.ts';
import type { PodWorker } from './pod-worker.ts';
import { fullNameOf, type Hook, type Probe } from './pod-types.ts';
import { crashLoopMessage, ensureImage } from './pull-image.ts';
import { deliverSignal } from './signals.ts';
import { startContainer } from './start-container.ts';

/** From the end of a container until the kubelet has noticed it. */
const NOTICE_MS = 700;
/** Between two looks of the kubelet at a pod that has a problem. */
const RESYNC_MS = 12_000;
/** Between two looks at any pod; one in back-off is looked at again when that is over. */
const REGULAR_SYNC_MS = 60_000;
const MESSAGE_BYTES = 4096;
const FALLBACK_BYTES = 2048;

export class ContainerLifecycle {
  readonly #worker: PodWorker;

  constructor(worker: PodWorker) {
    this.#worker = worker;
  }

  /** Does what can be done now; asks the worker to come back for the rest. */
  advance(): void {
    const { containers } = this.#worker;
    const mains = containers.filter(({ kind }) => kind === 'main');
    const hasBegun = mains.some((each) => each.isRunning() || each.hasEnded());
    for (const container of containers) {
      if (container.kind === 'main') break;
      if (container.kind === 'init') {
        if (container.hasSucceeded() || hasBegun) continue;
        this.#keepRunning(container);
        return;
      }
      this.#keepRunning(container);
      if (!hasBegun && !(container.isRunning() && container.isStarted)) return;
    }
    for (const container of mains) this.#keepRunning(container);
  }

  /** Asks the container to end: the Killing event, the preStop hook, SIGTERM, and SIGKILL after the grace period. */
  stop(
    container: Container,
    graceSeconds: number,
    why: { readonly reason?: string; readonly message: string },
  ): void {
    const { machine } = container;
    if (!container.isRunning() || container.isStopping || machine === undefined) return;
    const { context, pod } = this.#worker;
    container.isStopping = true;
    for (const prober of container.probers) prober.stop();
    context.record(pod, {
      type: 'Normal',
      reason: 'Killing',
      message: why.message,
      fieldPath: container.fieldPath,
    });
    const main = machine.tasks.get(1);
    if (main === undefined) return;
    context.clock.after(graceSeconds * 1000, () => {
      deliverSignal(main, 9, true);
    });
    const terminate = (): void => {
      deliverSignal(main, 15, true);
    };
    this.#runHook(container, container.spec.lifecycle?.preStop, (error) => {
      if (error !== '')
        context.record(pod, {
          type: 'Warning',
          reason: 'FailedPreStopHook',
          message: 'PreStopHook failed',
          fieldPath: container.fieldPath,
        });
      terminate();
    });
  }

  /** Ends the container's processes without any notice. */
  destroy(container: Container): void {
    for (const prober of container.probers) prober.stop();
    const { machine } = container;
    if (machine === undefined) return;
    container.machine = undefined;
    this.#worker.context.network.remove(this.#worker.podIP, machine);
    machine.killAll(137);
    container.log?.end();
  }

  #mayRestart(container: Container): boolean {
    const policy = this.#worker.pod.spec.restartPolicy ?? 'Always';
    if (container.kind === 'sidecar') return true;
    if (container.kind === 'init') return policy !== 'Never';
    const code = container.end()?.exitCode ?? 0;
    return policy === 'Always' || (policy === 'OnFailure' && code !== 0);
  }

  #keepRunning(container: Container): void {
    const { context, pod } = this.#worker;
    if (container.isRunning()) return;
    const now = context.clock.now();
    if (container.hasEnded()) {
      if (!this.#mayRestart(container)) return;
      const noticed = container.finishedMs + NOTICE_MS - now;
      if (noticed > 0) {
        this.#worker.schedule(noticed);
        return;
      }
      const left = container.restarts.leftMs(container.finishedMs, now);
      if (left > 0) {
        container.last = container.state.terminated ?? container.last;
        const name = fullNameOf(pod);
        container.state = {
          waiting: { reason: 'CrashLoopBackOff', message: crashLoopMessage(container, name) },
        };
        const message = `Back-off restarting failed container ${container.spec.name} in pod ${name}`;
        context.record(pod, { type: 'Warning', reason: 'BackOff', message, fieldPath: container.fieldPath });
        this.#worker.schedule(Math.min(left, REGULAR_SYNC_MS));
        return;
      }
    }
    this.#start(container);
  }

  /** Ten to fifteen seconds, different from look to look. */
  #resyncMs(): number {
    return RESYNC_MS - 2000 + this.#worker.context.registry.random() * 4500;
  }

  #start(container: Container): void {
    const worker = this.#worker;
    const { context, pod, host, podIP, volumes } = worker;
    const image = container.pulled ?? this.#image(container);
    if (image === undefined) return;
    container.pulled = undefined;
    if (container.hasEnded()) container.restarts.next(container.finishedMs, context.clock.now());
    const onExit = (code: number): void => {
      this.#onExit(container, code);
    };
    const isStarted = startContainer({ context, pod, host, podIP, volumes, image, onExit }, container);
    if (!isStarted) {
      const failed = container.state.waiting?.reason === 'RunContainerError';
      worker.schedule(failed ? NOTICE_MS : this.#resyncMs());
      return;
    }
    if (container.isRunning()) this.#startProbes(container);
    const { postStart } = container.spec.lifecycle ?? {};
    if (container.isRunning() && postStart !== undefined) {
      this.#runHook(container, postStart, (error) => {
        if (error === '') return;
        context.record(pod, {
          type: 'Warning',
          reason: 'FailedPostStartHook',
          message: 'PostStartHook failed',
          fieldPath: container.fieldPath,
        });
        this.stop(container, worker.pod.spec.terminationGracePeriodSeconds ?? 30, {
          message: 'FailedPostStartHook',
        });
      });
    }
    // What waits for this one (the next init container) goes on.
    worker.schedule(container.kind === 'sidecar' ? 200 : NOTICE_MS);
  }

  #image(container: Container): Container['pulled'] {
    const { context, pod } = this.#worker;
    const progress = ensureImage(context, pod, container, () => {
      this.#worker.publish();
      this.#worker.schedule(container.pulled === undefined ? 1500 : 0);
    });
    if (typeof progress === 'object') return progress.image;
    if (progress === 'waiting') {
      const left = container.pulls.leftMs(container.pulls.lastUpdateMs, context.clock.now());
      this.#worker.schedule(left > 0 ? Math.min(left, this.#resyncMs()) : this.#resyncMs());
    }
    return undefined;
  }

  #onExit(container: Container, code: number): void {
    const worker = this.#worker;
    const { machine, log, spec } = container;
    if (machine === undefined || worker.isGone) return;
    const { clock, network } = worker.context;
    for (const prober of container.probers) prober.stop();
    container.probers = [];
    machine.killAll(137);
    network.remove(worker.podIP, machine);
    log?.end();
    container.machine = undefined;
    container.finishedMs = clock.now();
    const text = machine.options.files.read(spec.terminationMessagePath ?? '/dev/termination-log') ?? '';
    const isFallback = text === '' && code !== 0 && spec.terminationMessagePolicy === 'FallbackToLogsOnError';
    const logged = (): string =>
      (log?.lines() ?? [])
        .slice(-80)
        .map((line) => line.text)
        .join('')
        .slice(-FALLBACK_BYTES);
    const message = isFallback ? logged() : text.slice(0, MESSAGE_BYTES);
    container.state = {
      terminated: {
        exitCode: code,
        reason: container.isOutOfMemory ? 'OOMKilled' : code === 0 ? 'Completed' : 'Error',
        ...(message === '' ? {} : { message }),
        startedAt: secondTime(container.startedMs),
        finishedAt: secondTime(clock.now()),
        containerID: container.id,
      },
    };
    worker.tell();
    worker.schedule(NOTICE_MS);
  }

  #startProbes(container: Container): void {
    const { spec } = container;
    const { startupProbe, readinessProbe, livenessProbe } = spec;
    const later = (): Prober[] => [
      ...(readinessProbe === undefined ? [] : [this.#prober('Readiness', readinessProbe, container)]),
      ...(livenessProbe === undefined ? [] : [this.#prober('Liveness', livenessProbe, container)]),
    ];
    container.probers =
      startupProbe === undefined ? later() : [this.#prober('Startup', startupProbe, container, later)];
    for (const prober of container.probers) prober.start(container.startedMs);
  }

  #prober(
    type: ProbeType,
    probe: Probe,
    container: Container,
    afterStartup: () => Prober[] = () => [],
  ): Prober {
    const worker = this.#worker;
    const { context } = worker;
    const { machine } = container;
    if (machine === undefined) throw new RangeError('A container without processes has no probes');
    return new Prober({
      type,
      probe,
      container,
      machine,
      network: context.network,
      clock: context.clock,
      onFailure: (_, message, result) => {
        const words = result === 'error' ? 'probe errored and resulted in unknown state' : 'probe failed';
        context.record(worker.pod, {
          type: 'Warning',
          reason: 'Unhealthy',
          message: `${type} ${words}: ${message}`,
          fieldPath: container.fieldPath,
        });
      },
      onVerdict: (_, isGood) => {
        if (type === 'Readiness') container.passesReadiness = isGood;
        else if (!isGood) {
          const message = `Container ${container.spec.name} failed ${type.toLowerCase()} probe, will be restarted`;
          const grace =
            probe.terminationGracePeriodSeconds ?? worker.pod.spec.terminationGracePeriodSeconds ?? 30;
          this.stop(container, grace, { message });
          return;
        } else if (type === 'Startup') {
          container.isStarted = true;
          container.probers = afterStartup();
          for (const prober of container.probers) prober.start(container.startedMs);
        } else return;
        worker.publish();
        if (type === 'Startup') worker.schedule(0);
      },
    });
  }

  #runHook(container: Container, hook: Hook | undefined, onDone: (error: string) => void): void {
    const { machine } = container;
    const { clock } = this.#worker.context;
    if (hook === undefined || machine === undefined) onDone('');
    else if (hook.sleep !== undefined)
      clock.after(hook.sleep.seconds * 1000, () => {
        onDone('');
      });
    else if (hook.exec !== undefined)
      execute(machine, hook.exec.command ?? [], (code, output, error) => {
        onDone(error ?? (code === 0 ? '' : output || `exit code ${code}`));
      });
    else {
      const port = Number(hook.httpGet?.port ?? hook.tcpSocket?.port ?? 0);
      onDone(machine.listeners.has(port) ? '' : 'connection refused');
    }
  }
}
