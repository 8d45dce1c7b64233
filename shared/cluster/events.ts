/** Makes one shape of the two forms events are served in (`core/v1` and `events.k8s.io/v1`). */
import type { KubeEvent, KubeObject } from '../model/kube.ts';
import { text } from './narrow.ts';
import { inventUid, refOf } from './refs.ts';
import { parseTime } from './times.ts';
import type { ClusterEvent } from './view.ts';

/**
 * Count and times by the catalogue's engine rule 1: `series` first, then the core fields, then the `deprecated` ones
 * (which is what the kubelet's events carry in the new form, with `series` and `eventTime` null), then `eventTime`.
 */
export function normaliseEvent(event: KubeEvent): ClusterEvent {
  const { series, eventTime } = event;
  const last = firstTime(
    series?.lastObservedTime,
    event.lastTimestamp,
    event.deprecatedLastTimestamp,
    eventTime,
    event.firstTimestamp,
    event.metadata.creationTimestamp,
  );
  const first = firstTime(event.firstTimestamp, event.deprecatedFirstTimestamp, eventTime, last);
  const fieldPath = text(involved(event)?.fieldPath);
  const source =
    text(event.reportingComponent) || text(event.reportingController) || text(event.source?.component);
  return {
    ref: refOf(event),
    type: text(event.type),
    reason: text(event.reason),
    message: text(event.message) || text(event.note),
    count: firstCount(series?.count, event.count, event.deprecatedCount),
    ...(first === undefined ? {} : { first }),
    ...(last === undefined ? {} : { last }),
    ...(fieldPath === '' ? {} : { fieldPath }),
    ...(source === '' ? {} : { source }),
  };
}

/**
 * The key of the object an event is about: its uid; by name where the event has none, and for nodes, of which the
 * kubelet gives the name as uid. Empty for an event about nothing.
 */
export function eventSubject(event: KubeEvent): string {
  const about = involved(event);
  const kind = text(about?.kind);
  const name = text(about?.name);
  const uid = text(about?.uid);
  if (uid !== '' && !(kind === 'Node' && uid === name)) return uid;
  return name === ''
    ? ''
    : inventUid(kind, kind === 'Node' ? undefined : text(about?.namespace) || undefined, name);
}

/** The keys under which events about an object are found: its uid, and its name for events without a uid. */
export function eventKeysOf(object: KubeObject): string[] {
  const { uid, namespace, name } = object.metadata;
  const byName = inventUid(object.kind, namespace, name);
  return uid === undefined || uid === byName ? [byName] : [uid, byName];
}

/**
 * The latest event of each reason, container and message, newest first; ties by name, so that the order is the same
 * everywhere. The reason alone would not do: the kubelet tells `Failed to pull image …` and `Error: ImagePullBackOff`
 * with one reason, of any container, and the later one says nothing.
 */
export function latestEvents(events: Iterable<KubeEvent>): ClusterEvent[] {
  const latest = new Map<string, ClusterEvent>();
  for (const raw of events) {
    const event = normaliseEvent(raw);
    const key = JSON.stringify([event.reason, event.fieldPath, event.message]);
    const known = latest.get(key);
    if (known === undefined || compareNewest(event, known) < 0) latest.set(key, event);
  }
  return [...latest.values()].sort(compareNewest);
}

function compareNewest(a: ClusterEvent, b: ClusterEvent): number {
  return (b.last ?? 0) - (a.last ?? 0) || (a.ref.name < b.ref.name ? -1 : a.ref.name > b.ref.name ? 1 : 0);
}

function involved(event: KubeEvent): KubeEvent['involvedObject'] {
  return event.involvedObject ?? event.regarding;
}

function firstTime(...times: unknown[]): number | undefined {
  for (const time of times) {
    const instant = typeof time === 'number' ? time : parseTime(time);
    if (instant !== undefined) return instant;
  }
  return undefined;
}

function firstCount(...counts: unknown[]): number {
  return counts.find((count): count is number => typeof count === 'number' && count > 0) ?? 1;
}
