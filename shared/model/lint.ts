/** Hygiene: what is no failure now, and would be better otherwise. It has a list of its own, beside the findings. */
import type { Ref } from './ref.ts';

/** What is looked for, in the order of the list: what may do harm first. */
export const LINT_RULES = [
  'privileged',
  'wildcard-role',
  'default-account',
  'no-security-context',
  'floating-image',
  'no-requests',
  'no-limits',
  'no-probes',
  'configmap-large',
  'configmap-empty',
  'configmap-unused',
] as const;
export type LintRule = (typeof LINT_RULES)[number];

/** One object and field that a rule speaks of. */
export interface LintRow {
  /** Equal in every process for the same rule, object and field. */
  readonly id: string;
  readonly rule: LintRule;
  readonly subject: Ref;
  /** `spec.template.spec.containers[app].image`. */
  readonly path: string;
  /** What stands there, or `none`. */
  readonly observed: string;
}

export interface LintReport {
  /** By rule, namespace and name; at most `LINT_LIMIT`. */
  readonly rows: readonly LintRow[];
  /** How many there are, those beyond the limit included. */
  readonly total: number;
  /** Kinds that could not be read, whose rules say nothing. */
  readonly notChecked: readonly string[];
}

/** More rows than anybody reads. */
export const LINT_LIMIT = 5000;
