/** Puts together what a fabric answers: the findings of its cluster, and those about the way to it. */
import { accessGaps } from '../../shared/connection/access-gaps.ts';
import {
  connectionFindings,
  refusedEverywhere,
  unreadBlindSpot,
} from '../../shared/connection/connection-finding.ts';
import { credentialExpiring } from '../../shared/connection/credential-expiring.ts';
import { identityChanged } from '../../shared/connection/identity-changed.ts';
import { throttled } from '../../shared/connection/throttled.ts';
import { watchInterrupted } from '../../shared/connection/watch-interrupted.ts';
import { countChecks } from '../../shared/diagnosis/blind-spots.ts';
import { compareSeverity } from '../../shared/diagnosis/rank.ts';
import type {
  CredentialFacts,
  IdentityState,
  ProbeReport,
  RequestTimes,
  WatchHealth,
} from '../../shared/model/connection.ts';
import type { LinkState } from '../../shared/model/fabric.ts';
import type { DiagnosisResult, Finding } from '../../shared/model/finding.ts';
import type { Instant } from '../../shared/model/ref.ts';
import type { Scenario } from '../../shared/model/scenario.ts';
import type { Answer } from '../store/findings-delta.ts';

/** A loss shorter than this is not worth a finding of its own, ms. */
export const LOSS_MS = 5000;

export interface AnswerParts {
  /** Context name. */
  readonly id: string;
  readonly link: LinkState;
  readonly result: DiagnosisResult;
  /** Whether there was an answer over all kinds. */
  readonly synced: boolean;
  /** Whether the cluster was ever reached in this stay. */
  readonly contacted: boolean;
  /** When the first of the failed contacts failed; undefined while contact is made. */
  readonly failedSince: Instant | undefined;
  readonly probe?: ProbeReport | undefined;
  readonly facts?: CredentialFacts | undefined;
  readonly identity?: IdentityState | undefined;
  readonly watches?: readonly WatchHealth[] | undefined;
  readonly times?: readonly RequestTimes[] | undefined;
  /** Other fabrics that answer now. */
  readonly reachable?: readonly string[] | undefined;
  readonly scenarios: readonly Scenario[];
  readonly now: Instant;
}

/** Why the fabric cannot be read; the root first, its effects after it. */
function failuresOf(parts: AnswerParts): readonly Finding[] {
  const { id, link, failedSince, contacted, facts, reachable, now } = parts;
  const { phase, error, since, watches } = link;
  // Stopped by hand, with nothing wrong before, is no failure.
  if (error === undefined || error.code === 'cancelled') return [];
  // A probe of an earlier failure says nothing of this one.
  const probe =
    parts.probe !== undefined && parts.probe.at >= (failedSince ?? since) ? parts.probe : undefined;
  const known = { probe, facts, reachable };
  if (phase === 'stale') {
    // One kind that cannot be read while others are live is no lost connection.
    const lost = watches.live === 0 && now - since >= LOSS_MS;
    return lost ? connectionFindings(id, error, since, known) : [];
  }
  if (phase !== 'failed') return [];
  // With contact made, every single kind is refused.
  if (contacted && failedSince === undefined)
    return connectionFindings(id, refusedEverywhere(error), since, known);
  return connectionFindings(id, error, failedSince ?? since, known);
}

/** What is worth knowing of the way to the cluster while it is read. */
function noticesOf(parts: AnswerParts): Finding[] {
  const { id, facts, identity, watches = [], times = [], result, synced, now } = parts;
  const user = watches.find(({ state }) => state.phase === 'denied')?.state.error?.details?.user;
  return [
    identity && identityChanged(id, identity),
    facts && credentialExpiring(id, facts, now),
    throttled(id, { times }, now),
    watchInterrupted(id, watches, now),
    synced ? accessGaps(id, result.blindSpots, user) : undefined,
  ].flatMap((finding) => finding ?? []);
}

/**
 * While the fabric cannot be read at all, its connection finding stands alone and everything is a blind spot; after a
 * loss it stands before the findings that are kept.
 */
export function composeAnswer(parts: AnswerParts): Answer {
  const { link, result, synced, scenarios } = parts;
  const { asOf } = link;
  const failures = failuresOf(parts);
  const [root] = failures;
  if (root !== undefined && link.phase !== 'stale')
    return {
      findings: failures,
      blindSpots: [unreadBlindSpot(root, scenarios)],
      complete: false,
      checks: { ran: 0, total: countChecks(scenarios) },
      synced: false,
      asOf,
    };
  // What keeps the fabric from being read is not told a second time as a notice.
  const notices = noticesOf(parts).filter(({ id }) => failures.every((failure) => failure.id !== id));
  // The sort is stable: findings of the cluster keep their own order.
  const others = [...notices, ...result.findings].sort((a, b) => compareSeverity(a.severity, b.severity));
  return { ...result, findings: [...failures, ...others], synced, asOf };
}
