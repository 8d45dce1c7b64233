/** Everything that makes pods, each once: workloads by their template, and pods that nobody else stands for. */
import { record, text } from '../cluster/narrow.ts';
import { controllerOf, refKey, refOf, refToOwner } from '../cluster/refs.ts';
import type { ObjectSource } from '../cluster/source.ts';
import type { KindId, KubeObject, PodSpec } from '../model/kube.ts';
import type { Ref } from '../model/ref.ts';

export interface Template {
  readonly ref: Ref;
  /** Where the pod spec stands in that object. */
  readonly base: string;
  readonly spec: PodSpec;
  /** Made to run for ever, not to end. */
  readonly lasting: boolean;
}

/** Kinds with a template, the outer ones first: what they own is not looked at again. */
const TEMPLATED = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job'] as const;
export const TEMPLATE_KINDS: readonly KindId[] = [...TEMPLATED, 'Pod'];
/** What their controllers are that are read here themselves. */
const READ: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job']);

/** By a controller that is not read (CronJob, Argo Rollout) only the first of what it made is looked at. */
export function templatesOf(source: Pick<ObjectSource, 'all'>): Template[] {
  const found = new Map<string, Template>();
  const add = (template: Template | undefined): void => {
    if (template !== undefined && !found.has(refKey(template.ref))) found.set(refKey(template.ref), template);
  };
  for (const kind of TEMPLATED) for (const object of source.all(kind)) add(ofWorkload(object));
  for (const pod of source.all('Pod')) add(ofPod(pod));
  return [...found.values()];
}

function ofWorkload(object: KubeObject): Template | undefined {
  const spec = record(record(record(object.spec).template).spec) as PodSpec;
  const lasting = object.kind !== 'Job';
  const above = controllerOf(object);
  if (above === undefined) return { ref: refOf(object), base: 'spec.template.spec', spec, lasting };
  if (READ.has(above.kind)) return undefined;
  const base = above.kind === 'CronJob' ? 'spec.jobTemplate.spec.template.spec' : 'spec.template.spec';
  return { ref: refToOwner(above, object.metadata.namespace), base, spec, lasting };
}

function ofPod(pod: KubeObject): Template | undefined {
  const above = controllerOf(pod);
  const ended = ['Succeeded', 'Failed'].includes(text(record(pod.status).phase));
  // A static pod is a file on its node.
  if (ended || above?.kind === 'Node' || (above !== undefined && READ.has(above.kind))) return undefined;
  const spec = record(pod.spec) as PodSpec;
  const lasting = text(spec.restartPolicy) !== 'Never';
  if (above === undefined) return { ref: refOf(pod), base: 'spec', spec, lasting };
  return { ref: refToOwner(above, pod.metadata.namespace), base: 'spec.template.spec', spec, lasting };
}
