/** The ReplicaSet of a Deployment's present template: found or made, with the revision annotations that rollbacks read. */
import { StatusError } from '../status-error.ts';
import {
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  REVISION,
  REVISION_HISTORY,
  desiredOf,
  hasDeadline,
  maxSurgeOf,
  newSize,
  revisionOf,
} from './deployment-rules.ts';
import type { Labels } from './objects.ts';
import { POD_TEMPLATE_HASH, hashOf, sameTemplate } from './template-hash.ts';
import {
  byAge,
  conditionOf,
  controllerOf,
  ownerReferenceTo,
  same,
  withCondition,
  type Tools,
} from './tools.ts';
import type { Deployment, ReplicaSet } from './workload-objects.ts';

export const SOURCE = { component: 'deployment-controller' };
/** Annotations that belong to one object and are not handed from the Deployment to its ReplicaSet. */
const OWN_ANNOTATIONS: readonly string[] = [
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  'deprecated.deployment.rollback.to',
];
const HISTORY_CHARACTERS = 2000;

/** The oldest ReplicaSet with the Deployment's template. */
function findNew(deployment: Deployment, all: readonly ReplicaSet[]): ReplicaSet | undefined {
  return [...all].sort(byAge).find((each) => sameTemplate(each.spec.template, deployment.spec.template));
}

/**
 * Finds the ReplicaSet of the present template and brings its annotations and the Deployment's revision up to date;
 * makes it if there is none and `create` says so.
 */
export function syncRevision(
  tools: Tools,
  deployment: Deployment,
  all: readonly ReplicaSet[],
  create: boolean,
): ReplicaSet | undefined {
  const present = findNew(deployment, all);
  const old = all.filter(({ metadata }) => metadata.uid !== present?.metadata.uid);
  const revision = Math.max(0, ...old.map(revisionOf)) + 1;
  if (present === undefined) return create ? createNew(tools, deployment, old, revision) : undefined;
  const annotations = annotationsFor(deployment, present.metadata.annotations ?? {}, revision);
  const { minReadySeconds } = deployment.spec;
  const updated = same(annotations, present.metadata.annotations ?? {})
    ? present
    : tools.writer.update('ReplicaSet', present, (current) => ({
        ...current,
        metadata: { ...current.metadata, annotations },
      }));
  if ((present.spec.minReadySeconds ?? 0) !== (minReadySeconds ?? 0)) {
    tools.writer.update('ReplicaSet', present, (current) => ({
      ...current,
      spec: { ...current.spec, minReadySeconds: minReadySeconds ?? 0 },
    }));
  }
  noteRevision(tools, deployment, annotations[REVISION] ?? String(revision));
  if (conditionOf(deployment, 'Progressing') === undefined) {
    noteProgress(tools, deployment, 'FoundNewReplicaSet', `Found new replica set "${present.metadata.name}"`);
  }
  return updated;
}

function annotationsFor(deployment: Deployment, present: Labels, revision: number): Labels {
  const handed = Object.entries(deployment.metadata.annotations ?? {}).filter(
    ([name]) => !OWN_ANNOTATIONS.includes(name),
  );
  const annotations = { ...present, ...Object.fromEntries(handed) };
  const before = Number.parseInt(present[REVISION] ?? '0', 10) || 0;
  if (before >= revision) return annotations;
  const history = (present[REVISION_HISTORY] ?? '').split(',').filter((each) => each !== '');
  if (present[REVISION] !== undefined) history.push(present[REVISION]);
  while (history.join(',').length > HISTORY_CHARACTERS) history.shift();
  return {
    ...annotations,
    [REVISION]: String(revision),
    ...(history.length === 0 ? {} : { [REVISION_HISTORY]: history.join(',') }),
  };
}

function createNew(
  tools: Tools,
  deployment: Deployment,
  old: readonly ReplicaSet[],
  revision: number,
): ReplicaSet | undefined {
  const { recordEvent, writer } = tools;
  const { template, selector, minReadySeconds } = deployment.spec;
  const { namespace = '', name } = deployment.metadata;
  const hash = hashOf(template, deployment.status?.collisionCount);
  const labels = { ...template.metadata?.labels, [POD_TEMPLATE_HASH]: hash };
  const replicas = newSize(deployment, old, 0);
  const desired = desiredOf(deployment);
  const newName = `${name.slice(0, 253 - hash.length - 1)}-${hash}`;
  try {
    const created = writer.create('ReplicaSet', {
      metadata: {
        name: newName,
        namespace,
        labels,
        ownerReferences: [ownerReferenceTo(deployment)],
        annotations: {
          ...annotationsFor(deployment, {}, revision),
          [DESIRED_REPLICAS]: String(desired),
          [MAX_REPLICAS]: String(desired + maxSurgeOf(deployment)),
        },
      },
      spec: {
        replicas,
        ...(minReadySeconds === undefined || minReadySeconds === 0 ? {} : { minReadySeconds }),
        selector: { ...selector, matchLabels: { ...selector.matchLabels, [POD_TEMPLATE_HASH]: hash } },
        template: { ...template, metadata: { ...template.metadata, labels } },
      },
    });
    if (replicas > 0) {
      const message = `Scaled up replica set ${newName} from 0 to ${replicas}`;
      recordEvent({
        about: deployment,
        type: 'Normal',
        reason: 'ScalingReplicaSet',
        message,
        source: SOURCE,
      });
    }
    noteRevision(tools, deployment, String(revision));
    noteProgress(tools, deployment, 'NewReplicaSetCreated', `Created new replica set "${newName}"`);
    return created;
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    refused(tools, deployment, newName, error);
    throw error;
  }
}

function refused(tools: Tools, deployment: Deployment, newName: string, error: StatusError): void {
  const { writer, recordEvent } = tools;
  if (error.status.reason === 'AlreadyExists') {
    const other = writer.find('ReplicaSet', deployment.metadata.namespace, newName);
    const own = other !== undefined && controllerOf(other)?.uid === deployment.metadata.uid;
    if (own && sameTemplate(other.spec.template, deployment.spec.template)) return;
    writer.updateStatus('Deployment', deployment, ({ status }) => ({
      ...status,
      collisionCount: (status?.collisionCount ?? 0) + 1,
    }));
    return;
  }
  if (error.status.details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating') === true) return;
  const message = `Failed to create new replica set "${newName}": ${error.message}`;
  noteProgress(tools, deployment, 'ReplicaSetCreateError', message, 'False');
  recordEvent({
    about: deployment,
    type: 'Warning',
    reason: 'ReplicaSetCreateError',
    message,
    source: SOURCE,
  });
}

function noteRevision({ writer }: Tools, deployment: Deployment, revision: string): void {
  // The real controller writes it together with the status, which leaves the generation as it is.
  writer.update(
    'Deployment',
    deployment,
    (current) =>
      current.metadata.annotations?.[REVISION] === revision
        ? current
        : {
            ...current,
            metadata: {
              ...current.metadata,
              annotations: { ...current.metadata.annotations, [REVISION]: revision },
            },
          },
    'status',
  );
}

function noteProgress(
  { writer }: Tools,
  deployment: Deployment,
  reason: string,
  message: string,
  status: 'True' | 'False' = 'True',
): void {
  if (!hasDeadline(deployment)) return;
  const now = writer.now();
  writer.updateStatus('Deployment', deployment, (current) => ({
    ...current.status,
    conditions: withCondition(current.status?.conditions ?? [], {
      type: 'Progressing',
      status,
      lastUpdateTime: now,
      lastTransitionTime: now,
      reason,
      message,
    }),
  }));
}
