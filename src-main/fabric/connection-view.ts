/** Puts together all that the connection view shows of one fabric. */
import type { BreakerState, ConnectionView, HealthCheck } from '../../shared/model/connection.ts';
import type { Line } from './line.ts';
import type { FabricMemory } from './memory.ts';
import { Patience } from './patience.ts';
import type { ProbeKeeper } from './probe-keeper.ts';
import type { Session } from './session.ts';
import { watchHealth } from './watch-health.ts';

export interface ViewParts {
  /** Context name. */
  readonly fabric: string;
  /** Undefined while the fabric is closed. */
  readonly line: Line | undefined;
  readonly session: Session | undefined;
  readonly probe: Pick<ProbeKeeper, 'report' | 'running'>;
  readonly health: readonly HealthCheck[];
  readonly memory: FabricMemory;
  /** As in `KubeContext.own`. */
  readonly fixedTimeoutMs: number;
  readonly reachable: readonly string[];
}

const CLOSED: BreakerState = { state: 'closed', failures: 0 };

/** What the line tells while the fabric is open. */
function ofLine({ connector, patience, credentials, client, identity }: Line) {
  return {
    attempts: [...connector.attempts],
    breaker: connector.breaker,
    ...(connector.pause !== undefined && { pause: connector.pause }),
    ...(connector.nextTryAt !== undefined && { nextTryAt: connector.nextTryAt }),
    timeoutMs: patience.ms,
    ...(credentials !== undefined && { credentials }),
    requests: client?.times() ?? [],
    identity: identity.state,
  };
}

/** What is remembered of a fabric that is closed. */
function ofMemory({ memory, fixedTimeoutMs }: ViewParts) {
  const { identity } = memory.read();
  return {
    attempts: [],
    breaker: CLOSED,
    timeoutMs: new Patience(memory, () => fixedTimeoutMs).ms,
    requests: [],
    identity: { state: 'unknown' as const, ...(identity !== undefined && { pinned: identity }) },
  };
}

/** Holds no secret: errors, reports and facts are masked where they are made. */
export function connectionView(parts: ViewParts): ConnectionView {
  const { fabric, line, session, probe, health, memory, reachable } = parts;
  return {
    fabric,
    ...(probe.report !== undefined && { probe: probe.report }),
    probing: probe.running,
    ...(line === undefined ? ofMemory(parts) : ofLine(line)),
    watches: watchHealth(session?.watches ?? [], line?.connector.shut),
    health,
    status: memory.read().status ?? { state: 'unknown' },
    reachable,
  };
}
