/** Keeps passing observations off the screen, for the app: findings appear and go with a delay. Pure: time is passed in. */
import type { ClusterView } from '../cluster/view.ts';
import { KINDS } from '../kinds/kinds.ts';
import type { DiagnosisResult, Finding, FindingId } from '../model/finding.ts';
import type { KindId } from '../model/kube.ts';
import type { Instant, Ref } from '../model/ref.ts';
import { compareSeverity } from './rank.ts';
import { reuseFindings } from './reuse.ts';

/** Two observations count as two only so far apart (ms). */
const CONFIRM_MS = 1000;
/** A finding goes after so long without being seen (ms). */
const QUIET_MS = 30_000;

/** What is remembered of one finding between two steps. */
interface Memory {
  readonly finding: Finding;
  /** First of the observations without a gap. */
  readonly firstSeen: Instant;
  readonly shown: boolean;
  /** Since when it is not seen any more, on a live link. */
  readonly quietSince?: Instant;
}

/** What the layer remembers; start with `NO_MEMORY`. */
export interface HysteresisState {
  readonly memories: ReadonlyMap<FindingId, Memory>;
  /** What was shown last. */
  readonly shown: readonly Finding[];
}
export const NO_MEMORY: HysteresisState = { memories: new Map(), shown: [] };

export interface HysteresisStep {
  readonly state: HysteresisState;
  readonly result: DiagnosisResult;
  /** When time alone changes the result: step again then. */
  readonly nextAt: Instant | undefined;
}

export interface Surroundings {
  readonly now: Instant;
  /** True while the link is stale: what is shown becomes unverified, and nothing resolves. */
  readonly stale: boolean;
  readonly exists: (ref: Ref) => boolean;
}

/** Whether an object is in the store: never for an object of a kind that is not stored, whose members speak for it. */
export function existsIn(view: Pick<ClusterView, 'get' | 'byUid'>): (ref: Ref) => boolean {
  return ({ kind, namespace, name, uid }) => {
    if (uid !== undefined) return view.byUid(uid) !== undefined;
    return Object.hasOwn(KINDS, kind) && view.get(kind as KindId, namespace, name) !== undefined;
  };
}

/**
 * One step: what is to be shown of what the engine says now. A finding appears at once if it is `terminal`, else with
 * its second observation at least 1 s after the first; it is `clearing` once it is not seen any more and goes after
 * 30 s of that, or at once when its subject and all members are gone. Chains skip what is not shown.
 */
export function stepHysteresis(
  before: HysteresisState,
  observed: DiagnosisResult,
  surroundings: Surroundings,
): HysteresisStep {
  const memories = new Map<FindingId, Memory>();
  for (const finding of observed.findings) {
    memories.set(finding.id, observe(before.memories.get(finding.id), finding, surroundings));
  }
  for (const [id, memory] of before.memories) {
    const left = memories.has(id) ? undefined : miss(memory, surroundings);
    if (left !== undefined) memories.set(id, left);
  }
  dropHollow(memories, observed);
  const findings = relink(inOrder(memories, observed), observed, surroundings.stale);
  const shown = reuseFindings(before.shown, findings);
  return {
    state: { memories, shown },
    result: { ...observed, findings: shown },
    nextAt: nextChange(memories, surroundings),
  };
}

function observe(memory: Memory | undefined, finding: Finding, { now }: Surroundings): Memory {
  // One that returns while it is clearing is shown on, and one not shown yet that was missed begins anew.
  const firstSeen = memory?.firstSeen ?? now;
  const shown = memory?.shown === true || finding.terminal === true || now - firstSeen >= CONFIRM_MS;
  return { finding, firstSeen, shown };
}

/** What remains of a finding that is not observed now. */
function miss(memory: Memory, { now, stale, exists }: Surroundings): Memory | undefined {
  if (!memory.shown) return undefined;
  const { quietSince, ...seen } = memory;
  if (stale) return seen;
  const { subject, members } = memory.finding;
  const named = [subject, ...members].filter(({ uid }) => uid !== undefined);
  if (named.length > 0 && !named.some(exists)) return undefined;
  const since = quietSince ?? now;
  return now - since >= QUIET_MS ? undefined : { ...seen, quietSince: since };
}

/** A finding about an absent object that is not observed lasts only as long as an effect of it is still shown. */
function dropHollow(state: Map<FindingId, Memory>, observed: DiagnosisResult): void {
  const seen = new Set(observed.findings.map(({ id }) => id));
  for (const [id, { finding }] of state) {
    if (seen.has(id) || finding.subject.uid !== undefined || finding.effects.length === 0) continue;
    if (!finding.effects.some((effect) => state.get(effect)?.finding.rootCause === id)) state.delete(id);
  }
}

/** What is shown: in the engine's order, and each clearing one behind those of its severity. */
function inOrder(state: ReadonlyMap<FindingId, Memory>, observed: DiagnosisResult): Finding[] {
  const seen = new Set(observed.findings.map(({ id }) => id));
  const active = observed.findings.filter(({ id }) => state.get(id)?.shown === true);
  const clearing = [...state.values()].filter(({ finding, shown }) => shown && !seen.has(finding.id));
  return [...active, ...clearing.map(({ finding }) => finding)].sort((a, b) =>
    compareSeverity(a.severity, b.severity),
  );
}

/** Chains over what is shown, and each finding's status. */
function relink(shown: readonly Finding[], observed: DiagnosisResult, stale: boolean): Finding[] {
  const all = new Map([...shown, ...observed.findings].map((finding) => [finding.id, finding]));
  const visible = new Set(shown.map(({ id }) => id));
  const seen = new Set(observed.findings.map(({ id }) => id));
  const causes = new Map<FindingId, FindingId | null>();
  for (const { id, rootCause } of shown) {
    let cause = rootCause;
    // No circle: what is observed leads to what is observed, and what is clearing to what was seen no earlier than it.
    while (cause !== null && !visible.has(cause)) cause = all.get(cause)?.rootCause ?? null;
    causes.set(id, cause);
  }
  const effects = new Map<FindingId, FindingId[]>();
  for (const [id, cause] of causes)
    if (cause !== null) effects.set(cause, [...(effects.get(cause) ?? []), id]);
  return shown.map((finding) => ({
    ...finding,
    rootCause: causes.get(finding.id) ?? null,
    effects: effects.get(finding.id) ?? [],
    status: stale ? 'unverified' : seen.has(finding.id) ? 'active' : 'clearing',
  }));
}

function nextChange(state: ReadonlyMap<FindingId, Memory>, { stale }: Surroundings): Instant | undefined {
  const times = [...state.values()].flatMap(({ shown, firstSeen, quietSince }) => {
    if (!shown) return firstSeen + CONFIRM_MS;
    return quietSince === undefined || stale ? [] : quietSince + QUIET_MS;
  });
  return times.length === 0 ? undefined : Math.min(...times);
}
