/** What the pods of a Job amount to: how far it is, whether it has failed, when it may try again. */
import type { Condition, Pod } from './objects.ts';
import { isTerminal, isTerminating } from './pods.ts';
import { conditionOf, sum, timeOf } from './tools.ts';
import type { Job } from './workload-objects.ts';

// job_controller.go: delays between pods of a Job that fail.
const FIRST_BACKOFF_MS = 10_000;
const LONGEST_BACKOFF_MS = 600_000;

export interface Verdict {
  readonly reason: string;
  readonly message: string;
}

export function isFinished(job: Job): boolean {
  return ['Complete', 'Failed'].some((type) => conditionOf(job, type)?.status === 'True');
}

export function finishedAt(job: Job): number {
  return Math.max(
    ...['Complete', 'Failed'].map((type) => timeOf(conditionOf(job, type)?.lastTransitionTime)),
  );
}

/** A pod that is being deleted counts as failed unless it has succeeded. */
export function hasFailed(pod: Pod): boolean {
  return pod.status?.phase === 'Failed' || (isTerminating(pod) && pod.status?.phase !== 'Succeeded');
}

export function failureOf(
  job: Job,
  pods: readonly Pod[],
  failed: number,
  nowMs: number,
): Verdict | undefined {
  const { backoffLimit = 6, activeDeadlineSeconds, template } = job.spec;
  const restarts = sum(
    pods.filter((pod) => pod.status?.phase === 'Running' || pod.status?.phase === 'Pending'),
    (pod) => sum(pod.status?.containerStatuses ?? [], ({ restartCount = 0 }) => restartCount),
  );
  const restarted =
    template.spec.restartPolicy === 'OnFailure' &&
    (backoffLimit === 0 ? restarts > 0 : restarts >= backoffLimit);
  if (failed > backoffLimit || restarted) {
    return { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
  }
  const started = timeOf(job.status?.startTime);
  if (activeDeadlineSeconds !== undefined && started > 0 && nowMs - started >= activeDeadlineSeconds * 1000) {
    return { reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' };
  }
  return undefined;
}

/** Milliseconds until a new pod may be made after failures: 10 s, doubled each time, ten minutes at most. */
export function backoffLeft(pods: readonly Pod[], nowMs: number): number {
  const ended = pods.filter((pod) => isTerminal(pod) || isTerminating(pod));
  const times = ended.map((pod) => ({ atMs: endOf(pod), failed: hasFailed(pod) }));
  const lastSuccess = Math.max(0, ...times.filter(({ failed }) => !failed).map(({ atMs }) => atMs));
  const since = times.filter(({ failed, atMs }) => failed && atMs >= lastSuccess);
  if (since.length === 0) return 0;
  const delay = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(since.length - 1, 10));
  return Math.max(0, Math.max(...since.map(({ atMs }) => atMs)) + delay - nowMs);
}

function endOf(pod: Pod): number {
  const times = (pod.status?.containerStatuses ?? []).map(({ state }) =>
    timeOf(state?.terminated?.finishedAt),
  );
  return Math.max(timeOf(pod.metadata.deletionTimestamp ?? pod.metadata.creationTimestamp), ...times);
}

/** A condition of a Job, which also carries the time it was last looked at. */
export function jobCondition(
  type: string,
  { reason, message }: Verdict,
  now: string,
  status: 'True' | 'False' = 'True',
): Condition {
  return { type, status, lastProbeTime: now, lastTransitionTime: now, reason, message };
}

/** `0,2-4` for the completed indexes of an Indexed Job. */
export function indexText(indexes: readonly number[]): string {
  const sorted = [...new Set(indexes)].sort((one, other) => one - other);
  const parts: string[] = [];
  for (let start = 0; start < sorted.length;) {
    let end = start;
    while ((sorted[end + 1] ?? Number.NaN) === (sorted[end] ?? 0) + 1) end += 1;
    const [from = 0, to = 0] = [sorted[start], sorted[end]];
    parts.push(from === to ? `${from}` : to === from + 1 ? `${from},${to}` : `${from}-${to}`);
    start = end + 1;
  }
  return parts.join(',');
}

export function parseIndexes(text: string | undefined): readonly number[] {
  return (text ?? '').split(',').flatMap((part) => {
    const [from, to = from] = part.split('-').map(Number);
    if (part === '' || from === undefined || to === undefined || !Number.isInteger(from)) return [];
    return Array.from({ length: Math.min(to - from + 1, 100_000) }, (_, offset) => from + offset);
  });
}
