/** GET of a pod's log: the options of the API, their errors, and the stream of a log that is followed. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Kubelet } from '../kubelet/kubelet.ts';
import type { LogOptions } from '../kubelet/read-log.ts';
import type { StoredObject } from '../model.ts';
import type { Registry } from '../registry/contract.ts';
import { badRequest, invalid, type StatusCause } from '../status-error.ts';

/** What a request to a part of a pod is about. */
export interface PodRequest {
  readonly registry: Registry;
  readonly kubelet: Kubelet;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly query: URLSearchParams;
}

/** A follower that leaves so much unread is cut off. */
const MAX_UNREAD_BYTES = 4 * 1024 * 1024;
const COUNTS = ['tailLines', 'sinceSeconds', 'limitBytes'] as const;

/** The pod of a request. Throws 404. */
export function podOf({ registry, namespace, name }: PodRequest): StoredObject {
  return registry.get(registry.catalogue.builtIn('v1', 'Pod'), namespace, name);
}

interface NamedContainers {
  readonly containers?: readonly { readonly name: string }[];
  readonly initContainers?: readonly { readonly name: string }[];
}

/** The container that is asked for, or the only one. Throws 400. */
export function containerOf(pod: StoredObject, wanted: string | null): string {
  const { containers = [], initContainers = [] } = pod.spec as NamedContainers;
  const { name } = pod.metadata;
  if (wanted !== null && wanted !== '') {
    if (![...containers, ...initContainers].some((each) => each.name === wanted)) {
      throw badRequest(`container ${wanted} is not valid for pod ${name}`);
    }
    return wanted;
  }
  const [only] = containers;
  if (only !== undefined && containers.length === 1) return only.name;
  const list = (all: readonly { readonly name: string }[]): string =>
    `[${all.map((each) => each.name).join(' ')}]`;
  const inits = initContainers.length === 0 ? '' : ` or one of the init containers: ${list(initContainers)}`;
  throw badRequest(
    `a container name must be specified for pod ${name}, choose one of: ${list(containers)}${inits}`,
  );
}

/** Name of the node it is on, or ''. */
export function nodeOf(pod: StoredObject): string {
  return (pod.spec as { readonly nodeName?: string }).nodeName ?? '';
}

function countIn(query: URLSearchParams, key: string): number | undefined {
  const text = query.get(key);
  if (text === null || text === '') return undefined;
  if (!/^[+-]?\d{1,18}$/.test(text))
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

function timeIn(query: URLSearchParams): number | undefined {
  const text = query.get('sinceTime');
  if (text === null || text === '') return undefined;
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  const rest = /^\d{0,3}(?=\D|$)/.test(text)
    ? `cannot parse ${JSON.stringify(text)} as "2006"`
    : 'cannot parse it';
  throw badRequest(`parsing time ${JSON.stringify(text)} as "2006-01-02T15:04:05Z07:00": ${rest}`);
}

/** `true` for any text but these, as the server reads booleans of a query. */
function flagIn(query: URLSearchParams, key: string): boolean {
  const text = query.get(key);
  return text !== null && !/^(?:false|0)$/i.test(text);
}

const PODS_LOG_OPTIONS = { group: '', kind: 'PodLogOptions' };

/** The options of the query. Throws 400 for what is no number or time, 422 for what is out of bounds. */
function readLogOptions(query: URLSearchParams, pod: string): LogOptions {
  const counts = Object.fromEntries(COUNTS.map((key) => [key, countIn(query, key)])) as Record<
    (typeof COUNTS)[number],
    number | undefined
  >;
  const sinceTime = timeIn(query);
  const causes: StatusCause[] = COUNTS.flatMap((field) => {
    const value = counts[field];
    const least = field === 'tailLines' ? 0 : 1;
    if (value === undefined || value >= least) return [];
    const bound = least === 0 ? 'must be greater than or equal to 0' : 'must be greater than 0';
    return [{ reason: 'FieldValueInvalid', message: `Invalid value: ${value}: ${bound}`, field }];
  });
  if (counts.sinceSeconds !== undefined && sinceTime !== undefined) {
    const message = 'Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified';
    causes.push({ reason: 'FieldValueForbidden', message, field: '[]' });
  }
  const stream = query.get('stream');
  if (stream !== null && stream !== '') {
    causes.push({
      reason: 'FieldValueForbidden',
      message: 'Forbidden: may not be specified',
      field: 'stream',
    });
  }
  if (causes.length > 0) throw invalid(PODS_LOG_OPTIONS, pod, causes);
  const { tailLines, sinceSeconds, limitBytes } = counts;
  return {
    previous: flagIn(query, 'previous'),
    timestamps: flagIn(query, 'timestamps'),
    ...(tailLines === undefined ? {} : { tailLines }),
    ...(sinceSeconds === undefined ? {} : { sinceSeconds }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
    ...(sinceTime === undefined ? {} : { sinceTime }),
  };
}

/** Answers with the log as text. Throws StatusError before the first byte. */
export function servePodLog(request: IncomingMessage, response: ServerResponse, context: PodRequest): void {
  const { kubelet, query } = context;
  const options = readLogOptions(query, context.name);
  const pod = podOf(context);
  const container = containerOf(pod, query.get('container'));
  // Where no kubelet has the pod there is nothing to say, not even nothing.
  if (nodeOf(pod) === '') {
    response.writeHead(204).end();
    return;
  }
  const begin = (): void => {
    response.statusCode = 200;
    response.setHeader('Content-Type', 'text/plain');
  };
  if (!flagIn(query, 'follow')) {
    const text = kubelet.readLog(pod, container, options);
    begin();
    response.end(text);
    return;
  }
  // What comes at once, before the headers may be sent: an error may still be thrown.
  let early: string[] | undefined = [];
  const state = { isEnded: false };
  const stop = kubelet.followLog(
    pod,
    container,
    options,
    (text) => {
      if (early === undefined) send(text);
      else early.push(text);
    },
    () => {
      state.isEnded = true;
      if (early === undefined) response.end();
    },
  );
  const send = (text: string): void => {
    response.write(text);
    if (response.writableLength > MAX_UNREAD_BYTES) response.destroy();
  };
  response.on('close', stop);
  begin();
  response.flushHeaders();
  const first = early.join('');
  early = undefined;
  if (first !== '') send(first);
  if (state.isEnded) response.end();
  request.resume();
}
