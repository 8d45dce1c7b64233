/** Puts together what a fabric answers: the findings of its cluster, and the finding about the connection itself. */
import type { LinkState } from '../../shared/model/fabric.ts';
import type { DiagnosisResult, Finding } from '../../shared/model/finding.ts';
import type { Instant } from '../../shared/model/ref.ts';
import type { Scenario } from '../../shared/model/scenario.ts';
import type { Answer } from '../store/findings-delta.ts';
import { connectionFinding, refusedEverywhere, unreadBlindSpot } from './connection-finding.ts';

/** A loss shorter than this is not worth a finding of its own, ms. */
export const LOSS_MS = 5000;

export interface AnswerParts {
  /** Context name. */
  readonly id: string;
  readonly link: LinkState;
  readonly result: DiagnosisResult;
  /** Whether there was an answer over all kinds. */
  readonly synced: boolean;
  /** When the first of the failed contacts failed; undefined once contact was made. */
  readonly failedSince: Instant | undefined;
  readonly scenarios: readonly Scenario[];
  readonly now: Instant;
}

function findingOf({ id, link, failedSince, now }: AnswerParts): Finding | undefined {
  const { phase, error, since, watches } = link;
  if (error === undefined) return undefined;
  if (phase === 'stale') {
    // One kind that cannot be read while others are live is no lost connection.
    const lost = watches.live === 0 && now - since >= LOSS_MS;
    return lost ? connectionFinding(id, error, since) : undefined;
  }
  if (phase !== 'failed') return undefined;
  // With contact made, every single kind is refused.
  if (failedSince === undefined) return connectionFinding(id, refusedEverywhere(error), since);
  return connectionFinding(id, error, failedSince);
}

/**
 * While the fabric cannot be read at all, its connection finding stands alone and everything is a blind spot; after a
 * loss it stands before the findings that are kept.
 */
export function composeAnswer(parts: AnswerParts): Answer {
  const { link, result, synced, scenarios } = parts;
  const { asOf } = link;
  const failure = findingOf(parts);
  if (failure === undefined) return { ...result, synced, asOf };
  if (link.phase === 'stale') return { ...result, findings: [failure, ...result.findings], synced, asOf };
  return {
    findings: [failure],
    blindSpots: [unreadBlindSpot(failure, scenarios)],
    complete: false,
    checks: { ran: 0, total: scenarios.length },
    synced: false,
    asOf,
  };
}
