/** Fetches the log tails that the diagnosis asked for, within a time limit. */
import type { LogAnswer } from '../../shared/cluster/view.ts';
import { buildLogExcerpt } from '../../shared/diagnosis/log-excerpt.ts';
import type { LogRequest } from '../../shared/diagnosis/log-desk.ts';
import type { KubeClient } from '../kube/contract.ts';
import { objectPath } from '../kube/resource-url.ts';
import { explainLogFailure, PODS } from '../streams/log-source.ts';

/** Enough for a stack trace, little enough for hundreds of containers. */
const TAIL_LINES = 200;
/** The server cuts at the end of what it sends, so this must be beyond any usual 200 lines. */
const LIMIT_BYTES = 524_288;
const AT_ONCE = 6;

async function fetchTail(client: KubeClient, request: LogRequest, signal: AbortSignal): Promise<LogAnswer> {
  const path = objectPath(PODS, request.pod.namespace ?? '', request.pod.name, 'log');
  try {
    const bytes = await client.getBytes(path, {
      query: {
        container: request.container,
        previous: request.previous || undefined,
        timestamps: true,
        tailLines: TAIL_LINES,
        limitBytes: LIMIT_BYTES,
      },
      accept: '*/*',
      signal,
    });
    return { state: 'ready', excerpt: buildLogExcerpt({ ...request, text: bytes.toString('utf8') }) };
  } catch (cause) {
    if (signal.aborted) return { state: 'unreadable', reason: 'it was not read within the time limit' };
    const id = { pod: request.pod, container: request.container };
    return { state: 'unreadable', reason: explainLogFailure(client.toAppError(cause), id).message };
  }
}

export interface GatherOptions {
  readonly client: KubeClient;
  readonly requests: readonly LogRequest[];
  /** Milliseconds for all of them together; what is not read by then counts as unreadable. */
  readonly limitMs: number;
  readonly signal: AbortSignal;
  readonly answer: (request: LogRequest, answer: LogAnswer) => void;
}

/** Answers every request, each as soon as its log is there. Never rejects. */
export async function gatherLogs({
  client,
  requests,
  limitMs,
  signal,
  answer,
}: GatherOptions): Promise<void> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(limitMs))]);
  const queue = [...requests];
  const work = async (): Promise<void> => {
    for (let request = queue.shift(); request !== undefined; request = queue.shift()) {
      answer(request, await fetchTail(client, request, limit));
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, requests.length) }, work));
}
