/** The findings of the moment: follows the answers of subjects and composes anew only what they concern. */
import { refKey, refOf } from '../cluster/refs.ts';
import type { Finding, FindingId } from '../model/finding.ts';
import { compareAnswers, composeFinding } from './compose.ts';
import type { Dependencies, Dependent } from './dependencies.ts';
import type { RecordingView } from './recording-view.ts';
import type { Answer } from './subjects.ts';

/** The answers that are one finding. */
class Group implements Dependent {
  keys: readonly string[] = [];
  /** By subject; a subject that gives the same failure twice counts once. */
  readonly answers = new Map<string, Answer[]>();
  finding: Finding | undefined;
  readonly #onStale: () => void;

  constructor(onStale: () => void) {
    this.#onStale = onStale;
  }

  invalidate(): void {
    this.#onStale();
  }
}

export class Findings {
  readonly #view: RecordingView;
  readonly #dependencies: Dependencies;
  readonly #groups = new Map<FindingId, Group>();
  readonly #stale = new Set<FindingId>();

  constructor(view: RecordingView, dependencies: Dependencies) {
    this.#view = view;
    this.#dependencies = dependencies;
  }

  get pending(): boolean {
    return this.#stale.size > 0;
  }

  /** Moves one subject's answers from what they were to what they are. */
  readonly move = (before: readonly Answer[], after: readonly Answer[]): void => {
    for (const answer of before) this.#remove(answer);
    for (const answer of after) this.#add(answer);
  };

  /** Composes what is stale; true where any finding may have changed. */
  compose(): boolean {
    const changed = this.#stale.size > 0;
    for (const id of this.#stale) this.#composeOne(id);
    this.#stale.clear();
    return changed;
  }

  /** All findings, in the order of their ids. */
  all(): Finding[] {
    const findings = [...this.#groups.values()].flatMap(({ finding }) => finding ?? []);
    return findings.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  #add(answer: Answer): void {
    const { id } = answer;
    let group = this.#groups.get(id);
    if (group === undefined) {
      group = new Group(() => this.#stale.add(id));
      this.#groups.set(id, group);
    }
    const key = keyOf(answer);
    group.answers.set(key, [...(group.answers.get(key) ?? []), answer]);
    this.#stale.add(id);
  }

  #remove(answer: Answer): void {
    const answers = this.#groups.get(answer.id)?.answers;
    const key = keyOf(answer);
    const left = (answers?.get(key) ?? []).filter((other) => other !== answer);
    if (left.length === 0) answers?.delete(key);
    else answers?.set(key, left);
    this.#stale.add(answer.id);
  }

  #composeOne(id: FindingId): void {
    const group = this.#groups.get(id);
    if (group === undefined) return;
    if (group.answers.size === 0) {
      this.#dependencies.set(group, []);
      this.#groups.delete(id);
      return;
    }
    const worst = [...group.answers.values()].flatMap(
      (answers) => [...answers].sort(compareAnswers)[0] ?? [],
    );
    this.#view.begin();
    group.finding = composeFinding(worst, this.#view);
    this.#dependencies.set(group, this.#view.end().keys);
  }
}

function keyOf({ object }: Answer): string {
  return refKey(refOf(object));
}
