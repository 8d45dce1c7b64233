/** Evaluates scenarios subject by subject, and only those subjects that changed or whose reads changed. */
import { workloadOf, type Workload } from '../cluster/owners.ts';
import { refOf } from '../cluster/refs.ts';
import type { Diagnosis, FindingId } from '../model/finding.ts';
import type { KindId, KubeObject } from '../model/kube.ts';
import type { Instant, Ref } from '../model/ref.ts';
import { idOf } from './compose.ts';
import type { Dependencies, Dependent } from './dependencies.ts';
import type { Gates, Runnable } from './gates.ts';
import type { RecordingView } from './recording-view.ts';

const LATE_RECHECK_MS = 1000;

/** One diagnosis of one subject, with the workload its pod is reported under. */
export interface Answer {
  /** The id of the finding it belongs to. */
  readonly id: FindingId;
  readonly object: KubeObject;
  readonly run: Runnable;
  readonly diagnosis: Diagnosis;
  readonly workload: Workload | undefined;
}

/** A scenario that threw on an object. */
export interface Failure {
  readonly scenario: string;
  readonly subject: Ref;
  readonly message: string;
}

/** What is kept of a subject that is sick, read something or waits for a time; of the others nothing is. */
class Unit implements Dependent {
  keys: readonly string[] = [];
  recheckAt: Instant | undefined;
  answers: readonly Answer[] = [];
  failures: readonly Failure[] = [];
  object: KubeObject;
  readonly #subjects: Subjects;
  readonly #kind: KindId;

  constructor(subjects: Subjects, kind: KindId, object: KubeObject) {
    this.#subjects = subjects;
    this.#kind = kind;
    this.object = object;
  }

  invalidate(): void {
    this.#subjects.mark(this.#kind, this.object, false);
  }
}

/** Told for each subject whose answers changed; `after` is empty for one that is healthy or gone. */
export type AnswersChanged = (before: readonly Answer[], after: readonly Answer[]) => void;

interface Parts {
  readonly kinds: ReadonlySet<KindId>;
  readonly gates: Gates;
  readonly view: RecordingView;
  readonly dependencies: Dependencies;
  readonly onAnswers: AnswersChanged;
}

export class Subjects {
  readonly #parts: Parts;
  readonly #units: ReadonlyMap<KindId, Map<string, Unit>>;
  readonly #dirty: ReadonlyMap<KindId, Map<string, KubeObject>>;
  readonly #waiting = new Set<Unit>();
  readonly #failing = new Set<Unit>();
  /** Grows whenever `failures` may answer differently. */
  failuresVersion = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#units = new Map([...parts.kinds].map((kind) => [kind, new Map()]));
    this.#dirty = new Map([...parts.kinds].map((kind) => [kind, new Map()]));
  }

  get pending(): boolean {
    for (const marked of this.#dirty.values()) if (marked.size > 0) return true;
    return false;
  }

  get nextRecheck(): Instant | undefined {
    let next: Instant | undefined;
    for (const { recheckAt } of this.#waiting) {
      if (recheckAt !== undefined && (next === undefined || recheckAt < next)) next = recheckAt;
    }
    return next;
  }

  failures(): Failure[] {
    return [...this.#failing].flatMap(({ failures }) => failures);
  }

  /** Wants a subject evaluated. `changed` says that this is a newer version of it than any marked before. */
  mark(kind: KindId, object: KubeObject, changed: boolean): void {
    const marked = this.#dirty.get(kind);
    const uid = object.metadata.uid ?? '';
    if (marked !== undefined && (changed || !marked.has(uid))) marked.set(uid, object);
  }

  markSick(kind: KindId): void {
    for (const { object } of this.#units.get(kind)?.values() ?? []) this.mark(kind, object, false);
  }

  /** A subject is gone: so is everything said of it. */
  drop(kind: KindId, uid: string): void {
    this.#dirty.get(kind)?.delete(uid);
    const unit = this.#units.get(kind)?.get(uid);
    if (unit !== undefined) this.#forget(kind, uid, unit);
  }

  /** Evaluates all marked subjects and those whose time has come. */
  evaluate(now: Instant): void {
    for (const unit of this.#waiting) if ((unit.recheckAt ?? Infinity) <= now) unit.invalidate();
    for (const [kind, marked] of this.#dirty) {
      if (marked.size === 0) continue;
      for (const [uid, object] of marked) this.#evaluateOne(kind, uid, object, now);
      marked.clear();
    }
  }

  #evaluateOne(kind: KindId, uid: string, object: KubeObject, now: Instant): void {
    const { gates, view, dependencies, onAnswers } = this.#parts;
    const runnable = gates.runnable(kind, object.metadata.namespace);
    const answers: Answer[] = [];
    const failures: Failure[] = [];
    view.begin();
    for (const run of runnable) {
      try {
        for (const diagnosis of run.scenario.diagnose(object, view, now)) {
          const workload = diagnosis.ofPods === undefined ? undefined : workloadOf(object, view);
          const id = idOf(run.scenario.id, object, diagnosis, workload);
          answers.push({ id, object, run, diagnosis, workload });
        }
      } catch (error) {
        failures.push({ scenario: run.scenario.id, subject: refOf(object), message: describe(error) });
      }
    }
    const { keys, recheckAt } = view.end();
    const idle =
      keys.length === 0 && recheckAt === undefined && answers.length === 0 && failures.length === 0;
    let unit = this.#units.get(kind)?.get(uid);
    if (idle) {
      if (unit !== undefined) this.#forget(kind, uid, unit);
      return;
    }
    if (unit === undefined) {
      unit = new Unit(this, kind, object);
      this.#units.get(kind)?.set(uid, unit);
    }
    unit.object = object;
    // A time not after `now` would ask again at once, for ever.
    unit.recheckAt = recheckAt === undefined || recheckAt > now ? recheckAt : now + LATE_RECHECK_MS;
    if (unit.failures.length > 0 || failures.length > 0) this.failuresVersion += 1;
    unit.failures = failures;
    dependencies.set(unit, keys);
    include(this.#waiting, unit, recheckAt !== undefined);
    include(this.#failing, unit, failures.length > 0);
    const before = unit.answers;
    unit.answers = answers;
    if (before.length > 0 || answers.length > 0) onAnswers(before, answers);
  }

  #forget(kind: KindId, uid: string, unit: Unit): void {
    this.#units.get(kind)?.delete(uid);
    this.#waiting.delete(unit);
    if (this.#failing.delete(unit)) this.failuresVersion += 1;
    this.#parts.dependencies.set(unit, []);
    if (unit.answers.length > 0) this.#parts.onAnswers(unit.answers, []);
  }
}

function include<T>(set: Set<T>, item: T, wanted: boolean): void {
  if (wanted) set.add(item);
  else set.delete(item);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
