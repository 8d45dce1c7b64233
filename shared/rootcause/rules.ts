/** The rules by which one finding is the cause of another, the surest first. */
import { activePodsOf, workloadOf } from '../cluster/owners.ts';
import { record, records } from '../cluster/narrow.ts';
import { refKey } from '../cluster/refs.ts';
import { compareConfidence, compareSeverity, compareTexts } from '../diagnosis/rank.ts';
import type { Finding } from '../model/finding.ts';
import type { Pod } from '../model/kube.ts';
import { podsOf, type FindingGraph } from './graph.ts';

/** Names the next cause up the chain, or none. */
type CauseRule = (finding: Finding, graph: FindingGraph) => Finding | undefined;

/** On the same pods, and the same container where both name one: the first scenario is why the others happen. */
const SAME_PODS: Readonly<Record<string, readonly string[]>> = {
  'pod/oom-killed': ['pod/crash-loop-back-off', 'pod/sigkill-not-oom', 'pod/restarting', 'probe/*'],
  'pod/start-error': ['pod/crash-loop-back-off', 'pod/restarting', 'probe/*'],
  'probe/startup-failed': [
    'pod/crash-loop-back-off',
    'pod/sigkill-not-oom',
    'pod/restarting',
    'probe/readiness-failed',
  ],
  'probe/liveness-failed': [
    'pod/crash-loop-back-off',
    'pod/sigkill-not-oom',
    'pod/restarting',
    'probe/readiness-failed',
  ],
  'rbac/workload-denied': ['pod/restarting', 'pod/app-error-logs', 'probe/*'],
  'pod/crash-loop-back-off': ['pod/restarting', 'pod/app-error-logs', 'probe/*'],
  'pod/init-failing': ['pod/sandbox-or-creating-stuck', 'probe/*'],
  'config/configmap-missing': [
    'pod/sandbox-or-creating-stuck',
    'pod/create-container-error',
    'pod/init-failing',
  ],
  'config/secret-missing': [
    'pod/sandbox-or-creating-stuck',
    'pod/create-container-error',
    'pod/init-failing',
  ],
  'config/pull-secret-missing': ['image/*'],
};

/** Workload findings that merely count pods which are not ready. */
const COUNTS_PODS = new Set([
  'rollout/unavailable',
  'rollout/progress-deadline',
  'rollout/statefulset-stuck',
  'rollout/daemonset',
  'job/failed-or-stuck',
]);

/** What a node that does not answer does to the pods on it. */
const LOST_NODE = new Set(['node/not-ready', 'node/unreachable']);
const BY_LOST_NODE = ['probe/*', 'pod/stuck-terminating', 'pod/sandbox-or-creating-stuck'];

const NO_READY_ENDPOINTS = 'net/no-ready-endpoints';
/** Why a workload's pods are not even created. */
const CREATE_FAILED = new Set(['rollout/create-failed', 'rbac/dangling-reference']);
const CRASH_LOOP = 'pod/crash-loop-back-off';
const WORKLOAD_DENIED = 'rbac/workload-denied';

/** The object it blames is the subject of a finding: that one is the cause; the nearest blamed first. */
const blamedSubject: CauseRule = (finding, graph) => {
  for (const ref of finding.blames ?? []) {
    const candidates = graph.about(ref).filter(({ id }) => id !== finding.id);
    if (candidates.length > 0) return best(candidates);
  }
  return undefined;
};

const samePods: CauseRule = (finding, graph) => {
  const pods = new Set(podsOf(finding).map(refKey));
  if (pods.size === 0) return undefined;
  const candidates = graph.about(finding.subject).filter((other) => {
    const effects = SAME_PODS[other.scenario] ?? [];
    // The part of a config finding is the missing object, which stops the whole pod.
    const wholePod = other.scenario.startsWith('config/');
    const samePart =
      wholePod || other.part === undefined || finding.part === undefined || other.part === finding.part;
    return (
      samePart && isOneOf(finding.scenario, effects) && podsOf(other).some((pod) => pods.has(refKey(pod)))
    );
  });
  return topmost(candidates, graph);
};

/** How far before the line by which a crash is explained a refusal may stand and still be why. */
const JUST_BEFORE = 3;

/**
 * A program that is refused by the API crashes for it where the log proves it: the line by which the crash is explained
 * is the refusal itself, or follows at once. That it was refused something at some time would prove nothing.
 */
const deniedCrash: CauseRule = (finding, graph) => {
  const crash = finding.scenario === CRASH_LOOP ? markedLine(finding) : undefined;
  if (crash === undefined) return undefined;
  return graph.about(finding.subject).find((other) => {
    if (other.scenario !== WORKLOAD_DENIED || other.part !== finding.part) return false;
    const refusal = markedLine(other);
    const lines = refusal?.log === crash.log ? crash.number - refusal.number : -1;
    return lines >= 0 && lines <= JUST_BEFORE;
  });
};

/** The number of the line of a log that names the failure, and which log it is. */
function markedLine({ log }: Finding): { readonly log: string; readonly number: number } | undefined {
  const line = log?.firstError === undefined ? undefined : log.lines[log.firstError];
  if (log === undefined || line === undefined) return undefined;
  return { log: JSON.stringify([refKey(log.pod), log.container, log.previous]), number: line.number };
}

const lostNode: CauseRule = (finding, graph) => {
  if (!isOneOf(finding.scenario, BY_LOST_NODE)) return undefined;
  const pods = podsOf(finding).map(({ namespace, name }) => graph.view.get('Pod', namespace, name));
  return nodeOf(pods, graph);
};

const unreadyPods: CauseRule = (finding, graph) => {
  if (!COUNTS_PODS.has(finding.scenario)) return undefined;
  const { subject } = finding;
  const uid = refKey(subject);
  // A Job's failed pods are what it counts; any other controller has replaced its finished ones.
  const pods = subject.kind === 'Job' ? graph.view.ownedBy('Pod', uid) : activePodsOf(uid, graph.view);
  const creation = graph.about(subject).filter(({ scenario }) => CREATE_FAILED.has(scenario));
  return dominant(pods, graph) ?? nodeOf(pods.filter(isUnready), graph) ?? best(creation);
};

const unreadyEndpoints: CauseRule = (finding, graph) => {
  if (finding.scenario !== NO_READY_ENDPOINTS) return undefined;
  const { namespace, name } = finding.subject;
  const selector = record(graph.view.get('Service', namespace, name)?.spec).selector;
  const pods = graph.view.podsSelected(namespace ?? '', selector ?? {});
  return dominant(pods, graph) ?? nodeOf(pods.filter(isUnready), graph) ?? workloadBehind(pods, graph);
};

/** Where no pod finding says why: the finding that counts the same pods for the workload they all belong to. */
function workloadBehind(pods: readonly Pod[], graph: FindingGraph): Finding | undefined {
  const workloads = new Map(
    pods
      .map((pod) => workloadOf(pod, graph.view)?.ref)
      .map((ref) => [ref === undefined ? '' : refKey(ref), ref]),
  );
  const [workload] = workloads.size === 1 ? workloads.values() : [];
  if (workload === undefined) return undefined;
  return best(graph.about(workload).filter(({ scenario }) => COUNTS_PODS.has(scenario)));
}

/** In this order; the first that names a cause wins. What explains pods comes before what counts them. */
export const CAUSE_RULES: readonly CauseRule[] = [
  blamedSubject,
  lostNode,
  deniedCrash,
  samePods,
  unreadyPods,
  unreadyEndpoints,
];

/** The finding that most of the pods that are not ready show; of equal ones the worst. */
function dominant(pods: readonly Pod[], graph: FindingGraph): Finding | undefined {
  const shownBy = new Map<Finding, number>();
  for (const pod of pods.filter(isUnready)) {
    for (const finding of graph.aboutPod(pod)) shownBy.set(finding, (shownBy.get(finding) ?? 0) + 1);
  }
  const most = Math.max(0, ...shownBy.values());
  const leading = [...shownBy].filter(([, count]) => count === most).map(([finding]) => finding);
  return topmost(leading, graph);
}

/** The finding of the lost node that all these pods run on, if they all run on lost nodes: of several the worst. */
function nodeOf(pods: readonly (Pod | undefined)[], graph: FindingGraph): Finding | undefined {
  const nodes = [...new Set(pods.map((pod) => pod?.spec?.nodeName))];
  const lost = nodes.map((name) => {
    const node = name === undefined ? undefined : graph.view.get('Node', undefined, name);
    return graph.findings.find(
      ({ scenario, subject }) => LOST_NODE.has(scenario) && subject.name === node?.metadata.name,
    );
  });
  const found = lost.filter((finding) => finding !== undefined);
  return found.length < lost.length ? undefined : best(found);
}

/** Of several candidates one that no other candidate explains. */
function topmost(candidates: readonly Finding[], graph: FindingGraph): Finding | undefined {
  const roots = candidates.filter((candidate) => {
    const cause = graph.causeOf(candidate);
    return cause === undefined || !candidates.includes(cause);
  });
  return best(roots);
}

function best(findings: readonly Finding[]): Finding | undefined {
  return [...findings].sort(
    (a, b) =>
      compareSeverity(a.severity, b.severity) ||
      podsOf(b).length - podsOf(a).length ||
      compareConfidence(a.confidence, b.confidence) ||
      compareTexts(a.id, b.id),
  )[0];
}

/** Whether a scenario is named, or its group is, as in `probe/*`. */
function isOneOf(scenario: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) =>
    pattern.endsWith('/*') ? scenario.startsWith(pattern.slice(0, -1)) : scenario === pattern,
  );
}

function isUnready(pod: Pod): boolean {
  const ready = records(pod.status?.conditions).find(({ type }) => type === 'Ready');
  return ready?.status !== 'True';
}
