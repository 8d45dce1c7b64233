/** The fault table: what can go wrong on the way to an API server, what the app must make of it, and how it comes back. */
import type { Fault } from './fault.ts';

export const PHASES = ['first connect', 'steady watch', 'during a list', 'during a write'] as const;
export type Phase = (typeof PHASES)[number];

/** What is seen while a fault lasts. */
export interface Expected {
  readonly link: 'failed' | 'stale' | 'live' | 'syncing';
  /** Scenario of the finding about the connection, or `nothing`. */
  readonly told: string;
  /** What it takes once the fault is lifted. */
  readonly back: 'by itself' | 'retry' | 'sign in';
}

/** How a write ends: it was done, it was not, or nobody can tell before looking. */
export type WriteEnd = 'done' | 'failed' | 'unknown';

export interface FaultRow {
  readonly name: string;
  readonly fault: Fault;
  readonly phases: Readonly<Record<Phase, Expected>>;
  /** Told on for a while once all is well again: it is of what the last minutes were like. */
  readonly lingers?: string;
  /** The end of a write that meets the fault before it reaches the server. */
  readonly write: WriteEnd;
  /** The end of a write of which the fault takes only the answer; undefined where that cannot be. */
  readonly answerLost?: WriteEnd;
}

interface Short {
  readonly told: string;
  readonly back?: Expected['back'];
  readonly lingers?: string;
  readonly write: WriteEnd;
  readonly answerLost?: WriteEnd;
  /** What differs from: failed at first contact, stale after it, and told all along. */
  readonly but?: Partial<Record<Phase, Partial<Expected>>>;
}

function row(name: string, fault: Fault, short: Short): FaultRow {
  const { told, back = 'by itself', write, answerLost, lingers, but = {} } = short;
  const at = (phase: Phase, link: Expected['link']): Expected => ({ link, told, back, ...but[phase] });
  return {
    name,
    fault,
    write,
    ...(answerLost !== undefined && { answerLost }),
    ...(lingers !== undefined && { lingers }),
    phases: {
      'first connect': at('first connect', 'failed'),
      'steady watch': at('steady watch', 'stale'),
      'during a list': at('during a list', 'failed'),
      'during a write': at('during a write', 'stale'),
    },
  };
}

/** A fault that delays or disturbs and keeps nothing away. */
const HARMLESS = {
  'first connect': { link: 'live' },
  'steady watch': { link: 'live' },
  'during a list': { link: 'live' },
  'during a write': { link: 'live' },
} as const;

const UNREACHABLE = 'HH-K8S-001';
const SLOW = 'HH-K8S-004';
const UNTRUSTED = 'conn/tls-untrusted';
const FOREIGN = 'conn/proxy-or-not-kubernetes';
const THROTTLED = 'conn/throttled';
const UNHEALTHY = 'cp/apiserver-unhealthy';

export const FAULT_TABLE: readonly FaultRow[] = [
  row('Port closed', { do: 'refuse' }, { told: UNREACHABLE, write: 'unknown', answerLost: 'unknown' }),
  row(
    'Every connection reset',
    { do: 'reset connections' },
    { told: UNREACHABLE, write: 'unknown', answerLost: 'unknown' },
  ),
  row(
    'Black hole: accepted, never answered; old connections dead for good',
    { do: 'black hole' },
    { told: SLOW, write: 'unknown', answerLost: 'unknown' },
  ),
  row(
    'No answer even to SYN',
    { do: 'no answer to SYN' },
    { told: UNREACHABLE, write: 'unknown', answerLost: 'unknown' },
  ),
  row(
    'Certificate of another authority',
    { do: 'certificate', presented: 'other authority' },
    { told: UNTRUSTED, write: 'unknown', answerLost: 'unknown', back: 'retry' },
  ),
  row(
    'Certificate expired',
    { do: 'certificate', presented: 'expired' },
    { told: UNTRUSTED, write: 'unknown', answerLost: 'unknown', back: 'retry' },
  ),
  row(
    'Certificate for another name',
    { do: 'certificate', presented: 'other name' },
    { told: UNTRUSTED, write: 'unknown', answerLost: 'unknown', back: 'retry' },
  ),
  row('Requests reset', { do: 'reset' }, { told: UNREACHABLE, write: 'unknown', answerLost: 'unknown' }),
  row(
    'Connections half closed',
    { do: 'half close' },
    { told: UNREACHABLE, write: 'unknown', answerLost: 'unknown' },
  ),
  row(
    'Answers cut off by a reset',
    { do: 'truncate', end: 'reset' },
    { told: UNREACHABLE, write: 'unknown', answerLost: 'unknown' },
  ),
  row(
    'Answers cut off in good order',
    { do: 'truncate', end: 'in order' },
    { told: FOREIGN, write: 'unknown', answerLost: 'unknown', back: 'retry' },
  ),
  row(
    'Watches end with 410 in the stream',
    { do: 'expired event' },
    {
      told: 'nothing',
      write: 'done',
      but: { ...HARMLESS, 'first connect': { link: 'syncing' }, 'during a list': { link: 'syncing' } },
    },
  ),
  row('401', { do: 'status', status: 401 }, { told: 'HH-K8S-002', write: 'failed', back: 'sign in' }),
  row(
    '403',
    { do: 'status', status: 403 },
    {
      told: 'HH-K8S-033',
      write: 'failed',
      back: 'retry',
      but: { 'steady watch': { link: 'failed' }, 'during a write': { link: 'failed' } },
    },
  ),
  row(
    '409 to writes',
    { do: 'status', status: 409, on: { verb: 'create' } },
    { told: 'nothing', write: 'failed', but: HARMLESS },
  ),
  row(
    '410 to lists and watches, three times',
    { do: 'status', status: 410, times: 3, on: { verb: ['list', 'watch'] } },
    { told: 'nothing', write: 'done', but: HARMLESS },
  ),
  row(
    '429 with Retry-After 1',
    { do: 'status', status: 429, retryAfter: 1 },
    { told: THROTTLED, write: 'failed', lingers: THROTTLED },
  ),
  row(
    '429 with Retry-After 1 to lists and watches, six times',
    { do: 'status', status: 429, retryAfter: 1, times: 6, on: { verb: ['list', 'watch'] } },
    { told: THROTTLED, write: 'done', lingers: THROTTLED, but: HARMLESS },
  ),
  row('500', { do: 'status', status: 500 }, { told: UNHEALTHY, write: 'unknown', answerLost: 'unknown' }),
  row('503', { do: 'status', status: 503 }, { told: UNHEALTHY, write: 'unknown', answerLost: 'unknown' }),
  row(
    '503 of a load balancer without a server',
    { do: 'status', status: 503, body: 'text' },
    { told: UNREACHABLE, write: 'unknown', answerLost: 'unknown' },
  ),
  row(
    '503 three times',
    { do: 'status', status: 503, times: 3 },
    { told: 'nothing', write: 'unknown', but: HARMLESS },
  ),
  row('Garbage instead of JSON', { do: 'garbage' }, { told: FOREIGN, write: 'unknown', back: 'retry' }),
  row('Sign-in page of a proxy', { do: 'page' }, { told: FOREIGN, write: 'unknown', back: 'retry' }),
  row(
    'Slow loris: headers that never end',
    { do: 'slow loris', part: 'head' },
    { told: SLOW, write: 'unknown', answerLost: 'unknown' },
  ),
  row(
    'Slow loris: a body that never ends',
    { do: 'slow loris', part: 'body' },
    { told: SLOW, write: 'unknown', answerLost: 'unknown' },
  ),
  row(
    'Answers later than the limit',
    { do: 'delay', headersMs: 60_000 },
    { told: SLOW, write: 'unknown', answerLost: 'unknown' },
  ),
  row(
    'Headers 300 ms late, each piece of a body 100 ms',
    { do: 'delay', headersMs: 300, chunkMs: 100 },
    { told: 'nothing', write: 'done', but: HARMLESS },
  ),
  row(
    'Clock of the server an hour behind',
    { do: 'clock', skewMs: -3_600_000 },
    { told: 'nothing', write: 'done', but: HARMLESS },
  ),
];
