/** The diagnosis of one fabric: first over everything, then over what changed, always the same answer as from scratch. */
import type { ObjectSource } from '../cluster/source.ts';
import type { LogAnswer } from '../cluster/view.ts';
import { linkFindings } from '../rootcause/link-findings.ts';
import type { DiagnosisResult, Finding } from '../model/finding.ts';
import type { KindId } from '../model/kube.ts';
import type { Instant } from '../model/ref.ts';
import type { Scenario } from '../model/scenario.ts';
import { countChecks, countRan, failureBlindSpots, kindBlindSpots } from './blind-spots.ts';
import { Dependencies, type Dependent } from './dependencies.ts';
import { Findings } from './findings.ts';
import { Gates } from './gates.ts';
import { LogDesk, type LogRequest } from './log-desk.ts';
import { keysOfChange, readKey } from './read-keys.ts';
import { createRecordingView } from './recording-view.ts';
import { reuseFindings } from './reuse.ts';
import { Subjects } from './subjects.ts';

export interface EngineOptions {
  readonly scenarios: readonly Scenario[];
  readonly store: ObjectSource;
  /** Limits the diagnosis to these namespaces and to cluster-scoped objects; everything when missing. */
  readonly namespaces?: readonly string[] | undefined;
}

export interface Engine {
  /**
   * Evaluates what changed since the last call and answers for everything. The answer is the very same object as
   * before where it says the same, and so is each finding. Never throws for what stands in an object.
   *
   * @param now the time by which thresholds are judged; the engine has no clock
   * @param options `final`: no better answer will follow, so kinds not listed yet are blind spots
   */
  diagnose(now: Instant, options?: { readonly final?: boolean }): DiagnosisResult;
  /** True where a change, an arrived log or new knowledge waits for `diagnose`. */
  readonly pending: boolean;
  /** When time alone may change the answer: call `diagnose` then. */
  readonly nextRecheck: Instant | undefined;
  /** Logs the last diagnosis asked for, each handed out once; answer every one with `setLog`. */
  wantedLogs(): readonly LogRequest[];
  setLog(request: LogRequest, answer: LogAnswer): void;
  /** Stops listening to the store. */
  dispose(): void;
}

/** Starts listening to the store; the first `diagnose` looks at all that is in it. */
export function createEngine({ scenarios, store, namespaces }: EngineOptions): Engine {
  const kinds = new Set(scenarios.map(({ subject }) => subject));
  const wanted = namespaces === undefined ? undefined : new Set(namespaces);
  const dependencies = new Dependencies();
  const desk = new LogDesk(store.view);
  const view = createRecordingView(store.view, (pod, container, previous) =>
    desk.ask(pod, container, previous),
  );
  const findings = new Findings(view, dependencies);
  const gates = new Gates(scenarios, store);
  const subjects = new Subjects({ kinds, gates, view, dependencies, onAnswers: findings.move });
  const links: Dependent & { stale: boolean } = {
    keys: [],
    stale: true,
    invalidate: () => {
      links.stale = true;
    },
  };
  let linked: readonly Finding[] = [];
  let last: { readonly result: DiagnosisResult; readonly stamp: string } | undefined;

  const stop = store.onChange((change) => {
    const { kind, before, after } = change;
    if (kinds.has(kind)) {
      if (after !== undefined && isInScope(after.metadata.namespace)) subjects.mark(kind, after, true);
      if (after === undefined && before !== undefined) subjects.drop(kind, before.metadata.uid ?? '');
    }
    if (!dependencies.isEmpty) for (const key of keysOfChange(change)) dependencies.touch(key);
  });

  function isInScope(namespace: string | undefined): boolean {
    return wanted === undefined || namespace === undefined || wanted.has(namespace);
  }

  function markAll(kind: KindId): void {
    for (const object of store.all(kind)) {
      if (isInScope(object.metadata.namespace)) subjects.mark(kind, object, false);
    }
  }

  function refreshGates(): void {
    if (gates.isCurrent) return;
    const change = gates.refresh();
    for (const kind of change.all) markAll(kind);
    for (const kind of change.sick) subjects.markSick(kind);
    for (const kind of change.kinds) dependencies.touch(readKey.knowledge(kind));
  }

  function relink(): void {
    view.begin();
    linked = reuseFindings(linked, linkFindings(findings.all(), view));
    dependencies.set(links, view.end().keys);
    links.stale = false;
  }

  function isPending(): boolean {
    return subjects.pending || findings.pending || links.stale || !gates.isCurrent;
  }

  function diagnose(now: Instant, { final = false }: { readonly final?: boolean } = {}): DiagnosisResult {
    refreshGates();
    subjects.evaluate(now);
    const composed = findings.compose();
    if (composed || links.stale) relink();
    desk.prune((key) => dependencies.has(readKey.log(key)));
    const stamp = JSON.stringify([store.knowledgeVersion, subjects.failuresVersion, final]);
    if (last?.result.findings !== linked || last.stamp !== stamp) last = { result: answer(final), stamp };
    return last.result;
  }

  function answer(final: boolean): DiagnosisResult {
    const scope = { scenarios, source: store, namespaces };
    const failed = failureBlindSpots(scenarios, subjects.failures());
    const blindSpots = [...kindBlindSpots(scope, final), ...failed];
    const checks = { ran: countRan(scope), total: countChecks(scenarios) };
    return { findings: linked, blindSpots, complete: blindSpots.length === 0, checks };
  }

  return {
    diagnose,
    get pending() {
      return isPending();
    },
    get nextRecheck() {
      return subjects.nextRecheck;
    },
    wantedLogs: () => desk.take(),
    setLog(request, answer) {
      if (desk.answer(request, answer)) dependencies.touch(readKey.log(request.key));
    },
    dispose: stop,
  };
}
