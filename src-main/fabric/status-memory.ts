/** Remembers how the last contact with a fabric ended. */
import type { LinkState } from '../../shared/model/fabric.ts';
import type { Instant } from '../../shared/model/ref.ts';
import type { FabricMemory } from './memory.ts';

/** Writes on a change of the outcome or its reason alone: an outage that lasts is not written with each attempt. */
export function rememberStatus(memory: FabricMemory, { phase, error }: LinkState, now: Instant): void {
  const { status } = memory.read();
  if (phase === 'syncing' || phase === 'live') {
    if (status?.state !== 'connected') memory.write({ status: { state: 'connected', at: now } });
  } else if ((phase === 'failed' || phase === 'stale') && error !== undefined) {
    if (status?.state === 'failed' && status.error?.code === error.code) return;
    memory.write({ status: { state: 'failed', at: now, error } });
  }
}
