/** The CronJob controller: makes a Job at every scheduled time and clears away old ones. */
import { StatusError } from '../status-error.ts';
import { nextTime, parseSchedule } from './cron-schedule.ts';
import { finishedAt, isFinished } from './job-rules.ts';
import {
  byAge,
  conditionOf,
  controllerOf,
  keyOf,
  omitEmpty,
  ownerReferenceTo,
  same,
  splitKey,
  timeOf,
  type Controller,
  type Tools,
} from './tools.ts';
import { WorkQueue } from './work-queue.ts';
import { timeText } from './writer.ts';
import type { CronJob, Job } from './workload-objects.ts';

const SOURCE = { component: 'cronjob-controller' };
const SCHEDULED_AT = 'batch.kubernetes.io/cronjob-scheduled-timestamp';
/** Beyond so many missed starts the real controller gives only the latest. */
const MISSED_LIMIT = 100;

export function startCronJobController(tools: Tools): Controller {
  const { clock, informers, writer } = tools;
  const jobs = informers.index('Job', (job) => {
    const owner = controllerOf(job);
    return owner?.kind === 'CronJob' ? [owner.uid] : [];
  });
  const queue = new WorkQueue({
    clock,
    delayMs: 20,
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      const cronJob = writer.find('CronJob', namespace, name);
      if (cronJob === undefined || cronJob.metadata.deletionTimestamp !== undefined) return;
      const wait = new Sync(tools, cronJob, () => jobs.get(cronJob.metadata.uid)).run();
      if (wait !== undefined) queue.addAfter(key, wait);
    },
  });
  informers.on('CronJob', ({ type, object, old }) => {
    if (type !== 'DELETED' && !same(object.spec, old?.spec)) queue.add(keyOf(object));
  });
  informers.on('Job', ({ object }) => {
    const owner = controllerOf(object);
    if (owner?.kind === 'CronJob') queue.add(`${object.metadata.namespace ?? ''}/${owner.name}`);
  });
  return queue;
}

type Status = NonNullable<CronJob['status']>;

class Sync {
  readonly #tools: Tools;
  readonly #cronJob: CronJob;
  readonly #jobs: () => readonly Job[];
  #status: Status;

  constructor(tools: Tools, cronJob: CronJob, jobs: () => readonly Job[]) {
    this.#tools = tools;
    this.#cronJob = cronJob;
    this.#jobs = jobs;
    this.#status = cronJob.status ?? {};
  }

  /** Milliseconds until the next scheduled time. */
  run(): number | undefined {
    this.#clearHistory();
    this.#noteFinished();
    const wait = this.#cronJob.spec.suspend === true ? undefined : this.#startIfDue();
    this.#write();
    return wait;
  }

  #startIfDue(): number | undefined {
    const { clock } = this.#tools;
    const { spec, metadata } = this.#cronJob;
    const schedule = parseSchedule(spec.schedule);
    if (schedule === undefined) {
      this.#tell('Warning', 'UnparseableSchedule', `unparseable schedule: "${spec.schedule}"`);
      return undefined;
    }
    const now = clock.now();
    const next = (after: number): number | undefined => {
      try {
        return nextTime(schedule, after, spec.timeZone);
      } catch {
        this.#tell(
          'Warning',
          'UnknownTimeZone',
          `invalid timeZone: "${spec.timeZone ?? ''}": unknown time zone ${spec.timeZone ?? ''}`,
        );
        return undefined;
      }
    };
    let from = Math.max(timeOf(metadata.creationTimestamp), timeOf(this.#status.lastScheduleTime));
    if (spec.startingDeadlineSeconds !== undefined) {
      from = Math.max(from, now - spec.startingDeadlineSeconds * 1000);
    }
    let due: number | undefined;
    let missed = 0;
    for (let at = next(from); at !== undefined && at <= now; at = next(at)) {
      due = at;
      missed += 1;
      // After a long sleep of the computer there is no point in counting every minute of it.
      if (missed > MISSED_LIMIT) at = Math.max(at, now - 3_600_000);
    }
    if (missed > MISSED_LIMIT) {
      this.#tell(
        'Warning',
        'TooManyMissedTimes',
        'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew',
      );
    }
    if (due !== undefined) this.#start(due);
    const coming = next(now);
    return coming === undefined ? undefined : coming - now;
  }

  #start(dueMs: number): void {
    const { writer } = this.#tools;
    const { spec } = this.#cronJob;
    const { namespace = '', name } = this.#cronJob.metadata;
    const active = this.#jobs().filter((job) => !isFinished(job));
    if (spec.concurrencyPolicy === 'Forbid' && active.length > 0) {
      const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
      this.#tell('Normal', 'JobAlreadyActive', message);
      return;
    }
    if (spec.concurrencyPolicy === 'Replace') for (const job of active) this.#delete(job);
    const { labels, annotations } = spec.jobTemplate.metadata ?? {};
    const jobName = `${name}-${Math.floor(dueMs / 60_000)}`;
    try {
      writer.create('Job', {
        metadata: {
          namespace,
          name: jobName,
          ...(labels === undefined ? {} : { labels }),
          annotations: { ...annotations, [SCHEDULED_AT]: timeText(dueMs) },
          ownerReferences: [ownerReferenceTo(this.#cronJob)],
        },
        spec: spec.jobTemplate.spec,
      });
      this.#tell('Normal', 'SuccessfulCreate', `Created job ${jobName}`);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      if (error.status.reason !== 'AlreadyExists') {
        this.#tell('Warning', 'FailedCreate', `Error creating job: ${error.message}`);
        throw error;
      }
    }
    this.#status = { ...this.#status, lastScheduleTime: timeText(dueMs) };
  }

  #noteFinished(): void {
    const listed = new Set((this.#status.active ?? []).map(({ uid }) => uid));
    for (const job of this.#jobs()) {
      if (!isFinished(job) || !listed.has(job.metadata.uid)) continue;
      const complete = conditionOf(job, 'Complete')?.status === 'True';
      const condition = complete ? 'Complete' : 'Failed';
      this.#tell(
        'Normal',
        'SawCompletedJob',
        `Saw completed job: ${job.metadata.name}, condition: ${condition}`,
      );
    }
    const successes = this.#jobs().map((job) => job.status?.completionTime ?? '');
    const newest = [this.#status.lastSuccessfulTime ?? '', ...successes].sort().at(-1) ?? '';
    if (newest !== '') this.#status = { ...this.#status, lastSuccessfulTime: newest };
  }

  #clearHistory(): void {
    const { successfulJobsHistoryLimit = 3, failedJobsHistoryLimit = 1 } = this.#cronJob.spec;
    const finished = this.#jobs()
      .filter(isFinished)
      .toSorted((one, other) => finishedAt(one) - finishedAt(other) || byAge(one, other));
    const complete = finished.filter((job) => conditionOf(job, 'Complete')?.status === 'True');
    const failed = finished.filter((job) => !complete.includes(job));
    const surplus = [
      ...complete.slice(0, Math.max(0, complete.length - successfulJobsHistoryLimit)),
      ...failed.slice(0, Math.max(0, failed.length - failedJobsHistoryLimit)),
    ];
    for (const job of surplus) this.#delete(job);
  }

  #delete(job: Job): void {
    if (job.metadata.deletionTimestamp !== undefined) return;
    this.#tools.writer.delete('Job', job, { propagationPolicy: 'Background' });
    this.#tell('Normal', 'SuccessfulDelete', `Deleted job ${job.metadata.name}`);
  }

  #write(): void {
    const active = this.#jobs()
      .filter((job) => !isFinished(job) && job.metadata.deletionTimestamp === undefined)
      .map(({ apiVersion, kind, metadata: { name, namespace, uid, resourceVersion } }) => ({
        kind,
        ...(namespace === undefined ? {} : { namespace }),
        name,
        uid,
        apiVersion,
        resourceVersion,
      }));
    const status = { ...this.#status, active };
    this.#tools.writer.updateStatus('CronJob', this.#cronJob, (present) => {
      // The reference keeps the version the Job was made with.
      const known = new Map((present.status?.active ?? []).map((each) => [each.uid, each]));
      const wanted = omitEmpty({ ...status, active: active.map((each) => known.get(each.uid) ?? each) });
      return wanted;
    });
  }

  #tell(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#tools.recordEvent({ about: this.#cronJob, type, reason, message, source: SOURCE });
  }
}
