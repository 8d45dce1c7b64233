/** Keeps the state of one fabric's link, tells when it enters another phase, and remembers how contact ended. */
import type { LinkState } from '../../shared/model/fabric.ts';
import type { Instant } from '../../shared/model/ref.ts';
import { LOSS_MS } from './fabric-answer.ts';
import type { Line } from './line.ts';
import { closedLink, nextLink } from './link-state.ts';
import type { FabricMemory } from './memory.ts';
import type { Session } from './session.ts';
import { rememberStatus } from './status-memory.ts';

export interface LinkKeeperOptions {
  readonly now: () => Instant;
  readonly memory: FabricMemory;
  /** Another phase was entered, or has lasted long enough for a finding of its own. */
  readonly onTurn: () => void;
}

export class LinkKeeper {
  readonly #options: LinkKeeperOptions;
  #timer: NodeJS.Timeout | undefined;
  state: LinkState;

  constructor(options: LinkKeeperOptions) {
    this.#options = options;
    this.state = closedLink(options.now());
  }

  /** Takes what line and watches say now. */
  update({ connector, latencyMs, version }: Line, session: Session | undefined): void {
    const { now, memory, onTurn } = this.#options;
    const before = this.state;
    this.state = nextLink(
      before,
      {
        contact: session === undefined ? connector.state : 'made',
        error: connector.error,
        nextTryAt: connector.nextTryAt,
        watches: session?.states() ?? [],
        latencyMs,
        serverVersion: version,
      },
      now(),
    );
    rememberStatus(memory, this.state, now());
    if (before.phase === this.state.phase) return;
    clearTimeout(this.#timer);
    if (this.state.phase === 'stale') {
      this.#timer = setTimeout(onTurn, LOSS_MS + 100);
      this.#timer.unref();
    }
    onTurn();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.state = closedLink(this.#options.now());
  }
}
