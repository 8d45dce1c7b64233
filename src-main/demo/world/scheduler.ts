/** The scheduler: gives every pending pod a node that can take it, or says why none can. */
import { StatusError } from '../status-error.ts';
import { tellMistake } from './mistakes.ts';
import { NodeRooms } from './node-room.ts';
import type { Node, Pod } from './objects.ts';
import { withPodCondition } from './pod-conditions.ts';
import { isTerminal } from './pods.ts';
import { refusalOf } from './scheduler-filters.ts';
import { claimMessage, unschedulableMessage } from './scheduler-message.ts';
import { findPreemption, preempt } from './scheduler-preemption.ts';
import { bestOf } from './scheduler-score.ts';
import type { Placement, Refusal } from './scheduler-topology.ts';
import { selectNode, volumesOf } from './scheduler-volumes.ts';
import { keyOf, same, splitKey, type Controller, type Tools } from './tools.ts';

const SCHEDULER = 'default-scheduler';
const SOURCE = { component: SCHEDULER };
const REACTION_MS = 8;
// kube-scheduler: pod-initial-backoff and pod-max-backoff, and how long a pod waits without any cause to try again.
const FIRST_BACKOFF_MS = 1000;
const LONGEST_BACKOFF_MS = 10_000;
const LONGEST_WAIT_MS = 300_000;
const NO_NODES = 'no nodes available to schedule pods';

interface Attempts {
  count: number;
  lastMs: number;
}

export function startScheduler(tools: Tools): Controller {
  return new Scheduler(tools);
}

class Scheduler {
  readonly #tools: Tools;
  readonly #rooms: NodeRooms;
  readonly #nodes = new Map<string, Node>();
  readonly #active = new Set<string>();
  /** Pods for which no node was found. */
  readonly #waiting = new Map<string, Attempts>();
  readonly #exclusive = new Map<string, Pod>();
  #cancelRun: (() => void) | undefined;
  #cancelFlush: (() => void) | undefined;
  #stopped = false;

  constructor(tools: Tools) {
    this.#tools = tools;
    this.#rooms = new NodeRooms(tools);
    const { informers } = tools;
    informers.on('Node', ({ type, object, old }) => {
      const { name } = object.metadata;
      if (type === 'DELETED') this.#nodes.delete(name);
      else this.#nodes.set(name, object);
      if (type === 'ADDED' || old === undefined || offersMore(old, object)) this.#retryAll();
    });
    informers.on('Pod', ({ type, object, old }) => {
      this.#onPod(type, object, old);
    });
    for (const kind of ['PersistentVolumeClaim', 'PersistentVolume', 'StorageClass'] as const) {
      informers.on(kind, ({ type }) => {
        if (type !== 'DELETED') this.#retryAll();
      });
    }
    this.#flushLater();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelRun?.();
    this.#cancelFlush?.();
  }

  #onPod(type: 'ADDED' | 'MODIFIED' | 'DELETED', pod: Pod, old: Pod | undefined): void {
    const key = keyOf(pod);
    if (pod.spec.nodeName !== undefined) {
      this.#onPlaced(type, pod, old);
      return;
    }
    if (type === 'DELETED') {
      this.#waiting.delete(key);
      this.#attempts.delete(key);
      return;
    }
    const isOurs = (pod.spec.schedulerName ?? SCHEDULER) === SCHEDULER;
    const changed = type === 'ADDED' || old === undefined || old.spec !== pod.spec;
    if (isOurs && changed && pod.metadata.deletionTimestamp === undefined) this.#add(key);
  }

  #onPlaced(type: 'ADDED' | 'MODIFIED' | 'DELETED', pod: Pod, old: Pod | undefined): void {
    const { uid } = pod.metadata;
    const gone = type === 'DELETED' || isTerminal(pod);
    this.#waiting.delete(keyOf(pod));
    if (gone) this.#exclusive.delete(uid);
    else if (
      pod.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution !== undefined
    ) {
      this.#exclusive.set(uid, pod);
    }
    // Room has become free, or a pod that others want to be near has come.
    const left = gone && (type === 'DELETED' || (old !== undefined && !isTerminal(old)));
    if (left || old?.spec.nodeName === undefined) this.#retryAll();
  }

  #add(key: string): void {
    this.#active.add(key);
    this.#cancelRun ??= this.#tools.clock.after(REACTION_MS, () => {
      this.#run();
    });
  }

  #retryAll(): void {
    const { clock } = this.#tools;
    for (const [key, attempts] of this.#waiting) {
      this.#waiting.delete(key);
      const backoff = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(attempts.count - 1, 10));
      const wait = attempts.lastMs + backoff - clock.now();
      this.#attempts.set(key, attempts);
      if (wait <= 0) this.#add(key);
      else clock.after(wait, () => !this.#stopped && this.#add(key));
    }
  }

  /** Of pods that are on their way back from `#waiting`. */
  readonly #attempts = new Map<string, Attempts>();

  #flushLater(): void {
    this.#cancelFlush = this.#tools.clock.after(LONGEST_WAIT_MS / 10, () => {
      const { clock } = this.#tools;
      for (const [key, attempts] of this.#waiting) {
        if (clock.now() - attempts.lastMs < LONGEST_WAIT_MS) continue;
        this.#waiting.delete(key);
        this.#attempts.set(key, attempts);
        this.#add(key);
      }
      this.#flushLater();
    });
  }

  #run(): void {
    this.#cancelRun = undefined;
    const keys = [...this.#active];
    this.#active.clear();
    const pods = keys
      .map((key) => {
        const { namespace, name } = splitKey(key);
        return this.#tools.writer.find('Pod', namespace, name);
      })
      .filter((pod): pod is Pod => pod !== undefined && pod.spec.nodeName === undefined && !isTerminal(pod))
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    // The sort is stable: among equals the one that came first.
    pods.sort((one, other) => (other.spec.priority ?? 0) - (one.spec.priority ?? 0));
    for (const pod of pods) {
      try {
        this.#schedule(pod);
      } catch (error) {
        if (!(error instanceof StatusError)) tellMistake(error);
        this.#remember(keyOf(pod));
      }
    }
  }

  #schedule(pod: Pod): void {
    const { recordEvent, writer } = this.#tools;
    if ((pod.spec.schedulingGates ?? []).length > 0) return;
    const volumes = volumesOf(writer, pod);
    const nodes = [...this.#nodes.values()];
    if (nodes.length === 0) {
      this.#fail(pod, NO_NODES);
      return;
    }
    if (volumes.refusal !== undefined) {
      this.#fail(pod, claimMessage(nodes.length, volumes.refusal));
      return;
    }
    const placement = this.#placement(nodes);
    const refusals = new Map<string, Refusal>();
    const fitting: Node[] = [];
    for (const node of nodes) {
      const room = this.#rooms.of(node.metadata.name);
      const refusal = refusalOf({ pod, node, room, placement, volumes });
      if (refusal === undefined) fitting.push(node);
      else refusals.set(node.metadata.name, refusal);
    }
    const best = bestOf(pod, fitting, this.#rooms);
    if (best === undefined) {
      this.#unplaceable(pod, nodes, refusals, placement);
      return;
    }
    selectNode(writer, pod, volumes, best.metadata.name);
    const now = writer.now();
    this.#attempts.delete(keyOf(pod));
    const bound = writer.update(
      'Pod',
      pod,
      (current) => ({
        ...current,
        spec: { ...current.spec, nodeName: best.metadata.name },
        status: withPodCondition(current, { type: 'PodScheduled', status: 'True', lastTransitionTime: now }),
      }),
      'binding',
    );
    if (bound === undefined) return;
    const message = `Successfully assigned ${keyOf(pod)} to ${best.metadata.name}`;
    recordEvent({
      about: bound,
      type: 'Normal',
      reason: 'Scheduled',
      action: 'Binding',
      message,
      source: SOURCE,
    });
  }

  #unplaceable(
    pod: Pod,
    nodes: readonly Node[],
    refusals: ReadonlyMap<string, Refusal>,
    placement: Placement,
  ): void {
    const { writer } = this.#tools;
    const volumes = volumesOf(writer, pod);
    const resolvable = nodes.filter((node) => refusals.get(node.metadata.name)?.resolvable === true);
    const found = findPreemption(pod, resolvable, (node) => this.#rooms.of(node.metadata.name), {
      placement,
      volumes,
    });
    if (found === undefined) {
      this.#fail(pod, unschedulableMessage(refusals));
      return;
    }
    this.#fail(
      pod,
      unschedulableMessage(refusals).replace(/ no new claims.*$/s, ''),
      found.node.metadata.name,
    );
    preempt(this.#tools, pod, found);
  }

  #fail(pod: Pod, message: string, nominatedNodeName?: string): void {
    const { recordEvent, writer } = this.#tools;
    this.#remember(keyOf(pod));
    recordEvent({
      about: pod,
      type: 'Warning',
      reason: 'FailedScheduling',
      action: 'Scheduling',
      message,
      source: SOURCE,
    });
    const now = writer.now();
    writer.updateStatus('Pod', pod, (current) => ({
      ...withPodCondition(current, {
        type: 'PodScheduled',
        status: 'False',
        reason: 'Unschedulable',
        message,
        lastTransitionTime: now,
      }),
      ...(nominatedNodeName === undefined ? {} : { nominatedNodeName }),
    }));
  }

  #remember(key: string): void {
    const before = this.#attempts.get(key);
    this.#attempts.delete(key);
    this.#waiting.set(key, { count: (before?.count ?? 0) + 1, lastMs: this.#tools.clock.now() });
  }

  #placement(nodes: readonly Node[]): Placement {
    const { writer } = this.#tools;
    return {
      nodes,
      podsOn: (nodeName) => this.#rooms.of(nodeName).pods,
      exclusive: [...this.#exclusive.values()],
      namespaceLabels: (namespace) => writer.find('Namespace', undefined, namespace)?.metadata.labels,
    };
  }
}

/** Whether a node's change may make room: not its heartbeats. */
function offersMore(old: Node, node: Node): boolean {
  return !(
    same(old.spec, node.spec) &&
    same(old.metadata.labels, node.metadata.labels) &&
    same(old.status?.allocatable, node.status?.allocatable)
  );
}
