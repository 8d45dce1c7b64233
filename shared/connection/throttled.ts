/** conn/throttled: an API server that answers our requests with 429. */
import type { RequestTimes } from '../model/connection.ts';
import type { Finding } from '../model/finding.ts';
import type { Instant } from '../model/ref.ts';
import { clean, count, formatDuration } from '../scenarios/words.ts';
import { fabricFinding } from './make-finding.ts';

export interface Throttling {
  /** Our own requests of the last while. */
  readonly times: readonly RequestTimes[];
  /** Until when the server asked us to wait (Retry-After), where it did. */
  readonly retryAt?: Instant | undefined;
  /** Names from X-Kubernetes-PF-FlowSchema-UID and -PriorityLevel-UID, where they could be read. */
  readonly flowSchema?: string | undefined;
  readonly priorityLevel?: string | undefined;
}

/** A single 429 is the server's ordinary way to even out a burst. */
const FEW = 3;

/** An eviction is answered with 429 where a disruption budget forbids it: no sign of load. */
const isEviction = ({ resource }: RequestTimes): boolean => resource.endsWith('/eviction');

/** The finding while the server holds us back now, or has done so several times lately; else undefined. */
export function throttled(fabric: string, facts: Throttling, now: Instant): Finding | undefined {
  const refused = facts.times
    .filter((each) => each.throttled > 0 && !isEviction(each))
    .toSorted((a, b) => b.throttled - a.throttled);
  const total = refused.reduce((sum, each) => sum + each.throttled, 0);
  const wait = (facts.retryAt ?? 0) - now;
  if (wait <= 0 && total < FEW) return undefined;
  const all = facts.times.reduce((sum, each) => sum + each.count, 0);
  const [most] = refused;
  return fabricFinding(fabric, {
    scenario: 'conn/throttled',
    severity: 'medium',
    summary: `Fabric ${fabric} is throttled: its API server refused ${count(total, 'request')} for overload${wait > 0 ? ` and asks to wait ${formatDuration(wait)}` : ''}`,
    cause:
      most === undefined
        ? 'The API server answers 429 with Retry-After: its priority level for us is full.'
        : `${most.verb} ${clean(most.resource, 120)} was refused most often; another client floods the server, or our priority level is starved.`,
    advice:
      'Look for the client that floods the API server: kubectl get --raw /debug/api_priority_and_fairness/dump_priority_levels.',
    evidence: [
      {
        path: 'requests.throttled',
        observed: `${total} of ${all}`,
        why: 'Our own requests answered with 429.',
      },
      ...refused.slice(0, 5).map(({ verb, resource, throttled: times, count: of }) => ({
        path: `requests.${verb}.${clean(resource, 120)}`,
        observed: `${times} of ${of}`,
        why: 'How often this request was refused.',
      })),
      ...(wait > 0
        ? [
            {
              path: 'response.retryAfter',
              observed: formatDuration(wait),
              why: 'How long the server asks to wait.',
            },
          ]
        : []),
      ...(
        [
          ['flowSchema', facts.flowSchema],
          ['priorityLevel', facts.priorityLevel],
        ] as const
      ).flatMap(([path, name]) =>
        name === undefined
          ? []
          : [{ path, observed: clean(name, 120), why: 'How the server sorted our requests.' }],
      ),
    ],
  });
}
