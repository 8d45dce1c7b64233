/** The Job controller: runs pods until enough have succeeded or too many have failed. */
import type { StatusError } from '../status-error.ts';
import {
  backoffLeft,
  failureOf,
  finishedAt,
  hasFailed,
  indexText,
  isFinished,
  jobCondition,
  parseIndexes,
  type Verdict,
} from './job-rules.ts';
import { jobPods, stopTracking } from './job-pods.ts';
import type { Condition, Pod } from './objects.ts';
import { createPodsSlowly, deletePod } from './pod-control.ts';
import { isActive, isReady, isTerminal, isTerminating, onControlledPods } from './pods.ts';
import { conditionOf, keyOf, omitEmpty, splitKey, timeOf, type Controller, type Tools } from './tools.ts';
import { WorkQueue } from './work-queue.ts';
import type { Job, JobStatus } from './workload-objects.ts';

const SOURCE = { component: 'job-controller' };
const INDEX = 'batch.kubernetes.io/job-completion-index';
/** Pods whose end is in the status already, by the uid of their Job. */
type Counted = Map<string, Set<string>>;

export function startJobController(tools: Tools): Controller {
  const { clock, informers, writer } = tools;
  const counted: Counted = new Map();
  /** Pods that went without having been seen to end. */
  const lost = new Map<string, Pod[]>();
  const queue = new WorkQueue({
    clock,
    delayMs: 30,
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      const job = writer.find('Job', namespace, name);
      if (job === undefined || job.metadata.deletionTimestamp !== undefined) return;
      if (isFinished(job)) {
        const { ttlSecondsAfterFinished: ttl } = job.spec;
        if (ttl === undefined) return;
        const wait = finishedAt(job) + ttl * 1000 - clock.now();
        if (wait > 0) queue.addAfter(key, wait);
        else writer.delete('Job', job, { propagationPolicy: 'Foreground' });
        return;
      }
      const seen = counted.get(job.metadata.uid) ?? new Set();
      counted.set(job.metadata.uid, seen);
      const gone = lost.get(job.metadata.uid) ?? [];
      lost.delete(job.metadata.uid);
      const wait = new Sync(tools, job, seen).run(gone);
      if (wait !== undefined) queue.addAfter(key, wait);
    },
  });
  informers.on('Job', ({ type, object }) => {
    if (type !== 'DELETED') queue.add(keyOf(object));
    else counted.delete(object.metadata.uid);
  });
  onControlledPods(tools, 'Job', (key, { pod, deleted }) => {
    const uid = pod.metadata.ownerReferences?.find(({ controller }) => controller === true)?.uid ?? '';
    if (deleted && counted.get(uid)?.has(pod.metadata.uid) === false) {
      lost.set(uid, [...(lost.get(uid) ?? []), pod]);
    }
    queue.add(key);
  });
  return queue;
}

class Sync {
  readonly #tools: Tools;
  readonly #seen: Set<string>;
  readonly #job: Job;
  #conditions: readonly Condition[];
  #status: JobStatus;

  constructor(tools: Tools, job: Job, seen: Set<string>) {
    this.#tools = tools;
    this.#job = job;
    this.#seen = seen;
    this.#status = job.status ?? {};
    this.#conditions = job.status?.conditions ?? [];
  }

  /** Milliseconds after which to look again, if at all. */
  run(lost: readonly Pod[]): number | undefined {
    const { clock, writer } = this.#tools;
    const suspended = this.#job.spec.suspend === true;
    if (this.#status.startTime === undefined && !suspended) {
      this.#status = { ...this.#status, startTime: writer.now() };
    }
    this.#count([...this.#pods(), ...lost]);
    const { succeeded = 0, failed = 0 } = this.#status;
    const job: Job = { ...this.#job, status: this.#status };
    const failure = failureTarget(job) ?? failureOf(job, this.#pods(), failed, clock.now());
    if (failure !== undefined) this.#end('FailureTarget', 'Failed', failure);
    else if (this.#isComplete(succeeded)) {
      this.#end('SuccessCriteriaMet', 'Complete', {
        reason: 'CompletionsReached',
        message: 'Reached expected number of succeeded pods',
      });
    } else {
      return this.#continue(suspended);
    }
    return undefined;
  }

  #continue(suspended: boolean): number | undefined {
    const { clock } = this.#tools;
    this.#noteSuspension(suspended);
    let failure: StatusError | undefined;
    let wait: number | undefined;
    const active = this.#pods().filter(isActive);
    const wanted = suspended ? 0 : this.#wantedPods(active);
    if (active.length > wanted) {
      for (const pod of active.slice(wanted)) deletePod(this.#tools, this.#job, pod, SOURCE);
    } else if (active.length < wanted) {
      wait = backoffLeft(this.#pods(), clock.now());
      if (wait <= 0) {
        const done = parseIndexes(this.#status.completedIndexes);
        const drafts = jobPods(this.#job, wanted - active.length, [...done, ...active.map(indexOf)]);
        failure = createPodsSlowly(this.#tools, this.#job, drafts, SOURCE);
        wait = undefined;
      }
    }
    this.#write();
    if (failure !== undefined) throw failure;
    const { activeDeadlineSeconds } = this.#job.spec;
    const started = timeOf(this.#status.startTime);
    const deadline =
      activeDeadlineSeconds === undefined || started === 0
        ? Infinity
        : started + activeDeadlineSeconds * 1000 - clock.now();
    const next = Math.min(wait ?? Infinity, deadline);
    return Number.isFinite(next) ? next : undefined;
  }

  #wantedPods(active: readonly Pod[]): number {
    const { parallelism = 1, completions } = this.#job.spec;
    const { succeeded = 0 } = this.#status;
    if (completions === undefined) return succeeded > 0 ? active.length : parallelism;
    return Math.max(0, Math.min(parallelism, completions - succeeded));
  }

  #isComplete(succeeded: number): boolean {
    const { completions } = this.#job.spec;
    if (completions !== undefined) return succeeded >= completions;
    return succeeded > 0 && !this.#pods().some(isActive);
  }

  /** Pods whose end was not counted before. */
  #count(pods: readonly Pod[]): void {
    let { succeeded = 0, failed = 0 } = this.#status;
    const indexes = [...parseIndexes(this.#status.completedIndexes)];
    for (const pod of pods) {
      const { uid } = pod.metadata;
      const ended = isTerminal(pod) || isTerminating(pod) || !this.#pods().includes(pod);
      if (!ended) continue;
      stopTracking(this.#tools, pod);
      if (this.#seen.has(uid)) continue;
      this.#seen.add(uid);
      // A suspended Job's pods are taken away: that is no failure.
      if (this.#job.spec.suspend === true && !isTerminal(pod)) continue;
      if (pod.status?.phase === 'Succeeded') {
        succeeded += 1;
        indexes.push(indexOf(pod));
      } else if (hasFailed(pod) || !isTerminal(pod)) failed += 1;
    }
    const isIndexed = this.#job.spec.completionMode === 'Indexed';
    this.#status = {
      ...this.#status,
      succeeded,
      failed,
      ...(isIndexed && indexes.length > 0 ? { completedIndexes: indexText(indexes) } : {}),
    };
  }

  /** First the verdict; the Job has ended once its last pod is gone. */
  #end(target: string, type: string, verdict: Verdict): void {
    const { recordEvent, writer } = this.#tools;
    const active = this.#pods().filter(isActive);
    for (const pod of active) deletePod(this.#tools, this.#job, pod, SOURCE);
    this.#setCondition(target, verdict);
    const running = this.#pods().some((pod) => !isTerminal(pod));
    if (!running) {
      this.#setCondition(type, verdict);
      if (type === 'Complete') this.#status = { ...this.#status, completionTime: writer.now() };
      recordEvent({
        about: this.#job,
        type: type === 'Complete' ? 'Normal' : 'Warning',
        reason: type === 'Complete' ? 'Completed' : verdict.reason,
        message: type === 'Complete' ? 'Job completed' : verdict.message,
        source: SOURCE,
      });
    }
    this.#count(this.#pods());
    this.#write();
  }

  #noteSuspension(suspended: boolean): void {
    const { recordEvent } = this.#tools;
    const noted = conditionOf(this.#job, 'Suspended')?.status === 'True';
    if (suspended === noted) return;
    const reason = suspended ? 'JobSuspended' : 'JobResumed';
    const message = suspended ? 'Job suspended' : 'Job resumed';
    this.#setCondition('Suspended', { reason, message }, suspended ? 'True' : 'False');
    if (suspended) {
      const { startTime: _forgotten, ...rest } = this.#status;
      this.#status = rest;
    }
    const event = suspended ? 'Suspended' : 'Resumed';
    recordEvent({ about: this.#job, type: 'Normal', reason: event, message, source: SOURCE });
  }

  #setCondition(type: string, verdict: Verdict, status: 'True' | 'False' = 'True'): void {
    const present = this.#conditions.find((condition) => condition.type === type);
    if (present?.status === status && present.reason === verdict.reason) return;
    const condition = jobCondition(type, verdict, this.#tools.writer.now(), status);
    this.#conditions = [...this.#conditions.filter((each) => each !== present), condition];
  }

  #pods(): readonly Pod[] {
    return this.#tools.pods.byController.get(this.#job.metadata.uid);
  }

  #write(): void {
    const active = this.#pods().filter(isActive);
    const { startTime, completionTime, succeeded, failed, completedIndexes } = this.#status;
    const status = {
      ...omitEmpty({
        conditions: this.#conditions,
        startTime,
        completionTime,
        active: active.length,
        succeeded,
        failed,
        completedIndexes,
      }),
      terminating: this.#pods().filter((pod) => isTerminating(pod) && !isTerminal(pod)).length,
      ready: active.filter(isReady).length,
      uncountedTerminatedPods: {},
    };
    this.#tools.writer.updateStatus('Job', this.#job, () => status);
  }
}

function failureTarget(job: Job): Verdict | undefined {
  const target = conditionOf(job, 'FailureTarget');
  return target?.status === 'True'
    ? { reason: target.reason ?? '', message: target.message ?? '' }
    : undefined;
}

function indexOf(pod: Pod): number {
  return Number(pod.metadata.annotations?.[INDEX] ?? '0');
}
