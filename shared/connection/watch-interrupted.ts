/** conn/watch-interrupted: list-watches that deliver nothing while the connection as a whole stands. */
import type { WatchHealth } from '../model/connection.ts';
import type { Finding } from '../model/finding.ts';
import type { Instant } from '../model/ref.ts';
import { clean, count, enumerate, formatDuration } from '../scenarios/words.ts';
import { fabricFinding } from './make-finding.ts';
import { formatInstant } from './words.ts';

/** Without an event or bookmark for so long a watch is silent: bookmarks come about once a minute (catalogue). */
const SILENT_MS = 90_000;
/** Shorter than this is a routine reconnect. */
const RECONNECT_MS = 10_000;

type Trouble = 'stale' | 'silent' | 'slow';

/** Last proof that a watch lives. */
const lastSign = ({ lastEventAt = 0, lastBookmarkAt = 0, startedAt, state }: WatchHealth): Instant =>
  Math.max(lastEventAt, lastBookmarkAt, startedAt, state.asOf ?? 0);

/** A 410 (`expired`) and the catching up after it are routine unless they last. */
function troubleOf(watch: WatchHealth, now: Instant): Trouble | undefined {
  const { phase, since, asOf } = watch.state;
  const lasts = now - since;
  if (phase === 'stale') return asOf !== undefined && lasts >= RECONNECT_MS ? 'stale' : undefined;
  if (phase === 'expired' || phase === 'catching-up') return lasts > SILENT_MS ? 'slow' : undefined;
  // A server that never sent a bookmark does not send any: silence then says nothing.
  if (phase !== 'live' || watch.lastBookmarkAt === undefined) return undefined;
  return now - lastSign(watch) > SILENT_MS ? 'silent' : undefined;
}

const nameOf = ({ resource, group, namespace }: WatchHealth): string => {
  const name = clean(group === '' ? resource : `${resource}.${group}`, 160);
  return namespace === undefined ? name : `${name} in ${clean(namespace, 63)}`;
};

/**
 * The finding while single watches are interrupted: high where what is shown is stale, else low. undefined where all
 * deliver, and where none does: then the connection itself is lost, which has a finding of its own.
 */
export function watchInterrupted(
  fabric: string,
  watches: readonly WatchHealth[],
  now: Instant,
): Finding | undefined {
  const troubled = watches.flatMap((watch) => {
    const trouble = troubleOf(watch, now);
    return trouble === undefined ? [] : [{ watch, trouble }];
  });
  if (troubled.length === 0 || !watches.some(({ state }) => state.phase === 'live')) return undefined;
  const stale = troubled.filter(({ trouble }) => trouble === 'stale');
  const told = stale.length > 0 ? stale : troubled;
  const names = enumerate(
    told.map(({ watch }) => nameOf(watch)),
    3,
  );
  const oldest = Math.min(...told.map(({ watch }) => watch.state.asOf ?? lastSign(watch)));
  return fabricFinding(fabric, {
    scenario: 'conn/watch-interrupted',
    severity: stale.length > 0 ? 'high' : 'low',
    summary:
      stale.length > 0
        ? `Fabric ${fabric} shows stale data of ${names}, as of ${formatInstant(oldest)}`
        : `Fabric ${fabric} has had no sign of life from the watch of ${names} for ${formatDuration(now - oldest)}`,
    cause: `${count(troubled.length, 'watch', 'watches')} of ${watches.length} ${troubled.length === 1 ? 'is' : 'are'} interrupted while others deliver: an idle connection was cut, or the server does not serve this kind at the moment.`,
    advice: 'Retry now in the connection view: it opens these watches anew.',
    since: Math.min(...told.map(({ watch }) => watch.state.since)),
    evidence: told.slice(0, 10).map(({ watch }) => ({
      path: `watches.${nameOf(watch)}`,
      observed: watchText(watch, now),
      why:
        watch.state.error === undefined
          ? 'The last proof that it delivers.'
          : clean(watch.state.error.message, 300),
    })),
    terminal: false,
  });
}

function watchText(watch: WatchHealth, now: Instant): string {
  const { state, lastEventAt, lastBookmarkAt } = watch;
  const ago = (instant: Instant | undefined): string =>
    instant === undefined ? 'never' : `${formatDuration(now - instant)} ago`;
  return `${state.phase} for ${formatDuration(now - state.since)}, last event ${ago(lastEventAt)}, last bookmark ${ago(lastBookmarkAt)}, ${count(state.reconnects, 'reconnect')}`;
}
