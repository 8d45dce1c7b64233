/** The whole contract between the main process and the renderer: calls, pushes and stream messages. */
import type { AppError, Result } from './errors.ts';
import type { AccessReview, AccessSubject, RbacFix } from './model/access.ts';
import type { ConnectionView, ProbeReport } from './model/connection.ts';
import type { DemoFault } from './model/demo.ts';
import type { FabricDetails, FabricDraft, FabricSettings, ManualFabric } from './model/fabric-settings.ts';
import type { FabricSummary, WatchState } from './model/fabric.ts';
import type { BlindSpot, Finding, Severity } from './model/finding.ts';
import type { LintReport } from './model/lint.ts';
import type { JournalEntry, PlanRequest, PlanRun, PreparedPlan, RbacPurpose } from './model/plan.ts';
import type { Instant, Ref } from './model/ref.ts';
import type { LogOptions, ShellOptions } from './streams.ts';

/** Names a collection of the API: `{group:'apps', version:'v1', resource:'deployments'}`; group is '' for core. */
export interface ResourceId {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

/** One kind from discovery. */
export interface KindInfo extends ResourceId {
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  /** True where a CustomResourceDefinition serves it. */
  readonly custom: boolean;
}

export interface RowColumn {
  readonly name: string;
  /** OpenAPI type of the cells: string, integer, number, date, boolean. */
  readonly type: string;
  readonly description: string;
  /** Columns with priority above 0 are hidden until asked for. */
  readonly priority: number;
}

/** One row of the server's Table. */
export interface Row {
  readonly uid: string;
  readonly name: string;
  readonly namespace?: string;
  readonly created?: Instant;
  readonly deleting: boolean;
  readonly cells: readonly (string | number | boolean | null)[];
}

/** One event as the drawer lists it. */
export interface EventRow {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly first?: Instant;
  readonly last?: Instant;
  readonly source?: string;
}

/** One object related to the open one. */
export interface Relation {
  readonly relation:
    | 'owner'
    | 'owned'
    | 'selects'
    | 'selected by'
    | 'runs on'
    | 'uses'
    | 'used by'
    | 'routes to'
    | 'routed by';
  readonly ref: Ref;
  readonly resource?: ResourceId;
  readonly exists: boolean | 'unknown';
  readonly worst?: Severity;
}

/** A line of the YAML that a finding points at. */
export interface YamlMark {
  /** Line number from 1. */
  readonly line: number;
  readonly severity: Severity;
  readonly finding: string;
  readonly why: string;
}

/** The object open in the drawer. Secret values are masked before they leave the main process. */
export interface ObjectView {
  readonly ref: Ref;
  readonly resource: ResourceId;
  readonly resourceVersion: string;
  readonly yaml: string;
  readonly masked: boolean;
  readonly marks: readonly YamlMark[];
  readonly events: readonly EventRow[] | { readonly denied: string };
  readonly relations: readonly Relation[];
  /** Findings this object is subject or member of, worst first. */
  readonly findings: readonly string[];
  /** Containers, for logs and shell: empty for anything that has no pods. */
  readonly containers: readonly ContainerInfo[];
}

export interface ContainerInfo {
  readonly name: string;
  readonly kind: 'init' | 'main' | 'ephemeral';
  readonly running: boolean;
  readonly restarts: number;
}

export interface Settings {
  readonly theme: 'system' | 'dark' | 'light';
  readonly sidebarCollapsed: boolean;
  /** Height of the dock in px. */
  readonly dockHeight: number;
  /** Whether single letters act as shortcuts. */
  readonly letterKeys: boolean;
}

/** Request → answer. Every call that concerns a fabric names it. */
export interface Calls {
  'app.info': { in: null; out: AppInfo };
  'settings.get': { in: null; out: Settings };
  'settings.set': { in: Partial<Settings>; out: Settings };
  'clipboard.write': { in: { text: string }; out: null };
  'file.save': { in: { name: string; text: string }; out: { path: string | null } };
  'kubeconfig.choose': { in: null; out: FabricList };
  'kubeconfig.reload': { in: null; out: FabricList };
  'fabrics.list': { in: null; out: FabricList };
  /** Starts the demo where it does not run, and opens its fabrics. */
  'demo.open': { in: null; out: FabricList };
  /** Closes the demo's fabrics and ends its server. */
  'demo.close': { in: null; out: FabricList };
  'demo.faults': { in: { fabric: string }; out: readonly DemoFault[] };
  /** Plants a fault, or takes it back; answers with all faults as they are then. */
  'demo.set': { in: { fabric: string; fault: string; active: boolean }; out: readonly DemoFault[] };
  /** Puts the demo's kubeconfig into a file for kubectl; answers with its path. */
  'demo.kubeconfig': { in: null; out: { path: string } };
  /** Builds the fabric anew, as it was first opened. */
  'demo.reset': { in: { fabric: string }; out: readonly DemoFault[] };
  'fabric.open': { in: { fabric: string }; out: null };
  'fabric.close': { in: { fabric: string }; out: null };
  'fabric.retry': { in: { fabric: string }; out: null };
  /** Stops automatic attempts until `fabric.retry`. */
  'fabric.stopRetrying': { in: { fabric: string }; out: null };
  /** After a 401: fetches credentials anew and goes on. Fails with why there are none. */
  'fabric.signIn': { in: { fabric: string }; out: null };
  /** Accepts the cluster that answers now as the one of this context. */
  'fabric.acknowledgeIdentity': { in: { fabric: string }; out: null };
  /** Lets the app write to a fabric for some minutes. */
  'fabric.unlock': { in: { fabric: string; minutes: number }; out: null };
  'fabric.lock': { in: { fabric: string }; out: null };
  'fabric.details': { in: { fabric: string }; out: FabricDetails };
  'fabric.configure': { in: { fabric: string; settings: FabricSettings }; out: FabricDetails };
  /** Adds a fabric by hand, or changes one. Fails with `invalid` and a sentence per field in `details`. */
  'fabric.save': { in: FabricDraft & { manual: ManualFabric }; out: FabricDetails };
  /** Removes a fabric that was added by hand, its token and what is remembered of it; else the overrides of the app. */
  'fabric.remove': { in: { fabric: string }; out: FabricList };
  /** Probes a configuration that is not saved yet; fails as `fabric.save`. */
  'fabric.test': { in: FabricDraft; out: ProbeReport };
  /** Lets the user pick a file for a field of the dialog; null when the user thought better of it. */
  'file.choose': { in: { what: 'kubeconfig' | 'program' }; out: { path: string | null } };
  /** Follows what the connection view shows; the whole of it each time, at most four times a second. */
  'connection.watch': { in: { fabric: string }; out: { sub: string } };
  /** Probes every layer now. */
  'connection.probe': { in: { fabric: string }; out: ProbeReport };
  'access.review': {
    in: { fabric: string; subject: AccessSubject; namespace?: string | undefined };
    out: AccessReview;
  };
  'access.fix': {
    in: { fabric: string; purpose: RbacPurpose; namespace?: string | undefined };
    out: RbacFix;
  };
  /** Builds a plan and asks the server what it would do: access, dry-run, difference. Writes nothing. */
  'plan.prepare': { in: { fabric: string; request: PlanRequest }; out: PreparedPlan };
  /** Carries out a plan that was prepared and shown. Refused where anything changed since. */
  'plan.run': { in: { fabric: string; hash: string }; out: PlanRun };
  'journal.list': { in: { fabric: string }; out: readonly JournalEntry[] };
  'kinds.list': { in: { fabric: string }; out: readonly KindInfo[] };
  'kinds.counts': { in: { fabric: string; resources: readonly ResourceId[] }; out: readonly KindCount[] };
  'findings.watch': { in: { fabric: string }; out: { sub: string } };
  /** What is no failure and would be better otherwise, as it stands now. */
  'lint.list': { in: { fabric: string }; out: LintReport };
  'rows.watch': {
    in: { fabric: string; resource: ResourceId; namespace?: string | undefined };
    out: { sub: string };
  };
  'object.watch': {
    in: { fabric: string; resource: ResourceId; namespace?: string | undefined; name: string };
    out: { sub: string };
  };
  'watches.list': { in: { fabric: string }; out: readonly (ResourceId & { readonly state: WatchState })[] };
  unwatch: { in: { sub: string }; out: null };
  'logs.open': { in: LogOptions; out: { stream: string } };
  'shell.open': { in: ShellOptions; out: { stream: string } };
  /** The exec plugin of a fabric in a terminal of this computer, for an interactive sign-in. Speaks as a shell does. */
  'signIn.open': { in: { fabric: string; columns: number; rows: number }; out: { stream: string } };
}

export interface AppInfo {
  readonly version: string;
  readonly platform: string;
  readonly electron: string;
}

export interface FabricList {
  /** Files that were read, in the order they were merged. */
  readonly sources: readonly string[];
  readonly fabrics: readonly FabricSummary[];
  /** Files or entries that could not be used; the rest still works. */
  readonly problems: readonly AppError[];
}

export interface KindCount extends ResourceId {
  /** Number of objects, or why it is not known. */
  readonly count: number | 'denied' | 'unknown';
}

export type CallName = keyof Calls;
export type CallIn<N extends CallName> = Calls[N]['in'];
export type CallOut<N extends CallName> = Calls[N]['out'];
/** Every handler there must be; a missing one does not compile. */
export type Handlers = { [N in CallName]: (input: CallIn<N>) => Promise<CallOut<N>> | CallOut<N> };

/** Main → renderer, without a request. `seq` counts from 1 per subscription; a gap means: subscribe again. */
export interface Pushes {
  fabrics: FabricList;
  findings: {
    readonly sub: string;
    readonly seq: number;
    readonly reset: boolean;
    readonly upsert: readonly Finding[];
    readonly remove: readonly string[];
    /** Finding ids in rank order. */
    readonly order: readonly string[];
    readonly checks: { readonly ran: number; readonly total: number };
    readonly blindSpots: readonly BlindSpot[];
    readonly complete: boolean;
    /** False until every readable kind was listed once. */
    readonly synced: boolean;
    readonly asOf?: Instant | undefined;
  };
  rows: {
    readonly sub: string;
    readonly seq: number;
    readonly reset: boolean;
    readonly columns?: readonly RowColumn[] | undefined;
    readonly upsert: readonly Row[];
    readonly remove: readonly string[];
    readonly state: WatchState;
  };
  object: {
    readonly sub: string;
    readonly seq: number;
    /** null once the object is gone. */
    readonly object: ObjectView | null;
    readonly error?: AppError | undefined;
    readonly state: WatchState;
  };
  connection: { readonly sub: string; readonly seq: number; readonly view: ConnectionView };
}
export type PushName = keyof Pushes;

/** What preload exposes as `window.hedgerow`. Stream ports arrive by `window.postMessage({hedgerowStream: id}, [port])`. */
export interface Bridge {
  call<N extends CallName>(name: N, input: CallIn<N>): Promise<Result<CallOut<N>>>;
  /** Returns the function that stops listening. */
  on<P extends PushName>(name: P, listener: (message: Pushes[P]) => void): () => void;
}
