/** Workloads whose pods are to run as a ServiceAccount that does not exist. */
import { record, text } from '../cluster/narrow.ts';
import { controllerOf, refOf, refTo } from '../cluster/refs.ts';
import type { ClusterView } from '../cluster/view.ts';
import type { Diagnosis, Evidence } from '../model/finding.ts';
import type { KubeObject, PodSpec } from '../model/kube.ts';
import type { DaemonSet, Deployment, Job, ReplicaSet, StatefulSet } from '../model/workloads.ts';
import type { Instant } from '../model/ref.ts';
import { changedAt, conditionOf, isYoung } from './pods.ts';
import { DEFAULT_ACCOUNT, existenceOf, isTerminating } from './rbac-objects.ts';
import { similarNames } from './similar-names.ts';
import { clean, enumerate, nameObject } from './words.ts';

type Workload = Deployment | ReplicaSet | StatefulSet | DaemonSet | Job;

const PATH = 'spec.template.spec.serviceAccountName';

/** The words of the admission plugin ServiceAccount, whoever was to create the pod. */
const REFUSAL = /error looking up service account ([^\s/]+)\/([^\s:]+): serviceaccount "[^"]*" not found/;

type Test = (status: Record<string, unknown>, spec: Record<string, unknown>) => boolean;

const lacksReplicas: Test = ({ conditions, replicas }, spec) =>
  hasFailed(conditions) || numberOf(replicas) < numberOf(spec.replicas, 1);

/** Whether pods are still to be created, by the status alone: a workload that has them is left before anything is read. */
const LACKS_PODS: Readonly<Record<string, Test>> = {
  Deployment: lacksReplicas,
  ReplicaSet: lacksReplicas,
  StatefulSet: lacksReplicas,
  DaemonSet: ({ currentNumberScheduled, desiredNumberScheduled }) =>
    numberOf(currentNumberScheduled) < numberOf(desiredNumberScheduled),
  Job: ({ active }, { suspend }) => numberOf(active) === 0 && suspend !== true,
};

function hasFailed(conditions: unknown): boolean {
  return conditionOf(conditions, 'ReplicaFailure')?.status === 'True';
}

function numberOf(value: unknown, otherwise = 0): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
}

/** What a controller says of a pod it could not create. */
interface Refusal {
  readonly evidence: Evidence;
  readonly since: Instant | undefined;
}

/**
 * High where pods are lacking for it; low where all run, since the next one cannot be created. That the account `default`
 * is missing, which every namespace gets by itself, needs a controller's word.
 */
export function diagnoseWorkload(workload: Workload, cluster: ClusterView, now: Instant): Diagnosis[] {
  const { namespace, deletionTimestamp } = workload.metadata;
  if (deletionTimestamp !== undefined || isFinishedJob(workload)) return [];
  // A ReplicaSet of a Deployment is the Deployment's, which speaks of it.
  if (workload.kind === 'ReplicaSet' && controllerOf(workload) !== undefined) return [];
  const account = accountOf(workload);
  const lacking = LACKS_PODS[workload.kind]?.(record(workload.status), record(workload.spec)) ?? false;
  if (!lacking && account === DEFAULT_ACCOUNT) return [];
  const existence = existenceOf('ServiceAccount', namespace, account, cluster);
  if (existence === 'there') return [];
  const refusal = lacking ? refusalOf(workload, account, cluster) : undefined;
  if (refusal === undefined && (existence === 'unknown' || account === DEFAULT_ACCOUNT)) return [];
  if (isTerminating(namespace, cluster)) return [];
  if (refusal === undefined && isYoung(workload, cluster, now)) return [];
  return [describe(workload, { account, lacking, refusal, proven: existence === 'missing' }, cluster)];
}

function isFinishedJob(workload: Workload): boolean {
  const { conditions } = record(workload.status);
  return (
    workload.kind === 'Job' &&
    ['Complete', 'Failed'].some((type) => conditionOf(conditions, type)?.status === 'True')
  );
}

function accountOf(workload: Workload): string {
  const spec = record(workload.spec?.template?.spec) as PodSpec & { serviceAccount?: unknown };
  return text(spec.serviceAccountName) || text(spec.serviceAccount) || DEFAULT_ACCOUNT;
}

/** The controller's own word, from its condition or its events; a Deployment's pods are created by its ReplicaSets. */
function refusalOf(workload: Workload, account: string, cluster: ClusterView): Refusal | undefined {
  const creators: readonly KubeObject[] =
    workload.kind === 'Deployment'
      ? [workload, ...cluster.ownedBy('ReplicaSet', workload.metadata.uid ?? '')]
      : [workload];
  for (const creator of creators) {
    const found = conditionRefusal(creator, account) ?? eventRefusal(creator, account, cluster);
    if (found !== undefined) return found;
  }
  return undefined;
}

const WHY = 'The API server refuses every pod whose ServiceAccount does not exist.';

function conditionRefusal(creator: KubeObject, account: string): Refusal | undefined {
  const failure = conditionOf(record(creator.status).conditions, 'ReplicaFailure');
  if (failure?.status !== 'True' || !speaksOf(failure.message, creator, account)) return undefined;
  const evidence: Evidence = {
    ref: refOf(creator),
    path: 'status.conditions[ReplicaFailure]',
    observed: clean(failure.message, 300),
    why: WHY,
  };
  return { evidence, since: changedAt(failure) };
}

function eventRefusal(creator: KubeObject, account: string, cluster: ClusterView): Refusal | undefined {
  const event = cluster
    .eventsOf(creator.metadata.uid ?? '')
    .find(({ reason, message }) => reason === 'FailedCreate' && speaksOf(message, creator, account));
  if (event === undefined) return undefined;
  const evidence: Evidence = { ref: event.ref, path: 'event', observed: clean(event.message, 300), why: WHY };
  return { evidence, since: event.first };
}

function speaksOf(message: unknown, { metadata }: KubeObject, account: string): boolean {
  const match = REFUSAL.exec(text(message).slice(0, 4000));
  return match?.[1] === metadata.namespace && match?.[2] === account;
}

interface Facts {
  readonly account: string;
  readonly lacking: boolean;
  readonly refusal: Refusal | undefined;
  readonly proven: boolean;
}

function describe(
  workload: Workload,
  { account, lacking, refusal, proven }: Facts,
  cluster: ClusterView,
): Diagnosis {
  const { namespace = '' } = workload.metadata;
  const name = clean(account);
  const does = lacking ? 'cannot create pods' : 'cannot replace a pod that ends';
  const similar = similarNames(account, cluster.names('ServiceAccount', namespace)).map((one) => clean(one));
  const slip =
    similar.length === 0 ? '' : ` There is ${enumerate(similar)} in the namespace: a slip in the name?`;
  const where = `namespace ${clean(namespace, 64)}`;
  return {
    severity: lacking ? 'high' : 'low',
    summary: `${nameObject(workload)} ${does}: ServiceAccount ${name} does not exist`,
    cause: `${WHY}${lacking ? '' : ' The pods there are run on until they end, but what they ask of the API is refused.'}${slip}`,
    advice: `Create ServiceAccount ${name} in ${where}, or name one that exists in ${PATH}; the controller then tries again by itself, after some minutes at most.`,
    evidence: [
      ...(refusal === undefined ? [] : [refusal.evidence]),
      {
        ref: refOf(workload),
        path: PATH,
        observed: name,
        why: proven ? `No ServiceAccount of ${where} has this name.` : 'The account its pods are to run as.',
      },
    ],
    ...(refusal?.since === undefined ? {} : { since: refusal.since }),
    confidence: !lacking || (proven && refusal !== undefined) ? 'high' : 'medium',
    blames: [refTo('v1', 'ServiceAccount', namespace, account)],
    terminal: refusal !== undefined && proven,
  };
}
