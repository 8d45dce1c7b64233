/** Which of its states the triage view is in, and the sentence in its head. */
import type { FabricSummary, LinkState } from '../../../shared/model/fabric.ts';
import { isAllDenied } from '../../parts/link-words.ts';
import { plural } from '../../parts/text.ts';
import type { FabricFindings } from '../../state/findings.svelte.ts';
import type { Forest } from '../../state/forest.ts';

/**
 * `broken`: the context cannot be opened. `closed`: nothing was contacted. `unreadable`: the diagnosis cannot be
 * followed. `loading`: no finding yet and not done. `denied`: nothing may be read. `verified`: all checks ran, nothing
 * found. `unverified`: nothing found, which proves little. `stale`: nothing known but old data. `findings`: there are.
 */
export type TriageViewState =
  | 'broken'
  | 'closed'
  | 'failed'
  | 'unreadable'
  | 'loading'
  | 'denied'
  | 'stale'
  | 'unverified'
  | 'verified'
  | 'findings';

type Diagnosis = Pick<FabricFindings, 'forest' | 'synced' | 'complete' | 'error' | 'blindSpots' | 'checks'>;

/** Decides the state. An empty list counts as verified only when all is live and every check ran. */
export function viewStateOf(
  fabric: Pick<FabricSummary, 'link' | 'problem'>,
  diagnosis: Diagnosis,
): TriageViewState {
  const { phase } = fabric.link;
  if (fabric.problem) return 'broken';
  if (phase === 'closed') return 'closed';
  if (diagnosis.forest.roots.length > 0) return 'findings';
  if (phase === 'failed') return 'failed';
  if (diagnosis.error) return 'unreadable';
  if (phase === 'stale') return 'stale';
  if (!diagnosis.synced || phase !== 'live') return 'loading';
  if (isAllDenied(fabric.link)) return 'denied';
  const allRan =
    diagnosis.complete &&
    diagnosis.blindSpots.length === 0 &&
    diagnosis.checks.ran === diagnosis.checks.total;
  return allRan && diagnosis.checks.total > 0 ? 'verified' : 'unverified';
}

/** True while lists still run, so that there may be more findings than are known. */
export function isReading(link: Pick<LinkState, 'phase'>, diagnosis: Pick<Diagnosis, 'synced'>): boolean {
  return !diagnosis.synced && link.phase !== 'failed' && link.phase !== 'stale';
}

/** `9 root causes explain 46 symptoms`, `5 root causes`; while data comes in, that there may be more. */
export function describeForest({ roots, symptoms }: Forest, reading: boolean): string {
  const causes = plural(roots.length, 'root cause');
  if (reading) return `${causes} so far`;
  return symptoms === 0
    ? causes
    : `${causes} ${roots.length === 1 ? 'explains' : 'explain'} ${plural(symptoms, 'symptom')}`;
}
