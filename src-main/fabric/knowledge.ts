/** What the state of a watch means for the diagnosis. */
import type { KnowledgeReason } from '../../shared/cluster/source.ts';
import type { Knowledge } from '../../shared/cluster/view.ts';
import type { WatchState } from '../../shared/model/fabric.ts';

/** A kind once listed stays known: stale data mark the finding, not the claim. */
export function knowledgeOf(state: WatchState): Knowledge {
  if (state.phase === 'denied') return 'denied';
  if (state.phase === 'absent') return 'absent';
  return state.asOf === undefined ? 'unknown' : 'known';
}

/** Whether a first answer need not wait for this kind any more. */
export function isSettled(state: WatchState): boolean {
  return knowledgeOf(state) !== 'unknown';
}

/** Why a kind is not known, for its blind spot; undefined where it is known, or nothing went wrong so far. */
export function reasonOf(state: WatchState): KnowledgeReason | undefined {
  const { error } = state;
  if (error === undefined || knowledgeOf(state) === 'known') return undefined;
  const { verb } = error.details ?? {};
  return {
    reason: error.message,
    ...(verb !== undefined && { verb }),
    ...(error.hint !== undefined && { fix: error.hint }),
  };
}
