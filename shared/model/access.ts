/** What somebody may do in a cluster, and the role that would close the gaps. */
import type { WhoAmI } from './connection.ts';
import type { Instant } from './ref.ts';
import type { RbacPurpose } from './plan.ts';

export const ACCESS_VERBS = ['get', 'list', 'watch', 'create', 'patch', 'delete'] as const;
export type AccessVerb = (typeof ACCESS_VERBS)[number];

/** Whose access is shown: our own, or a ServiceAccount's by walking the bindings. */
export type AccessSubject =
  | { readonly of: 'me' }
  | { readonly of: 'service account'; readonly namespace: string; readonly name: string };

/** `partly`: with resourceNames, or in some namespaces. `unknown`: the rules are incomplete or could not be asked. */
export type AccessAnswerState = 'allowed' | 'denied' | 'partly' | 'unknown';

export interface AccessCell {
  readonly verb: AccessVerb;
  readonly state: AccessAnswerState;
  /** True where a scenario or a view needs it. */
  readonly needed: boolean;
  /** Which rule allows or why not: `ClusterRole view via ClusterRoleBinding viewers`, the authorizer's own words. */
  readonly says: string;
}

export interface AccessRow {
  readonly group: string;
  /** `pods`, or `pods/log` for a subresource. */
  readonly resource: string;
  readonly namespaced: boolean;
  readonly cells: readonly AccessCell[];
  /** Scenario ids that cannot run, or with less evidence, without what is denied here. */
  readonly blocks: readonly string[];
}

export interface AccessReview {
  readonly who: WhoAmI;
  readonly subject: AccessSubject;
  readonly namespace?: string;
  /** Sorted by group (core first) and resource. */
  readonly rows: readonly AccessRow[];
  readonly at: Instant;
  /** True where the server says its list of rules is not whole (SubjectRulesReviewStatus.incomplete). */
  readonly incomplete: boolean;
  /** Sentences: what could not be asked and why. */
  readonly problems: readonly string[];
  /** Scenarios that cannot run as it stands, of all there are. */
  readonly lost: { readonly checks: number; readonly total: number };
}

export interface RbacFix {
  readonly purpose: RbacPurpose;
  readonly namespace?: string;
  readonly yaml: string;
  /** `kubectl apply -f hedgerow-diagnose.yaml`, with context. */
  readonly command: string;
  readonly fileName: string;
  /** Denials it closes. */
  readonly closes: number;
  /** True where a write verb is in it. */
  readonly writes: boolean;
  /** Whether this caller may create it here, and why not. */
  readonly mayCreate: { readonly allowed: boolean; readonly says: string };
}
