/** The list-watch (client-go's reflector): a complete list, then every change, for ever, with its staleness known. */
import { AppFailure } from '../../shared/errors.ts';
import type { AppError } from '../../shared/errors.ts';
import type { KubeObject } from '../../shared/model/kube.ts';
import { createObjectCodec } from './codec.ts';
import type { Codec, WatchEvent } from './codec.ts';
import type { Reflector, ReflectorOptions, ReflectorSink } from './contract.ts';
import { listPages } from './list-pages.ts';
import { planRetry } from './retry-plan.ts';
import { collectionPath } from './resource-url.ts';
import { endedEarly, restored } from './watch-errors.ts';
import { createStateKeeper } from './state-keeper.ts';
import { TIMING, createSleeper, jitter } from './timing.ts';
import type { Timing } from './timing.ts';
import { followWatch } from './watch-stream.ts';

/** What any list-watch needs, whatever it makes of the items. */
export interface ListWatchOptions<T> extends Omit<ReflectorOptions<T>, 'prepare'> {
  readonly codec: Codec<T>;
}

const PAGE_SIZE = 500;
/** Silence after which `retryNow` mistrusts a watch, ms. */
const DOUBT_MS = 15_000;

/**
 * True where a bookmark is older than what the server said before: its data was restored from a backup, and it holds
 * back all events up to the version that we asked from.
 */
export function wentBack(before: string, next: string): boolean {
  if (!/^\d{1,20}$/.test(before) || !/^\d{1,20}$/.test(next)) return false;
  return BigInt(next) < BigInt(before);
}

/** Starts at once. `timing` is for tests. */
export function startListWatch<T>(options: ListWatchOptions<T>, timing: Timing = TIMING): Reflector {
  const { client, codec, resource, namespace, fieldSelector } = options;
  const controller = new AbortController();
  const { signal } = controller;
  const sleeper = createSleeper(signal);
  const sink: ReflectorSink<T> = options.sink;
  const keeper = createStateKeeper((state) => {
    if (!signal.aborted) sink.state(state);
  }, timing.now);
  const query = { fieldSelector };

  let uids = new Set<string>();
  let resourceVersion: string | undefined;
  let listed = false;
  let dropped = 0;
  let failures = 0;
  /** When the present watch was answered, ms; undefined while none is open. */
  let openedAt: number | undefined;
  let doubt: ((silentMs: number) => void) | undefined;
  let grace: NodeJS.Timeout | undefined;
  let paused = false;
  /** When the last attempt ended, ms of performance.now: what answers after it may be another cluster. */
  let endedAt = Number.NEGATIVE_INFINITY;
  let settle: () => void = () => undefined;
  const synced = new Promise<void>((resolve) => {
    settle = resolve;
  });

  const answerMs = (): number => client.timeoutMs ?? timing.answer;

  /** Waits until the fabric's gate lets requests through; what keeps it shut shows as staleness. */
  async function admit(): Promise<void> {
    await client.gate?.pass(endedAt, signal, (why) => {
      clearTimeout(grace);
      // A refusal or an absent kind is better known than the reason why nobody can ask again.
      if (keeper.phase !== 'denied' && keeper.phase !== 'absent') keeper.enter('stale', why);
    });
    signal.throwIfAborted();
  }

  /** Paused: open watches end. Lost: those that are silent do, and all meet at the gate. Open: back-offs are over. */
  const stopListening = client.gate?.listen(
    (shut) => {
      paused = shut?.paused === true;
      if (shut === undefined) failures = 0;
      if (!sleeper.wake() && shut !== undefined) doubt?.(shut.paused ? 0 : DOUBT_MS);
    },
    (silentMs) => doubt?.(silentMs),
  );

  async function list(path: string): Promise<void> {
    if (keeper.phase === 'idle') keeper.enter('listing');
    let received = 0;
    const { items, resourceVersion: version } = await listPages({
      client,
      path,
      codec,
      query,
      pageSize: options.pageSize ?? PAGE_SIZE,
      timeoutMs: answerMs(),
      signal,
      onPage(page, last) {
        if (signal.aborted) return;
        received += page.items.length;
        dropped += page.dropped;
        if (!listed) {
          keeper.count(received, received + (page.remaining ?? 0));
          if (!last) sink.page?.(page.items.map((item) => item.value));
          keeper.enter('listing');
          keeper.tell();
        } else if (keeper.phase !== 'expired') keeper.enter('catching-up');
      },
    });
    signal.throwIfAborted();
    uids = new Set(items.map((item) => item.uid));
    sink.replace(items.map((item) => item.value));
    resourceVersion = version;
    listed = true;
    keeper.prove();
    keeper.count(uids.size);
    keeper.enter('catching-up');
    settle();
  }

  function onEvent(event: Exclude<WatchEvent<T>, { type: 'error' }>): void {
    const restoredNow = event.type === 'bookmark' && wentBack(resourceVersion ?? '', event.resourceVersion);
    if (restoredNow) throw new AppFailure(restored(client, resource.resource));
    if (event.type === 'dropped') dropped++;
    else if (event.type === 'upsert') {
      uids.add(event.item.uid);
      sink.upsert(event.item.value);
    } else if (event.type === 'remove') {
      uids.delete(event.item.uid);
      sink.remove(event.item.value);
    }
    // Only now: an event on which the sink fails comes again.
    if (event.resourceVersion !== '') ({ resourceVersion } = event);
    failures = 0;
    keeper.heard(event.type === 'bookmark' ? 'bookmark' : 'event');
    keeper.count(uids.size);
    if (event.type === 'bookmark') keeper.tell();
  }

  async function watch(path: string, from: string): Promise<'ended' | 'silent'> {
    try {
      return await followWatch({
        client,
        path,
        codec,
        query,
        resourceVersion: from,
        timing,
        signal,
        // The link of a live watch is in doubt; that must show soon.
        timeoutMs: keeper.phase === 'live' ? Math.min(DOUBT_MS, answerMs()) : answerMs(),
        onOpen(end) {
          clearTimeout(grace);
          if (signal.aborted) return;
          openedAt = timing.now();
          if (paused) {
            end(0);
            return;
          }
          doubt = end;
          keeper.prove();
          keeper.enter('live');
        },
        onEvent,
      });
    } finally {
      doubt = undefined;
    }
  }

  /** What follows a failure; returns the pause before the next attempt, ms. */
  function fail(error: AppError): number {
    const steady = openedAt !== undefined && lifetime() >= timing.steady;
    if (openedAt !== undefined) keeper.reconnected();
    if (steady) failures = 0;
    failures++;
    const plan = planRetry(error, failures, openedAt !== undefined, timing);
    if (plan.relist) resourceVersion = undefined;
    if (plan.phase === 'absent' && uids.size > 0) {
      uids = new Set();
      sink.replace([]);
      keeper.count(0);
    }
    if (plan.phase === 'denied' || plan.phase === 'absent') settle();
    const atOnce = steady && plan.phase === 'stale' && plan.usual;
    // A watch that broke after a while is mostly a restart or a load balancer: no word of staleness before a retry.
    if (atOnce) keeper.enter('catching-up');
    else keeper.enter(plan.phase, plan.phase === 'expired' ? undefined : error);
    return atOnce ? 0 : plan.pause;
  }

  /**
   * A role may allow to list a kind and not to watch it: then it is listed now and again, and `asOf` tells the age.
   * A watch that is refused after it ran proves nothing of the list, which is asked for at once.
   */
  function poll(error: AppError, listedNow: boolean): number {
    resourceVersion = undefined;
    if (!listedNow) return 0;
    failures = 0;
    keeper.enter('live', error);
    return jitter(timing.poll, timing.random);
  }

  const wasAnswered = (): boolean => openedAt !== undefined;
  /** How long the present watch has been answered, ms. */
  const lifetime = (): number => (openedAt === undefined ? 0 : timing.now() - openedAt);

  async function attempt(): Promise<number> {
    openedAt = undefined;
    /** What the requests of this attempt have come to. */
    const reached = { listed: false, watch: false };
    try {
      const path = collectionPath(resource, namespace);
      await admit();
      if (resourceVersion === undefined) {
        await list(path);
        reached.listed = true;
      }
      reached.watch = true;
      const end = await watch(path, resourceVersion ?? '');
      if (signal.aborted) return 0;
      if (lifetime() >= timing.steady) failures = 0;
      // After minutes without a word the computer slept: better a fresh list than a long way to catch up.
      if (end === 'silent' && timing.now() - (keeper.state.asOf ?? 0) > timing.watch)
        resourceVersion = undefined;
      // A server that ends each watch at once must not be asked in a loop.
      if (end === 'silent' || lifetime() >= timing.minBackOff) {
        // Nothing is lost so far: not each renewal is to be seen.
        grace = setTimeout(() => {
          keeper.enter('catching-up');
        }, timing.grace);
        return 0;
      }
      keeper.enter('catching-up');
      failures++;
      return planRetry(endedEarly(client, resource.resource), failures, true, timing).pause;
    } catch (cause) {
      clearTimeout(grace);
      if (signal.aborted) return 0;
      const error = cause instanceof AppFailure ? cause.error : client.toAppError(cause);
      const refused = error.code === 'forbidden' || error.status === 405;
      return refused && reached.watch && !wasAnswered() ? poll(error, reached.listed) : fail(error);
    } finally {
      endedAt = performance.now();
    }
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      const pause = await attempt();
      if (pause > 0) await sleeper.sleep(pause);
    }
  }
  void run();

  return {
    get state() {
      return keeper.state;
    },
    get vitals() {
      return keeper.vitals;
    },
    get dropped() {
      return dropped;
    },
    synced,
    retryNow() {
      failures = 0;
      if (!sleeper.wake()) doubt?.(DOUBT_MS);
    },
    stop() {
      controller.abort();
      clearTimeout(grace);
      stopListening?.();
      settle();
    },
  };
}

/** The list-watch of whole objects, prepared for the sink. Starts at once; never throws, its `state` tells. */
export function createReflector<T = KubeObject>(
  options: ReflectorOptions<T>,
  timing: Timing = TIMING,
): Reflector {
  const { prepare, ...rest } = options;
  return startListWatch({ ...rest, codec: createObjectCodec(prepare) }, timing);
}
