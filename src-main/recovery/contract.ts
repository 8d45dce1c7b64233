/** The seams of the recovery room: what a plan is built of, whom it is for, and where its traces go. */
import type { Plan, PreparedPlan } from '../../shared/model/plan.ts';
import type { Instant } from '../../shared/model/ref.ts';
import type { AccessQuestion } from '../../shared/rbac/rules.ts';
import type { KubeClient } from '../kube/contract.ts';
import type { Journal } from './journal.ts';
import type { IssuedToken } from './write-object.ts';

/** A plan as its builder made it from what the cluster is now. */
export interface BuiltPlan {
  readonly plan: Plan;
  /** Its objects, for `kubectl apply -f`. */
  readonly yaml: string;
  /** What must be allowed in the end: to us, or to whom the new token belongs. */
  readonly verify: { readonly as: 'me' | 'token'; readonly questions: readonly AccessQuestion[] };
}

/** The fabric that a plan is for. */
export interface PlanTarget {
  readonly id: string;
  readonly client: KubeClient;
  /** Throws `AppFailure` while nothing may be written. */
  requireWritable(): void;
  /** Makes a client that signs in with a new token; the caller closes it. */
  clientOf(token: string): KubeClient;
}

/** A token that was issued, and whose it is. */
export interface NewToken extends IssuedToken {
  readonly namespace: string;
  readonly serviceAccount: string;
}

export interface PlanDeskParts {
  readonly journal: Journal;
  readonly now: () => Instant;
  /** Keeps a new token; returns the id of the fabric that uses it. */
  readonly onToken: (target: PlanTarget, token: NewToken) => Promise<string>;
}

/** A plan that was asked about: what is shown of it, and what is not. */
export interface Prepared {
  readonly shown: PreparedPlan;
  readonly built: BuiltPlan;
  /** uid of kube-system, where it may be read. */
  readonly cluster: string | undefined;
}
