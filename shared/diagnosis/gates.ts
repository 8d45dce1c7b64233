/** Which scenarios may run where: none without the kinds it needs, and with less confidence without those it may read. */
import type { ObjectSource } from '../cluster/source.ts';
import type { Knowledge } from '../cluster/view.ts';
import { KIND_IDS, KINDS } from '../kinds/kinds.ts';
import type { KindId } from '../model/kube.ts';
import type { Scenario } from '../model/scenario.ts';

/** A scenario that has all it needs, and the kinds that could have told more. */
export interface Runnable {
  readonly scenario: Scenario;
  readonly notChecked: readonly string[];
}

/** Kinds whose knowledge changed: subjects to evaluate all over, and subjects of which only the sick ones need it. */
export interface GateChange {
  readonly kinds: readonly KindId[];
  readonly all: ReadonlySet<KindId>;
  readonly sick: ReadonlySet<KindId>;
}

export function isReadable(knowledge: Knowledge): boolean {
  return knowledge === 'known' || knowledge === 'absent';
}

/** The kinds without which a scenario cannot tell, its subject's included. */
export function needsOf(scenario: Scenario): readonly KindId[] {
  return [scenario.subject, ...scenario.needs];
}

export class Gates {
  readonly #scenarios: readonly Scenario[];
  readonly #source: ObjectSource;
  #runnable = new Map<KindId, Map<string, readonly Runnable[]>>();
  #snapshots = new Map<KindId, string>();
  #version: number | undefined;

  constructor(scenarios: readonly Scenario[], source: ObjectSource) {
    this.#scenarios = scenarios;
    this.#source = source;
  }

  get isCurrent(): boolean {
    return this.#version === this.#source.knowledgeVersion;
  }

  /** Takes over what is known now, and says whom that concerns. */
  refresh(): GateChange {
    const kinds = KIND_IDS.filter((kind) => this.#snapshots.get(kind) !== this.#snapshot(kind));
    for (const kind of kinds) this.#snapshots.set(kind, this.#snapshot(kind));
    if (kinds.length > 0) this.#runnable = new Map();
    this.#version = this.#source.knowledgeVersion;
    const concerned = (read: (scenario: Scenario) => readonly KindId[]): Set<KindId> => {
      const scenarios = this.#scenarios.filter((scenario) =>
        read(scenario).some((kind) => kinds.includes(kind)),
      );
      return new Set(scenarios.map(({ subject }) => subject));
    };
    return { kinds, all: concerned(needsOf), sick: concerned(({ mayRead }) => mayRead) };
  }

  /** The scenarios that can run on subjects of a kind in a namespace. */
  runnable(kind: KindId, namespace: string | undefined): readonly Runnable[] {
    let ofKind = this.#runnable.get(kind);
    if (ofKind === undefined) {
      ofKind = new Map<string, readonly Runnable[]>();
      this.#runnable.set(kind, ofKind);
    }
    const where = namespace ?? '';
    let answer = ofKind.get(where);
    if (answer === undefined) {
      answer = this.#compute(kind, namespace);
      ofKind.set(where, answer);
    }
    return answer;
  }

  #compute(kind: KindId, namespace: string | undefined): Runnable[] {
    const readable = (one: KindId): boolean =>
      isReadable(this.#source.view.knowledge(one, KINDS[one].namespaced ? namespace : undefined));
    return this.#scenarios
      .filter((scenario) => scenario.subject === kind && needsOf(scenario).every(readable))
      .map((scenario) => ({ scenario, notChecked: scenario.mayRead.filter((one) => !readable(one)) }));
  }

  #snapshot(kind: KindId): string {
    const { all, namespaces } = this.#source.knowledgeOf(kind);
    return JSON.stringify([all, [...namespaces].sort()]);
  }
}
