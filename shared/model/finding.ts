/** What the diagnosis says: findings with evidence, and the blind spots beside them. */
import type { Instant, Ref } from './ref.ts';

/** Worst first; the order is the rank. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** How far the evidence carries, the surest first; lowered when a kind that may be read is denied. */
export const CONFIDENCES = ['high', 'medium', 'low'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

export type FindingId = string;

/** One claim, pointing at a field, an event or a log line. `path` is `log` for a log line, `event` for an event. */
export interface Evidence {
  readonly ref: Ref;
  /** Field path such as `status.containerStatuses[main].lastState.terminated.exitCode`. */
  readonly path: string;
  /** What stands there, as text. */
  readonly observed: string;
  /** Why it matters, one short sentence. */
  readonly why: string;
}

export interface LogLine {
  /** Line number within what was read, from 1. */
  readonly number: number;
  /** RFC 3339 time the kubelet stamped on the line, if known. */
  readonly time?: string;
  readonly text: string;
}

/** The tail of one container's log, with the line that names the failure. */
export interface LogExcerpt {
  readonly pod: Ref;
  readonly container: string;
  /** True for the log of the container that ran before the present one (`previous=true`). */
  readonly previous: boolean;
  readonly lines: readonly LogLine[];
  /** Index into `lines` of the first line that names an error. */
  readonly firstError?: number;
}

/** What one scenario says of one subject. */
export interface Diagnosis {
  /** Container, port or subnet, where one subject can have the failure several times. */
  readonly part?: string;
  /**
   * As the catalogue gives it for the object itself. The raise for an Ingress or LoadBalancer Service in front of it and
   * the reduction for an object its controller already replaced are applied behind the scenario, once, for all.
   */
  readonly severity: Severity;
  /** One sentence with the object first: `Pod web-7d restarts every 40 s: container main exits with 3`. */
  readonly summary: string;
  /**
   * The predicate of the sentence about several pods. Pod scenarios only; without it each pod is a finding of its own.
   *
   * A plural predicate that continues `3 of 6 pods of Deployment shop/web …` and starts with its verb:
   * `crash-loop: container main exits with 3 (config missing)`, `wait for ConfigMap app-config, which does not exist`,
   * `cannot pull image x:1`, `are killed for exceeding the memory limit of 64Mi`. The engine puts the first word into
   * the singular where one pod shows it (`crash-loops`, `waits`, `is`, `has`; `cannot` and a word in -ed stay), so
   * nothing behind it may depend on the number. It names no pod, nothing that differs between pods of equal `same`
   * (restart counts, times, node names go into evidence), and has no full stop at the end.
   */
  readonly ofPods?: string;
  /**
   * What must be equal, beside scenario and part, for pods of one workload revision to be one finding: the exit code,
   * the image, the missing object. Everything `ofPods`, `cause` and `advice` say must follow from it and be free of
   * per-pod values. Empty when missing. Never a restart count or a time: it is part of the finding's id.
   */
  readonly same?: string;
  /** Why, in one to three sentences. */
  readonly cause: string;
  /** What to do next, in one or two sentences. */
  readonly advice: string;
  readonly evidence: readonly Evidence[];
  readonly since?: Instant;
  readonly confidence: Confidence;
  /** Objects whose absence or state this diagnosis blames, the nearest first. */
  readonly blames?: readonly Ref[];
  readonly log?: LogExcerpt;
  /** Objects that would help, as YAML for an admin to check and apply; nothing applies them by itself. */
  readonly manifest?: { readonly title: string; readonly yaml: string };
  /** True when the observation cannot be a passing one, so no second look is needed before it is shown. */
  readonly terminal?: boolean;
}

/** A diagnosis with its identity and its place in a chain of causes. */
export interface Finding extends Diagnosis {
  /** Equal in every process for the same failure: hash of scenario, subject's uid (or ref), revision and part. */
  readonly id: FindingId;
  /** Scenario id, such as `pod/crash-loop-back-off`. */
  readonly scenario: string;
  readonly subject: Ref;
  /** Further objects that show the same failure: the pods of a workload's revision. */
  readonly members: readonly Ref[];
  /** The next cause up the chain; null on a root. */
  readonly rootCause: FindingId | null;
  /** Findings whose `rootCause` is this one. */
  readonly effects: readonly FindingId[];
  /** Kinds that could have told more but were not readable. */
  readonly notChecked: readonly string[];
  /** `unverified`: the data it rests on is stale. `clearing`: not seen any more, waiting out the quiet time. */
  readonly status: 'active' | 'unverified' | 'clearing';
}

/** What could not be looked at, and what would make it possible. */
export interface BlindSpot {
  readonly kind: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly verb: string;
  /** True where it was refused (403), not merely unanswered. */
  readonly denied?: true;
  /** One sentence: what was refused or missing, and by whom. */
  readonly reason: string;
  /** One sentence: the permission or act that would help. */
  readonly fix: string;
  /** Scenario ids that could not run, or ran with less evidence. */
  readonly scenarios: readonly string[];
}

/** One complete answer of the engine. */
export interface DiagnosisResult {
  /** Sorted by severity, then impact. */
  readonly findings: readonly Finding[];
  readonly blindSpots: readonly BlindSpot[];
  /** True exactly when `blindSpots` is empty. */
  readonly complete: boolean;
  /** Scenarios that ran with all they need, at least in some namespace, and all there are. */
  readonly checks: { readonly ran: number; readonly total: number };
}
