/** What the server itself adds to a new object of one kind: labels of a job's pods, protecting finalizers, a default class. */
import { list, record, text } from '../../../../shared/cluster/narrow.ts';
import type { DraftObject, StoredObject } from '../../model.ts';
import type { Registry } from '../../registry/contract.ts';
import { sameValue, valueAt, withValue } from '../json.ts';
import { isFor, type Admit } from './request.ts';

const CONTROLLER_UID = 'batch.kubernetes.io/controller-uid';
const JOB_NAME = 'batch.kubernetes.io/job-name';

/** A job finds its pods by its own uid, unless it brings a selector of its own. */
export const admitJob: Admit = (request) => {
  const { object: job } = request;
  if (request.operation !== 'create' || !isFor(request, 'batch', 'jobs')) return job;
  if (valueAt(job.spec, 'manualSelector') === true) return job;
  const uid = text(job.metadata?.uid);
  const labels = {
    ...record(valueAt(job.spec, 'template', 'metadata', 'labels')),
    'controller-uid': uid,
    [CONTROLLER_UID]: uid,
    'job-name': request.name,
    [JOB_NAME]: request.name,
  };
  const selector = record(valueAt(job.spec, 'selector'));
  const matchLabels = { ...record(selector.matchLabels), [CONTROLLER_UID]: uid };
  const labelled = withValue(job, ['spec', 'template', 'metadata', 'labels'], labels);
  return withValue(labelled, ['spec', 'selector'], { ...selector, matchLabels });
};

/** The labels of a job that has none are those of its template, so they come after the template's. */
export const admitJobLabels: Admit = (request) => {
  const { object: job } = request;
  if (request.operation !== 'create' || !isFor(request, 'batch', 'jobs')) return job;
  const own = record(job.metadata?.labels);
  const labels = record(valueAt(job.spec, 'template', 'metadata', 'labels'));
  const {
    'controller-uid': _uid,
    [CONTROLLER_UID]: _long,
    'job-name': _name,
    [JOB_NAME]: _job,
    ...given
  } = labels;
  return sameValue(own, given) ? withValue(job, ['metadata', 'labels'], labels) : job;
};

const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

/** Counts the changes of a DaemonSet's template in an annotation. */
export const admitDaemonSet: Admit = (request) => {
  const { object: set, old } = request;
  if (!isFor(request, 'apps', 'daemonsets')) return set;
  const before = Number(old?.metadata.annotations?.[TEMPLATE_GENERATION] ?? (old === undefined ? 0 : 1));
  const changed =
    old === undefined || !sameValue(valueAt(set.spec, 'template'), valueAt(old.spec, 'template'));
  const generation = String((Number.isFinite(before) ? before : 0) + (changed ? 1 : 0));
  if (valueAt(set.metadata, 'annotations', TEMPLATE_GENERATION) === generation) return set;
  return withValue(set, ['metadata', 'annotations', TEMPLATE_GENERATION], generation);
};

function withFinalizer(object: DraftObject, finalizer: string): DraftObject {
  const present = list(object.metadata?.finalizers);
  return present.includes(finalizer)
    ? object
    : withValue(object, ['metadata', 'finalizers'], [...present, finalizer]);
}

/** Volumes and claims stay while they are in use. */
export const admitProtection: Admit = (request) => {
  const { object } = request;
  if (request.operation !== 'create') return object;
  if (isFor(request, '', 'persistentvolumeclaims'))
    return withFinalizer(object, 'kubernetes.io/pvc-protection');
  if (isFor(request, '', 'persistentvolumes')) return withFinalizer(object, 'kubernetes.io/pv-protection');
  return object;
};

const DEFAULT_STORAGE = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];
const OLD_CLASS = 'volume.beta.kubernetes.io/storage-class';

/** The newest of the classes marked as default; of two as new, the first by name. */
function defaultOf(classes: readonly StoredObject[], marks: readonly string[]): string | undefined {
  const newestFirst = classes
    .filter(({ metadata }) => marks.some((mark) => metadata.annotations?.[mark] === 'true'))
    .sort((left, right) => {
      const [a, b] = [left.metadata, right.metadata];
      if (a.creationTimestamp !== b.creationTimestamp)
        return a.creationTimestamp < b.creationTimestamp ? 1 : -1;
      return a.name < b.name ? -1 : 1;
    });
  return newestFirst[0]?.metadata.name;
}

function classesOf(registry: Registry, apiVersion: string, kind: string): readonly StoredObject[] {
  return registry.list(registry.catalogue.builtIn(apiVersion, kind));
}

/** A claim without a class takes the default one, as an Ingress does; an empty class means none. */
export const admitDefaultClass: Admit = (request, registry) => {
  const { object } = request;
  if (request.operation !== 'create') return object;
  const spec = record(object.spec);
  if (isFor(request, '', 'persistentvolumeclaims')) {
    if (spec.storageClassName != null || record(object.metadata?.annotations)[OLD_CLASS] != null)
      return object;
    const name = defaultOf(classesOf(registry, 'storage.k8s.io/v1', 'StorageClass'), DEFAULT_STORAGE);
    return name === undefined ? object : withValue(object, ['spec', 'storageClassName'], name);
  }
  if (isFor(request, 'networking.k8s.io', 'ingresses')) {
    if (
      spec.ingressClassName != null ||
      record(object.metadata?.annotations)['kubernetes.io/ingress.class'] != null
    ) {
      return object;
    }
    const marks = ['ingressclass.kubernetes.io/is-default-class'];
    const name = defaultOf(classesOf(registry, 'networking.k8s.io/v1', 'IngressClass'), marks);
    return name === undefined ? object : withValue(object, ['spec', 'ingressClassName'], name);
  }
  return object;
};
