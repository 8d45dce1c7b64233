/** The HorizontalPodAutoscaler controller: sizes a workload by the use of cpu and memory, and says what it does. */
import { recommend, type UsageOf } from './autoscaler-metrics.ts';
import type { Condition } from './objects.ts';
import type { HorizontalPodAutoscaler } from './other-objects.ts';
import { selects } from './pods.ts';
import { keyOf, splitKey, type Controller, type Tools } from './tools.ts';
import { WorkQueue } from './work-queue.ts';
import type { Deployment, ReplicaSet, StatefulSet } from './workload-objects.ts';

const SOURCE = { component: 'horizontal-pod-autoscaler' };
// Flags of the kube-controller-manager: sync period, downscale stabilization; and the scale-up limit.
const PERIOD_MS = 15_000;
const STABILIZATION_MS = 300_000;
const SCALE_UP_FACTOR = 2;
const SCALE_UP_MINIMUM = 4;
const TARGETS = ['Deployment', 'StatefulSet', 'ReplicaSet'] as const;
type Target = Deployment | StatefulSet | ReplicaSet;

interface Advice {
  readonly atMs: number;
  readonly replicas: number;
}

export function startAutoscaler(tools: Tools, usageOf: UsageOf): Controller {
  const { clock, informers, writer } = tools;
  const history = new Map<string, Advice[]>();
  const queue = new WorkQueue({
    clock,
    delayMs: 50,
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      const autoscaler = writer.find('HorizontalPodAutoscaler', namespace, name);
      if (autoscaler === undefined) return;
      const { uid } = autoscaler.metadata;
      const advice = history.get(uid) ?? [];
      history.set(uid, advice);
      queue.addAfter(key, PERIOD_MS);
      new Sync(tools, autoscaler, advice, usageOf).run();
    },
  });
  informers.on('HorizontalPodAutoscaler', ({ type, object }) => {
    if (type === 'ADDED') queue.add(keyOf(object));
    if (type === 'DELETED') history.delete(object.metadata.uid);
  });
  return queue;
}

class Sync {
  readonly #tools: Tools;
  readonly #autoscaler: HorizontalPodAutoscaler;
  readonly #advice: Advice[];
  readonly #usageOf: UsageOf;
  #conditions: readonly Condition[];
  #metrics: readonly object[] | null = null;

  constructor(tools: Tools, autoscaler: HorizontalPodAutoscaler, advice: Advice[], usageOf: UsageOf) {
    this.#tools = tools;
    this.#autoscaler = autoscaler;
    this.#advice = advice;
    this.#usageOf = usageOf;
    this.#conditions = autoscaler.status?.conditions ?? [];
  }

  run(): void {
    const { scaleTargetRef, minReplicas = 1, maxReplicas } = this.#autoscaler.spec;
    const target = this.#target();
    if (target === undefined) {
      const resource = `${scaleTargetRef.kind.toLowerCase()}s.apps`;
      const why = `${resource} "${scaleTargetRef.name}" not found`;
      this.#tell('Warning', 'FailedGetScale', why);
      this.#set(
        'AbleToScale',
        'False',
        'FailedGetScale',
        `the HPA controller was unable to get the target's current scale: ${why}`,
      );
      this.#write(0, 0, false);
      return;
    }
    this.#set(
      'AbleToScale',
      'True',
      'SucceededGetScale',
      "the HPA controller was able to get the target's current scale",
    );
    const current = target.spec.replicas ?? 1;
    if (current === 0 && minReplicas !== 0) {
      this.#set(
        'ScalingActive',
        'False',
        'ScalingDisabled',
        'scaling is disabled since the replica count of the target is zero',
      );
      this.#write(current, 0, false);
      return;
    }
    if (current > maxReplicas)
      this.#rescale(target, maxReplicas, 'Current number of replicas above Spec.MaxReplicas');
    else if (current < minReplicas)
      this.#rescale(target, minReplicas, 'Current number of replicas below Spec.MinReplicas');
    else this.#followMetrics(target, current);
  }

  #followMetrics(target: Target, current: number): void {
    const pods = this.#tools.pods.byNamespace
      .get(target.metadata.namespace ?? '')
      .filter((pod) => selects(target.spec.selector, pod.metadata.labels));
    const results = (this.#autoscaler.spec.metrics ?? []).flatMap(({ type, resource }) =>
      type === 'Resource' && resource !== undefined
        ? [recommend(resource, pods, current, this.#usageOf)]
        : [],
    );
    const failures = results.flatMap((each) => ('failure' in each ? [each.failure] : []));
    const found = results.flatMap((each) => ('failure' in each ? [] : [each]));
    this.#metrics = found.length === 0 ? null : found.map(({ status }) => status);
    const [first] = failures;
    const highest = found.toSorted((one, other) => other.replicas - one.replicas)[0];
    if (first !== undefined) this.#tell('Warning', 'FailedGetResourceMetric', first);
    if (highest === undefined || (first !== undefined && highest.replicas < current)) {
      const why = first ?? 'no metrics of a type that is measured here';
      this.#set(
        'ScalingActive',
        'False',
        'FailedGetResourceMetric',
        `the HPA was unable to compute the replica count: ${why}`,
      );
      this.#tell(
        'Warning',
        'FailedComputeMetricsReplicas',
        `invalid metrics (${failures.length} invalid out of ${results.length}), first error is: failed to get resource metric value: ${why}`,
      );
      this.#write(current, current, false);
      return;
    }
    const message = `the HPA was able to successfully calculate a replica count from ${highest.label}`;
    this.#set('ScalingActive', 'True', 'ValidMetricFound', message);
    const wanted = this.#limit(current, this.#stabilize(highest.replicas));
    if (wanted === current) this.#write(current, current, false);
    else
      this.#rescale(
        target,
        wanted,
        wanted > current ? `${highest.label} above target` : 'All metrics below target',
      );
  }

  /** Scaling down waits until no recommendation of the last five minutes was higher. */
  #stabilize(replicas: number): number {
    const now = this.#tools.clock.now();
    this.#advice.push({ atMs: now, replicas });
    while ((this.#advice[0]?.atMs ?? now) < now - STABILIZATION_MS) this.#advice.shift();
    const highest = Math.max(...this.#advice.map((each) => each.replicas));
    if (highest > replicas) {
      const message =
        'recent recommendations were higher than current one, applying the highest recent recommendation';
      this.#set('AbleToScale', 'True', 'ScaleDownStabilized', message);
    } else {
      this.#set('AbleToScale', 'True', 'ReadyForNewScale', 'recommended size matches current size');
    }
    return highest;
  }

  #limit(current: number, wanted: number): number {
    const { minReplicas = 1, maxReplicas } = this.#autoscaler.spec;
    const fastest = Math.max(SCALE_UP_FACTOR * current, SCALE_UP_MINIMUM);
    if (wanted < minReplicas) {
      this.#set(
        'ScalingLimited',
        'True',
        'TooFewReplicas',
        'the desired replica count is less than the minimum replica count',
      );
      return minReplicas;
    }
    if (wanted > Math.min(maxReplicas, fastest)) {
      const [reason, message] =
        maxReplicas > fastest
          ? ['ScaleUpLimit', 'the desired replica count is increasing faster than the maximum scale rate']
          : ['TooManyReplicas', 'the desired replica count is more than the maximum replica count'];
      this.#set('ScalingLimited', 'True', reason, message);
      return Math.min(maxReplicas, fastest);
    }
    this.#set(
      'ScalingLimited',
      'False',
      'DesiredWithinRange',
      'the desired count is within the acceptable range',
    );
    return wanted;
  }

  #rescale(target: Target, size: number, why: string): void {
    const kind = target.kind as (typeof TARGETS)[number];
    this.#tools.writer.update(kind, target, (found) => ({
      ...found,
      spec: { ...found.spec, replicas: size },
    }));
    this.#set(
      'AbleToScale',
      'True',
      'SucceededRescale',
      `the HPA controller was able to update the target scale to ${size}`,
    );
    this.#tell('Normal', 'SuccessfulRescale', `New size: ${size}; reason: ${why}`);
    this.#write(target.spec.replicas ?? 1, size, true);
  }

  #target(): Target | undefined {
    const { kind, name } = this.#autoscaler.spec.scaleTargetRef;
    const known = TARGETS.find((each) => each === kind);
    return known === undefined
      ? undefined
      : this.#tools.writer.find(known, this.#autoscaler.metadata.namespace, name);
  }

  #set(type: string, status: 'True' | 'False', reason: string, message: string): void {
    const present = this.#conditions.find((condition) => condition.type === type);
    const lastTransitionTime =
      present?.status === status ? (present.lastTransitionTime ?? '') : this.#tools.writer.now();
    const condition = { type, status, lastTransitionTime, reason, message };
    this.#conditions =
      present === undefined
        ? [...this.#conditions, condition]
        : this.#conditions.map((each) => (each === present ? condition : each));
  }

  #write(current: number, desired: number, scaled: boolean): void {
    const { writer } = this.#tools;
    const { lastScaleTime } = this.#autoscaler.status ?? {};
    const scaledAt = scaled ? writer.now() : lastScaleTime;
    writer.updateStatus('HorizontalPodAutoscaler', this.#autoscaler, () => ({
      ...(scaledAt === undefined ? {} : { lastScaleTime: scaledAt }),
      ...(current === 0 ? {} : { currentReplicas: current }),
      desiredReplicas: desired,
      currentMetrics: this.#metrics,
      conditions: this.#conditions,
    }));
  }

  #tell(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#tools.recordEvent({ about: this.#autoscaler, type, reason, message, source: SOURCE });
  }
}
