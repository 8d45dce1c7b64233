/** The pods of a StatefulSet: their names, their claims, and how they are made and deleted. */
import { StatusError } from '../status-error.ts';
import type { Pod, PodTemplate } from './objects.ts';
import { podFromTemplate } from './pods.ts';
import type { Tools } from './tools.ts';
import { templateOf } from './revisions.ts';
import type { ControllerRevision, StatefulSet } from './workload-objects.ts';

const POD_NAME_LABEL = 'statefulset.kubernetes.io/pod-name';
const REVISION_LABEL = 'controller-revision-hash';
const SOURCE = { component: 'statefulset-controller' };

/** NaN for a pod that is not of the set's numbering. */
export function ordinalOf(set: StatefulSet, pod: Pod): number {
  const prefix = `${set.metadata.name}-`;
  const rest = pod.metadata.name.startsWith(prefix) ? pod.metadata.name.slice(prefix.length) : '';
  return /^\d{1,9}$/.test(rest) ? Number(rest) : Number.NaN;
}

export function revisionOf(pod: Pod): string {
  return pod.metadata.labels?.[REVISION_LABEL] ?? '';
}

/** Creates the pod with its claims. Throws what the server refuses, after an event has told of it. */
export function createStatefulPod(
  tools: Tools,
  set: StatefulSet,
  ordinal: number,
  revision: ControllerRevision,
): void {
  const { writer } = tools;
  const name = `${set.metadata.name}-${ordinal}`;
  const template = templateOf(revision) ?? set.spec.template;
  try {
    createClaims(tools, set, ordinal, name);
    writer.create(
      'Pod',
      podFromTemplate(set, template, {
        name,
        labels: {
          [POD_NAME_LABEL]: name,
          'apps.kubernetes.io/pod-index': String(ordinal),
          [REVISION_LABEL]: revision.metadata.name,
        },
        spec: podSpec(set, template, ordinal, name),
      }),
    );
  } catch (error) {
    if (error instanceof StatusError) {
      const message = `Create Pod ${name} in StatefulSet ${set.metadata.name} failed error: ${error.message}`;
      tell(tools, set, 'Warning', 'FailedCreate', message);
    }
    throw error;
  }
  const message = `Create Pod ${name} in StatefulSet ${set.metadata.name} successful`;
  tell(tools, set, 'Normal', 'SuccessfulCreate', message);
}

export function deleteStatefulPod(tools: Tools, set: StatefulSet, pod: Pod): void {
  tools.writer.delete('Pod', pod);
  const message = `Delete Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`;
  tell(tools, set, 'Normal', 'SuccessfulDelete', message);
}

/** Makes the claims that a pod of the set needs and that do not exist. */
export function createClaims(tools: Tools, set: StatefulSet, ordinal: number, podName: string): void {
  const { namespace = '', name: setName } = set.metadata;
  for (const claim of set.spec.volumeClaimTemplates ?? []) {
    const name = claimName(claim.metadata.name, set, ordinal);
    if (tools.writer.find('PersistentVolumeClaim', namespace, name) !== undefined) continue;
    const labels = { ...claim.metadata.labels, ...set.spec.selector.matchLabels };
    const { annotations } = claim.metadata;
    try {
      tools.writer.create('PersistentVolumeClaim', {
        metadata: { namespace, name, labels, ...(annotations === undefined ? {} : { annotations }) },
        spec: claim.spec,
      });
    } catch (error) {
      if (error instanceof StatusError) {
        const message = `Create Claim ${name} for Pod ${podName} in StatefulSet ${setName} failed error: ${error.message}`;
        tell(tools, set, 'Warning', 'FailedCreate', message);
      }
      throw error;
    }
    const message = `Create Claim ${name} Pod ${podName} in StatefulSet ${setName} success`;
    tell(tools, set, 'Normal', 'SuccessfulCreate', message);
  }
}

function claimName(template: string, set: StatefulSet, ordinal: number): string {
  return `${template}-${set.metadata.name}-${ordinal}`;
}

function podSpec(
  set: StatefulSet,
  template: PodTemplate,
  ordinal: number,
  name: string,
): PodTemplate['spec'] {
  const { serviceName = '', volumeClaimTemplates = [] } = set.spec;
  const claims = volumeClaimTemplates.map(({ metadata }) => ({
    name: metadata.name,
    persistentVolumeClaim: { claimName: claimName(metadata.name, set, ordinal) },
  }));
  const others = (template.spec.volumes ?? []).filter(
    (volume) => !claims.some((claim) => claim.name === volume.name),
  );
  const volumes = [...claims, ...others];
  return {
    ...template.spec,
    hostname: name,
    ...(serviceName === '' ? {} : { subdomain: serviceName }),
    ...(volumes.length === 0 ? {} : { volumes }),
  };
}

function tell(
  { recordEvent }: Tools,
  set: StatefulSet,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): void {
  recordEvent({ about: set, type, reason, message, source: SOURCE });
}
