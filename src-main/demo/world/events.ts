/** Records events about objects as the recorders of Kubernetes do: repeated ones are counted, floods are cut, old ones expire. */
import type { StoredObject } from '../model.ts';
import type { Registry } from '../registry/contract.ts';
import { StatusError } from '../status-error.ts';
import type { Clock } from './clock.ts';
import type { WorldEvent } from './other-objects.ts';
import { createWriter, reasonOf, timeText, type Writer } from './writer.ts';

/** Who reports: `kubelet` on a host, a controller without one. */
export interface EventSource {
  readonly component: string;
  readonly host?: string;
}

interface NewEvent {
  readonly about: StoredObject;
  /** Part of the object, e.g. `spec.containers{web}`. */
  readonly fieldPath?: string;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly source: EventSource;
  /** Given by recorders of events.k8s.io (the scheduler's), whose events carry eventTime and series instead of a count. */
  readonly action?: string;
}

export type RecordEvent = (event: NewEvent) => void;

/** Flag `--event-ttl` of the API server. */
const EVENT_TTL_MS = 3_600_000;
// client-go, tools/record/events_cache.go: similar events beyond ten in ten minutes are combined; one source may send
// 25 events about one object at once and one more every five minutes.
const SIMILAR_LIMIT = 10;
const SIMILAR_WINDOW_MS = 600_000;
const BURST = 25;
const REFILL_MS = 300_000;
const CACHE_LIMIT = 4096;
/** client-go, tools/events: a series that is not continued for this long has ended. */
const SERIES_END_MS = 360_000;

interface Recorded {
  readonly namespace: string;
  readonly name: string;
  count: number;
  readonly firstMs: number;
  lastMs: number;
}

interface Similar {
  readonly messages: Set<string>;
  lastMs: number;
}

interface Tokens {
  left: number;
  atMs: number;
}

/** Starts the recorder of a world, which also deletes events an hour after their last occurrence. */
export function startEventRecorder({ registry, clock }: { registry: Registry; clock: Clock }): {
  recordEvent: RecordEvent;
  stop: () => void;
} {
  const writer = createWriter(registry, 'system:kube-controller-manager');
  const recorded = new Cache<Recorded>();
  const similar = new Cache<Similar>();
  const tokens = new Cache<Tokens>();
  const stopExpiry = expireEvents(writer, clock);
  let serial = 0;

  const nameFor = (object: string): string => {
    serial += 1;
    // Nanoseconds in hexadecimal, as the real recorders name theirs.
    return `${object}.${(BigInt(clock.now()) * 1_000_000n + BigInt(serial % 1_000_000)).toString(16)}`;
  };

  const combine = (event: NewEvent, group: string): { key: string; message: string } => {
    const now = clock.now();
    const known = similar.get(group);
    const seen =
      known !== undefined && now - known.lastMs <= SIMILAR_WINDOW_MS ? known.messages : new Set<string>();
    seen.add(event.message);
    similar.set(group, { messages: seen, lastMs: now });
    return seen.size < SIMILAR_LIMIT
      ? { key: `${group}\n${event.message}`, message: event.message }
      : { key: group, message: `(combined from similar events): ${event.message}` };
  };

  const mayPass = (event: NewEvent): boolean => {
    const now = clock.now();
    const key = JSON.stringify([event.source, event.about.kind, event.about.metadata.uid, event.type]);
    const bucket = tokens.get(key) ?? { left: BURST, atMs: now };
    const left = Math.min(BURST, bucket.left + (now - bucket.atMs) / REFILL_MS);
    tokens.set(key, { left: left >= 1 ? left - 1 : left, atMs: now });
    return left >= 1;
  };

  const firstOf = ({ about: { metadata } }: NewEvent, now: number): Recorded => ({
    namespace: metadata.namespace ?? 'default',
    name: nameFor(metadata.name),
    count: 0,
    firstMs: now,
    lastMs: now,
  });

  const recordCounted = (event: NewEvent): void => {
    const { key, message } = combine(event, groupOf(event));
    const now = clock.now();
    const present = recorded.get(key);
    const entry = present ?? firstOf(event, now);
    entry.count += 1;
    entry.lastMs = now;
    recorded.set(key, entry);
    if (!mayPass(event)) return;
    const counts = { count: entry.count, lastTimestamp: timeText(now), message };
    write(writer, entry, present !== undefined, counts, () => ({
      ...commonFields(event),
      source: event.source,
      reportingInstance: event.source.host ?? '',
      eventTime: null,
      firstTimestamp: timeText(entry.firstMs),
      ...counts,
    }));
  };

  const recordSeries = (event: NewEvent, action: string): void => {
    const now = clock.now();
    const key = `${groupOf(event)}\n${action}\n${event.about.metadata.resourceVersion}`;
    const present = recorded.get(key);
    const continued = present !== undefined && now - present.lastMs <= SERIES_END_MS;
    const entry = continued ? present : firstOf(event, now);
    entry.count += 1;
    entry.lastMs = now;
    recorded.set(key, entry);
    const series =
      entry.count === 1 ? {} : { series: { count: entry.count, lastObservedTime: microTime(now) } };
    write(writer, entry, continued, series, () => ({
      ...commonFields(event),
      action,
      source: {},
      reportingInstance: `${event.source.component}-${event.source.host ?? 'control-plane'}`,
      eventTime: microTime(entry.firstMs),
      firstTimestamp: null,
      lastTimestamp: null,
      message: event.message,
      ...series,
    }));
  };

  return {
    recordEvent: (event) => {
      if (event.action === undefined) recordCounted(event);
      else recordSeries(event, event.action);
    },
    stop: stopExpiry,
  };
}

function commonFields({ about, fieldPath, type, reason, source }: NewEvent): object {
  const { namespace, name, uid, resourceVersion } = about.metadata;
  return {
    involvedObject: {
      kind: about.kind,
      ...(namespace === undefined ? {} : { namespace }),
      name,
      uid,
      apiVersion: about.apiVersion,
      resourceVersion,
      ...(fieldPath === undefined ? {} : { fieldPath }),
    },
    type,
    reason,
    reportingComponent: source.component,
  };
}

function groupOf({ about, fieldPath = '', type, reason, source }: NewEvent): string {
  const { namespace = '', name, uid } = about.metadata;
  const { component, host = '' } = source;
  return [component, host, about.kind, namespace, name, uid, fieldPath, type, reason].join('\n');
}

function write(
  writer: Writer,
  { namespace, name }: Recorded,
  exists: boolean,
  changes: object,
  whole: () => object,
): void {
  try {
    if (exists) {
      const target = { metadata: { namespace, name } };
      const updated = writer.update('Event', target, (current) => ({ ...current, ...changes }));
      if (updated !== undefined) return;
    }
    writer.create('Event', { metadata: { namespace, name }, ...whole() });
  } catch (error) {
    // As in a real cluster an event that is refused (its namespace is being deleted, say) is lost, and nothing else.
    if (!(error instanceof StatusError) || reasonOf(error) === 'Invalid') throw error;
  }
}

/** Deletes every event an hour after it was last written, also those that clients create. */
function expireEvents(writer: Writer, clock: Clock): () => void {
  // In order of expiry, for all have the same time to live.
  const expiries = new Map<string, { readonly dueMs: number; readonly event: WorldEvent }>();
  let cancel: (() => void) | undefined;
  const sweep = (): void => {
    cancel = undefined;
    for (const [uid, { dueMs, event }] of expiries) {
      if (dueMs > clock.now()) {
        cancel = clock.after(dueMs - clock.now(), sweep);
        return;
      }
      expiries.delete(uid);
      writer.delete('Event', event);
    }
  };
  const stopWatch = writer.watch('Event', ({ type, object }) => {
    expiries.delete(object.metadata.uid);
    if (type === 'DELETED') return;
    expiries.set(object.metadata.uid, { dueMs: clock.now() + EVENT_TTL_MS, event: object });
    cancel ??= clock.after(EVENT_TTL_MS, sweep);
  });
  return () => {
    stopWatch();
    cancel?.();
  };
}

/** RFC 3339 with six decimals, as metav1.MicroTime is written. */
export function microTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}

/** Forgets what was not asked for longest. */
class Cache<T> {
  readonly #entries = new Map<string, T>();

  get(key: string): T | undefined {
    return this.#entries.get(key);
  }

  set(key: string, value: T): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= CACHE_LIMIT) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}
