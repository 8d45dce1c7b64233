/** The pods of a Job: all alike, or numbered where the Job asks for it. */
import type { DraftObject } from '../model.ts';
import type { Container, Pod } from './objects.ts';
import { podFromTemplate } from './pods.ts';
import { controllerOf, keyOf, splitKey, type Controller, type Tools } from './tools.ts';
import { WorkQueue } from './work-queue.ts';
import type { Job } from './workload-objects.ts';

const INDEX = 'batch.kubernetes.io/job-completion-index';
/** Holds a pod until its end is counted. */
const TRACKING = 'batch.kubernetes.io/job-tracking';

/** `taken` are the indexes that are done or being worked on. */
export function jobPods(job: Job, count: number, taken: readonly number[]): readonly DraftObject[] {
  if (job.spec.completionMode !== 'Indexed') {
    return Array.from({ length: count }, () =>
      podFromTemplate(job, job.spec.template, { finalizers: [TRACKING] }),
    );
  }
  const drafts: DraftObject[] = [];
  const used = new Set(taken);
  for (let index = 0; index < (job.spec.completions ?? 0) && drafts.length < count; index += 1) {
    if (!used.has(index)) drafts.push(indexedPod(job, index));
  }
  return drafts;
}

function indexedPod(job: Job, index: number): DraftObject {
  const { spec } = job.spec.template;
  const fieldPath = `metadata.labels['${INDEX}']`;
  const variable = { name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef: { fieldPath } } };
  const withIndex = (container: Container): Container => {
    const { env = [] } = container as { env?: readonly { readonly name: string }[] };
    return env.some(({ name }) => name === variable.name)
      ? container
      : ({ ...container, env: [...env, variable] } as Container);
  };
  return podFromTemplate(job, job.spec.template, {
    finalizers: [TRACKING],
    generateName: `${job.metadata.name}-${index}-`,
    labels: { [INDEX]: String(index) },
    annotations: { [INDEX]: String(index) },
    spec: {
      ...spec,
      hostname: `${job.metadata.name}-${index}`,
      containers: spec.containers.map(withIndex),
      ...(spec.initContainers === undefined ? {} : { initContainers: spec.initContainers.map(withIndex) }),
    },
  });
}

function isTracked({ metadata }: Pod): boolean {
  return metadata.finalizers?.includes(TRACKING) === true;
}

/** Lets a pod go whose end is counted. */
export function stopTracking({ writer }: Pick<Tools, 'writer'>, pod: Pod): void {
  if (!isTracked(pod)) return;
  writer.update('Pod', pod, (current) => ({
    ...current,
    metadata: {
      ...current.metadata,
      finalizers: (current.metadata.finalizers ?? []).filter((each) => each !== TRACKING),
    },
  }));
}

/** Lets pods go whose Job is gone, is being deleted, or is no longer their owner: nobody will count them. */
export function startJobPodRelease(tools: Tools): Controller {
  const { clock, informers, pods, writer } = tools;
  const queue = new WorkQueue({
    clock,
    delayMs: 40,
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      const pod = writer.find('Pod', namespace, name);
      if (pod === undefined || !isTracked(pod)) return;
      const owner = controllerOf(pod);
      const job = owner?.kind === 'Job' ? writer.find('Job', namespace, owner.name) : undefined;
      const counts = job?.metadata.uid === owner?.uid && job?.metadata.deletionTimestamp === undefined;
      if (job === undefined || !counts) stopTracking(tools, pod);
    },
  });
  informers.on('Pod', ({ type, object }) => {
    if (type !== 'DELETED' && isTracked(object)) queue.add(keyOf(object));
  });
  informers.on('Job', ({ type, object }) => {
    if (type !== 'DELETED' && object.metadata.deletionTimestamp === undefined) return;
    for (const pod of pods.byController.get(object.metadata.uid)) queue.add(keyOf(pod));
  });
  return queue;
}
