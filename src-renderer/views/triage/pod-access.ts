/** Which logs and which shell belong to a finding, and whether a container runs to open one in. */
import type { ContainerInfo } from '../../../shared/ipc.ts';
import type { LogTarget } from '../../../shared/streams.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import type { Ref } from '../../../shared/model/ref.ts';
import { call } from '../../api.ts';
import { subscribe } from '../../state/subscription.ts';

/** Kinds whose pods' logs the log stream can merge. */
const WITH_LOGS = new Set(['Pod', 'Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job']);
/** A selection that only passes by asks for nothing, in ms. */
const REST_MS = 300;

/** The pod to look into: the one of the log excerpt, the subject, or the first member. Undefined where none exists. */
export function podOf(finding: Finding): Ref | undefined {
  const candidates = [finding.log?.pod, finding.subject, ...finding.members];
  return candidates.find(
    (ref) => ref?.kind === 'Pod' && ref.namespace !== undefined && ref.uid !== undefined,
  );
}

/** What "Open logs" opens: the subject's logs, or those of the pod it is about; undefined where there are none. */
export function logTargetOf(finding: Finding): LogTarget | undefined {
  const subject =
    WITH_LOGS.has(finding.subject.kind) && finding.subject.uid !== undefined ? finding.subject : undefined;
  const ref = subject ?? podOf(finding);
  if (ref?.namespace === undefined) return undefined;
  return { namespace: ref.namespace, ref, containers: finding.log ? [finding.log.container] : [] };
}

/** The container to open a shell in: the ill one if it runs, else the first main one that does. */
export function shellContainer(finding: Finding, containers: readonly ContainerInfo[]): string | undefined {
  const running = containers.filter((container) => container.running);
  const named = running.find((container) => container.name === (finding.log?.container ?? finding.part));
  return (named ?? running.find((container) => container.kind === 'main'))?.name;
}

/** Follows a pod's containers after a moment of rest; returns the function that ends it. */
export function followPod(
  fabric: string,
  pod: Ref,
  take: (containers: readonly ContainerInfo[]) => void,
): () => void {
  let end: (() => void) | undefined;
  const timer = setTimeout(() => {
    end = subscribe({
      push: 'object',
      open: () =>
        call('object.watch', {
          fabric,
          resource: { group: '', version: 'v1', resource: 'pods' },
          namespace: pod.namespace,
          name: pod.name,
        }),
      onMessage: (message) => {
        take(message.object?.containers ?? []);
      },
      onError: () => {
        take([]);
      },
    });
  }, REST_MS);
  return () => {
    clearTimeout(timer);
    end?.();
  };
}
