/** The DaemonSet controller: one pod on every node that fits, replaced node by node. */
import { StatusError } from '../status-error.ts';
import { matchesNode } from './node-matching.ts';
import type { Node, Pod, Toleration } from './objects.ts';
import { createPodsSlowly, deletePod } from './pod-control.ts';
import {
  claimPods,
  isAvailable,
  isReady,
  isTerminal,
  isTerminating,
  onControlledPods,
  podFromTemplate,
  selects,
  untilAvailable,
} from './pods.ts';
import { indexRevisions, revisionsOf, syncRevision, trimRevisions } from './revisions.ts';
import { untolerated } from './taints.ts';
import { byAge, keyOf, omitEmpty, same, scaled, splitKey, type Controller, type Tools } from './tools.ts';
import { WorkQueue } from './work-queue.ts';
import type { DaemonSet } from './workload-objects.ts';

const SOURCE = { component: 'daemonset-controller' };
const HASH = 'controller-revision-hash';
const GENERATION = 'deprecated.daemonset.template.generation';
const ALWAYS_TOLERATED: readonly Toleration[] = [
  ...['not-ready', 'unreachable'].map((name) => tolerance(name, 'NoExecute')),
  ...['disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable'].map((name) =>
    tolerance(name, 'NoSchedule'),
  ),
];

function tolerance(name: string, effect: string): Toleration {
  return { key: `node.kubernetes.io/${name}`, operator: 'Exists', effect };
}

export function startDaemonSetController(tools: Tools): Controller {
  const { clock, informers, writer } = tools;
  const index = indexRevisions(tools);
  const queue = new WorkQueue({
    clock,
    delayMs: 25,
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      const set = writer.find('DaemonSet', namespace, name);
      if (set === undefined || set.metadata.deletionTimestamp !== undefined) return;
      const revision = syncRevision(tools, index, set, HASH);
      const hash = revision.metadata.labels?.[HASH] ?? '';
      const sync = new Sync(tools, set, hash);
      try {
        sync.run();
      } finally {
        const pods = sync.writeStatus();
        const inUse = new Set([
          revision.metadata.name,
          ...pods.map((pod) => `${name}-${pod.metadata.labels?.[HASH] ?? ''}`),
        ]);
        trimRevisions(tools, revisionsOf(index, set), inUse, set.spec.revisionHistoryLimit ?? 10);
        const wait = untilAvailable(pods, set.spec.minReadySeconds ?? 0, clock.now());
        if (wait !== undefined) queue.addAfter(key, wait);
      }
    },
  });
  informers.on('DaemonSet', ({ type, object }) => {
    if (type !== 'DELETED') queue.add(keyOf(object));
  });
  onControlledPods(tools, 'DaemonSet', (key) => {
    queue.add(key);
  });
  informers.on('Node', ({ type, object, old }) => {
    const changed =
      type !== 'MODIFIED' ||
      !same(object.metadata.labels, old?.metadata.labels) ||
      !same(object.spec?.taints, old?.spec?.taints);
    if (changed) for (const set of writer.list('DaemonSet')) queue.add(keyOf(set));
  });
  return queue;
}

class Sync {
  readonly #tools: Tools;
  readonly #set: DaemonSet;
  readonly #hash: string;

  constructor(tools: Tools, set: DaemonSet, hash: string) {
    this.#tools = tools;
    this.#set = set;
    this.#hash = hash;
  }

  run(): void {
    claimPods(this.#tools, this.#set, this.#set.spec.selector);
    const missing = this.#tidyNodes();
    const failure = this.#createOn(missing);
    if (this.#set.spec.updateStrategy?.type !== 'OnDelete') this.#replaceOutdated();
    if (failure !== undefined) throw failure;
  }

  /** Removes what should not be; names the nodes that have no pod. */
  #tidyNodes(): readonly string[] {
    const byNode = this.#podsByNode();
    const missing: string[] = [];
    for (const node of this.#nodes()) {
      const pods = byNode.get(node.metadata.name) ?? [];
      byNode.delete(node.metadata.name);
      const { runs, stays } = this.#fits(node);
      if (!stays) {
        for (const pod of pods) if (!isTerminating(pod)) this.#delete(pod);
        continue;
      }
      const alive = pods.filter((pod) => !this.#removeEnded(pod, node));
      for (const pod of alive.filter((each) => !isTerminating(each)).slice(1)) this.#delete(pod);
      if (runs && pods.length === 0) missing.push(node.metadata.name);
    }
    // Pods of nodes that are gone.
    for (const pod of [...byNode.values()].flat()) if (!isTerminating(pod)) this.#delete(pod);
    return missing;
  }

  #removeEnded(pod: Pod, node: Node): boolean {
    if (!isTerminal(pod)) return false;
    if (isTerminating(pod)) return true;
    const failed = pod.status?.phase === 'Failed';
    const what = failed ? 'failed' : 'succeeded';
    const plan = failed ? 'kill' : 'delete';
    this.#tools.recordEvent({
      about: this.#set,
      type: failed ? 'Warning' : 'Normal',
      reason: failed ? 'FailedDaemonPod' : 'SucceededDaemonPod',
      message: `Found ${what} daemon pod ${keyOf(pod)} on node ${node.metadata.name}, will try to ${plan} it`,
      source: SOURCE,
    });
    this.#delete(pod);
    return true;
  }

  #createOn(nodes: readonly string[]): StatusError | undefined {
    const { template } = this.#set.spec;
    const generation = this.#set.metadata.annotations?.[GENERATION];
    const drafts = nodes.map((node) =>
      podFromTemplate(this.#set, template, {
        labels: {
          [HASH]: this.#hash,
          ...(generation === undefined ? {} : { 'pod-template-generation': generation }),
        },
        spec: {
          ...template.spec,
          affinity: {
            ...template.spec.affinity,
            nodeAffinity: { ...template.spec.affinity?.nodeAffinity, ...onlyOn(node) },
          },
          tolerations: this.#tolerations(),
        },
      }),
    );
    return createPodsSlowly(this.#tools, this.#set, drafts, SOURCE);
  }

  /** As many old pods as may be unavailable, those that are unavailable anyway first. */
  #replaceOutdated(): void {
    const desired = this.#nodes().filter((node) => this.#fits(node).runs).length;
    const { maxUnavailable, maxSurge } = this.#set.spec.updateStrategy?.rollingUpdate ?? {};
    const surge = scaled(maxSurge, desired, 'up');
    const limit = Math.max(surge > 0 ? 1 : 0, scaled(maxUnavailable ?? 1, desired, 'up'));
    let unavailable = 0;
    const candidates: Pod[] = [];
    const broken: Pod[] = [];
    for (const pods of this.#podsByNode().values()) {
      const pod = pods.find((each) => !isTerminating(each));
      if (pod === undefined) {
        unavailable += 1;
        continue;
      }
      const available = this.#isAvailable(pod);
      if (!available) unavailable += 1;
      if (pod.metadata.labels?.[HASH] !== this.#hash) (available ? candidates : broken).push(pod);
    }
    const more = Math.max(0, limit - unavailable);
    for (const pod of [...broken, ...candidates.slice(0, more)]) this.#delete(pod);
  }

  writeStatus(): readonly Pod[] {
    const byNode = this.#podsByNode();
    const counts = { current: 0, desired: 0, misscheduled: 0, ready: 0, updated: 0, available: 0 };
    for (const node of this.#nodes()) {
      const pods = byNode.get(node.metadata.name) ?? [];
      if (!this.#fits(node).runs) {
        if (pods.length > 0) counts.misscheduled += 1;
        continue;
      }
      counts.desired += 1;
      const [oldest] = pods.toSorted(byAge);
      if (oldest === undefined) continue;
      counts.current += 1;
      if (isReady(oldest)) counts.ready += 1;
      if (this.#isAvailable(oldest)) counts.available += 1;
      if (oldest.metadata.labels?.[HASH] === this.#hash) counts.updated += 1;
    }
    const status = {
      currentNumberScheduled: counts.current,
      numberMisscheduled: counts.misscheduled,
      desiredNumberScheduled: counts.desired,
      numberReady: counts.ready,
      ...omitEmpty({
        observedGeneration: this.#set.metadata.generation ?? 0,
        updatedNumberScheduled: counts.updated,
        numberAvailable: counts.available,
        numberUnavailable: counts.desired - counts.available,
        collisionCount: this.#set.status?.collisionCount ?? 0,
      }),
    };
    this.#tools.writer.updateStatus('DaemonSet', this.#set, () => status);
    return [...byNode.values()].flat();
  }

  #delete(pod: Pod): void {
    deletePod(this.#tools, this.#set, pod, SOURCE);
  }

  #isAvailable(pod: Pod): boolean {
    return isAvailable(pod, this.#set.spec.minReadySeconds ?? 0, this.#tools.clock.now());
  }

  #nodes(): readonly Node[] {
    return this.#tools.writer.list('Node');
  }

  #tolerations(): readonly Toleration[] {
    const { template } = this.#set.spec;
    const hostNetwork = (template.spec as { hostNetwork?: boolean }).hostNetwork === true;
    const own = template.spec.tolerations ?? [];
    const added = hostNetwork
      ? [...ALWAYS_TOLERATED, tolerance('network-unavailable', 'NoSchedule')]
      : ALWAYS_TOLERATED;
    return [...own, ...added.filter((each) => !own.some((other) => same(other, each)))];
  }

  #fits(node: Node): { readonly runs: boolean; readonly stays: boolean } {
    const { spec } = this.#set.spec.template;
    if ((spec.nodeName ?? node.metadata.name) !== node.metadata.name || !matchesNode({ spec }, node)) {
      return { runs: false, stays: false };
    }
    const tolerations = this.#tolerations();
    const runs = untolerated(node, tolerations, ['NoSchedule', 'NoExecute']) === undefined;
    return { runs, stays: untolerated(node, tolerations, ['NoExecute']) === undefined };
  }

  #podsByNode(): Map<string, Pod[]> {
    const byNode = new Map<string, Pod[]>();
    for (const pod of this.#tools.pods.byController.get(this.#set.metadata.uid)) {
      if (!selects(this.#set.spec.selector, pod.metadata.labels)) continue;
      const name = nodeOf(pod);
      const pods = byNode.get(name) ?? [];
      pods.push(pod);
      byNode.set(name, pods);
    }
    return byNode;
  }
}

function onlyOn(node: string): object {
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [node] }];
  return { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] } };
}

/** The node a daemon's pod is on, or is meant for. */
function nodeOf({ spec }: Pod): string {
  if (spec.nodeName !== undefined) return spec.nodeName;
  const [term] =
    spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const [field] = (term?.matchFields ?? []) as readonly { readonly values?: readonly string[] }[];
  return field?.values?.[0] ?? '';
}
