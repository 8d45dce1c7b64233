/** Answers watch requests: from which version, with which objects first, and which changes the selectors let through. */
import type { StoredObject } from '../model.ts';
import type { RegistryEvent } from '../registry/contract.ts';
import type { FailureStatus } from '../status-error.ts';
import { readListOptions, type ListOptions } from './list-options.ts';
import { readWatchVersion, tooLargeVersion } from './request/go-number.ts';
import type { ResourceExchange } from './resource-context.ts';
import { statusOf } from './respond.ts';
import { readIncludeObject } from './send-object.ts';
import type { Timed } from './watch-hub.ts';
import { createWatchStream, type EventType, type WatchStream } from './watch-stream.ts';

const BOOKMARK_EVERY_MS = 60_000;
const LAST_BOOKMARK_MS = 2000;
/** A watch without a timeout ends after 30 to 60 minutes. */
const DEFAULT_TIMEOUT_S = 1800;
const DEFAULT_BUFFER_BYTES = 4 * 1024 * 1024;

type Matches = (object: StoredObject) => boolean;

const leftObjects = new WeakMap<RegistryEvent, StoredObject>();

/** What a watcher sees of an object that its selector matches no longer: the last state that did, with the version of the change. */
function leftObject(event: RegistryEvent, old: StoredObject): StoredObject {
  const known = leftObjects.get(event);
  if (known !== undefined) return known;
  const metadata = { ...old.metadata, resourceVersion: String(event.version) };
  const left = { ...old, metadata };
  leftObjects.set(event, left);
  return left;
}

/** How an event appears through a selector; undefined when it does not. */
function seenAs(
  event: RegistryEvent,
  matches: Matches,
): { readonly type: EventType; readonly object: StoredObject } | undefined {
  const { type, object, old } = event;
  if (type === 'DELETED') return matches(old ?? object) ? { type, object } : undefined;
  const now = matches(object);
  const before = old !== undefined && type !== 'ADDED' && matches(old);
  if (now) return { type: before ? 'MODIFIED' : 'ADDED', object };
  return before ? { type: 'DELETED', object: leftObject(event, old) } : undefined;
}

interface Plan {
  /** Send the present objects first, and a bookmark behind them to those who asked for bookmarks. */
  readonly initial: boolean;
  readonly since: number;
  /** Told in the stream. */
  readonly failure?: FailureStatus;
}

function planOf({ registry }: ResourceExchange, options: ListOptions, asked: boolean): Plan {
  const current = registry.version();
  const { resourceVersion, sendInitialEvents } = options;
  const fromNow = resourceVersion === '' || resourceVersion === '0';
  if (fromNow) return { initial: !asked || sendInitialEvents, since: current };
  const version = readWatchVersion(resourceVersion);
  if (!sendInitialEvents) return { initial: false, since: version };
  const failure = version > current ? { failure: tooLargeVersion(version, current).status } : {};
  return { initial: true, since: current, ...failure };
}

function bookmark(version: number, annotations?: Readonly<Record<string, string>>): StoredObject {
  // A bookmark is an object of the kind that has nothing but a version.
  const metadata = {
    resourceVersion: String(version),
    ...(annotations === undefined ? {} : { annotations }),
  };
  // Its name is empty, in a table too, and not written.
  Object.defineProperty(metadata, 'name', { value: '', enumerable: false });
  return { metadata } as unknown as StoredObject;
}

function timesOf(options: ListOptions): { readonly endsAt: number; readonly bookmarkAt: number } {
  const now = Date.now();
  const seconds = options.timeoutSeconds ?? 0;
  const lasts = seconds > 0 ? seconds : DEFAULT_TIMEOUT_S * (1 + Math.random());
  const endsAt = now + lasts * 1000;
  const next = Math.min(now + BOOKMARK_EVERY_MS, endsAt - LAST_BOOKMARK_MS);
  return { endsAt, bookmarkAt: options.bookmarks && next > now ? next : Infinity };
}

function follow(
  exchange: ResourceExchange,
  stream: WatchStream,
  matches: Matches,
  since: number,
): () => void {
  const { registry, resource, namespace } = exchange;
  const current = registry.version();
  const onEnd = (): void => {
    stream.finish();
  };
  const options = { ...(namespace === undefined ? {} : { namespace }), onEnd };
  let live = false;
  const listener = (event: RegistryEvent): void => {
    if (event.version <= since) return;
    const seen = seenAs(event, matches);
    if (seen !== undefined) stream.send(seen.type, seen.object, live);
  };
  // A version still to come: wait for it.
  const past = since < current ? { since } : {};
  try {
    return registry.watch(resource, { ...options, ...past }, listener);
  } catch (error) {
    stream.fail(statusOf(error));
    return () => undefined;
  } finally {
    live = true;
  }
}

export function handleWatch(exchange: ResourceExchange): void {
  const { query, registry, resource, namespace, name, hub, response, accept } = exchange;
  const options = readListOptions(exchange, 'watch');
  const plan = planOf(exchange, options, query.has('sendInitialEvents'));
  const selected = options.matches ?? (() => true);
  const matches: Matches =
    name === '' ? selected : (object) => object.metadata.name === name && selected(object);
  const form = { resource, as: accept.as, include: readIncludeObject(query), now: registry.now };
  const limitBytes = exchange.options.watchBufferBytes ?? DEFAULT_BUFFER_BYTES;

  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.flushHeaders();
  const stream = createWatchStream(response, hub, form, limitBytes);
  if (plan.failure !== undefined) {
    stream.fail(plan.failure);
    return;
  }
  if (plan.initial) {
    for (const object of registry.list(resource, namespace))
      if (matches(object)) stream.send('ADDED', object, false);
    if (options.bookmarks)
      stream.send('BOOKMARK', bookmark(plan.since, { 'k8s.io/initial-events-end': 'true' }), false);
  }
  const unfollow = follow(exchange, stream, matches, plan.since);
  const timed: Timed = {
    ...timesOf(options),
    sendBookmark(now) {
      timed.bookmarkAt =
        timed.endsAt - LAST_BOOKMARK_MS <= now
          ? Infinity
          : Math.min(now + BOOKMARK_EVERY_MS, timed.endsAt - LAST_BOOKMARK_MS);
      if (stream.isIdle()) stream.send('BOOKMARK', bookmark(registry.version()), true);
    },
    end: () => {
      stream.finish();
    },
  };
  hub.add(timed);
  response.once('close', () => {
    unfollow();
    hub.remove(timed);
  });
}
