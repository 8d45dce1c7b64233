/** Fills in what a client left out, as the API server does on every write: one table of defaults per kind. */
import { apiVersionOf, type DraftObject, type Resource } from '../model.ts';
import { OTHER_KINDS } from './defaults/other-kinds.ts';
import { POD, POD_TEMPLATE } from './defaults/pod-spec.ts';
import { applyRule, compileRule, type CompiledRule, type Rule } from './defaults/rule.ts';
import * as workloads from './defaults/workloads.ts';

const KINDS: Readonly<Record<string, Rule>> = {
  ...OTHER_KINDS,
  'v1 Pod': POD,
  'v1 PodTemplate': { within: { template: POD_TEMPLATE } },
  'v1 ReplicationController': workloads.REPLICATION_CONTROLLER,
  'apps/v1 Deployment': workloads.DEPLOYMENT,
  'apps/v1 ReplicaSet': workloads.REPLICA_SET,
  'apps/v1 DaemonSet': workloads.DAEMON_SET,
  'apps/v1 StatefulSet': workloads.STATEFUL_SET,
  'batch/v1 Job': workloads.JOB,
  'batch/v1 CronJob': workloads.CRON_JOB,
  'autoscaling/v2 HorizontalPodAutoscaler': workloads.AUTOSCALER,
  'policy/v1 PodDisruptionBudget': workloads.DISRUPTION_BUDGET,
};

const RULES: ReadonlyMap<string, CompiledRule> = new Map(
  Object.entries(KINDS).map(([kind, rule]) => [kind, compileRule(rule)]),
);

/**
 * The object with the defaults of its kind, also in parts deep inside (containers, probes, ports). Idempotent; returns
 * the object itself where nothing is missing. Custom resources get theirs from their schema, not here.
 */
export function applyDefaults(resource: Resource, object: DraftObject): DraftObject {
  if (resource.custom !== undefined) return object;
  const rule = RULES.get(`${apiVersionOf(resource)} ${resource.kind}`);
  return rule === undefined ? object : (applyRule(rule, object) as DraftObject);
}
