/** The words and the tone for the state of a fabric's connection, used by tiles, status bar and states alike. */
import type { ErrorCode } from '../../shared/errors.ts';
import type { FabricSummary, LinkState, WatchPhase } from '../../shared/model/fabric.ts';
import { SEVERITIES, type Severity } from '../../shared/model/finding.ts';
import type { Instant } from '../../shared/model/ref.ts';
import { formatCount } from './text.ts';
import { formatAge, formatDuration } from './time.ts';

/** What a glyph can say beside the severities. `none` is "nothing is known and nothing was asked". */
export type State = 'ok' | 'unknown' | 'stale' | 'denied' | 'failed' | 'busy' | 'none';

/** Short words for a failure, where its full sentence has no room. */
export const ERROR_WORDS: Readonly<Record<ErrorCode, string>> = {
  'kubeconfig-missing': 'kubeconfig not found',
  'kubeconfig-unreadable': 'kubeconfig not readable',
  'kubeconfig-invalid': 'kubeconfig not valid',
  'context-missing': 'context not found',
  'context-broken': 'context incomplete',
  'credentials-failed': 'no credentials',
  unreachable: 'server unreachable',
  timeout: 'no answer in time',
  'tls-untrusted': 'certificate not trusted',
  unauthorized: 'sign-in refused',
  forbidden: 'access denied',
  'not-found': 'not found',
  'not-served': 'kind not served',
  expired: 'list expired',
  conflict: 'conflict',
  invalid: 'request not valid',
  throttled: 'server throttles',
  'server-error': 'server error',
  'not-kubernetes': 'not a Kubernetes API',
  'bad-request': 'request refused',
  cancelled: 'cancelled',
  'stream-closed': 'stream closed',
  internal: 'internal fault',
};

export interface LinkWords {
  readonly state: State;
  /** One line: `Live`, `Stale for 5 min`, `Cannot connect: server unreachable`, `Not opened`. */
  readonly text: string;
}

/** The connection in one line. */
export function describeLink(
  fabric: Pick<FabricSummary, 'link' | 'problem' | 'pause'>,
  now: Instant,
): LinkWords {
  const { link, problem, pause } = fabric;
  if (pause && link.phase !== 'closed' && !problem)
    return pause.why === 'sign-in'
      ? { state: 'failed', text: 'Paused: sign in' }
      : { state: 'stale', text: 'Retries stopped' };
  if (problem) return { state: 'failed', text: `Cannot open: ${ERROR_WORDS[problem.code]}` };
  switch (link.phase) {
    case 'closed':
      return { state: 'none', text: 'Not opened' };
    case 'connecting':
      return { state: 'busy', text: 'Connecting' };
    case 'syncing':
      return { state: 'busy', text: describeShare(link) };
    case 'live':
      // Contact alone proves nothing where every kind is refused.
      return isAllDenied(link)
        ? { state: 'denied', text: 'Connected, all denied' }
        : { state: 'ok', text: 'Live' };
    case 'stale':
      return { state: 'stale', text: `Stale for ${formatAge(link.asOf ?? link.since, now)}` };
    case 'failed':
      return {
        state: 'failed',
        text: link.error ? `Cannot connect: ${ERROR_WORDS[link.error.code]}` : 'Cannot connect',
      };
  }
}

function describeShare({ progress }: LinkState): string {
  if (!progress || progress.expected <= progress.received) return 'Reading';
  return `Reading, ${String(Math.floor((100 * progress.received) / progress.expected))} %`;
}

/** True where the server refuses every kind that the checks need. */
export function isAllDenied(link: Pick<LinkState, 'watches'>): boolean {
  return link.watches.total > 0 && link.watches.denied === link.watches.total;
}

/** `Reading 3,500 of about 5,000`, as far as the server says. */
export function describeProgress(link: LinkState): string {
  const progress = link.progress;
  if (!progress) return 'Reading';
  if (progress.expected > progress.received)
    return `Reading ${formatCount(progress.received)} of about ${formatCount(progress.expected)}`;
  return `Reading, ${formatCount(progress.received)} so far`;
}

/** `next try in 8 s`, or undefined where none is planned. */
export function describeNextTry(link: LinkState, now: Instant): string | undefined {
  if (link.nextTryAt === undefined) return undefined;
  const left = link.nextTryAt - now;
  return left > 0 ? `next try in ${formatDuration(left + 999)}` : 'trying now';
}

/** The worst severity with at least one root finding. */
export function worstOf(counts: Readonly<Record<Severity, number>>): Severity | undefined {
  return SEVERITIES.find((severity) => counts[severity] > 0);
}

/** Words and tone for the state of one kind's list-watch. */
export const WATCH_WORDS: Readonly<Record<WatchPhase, { readonly state: State; readonly text: string }>> = {
  idle: { state: 'none', text: 'Not started' },
  listing: { state: 'busy', text: 'Listing' },
  live: { state: 'ok', text: 'Live' },
  'catching-up': { state: 'busy', text: 'Catching up' },
  stale: { state: 'stale', text: 'Stale' },
  denied: { state: 'denied', text: 'Denied' },
  expired: { state: 'stale', text: 'Expired, lists again' },
  absent: { state: 'none', text: 'Not served' },
};
