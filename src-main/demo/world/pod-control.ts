/** How ReplicaSet, DaemonSet and Job make and delete their pods, with the events that tell of it. */
import type { DraftObject, StoredObject } from '../model.ts';
import { StatusError } from '../status-error.ts';
import type { EventSource } from './events.ts';
import type { Pod } from './objects.ts';
import type { Tools } from './tools.ts';

type Recording = Pick<Tools, 'recordEvent' | 'writer'>;

/** The new pod, or why it was refused, of which an event tells too. */
function createPod(
  { recordEvent, writer }: Recording,
  owner: StoredObject,
  draft: DraftObject,
  source: EventSource,
): Pod | StatusError {
  try {
    const pod = writer.create('Pod', draft);
    const message = `Created pod: ${pod.metadata.name}`;
    recordEvent({ about: owner, type: 'Normal', reason: 'SuccessfulCreate', message, source });
    return pod;
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    if (error.status.details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating') !== true) {
      const message = `Error creating: ${error.message}`;
      recordEvent({ about: owner, type: 'Warning', reason: 'FailedCreate', message, source });
    }
    return error;
  }
}

/**
 * Creates `count` pods in batches of 1, 2, 4 …; the first refusal is the answer and ends it after its batch, so that a
 * quota is not asked a thousand times.
 */
export function createPodsSlowly(
  tools: Recording,
  owner: StoredObject,
  drafts: readonly DraftObject[],
  source: EventSource,
): StatusError | undefined {
  let done = 0;
  for (let batch = 1; done < drafts.length; batch *= 2) {
    const results = drafts.slice(done, done + batch).map((draft) => createPod(tools, owner, draft, source));
    const failure = results.find((result) => result instanceof StatusError);
    if (failure !== undefined) return failure;
    done += batch;
  }
  return undefined;
}

export function deletePod(
  { recordEvent, writer }: Recording,
  owner: StoredObject,
  pod: Pod,
  source: EventSource,
): void {
  writer.delete('Pod', pod);
  const message = `Deleted pod: ${pod.metadata.name}`;
  recordEvent({ about: owner, type: 'Normal', reason: 'SuccessfulDelete', message, source });
}
