/** Plans are data: what would be written to a cluster, why, and how it is taken back. `run-plan` alone acts on them. */
import type { KubeObject } from './kube.ts';
import type { Instant, Ref } from './ref.ts';

/** `safe`: reads or heals itself. `guided`: shown, dry-run, confirmed. `destructive`: confirmed by typing the name. */
export type Risk = 'safe' | 'guided' | 'destructive';

/** One write. More kinds of steps come with the recoveries that need them. */
export interface CreateStep {
  readonly do: 'create';
  readonly object: KubeObject;
  /** Collection path parts, so that main need not guess plurals. */
  readonly resource: { readonly group: string; readonly version: string; readonly resource: string };
  readonly because: string;
  readonly expects: string;
}
/** A short-lived token of a ServiceAccount (TokenRequest, authentication.k8s.io/v1). */
export interface TokenStep {
  readonly do: 'token';
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly seconds: number;
  readonly because: string;
  readonly expects: string;
}
export type Step = CreateStep | TokenStep;

export interface Plan {
  /** Begins with the catalogue's verb: `create-rbac-…`. Equal in every process for equal steps. */
  readonly id: string;
  readonly title: string;
  readonly risk: Risk;
  readonly steps: readonly Step[];
  /** What an undo does, as a sentence, or why there is none. */
  readonly undo: { readonly says: string; readonly possible: boolean };
}

/** What the page may ask for; main builds the plan itself and answers with its hash. */
export type PlanRequest =
  | {
      readonly plan: 'rbac-fix';
      readonly purpose: RbacPurpose;
      /** Namespaced where enough; undefined: for the whole cluster. */
      readonly namespace?: string | undefined;
    }
  | {
      readonly plan: 'setup-rbac';
      readonly namespace: string;
      readonly serviceAccount: string;
      readonly purpose: RbacPurpose;
      /** Seconds the token shall live; 600 at least (Kubernetes refuses less). */
      readonly tokenSeconds: number;
    };

/** What a role is to allow: close the denials met so far, diagnose, look at everything, or recover as well. */
export type RbacPurpose = 'denials' | 'diagnose' | 'view' | 'recover';

/** One step after access check, owner check and server dry-run. */
export interface PreparedStep {
  readonly ref: Ref;
  /** `POST /apis/…?dryRun=All`. */
  readonly request: string;
  readonly access: { readonly allowed: boolean; readonly says: string };
  /** `create`: not there yet. `same`: there and equal, nothing to do. `differs`: there and different; the plan stops. */
  readonly state: 'create' | 'same' | 'differs' | 'refused';
  /** What the server would store now and before, as YAML; secrets masked. */
  readonly before: string;
  readonly after: string;
  readonly says: string;
}

export interface PreparedPlan {
  /** What `plan.run` takes: of the plan and of what the dry-run showed. */
  readonly hash: string;
  readonly plan: Plan;
  readonly steps: readonly PreparedStep[];
  /** True where everything is allowed and nothing stands in the way. */
  readonly runnable: boolean;
  /** One sentence where it is not. */
  readonly blocked?: string;
  readonly yaml: string;
}

export interface PlanRun {
  readonly id: string;
  readonly steps: readonly {
    readonly ref: Ref;
    /** `unknown`: no answer came, and a look at the object did not settle it. */
    readonly state: 'done' | 'same' | 'failed' | 'unknown' | 'not run';
    readonly says: string;
  }[];
  readonly ok: boolean;
  /** Access reviews after the run: what is allowed now that was not. */
  readonly verified: readonly { readonly what: string; readonly allowed: boolean }[];
  /** For `setup-rbac`: until when the new token lives. The token itself stays in the main process. */
  readonly token?: { readonly until: Instant; readonly fabric: string };
}

/** One line of the journal. */
export interface JournalEntry {
  readonly at: Instant;
  readonly fabric: string;
  /** uid of kube-system at that time, where known. */
  readonly cluster?: string;
  readonly plan: string;
  readonly title: string;
  readonly ref: Ref;
  readonly request: string;
  /** `unknown`: no answer came, and a look at the object did not settle it. */
  readonly outcome: 'done' | 'failed' | 'unknown';
  readonly says: string;
}
