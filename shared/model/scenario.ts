/**
 * The contract of a scenario: one diagnosable failure, evaluated once per object of its subject kind.
 *
 * A failure that shows in objects of several kinds is a list of scenarios that share id and title and differ in subject
 * (`rbac/dangling-reference`: bindings, accounts, workloads), each with the needs of its own. The engine evaluates each
 * by itself; together they count as one check, which has run where all of them could.
 */
import type { ClusterView } from '../cluster/view.ts';
import type { Diagnosis } from './finding.ts';
import type { KindId, ObjectOf } from './kube.ts';
import type { Instant } from './ref.ts';

export interface Scenario<K extends KindId = KindId> {
  /** `pod/crash-loop-back-off`: equals the file's path under `shared/scenarios/`. Unique together with `subject`. */
  readonly id: string;
  readonly title: string;
  readonly subject: K;
  /** Kinds without which it cannot tell (besides the subject). */
  readonly needs: readonly KindId[];
  /** Kinds that sharpen the answer; denied ones lower the confidence. */
  readonly mayRead: readonly KindId[];
  /**
   * Pure: reads through `cluster` only, by index, and never keeps a reference.
   * Returns nothing for a healthy, a benign or an undecided subject; a healthy one should be left before anything is read.
   * `now` decides thresholds only, and each threshold not yet reached goes to `cluster.recheckAt`: a text with a running
   * duration in it ("for 3 min") would stand still between evaluations. Say `since` instead.
   */
  diagnose(subject: ObjectOf<K>, cluster: ClusterView, now: Instant): readonly Diagnosis[];
}

/**
 * Lets a typed scenario stand in the plain list of all scenarios. The engine only ever hands a scenario
 * objects of its own subject kind, which is what makes the widening sound.
 */
export function defineScenario<K extends KindId>(scenario: Scenario<K>): Scenario {
  return scenario;
}
