/** Derives the status of a pod from the state of its containers. */
import type { Container } from './container.ts';
import type { Pod, PodCondition, PodStatus } from './pod-types.ts';

export interface PodFacts {
  readonly containers: readonly Container[];
  readonly podIP: string;
  readonly hostIP: string;
  readonly hasSandbox: boolean;
  readonly startTime: string;
  /** An end that the kubelet itself decided: DeadlineExceeded. */
  readonly failure: { readonly reason: string; readonly message: string } | undefined;
  /** The pod is being deleted and all containers have ended: its phase is final. */
  readonly isOver: boolean;
}

const DONE = new Set(['Succeeded', 'Failed']);

function isInitialised(container: Container): boolean {
  return container.kind === 'sidecar'
    ? container.isRunning() && container.isStarted
    : container.hasSucceeded();
}

function phaseOf(pod: Pod, { containers, failure, isOver }: PodFacts): string {
  if (failure !== undefined) return 'Failed';
  const policy = pod.spec.restartPolicy ?? 'Always';
  const inits = containers.filter(({ kind }) => kind === 'init');
  if (
    inits.some((each) => each.state.terminated !== undefined && !each.hasSucceeded()) &&
    (policy === 'Never' || isOver)
  )
    return 'Failed';
  const mains = containers.filter(({ kind }) => kind === 'main');
  const hasBegun = mains.some((each) => each.isRunning() || each.hasEnded());
  if (
    !hasBegun &&
    containers.some((each) => each.kind !== 'main' && !isInitialised(each) && !each.hasSucceeded())
  )
    return isOver ? 'Failed' : 'Pending';
  const ends = mains.map((each) => each.end());
  if (isOver) return ends.every((end) => end?.exitCode === 0) ? 'Succeeded' : 'Failed';
  if (mains.some((each) => !each.isRunning() && !each.hasEnded())) return 'Pending';
  if (mains.some((each) => each.isRunning()) || policy === 'Always') return 'Running';
  if (ends.every((end) => end?.exitCode === 0)) return 'Succeeded';
  return policy === 'Never' ? 'Failed' : 'Running';
}

interface Verdict {
  readonly type: string;
  readonly isTrue: boolean;
  readonly reason?: string;
  readonly message?: string;
}

function unready(names: readonly string[], what: 'unready' | 'incomplete'): string {
  return `containers with ${what} status: [${names.join(' ')}]`;
}

function verdicts(pod: Pod, facts: PodFacts, phase: string): Verdict[] {
  const { containers, hasSandbox } = facts;
  const inits = containers.filter(({ kind }) => kind !== 'main');
  const incomplete = inits.filter(
    (each) =>
      !isInitialised(each) &&
      !(phase === 'Succeeded') &&
      !(each.kind === 'sidecar' && hasMainBegun(containers)),
  );
  const waiting = containers.filter((each) => each.kind !== 'init' && !each.isReady());
  const final = phase === 'Succeeded' ? 'PodCompleted' : phase === 'Failed' ? 'PodFailed' : undefined;
  const initialised: Verdict =
    incomplete.length === 0
      ? { type: 'Initialized', isTrue: true, ...(phase === 'Succeeded' ? { reason: 'PodCompleted' } : {}) }
      : {
          type: 'Initialized',
          isTrue: false,
          reason: 'ContainersNotInitialized',
          message: unready(
            incomplete.map(({ spec }) => spec.name),
            'incomplete',
          ),
        };
  const isReady = waiting.length === 0 && final === undefined;
  const why =
    final === undefined
      ? {
          reason: 'ContainersNotReady',
          message: unready(
            waiting.map(({ spec }) => spec.name),
            'unready',
          ),
        }
      : { reason: final };
  const gate = isReady ? gateMessage(pod) : '';
  return [
    { type: 'PodReadyToStartContainers', isTrue: hasSandbox },
    initialised,
    gate === ''
      ? { type: 'Ready', isTrue: isReady, ...(isReady ? {} : why) }
      : { type: 'Ready', isTrue: false, reason: 'ReadinessGatesNotReady', message: gate },
    { type: 'ContainersReady', isTrue: isReady, ...(isReady ? {} : why) },
  ];
}

function hasMainBegun(containers: readonly Container[]): boolean {
  return containers.some((each) => each.kind === 'main' && (each.isRunning() || each.hasEnded()));
}

function gateMessage({ spec, status }: Pod): string {
  const messages = (spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const found = status?.conditions?.find(({ type }) => type === conditionType);
    if (found === undefined)
      return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
    return found.status === 'True'
      ? []
      : [`the status of pod readiness gate "${conditionType}" is not "True", but ${found.status}`];
  });
  return messages.length > 1 ? `[${messages.join(', ')}]` : messages.join('');
}

function conditionsOf(pod: Pod, facts: PodFacts, phase: string, now: string): PodCondition[] {
  const before = pod.status?.conditions ?? [];
  const generation =
    pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation };
  const own = verdicts(pod, facts, phase).map(({ type, isTrue, reason, message }): PodCondition => {
    const old = before.find((each) => each.type === type);
    const status = isTrue ? 'True' : 'False';
    return {
      type,
      ...generation,
      status,
      lastProbeTime: null,
      lastTransitionTime:
        old?.status === status && old.lastTransitionTime !== undefined ? old.lastTransitionTime : now,
      ...(reason === undefined ? {} : { reason }),
      ...(message === undefined ? {} : { message }),
    };
  });
  const scheduled: PodCondition = {
    type: 'PodScheduled',
    ...generation,
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: now,
  };
  const others = before.filter(({ type }) => !own.some((each) => each.type === type));
  const hasScheduled = others.some(({ type, status }) => type === 'PodScheduled' && status === 'True');
  const kept = hasScheduled ? others : [...others.filter(({ type }) => type !== 'PodScheduled'), scheduled];
  return [...own, ...kept];
}

/** The whole status; fields of others (conditions of controllers, qosClass, nominatedNodeName) stay as they are. */
export function derivePodStatus(pod: Pod, facts: PodFacts, now: string): PodStatus {
  const { containers, podIP, hostIP, failure, startTime } = facts;
  const old = pod.status ?? {};
  const phase =
    old.phase !== undefined && DONE.has(old.phase) && facts.isOver ? old.phase : phaseOf(pod, facts);
  const inits = containers.filter(({ kind }) => kind !== 'main');
  const mains = containers.filter(({ kind }) => kind === 'main');
  const {
    observedGeneration: _,
    message: _message,
    reason: _reason,
    initContainerStatuses: _inits,
    ...kept
  } = old;
  return {
    ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    ...kept,
    phase,
    conditions: conditionsOf(pod, facts, phase, now),
    ...(failure ?? {}),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    ...(podIP === '' ? {} : { podIP, podIPs: [{ ip: podIP }] }),
    startTime,
    ...(inits.length === 0 ? {} : { initContainerStatuses: inits.map((each) => each.status()) }),
    containerStatuses: mains.map((each) => each.status()),
  };
}
