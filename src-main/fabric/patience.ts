/** How long one fabric may take to answer: grows when it takes longer, up to a limit, and is remembered. */
import type { FabricMemory } from './memory.ts';

/** Catalogue HH-K8S-004: 30 → 60 → 120 s, then no more, so that nobody waits for ever. */
const STEPS_MS = [30_000, 60_000, 120_000] as const;

export class Patience {
  readonly #memory: FabricMemory;
  readonly #fixed: () => number;
  #ms: number;

  /** `fixed` is what the settings say, ms; 0: found out. */
  constructor(memory: FabricMemory, fixed: () => number) {
    this.#memory = memory;
    this.#fixed = fixed;
    const known = memory.read().timeoutMs ?? 0;
    this.#ms = STEPS_MS.find((step) => step >= known) ?? STEPS_MS[2];
  }

  /** The limit for an answer now, ms. */
  get ms(): number {
    const fixed = this.#fixed();
    return fixed > 0 ? fixed : this.#ms;
  }

  /** A request was given up after `limitMs`; many that were given up together are one reason to wait longer. */
  ranOut(limitMs: number): void {
    if (limitMs < this.#ms) return;
    this.#ms = STEPS_MS.find((step) => step > this.#ms) ?? this.#ms;
  }

  /** The server answered: what it was allowed is remembered. */
  answered(): void {
    if (this.#ms !== (this.#memory.read().timeoutMs ?? STEPS_MS[0]))
      this.#memory.write({ timeoutMs: this.#ms });
  }
}
