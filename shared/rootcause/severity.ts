/** Moves severities by what stands around the object: traffic led to it, or a replacement already in place. */
import { record, records, text } from '../cluster/narrow.ts';
import { refKey } from '../cluster/refs.ts';
import type { ClusterView } from '../cluster/view.ts';
import type { Finding } from '../model/finding.ts';
import type { KubeObject, Pod, Service } from '../model/kube.ts';
import { podsOf } from './graph.ts';

/** Whether an Ingress or a LoadBalancer Service leads to the subject of a finding. */
export function isExposed(finding: Finding, view: ClusterView): boolean {
  const { subject } = finding;
  if (subject.kind === 'Service') {
    const service = view.get('Service', subject.namespace, subject.name);
    return service !== undefined && leadsIn(service, view);
  }
  const pod = examplePod(finding, view);
  return pod !== undefined && view.servicesSelecting(pod).some((service) => leadsIn(service, view));
}

/**
 * Whether a controller already has what it wants without the pods of this finding: all of them are finished or being
 * deleted, and the workload is complete. Catalogue: lower one step when a controller has already replaced it.
 */
export function isReplaced(finding: Finding, view: ClusterView): boolean {
  const pods = podsOf(finding);
  if (pods.length === 0 || finding.subject.kind === 'Pod') return false;
  const ended = pods.every(({ namespace, name }) => {
    const pod = view.get('Pod', namespace, name);
    const phase = text(pod?.status?.phase);
    return pod?.metadata.deletionTimestamp !== undefined || phase === 'Failed' || phase === 'Succeeded';
  });
  const workload = ended ? view.byUid(refKey(finding.subject)) : undefined;
  return workload !== undefined && isComplete(workload);
}

/** Wanted and ready pods of the kinds that keep a number of pods running, from the controller's own status. */
function isComplete({ kind, spec, status }: KubeObject): boolean {
  const { desiredNumberScheduled, numberReady, readyReplicas } = record(status);
  const [wanted, ready] =
    kind === 'DaemonSet'
      ? [desiredNumberScheduled, numberReady]
      : [record(spec).replicas ?? 1, readyReplicas];
  return typeof wanted === 'number' && typeof ready === 'number' && wanted > 0 && ready >= wanted;
}

function leadsIn(service: Service, view: ClusterView): boolean {
  const { namespace = '', name } = service.metadata;
  return record(service.spec).type === 'LoadBalancer' || view.ingressesTo(namespace, name).length > 0;
}

/** A pod of the finding, or one as the workload's template would make it. */
function examplePod(finding: Finding, view: ClusterView): Pod | undefined {
  for (const { namespace, name } of podsOf(finding)) {
    const pod = view.get('Pod', namespace, name);
    if (pod !== undefined) return pod;
  }
  const { namespace } = finding.subject;
  const template = record(record(view.byUid(refKey(finding.subject))?.spec).template);
  const { labels } = record(template.metadata);
  if (namespace === undefined || records([labels]).length === 0) return undefined;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: finding.subject.name, namespace, labels: record(labels) as Record<string, string> },
  };
}
