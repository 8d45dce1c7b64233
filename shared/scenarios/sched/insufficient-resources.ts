/** sched/insufficient-resources: the scheduler finds no node with as much free as the pod requests. */
import { text } from '../../cluster/narrow.ts';
import { refOf } from '../../cluster/refs.ts';
import type { ClusterView } from '../../cluster/view.ts';
import type { Diagnosis, Evidence } from '../../model/finding.ts';
import type { Condition, Pod } from '../../model/kube.ts';
import { defineScenario } from '../../model/scenario.ts';
import { roomOf, type NodeRoom } from '../node-room.ts';
import { requestsOf, type Amounts } from '../pod-requests.ts';
import { changedAt, conditionOf, isFinished, isLeaving } from '../pods.ts';
import { isBeingHelped } from '../scheduling-help.ts';
import { readUnschedulable, type SchedulerVerdict } from '../scheduler-message.ts';
import { assessRoom, type Assessment } from '../room-assessment.ts';
import { clean, count, enumerate, formatAmount, nameObject } from '../words.ts';

const MAX_NODES = 5;

export const insufficientResources = defineScenario<'Pod'>({
  id: 'sched/insufficient-resources',
  title: 'No node has room for the pod',
  subject: 'Pod',
  needs: [],
  mayRead: ['Node', 'Event'],
  diagnose(pod, cluster, now) {
    const condition = unscheduled(pod);
    if (condition === undefined) return [];
    const verdict = readUnschedulable(text(condition.message));
    if (verdict?.predicates.some(({ resource, nodes }) => resource !== undefined && nodes > 0) !== true)
      return [];
    if (isBeingHelped(pod, cluster, now)) return [];
    return [describe(pod, condition, verdict, cluster)];
  },
});

/** The scheduler's present refusal; none for a pod that has a node, is going, or is not the scheduler's yet (gates). */
function unscheduled(pod: Pod): Condition | undefined {
  if (text(pod.spec?.nodeName) !== '' || isLeaving(pod) || isFinished(pod)) return undefined;
  const condition = conditionOf(pod.status?.conditions, 'PodScheduled');
  return condition?.status === 'False' && condition.reason === 'Unschedulable' ? condition : undefined;
}

function describe(
  pod: Pod,
  condition: Condition,
  verdict: SchedulerVerdict,
  cluster: ClusterView,
): Diagnosis {
  const byNodes = [...verdict.predicates].sort((a, b) => b.nodes - a.nodes);
  const short = [...new Set(byNodes.flatMap(({ resource }) => resource ?? []))];
  const requests = requestsOf(pod);
  const rooms = roomOf(pod, cluster);
  const assessment = assessRoom(short, requests, rooms);
  const since = changedAt(condition);
  const lack = describeLack(assessment, requests, isMixed(verdict));
  return {
    severity: 'high',
    summary: `${nameObject(pod)} cannot be scheduled: ${lack}`,
    ofPods: `cannot be scheduled: ${lack}`,
    same: describeWanted([...requests.keys()].sort(), requests),
    cause: [describePredicates(verdict), assessment.sentence].filter((sentence) => sentence !== '').join(' '),
    advice: adviceFor(assessment),
    evidence: evidenceOf(pod, condition, short, requests, rooms),
    ...(since === undefined ? {} : { since }),
    confidence: 'high',
  };
}

/** Whether nodes are ruled out for something other than resources as well: then "no node" would be too much. */
function isMixed({ predicates }: SchedulerVerdict): boolean {
  return predicates.some(({ resource }) => resource === undefined);
}

function describeLack({ never, devices, scarce }: Assessment, requests: Amounts, mixed: boolean): string {
  const node = mixed ? 'no eligible node' : 'no node';
  if (devices !== undefined) return `no node offers ${clean(devices, 80)}`;
  const wanted = describeWanted(scarce, requests);
  if (never) return `${node} is large enough for ${wanted}`;
  return scarce.every((resource) => resource === 'pods')
    ? `${node} has ${wanted}`
    : `${node} has ${wanted} free`;
}

/** `2 cpu and 8Gi memory`, from what the pod requests of the resources that are short. */
function describeWanted(resources: readonly string[], requests: Amounts): string {
  const named = resources.map((resource) => {
    if (resource === 'pods') return 'a place for one more pod';
    const amount = requests.get(resource);
    const what = resource === 'claims' ? 'the devices it claims' : clean(resource, 80);
    return amount === undefined ? what : `${formatAmount(resource, amount)} ${what}`;
  });
  return enumerate(named, 5);
}

/** `2 of 3 nodes lack cpu, 1 has a taint …`: mixtures are said as they are. */
function describePredicates({ nodes, predicates }: SchedulerVerdict): string {
  const byCount = new Map<number, string[]>();
  for (const { nodes: failed, resource } of predicates) {
    if (resource !== undefined) byCount.set(failed, [...(byCount.get(failed) ?? []), nameLack(resource)]);
  }
  const lacking = [...byCount].map(
    ([failed, resources]) =>
      `${countOf(failed, nodes)} ${failed === 1 ? 'lacks' : 'lack'} ${enumerate(resources, 6)}`,
  );
  const others = predicates.flatMap(({ nodes: failed, text: said, resource }) =>
    resource === undefined ? `${count(failed, 'node')}: ${clean(said.replace(/^node\(s\) /, ''), 120)}` : [],
  );
  const first = enumerate(lacking, 6);
  const sentence = `${first.charAt(0).toUpperCase()}${first.slice(1)}.`;
  return others.length === 0
    ? sentence
    : `${sentence} Lack of resources is not all: the scheduler rules out nodes for other reasons too (${others.join('; ')}).`;
}

function countOf(failed: number, nodes: number): string {
  if (failed < nodes) return `${failed} of ${nodes} nodes`;
  return nodes === 1 ? 'the only node' : `all ${nodes} nodes`;
}

function nameLack(resource: string): string {
  if (resource === 'pods') return 'places for pods';
  return resource === 'claims' ? 'the claimed devices' : clean(resource, 80);
}

function adviceFor({ never, devices, largest, scarce }: Assessment): string {
  if (devices !== undefined)
    return `Start the device plugin that offers ${clean(devices, 80)}, or add a node that has it.`;
  if (scarce.every((resource) => resource === 'pods'))
    return 'Add a node, or move pods away: nodes have a limit on their number of pods.';
  if (scarce.includes('claims'))
    return 'Look at the ResourceClaims of the pod and at which devices are free.';
  const fits = largest === '' ? '' : ` What fits now is at most ${largest}.`;
  return never
    ? `Lower the request to what a node has, or add a larger node.${fits}`
    : `Add a node, scale something else down, or lower the request.${fits}`;
}

function evidenceOf(
  pod: Pod,
  condition: Condition,
  short: readonly string[],
  requests: Amounts,
  rooms: readonly NodeRoom[],
): Evidence[] {
  const ref = refOf(pod);
  const evidence: Evidence[] = [
    {
      ref,
      path: 'status.conditions[PodScheduled].message',
      observed: clean(condition.message, 500),
      why: 'The scheduler’s own count of the nodes; one node may fail for several reasons.',
    },
  ];
  const measured = short.filter((resource) => requests.has(resource) && resource !== 'pods');
  if (measured.length > 0) {
    const observed = describeWanted(measured, requests);
    evidence.push({
      ref,
      path: 'spec.containers[].resources.requests',
      observed,
      why: 'What the pod requests in all, init containers and overhead included.',
    });
  }
  const known = short.filter((resource) => resource !== 'claims');
  const ranked = [...rooms].sort(
    (a, b) =>
      Number(b.open) - Number(a.open) ||
      smallestShare(b, known, requests) - smallestShare(a, known, requests),
  );
  for (const { node, allocatable, free, open } of ranked.slice(0, MAX_NODES)) {
    const observed = known
      .map(
        (resource) =>
          `${clean(resource, 80)} ${formatAmount(resource, free.get(resource) ?? 0)} free of ${formatAmount(resource, allocatable.get(resource) ?? 0)}`,
      )
      .join(', ');
    const why = open
      ? 'Its allocatable less what its pods request.'
      : 'It is closed to the pod besides, by a taint, a cordon or the node selector.';
    if (observed !== '') evidence.push({ ref: refOf(node), path: 'status.allocatable', observed, why });
  }
  return evidence;
}

/** How much of the scarcest resource a node could give, as a share of what is wanted. */
function smallestShare({ free }: NodeRoom, resources: readonly string[], requests: Amounts): number {
  return Math.min(
    ...resources.map((resource) => (free.get(resource) ?? 0) / Math.max(requests.get(resource) ?? 1, 1e-9)),
  );
}
