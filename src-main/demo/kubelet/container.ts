/** One container of a pod: its state, its runs, and what its status says. */
import { BackOff } from './back-off.ts';
import type { ContainerLog } from './container-log.ts';
import type { FoundImage } from './images.ts';
import type { Machine } from './machine.ts';
import type { ContainerSpec, ContainerStateJson, Terminated } from './pod-types.ts';
import type { Prober } from './prober.ts';

export type ContainerKind = 'init' | 'sidecar' | 'main';

export class Container {
  spec: ContainerSpec;
  readonly kind: ContainerKind;
  state: ContainerStateJson;
  last: Terminated | undefined;
  restartCount = 0;
  /** '' until it was created for the first time. */
  id = '';
  image: FoundImage | undefined;
  /** Just pulled, to be started with. */
  pulled: FoundImage | undefined;
  machine: Machine | undefined;
  log: ContainerLog | undefined;
  previousLog: ContainerLog | undefined;
  probers: readonly Prober[] = [];
  /** The startup probe has passed, or there is none. */
  isStarted = false;
  passesReadiness = false;
  isStopping = false;
  isPulling = false;
  finishedMs = 0;
  startedMs = 0;
  /** What the kernel or the kubelet did to it, for the reason of its end. */
  isOutOfMemory = false;
  pullError = '';
  readonly restarts = new BackOff();
  pulls = new BackOff();

  constructor(spec: ContainerSpec, kind: ContainerKind, waiting: string) {
    this.spec = spec;
    this.kind = kind;
    this.state = { waiting: { reason: waiting } };
  }

  get fieldPath(): string {
    return `${this.kind === 'main' ? 'spec.containers' : 'spec.initContainers'}{${this.spec.name}}`;
  }

  isRunning(): boolean {
    return this.state.running !== undefined;
  }

  /** It has run at least once and runs no more. */
  hasEnded(): boolean {
    return !this.isRunning() && (this.state.terminated !== undefined || this.last !== undefined);
  }

  /** The last end, if it runs no more. */
  end(): Terminated | undefined {
    return this.isRunning() ? undefined : (this.state.terminated ?? this.last);
  }

  hasSucceeded(): boolean {
    return this.state.terminated?.exitCode === 0;
  }

  isReady(): boolean {
    if (this.kind === 'init') return this.hasSucceeded();
    return this.isRunning() && this.isStarted && this.passesReadiness;
  }

  /** Takes a changed spec; true if the container must be made anew for it. */
  redefine(spec: ContainerSpec): boolean {
    const isChanged = spec.image !== this.spec.image;
    this.spec = spec;
    if (isChanged) this.pulls = new BackOff();
    return isChanged;
  }

  /** ContainerStatus as the API shows it. */
  status(): object {
    const { spec, state, last } = this;
    const requests = spec.resources?.requests;
    return {
      name: spec.name,
      state,
      lastState: last === undefined || last === state.terminated ? {} : { terminated: last },
      ready: this.isReady(),
      restartCount: this.restartCount,
      image: this.id === '' ? spec.image : (this.image?.reference.full ?? spec.image),
      imageID: this.id === '' ? '' : (this.image?.imageID ?? ''),
      ...(this.id === '' ? {} : { containerID: this.id }),
      started: this.isRunning() && this.isStarted,
      ...(this.id !== '' && requests !== undefined ? { allocatedResources: requests } : {}),
      ...(this.id === '' ? {} : { resources: spec.resources ?? {} }),
      ...(spec.volumeMounts === undefined || spec.volumeMounts.length === 0
        ? {}
        : {
            volumeMounts: spec.volumeMounts.map(({ name, mountPath, readOnly }) => ({
              name,
              mountPath,
              ...(readOnly === true ? { readOnly, recursiveReadOnly: 'Disabled' } : {}),
            })),
          }),
    };
  }
}
