/** Deployments, ReplicaSets, StatefulSets, DaemonSets and ReplicationControllers. */
import { isRecord, record, records, text } from '../../../../shared/cluster/narrow.ts';
import type { DraftObject, StoredObject } from '../../model.ts';
import { numberIn, sameValue, type Fields } from '../json.ts';
import {
  checkFormat,
  checkImmutable,
  checkNonNegative,
  checkSelector,
  isEmptySelector,
  meetsSelector,
} from './metadata.ts';
import { dnsLabel } from './names.ts';
import { checkPodTemplate } from './pod-spec.ts';
import { InOrder, type Report } from './report.ts';
import { checkClaimSpec } from './storage.ts';

const MISMATCH = '`selector` does not match template `labels`';
const PERCENT =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

/** A number or a percentage, as a number; anything else is 0. */
function amount(value: unknown): number {
  if (typeof value === 'number') return value;
  return /^\d+%?$/.test(text(value)) ? Number.parseInt(text(value), 10) : 0;
}

export function checkIntOrPercent(report: Report, field: string, value: unknown): void {
  if (typeof value === 'string' && !/^\d+%$/.test(value)) report.invalid(field, value, PERCENT);
  checkNonNegative(report, field, value);
}

export function checkAtMostAll(report: Report, field: string, value: unknown): void {
  if (/^\d+%$/.test(text(value)) && amount(value) > 100)
    report.invalid(field, value, 'must not be greater than 100%');
}

function labelsOf(template: unknown): Fields {
  return record(record(record(template).metadata).labels);
}

function checkOnlyAlways(report: Report, field: string, template: unknown, kind: string): void {
  const spec = record(record(template).spec);
  if (spec.restartPolicy !== 'Always') {
    report.notSupported(`${field}.spec.restartPolicy`, text(spec.restartPolicy), ['Always']);
  }
  if (spec.activeDeadlineSeconds != null) {
    report.forbidden(
      `${field}.spec.activeDeadlineSeconds`,
      `activeDeadlineSeconds in ${kind} is not Supported`,
    );
  }
}

/** Selector and template of a Deployment or ReplicaSet. */
function checkReplicated(report: Report, spec: Fields): void {
  if (!isRecord(spec.selector)) report.required('spec.selector');
  else {
    checkSelector(report, 'spec.selector', spec.selector);
    if (isEmptySelector(spec.selector)) {
      report.invalid('spec.selector', spec.selector, 'empty selector is invalid for deployment');
    }
  }
  const template = record(spec.template);
  const labels = labelsOf(template);
  const meets = isRecord(spec.selector) ? meetsSelector(spec.selector, labels) : false;
  if (meets === undefined) {
    report.invalid('spec.selector', spec.selector, 'invalid label selector');
    return;
  }
  if (!meets) report.invalid('spec.template.metadata.labels', printedLabels(template), MISMATCH);
  checkPodTemplate(report, 'spec.template', template);
  checkOnlyAlways(report, 'spec.template', template, 'ReplicaSet');
}

/** Labels as the server prints them: null where there are none. */
function printedLabels(template: unknown): unknown {
  return record(record(template).metadata).labels ?? null;
}

/** A strategy as the server prints it: all of its parameters, by their inner names. */
function printedStrategy(strategy: Fields): InOrder {
  const given = isRecord(strategy.rollingUpdate) ? strategy.rollingUpdate : undefined;
  if (given === undefined) return new InOrder({ Type: text(strategy.type), RollingUpdate: null });
  const { partition, maxUnavailable = null, maxSurge } = given;
  const rolling =
    partition === undefined
      ? { MaxUnavailable: maxUnavailable, MaxSurge: maxSurge }
      : { Partition: partition, MaxUnavailable: maxUnavailable };
  return new InOrder({ Type: text(strategy.type), RollingUpdate: rolling });
}

function checkDeploymentStrategy(report: Report, strategy: Fields): void {
  const field = 'spec.strategy.rollingUpdate';
  const rolling = isRecord(strategy.rollingUpdate) ? strategy.rollingUpdate : undefined;
  if (strategy.type === 'Recreate') {
    if (rolling !== undefined) {
      report.forbidden(field, "may not be specified when strategy `type` is 'Recreate'");
    }
  } else if (strategy.type !== 'RollingUpdate') {
    const inner = printedStrategy(strategy);
    report.notSupported('spec.strategy', inner, ['Recreate', 'RollingUpdate']);
  } else if (rolling === undefined) report.required(field, 'this should be defaulted and never be nil');
  else {
    const { maxUnavailable, maxSurge } = rolling;
    checkIntOrPercent(report, `${field}.maxUnavailable`, maxUnavailable);
    checkIntOrPercent(report, `${field}.maxSurge`, maxSurge);
    if (amount(maxUnavailable) === 0 && amount(maxSurge) === 0) {
      report.invalid(`${field}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0');
    }
    checkAtMostAll(report, `${field}.maxUnavailable`, maxUnavailable);
  }
}

export function checkDeployment(
  report: Report,
  deployment: DraftObject,
  old: StoredObject | undefined,
): void {
  const spec = record(deployment.spec);
  checkNonNegative(report, 'spec.replicas', spec.replicas);
  checkReplicated(report, spec);
  checkDeploymentStrategy(report, record(spec.strategy));
  const ready = numberIn(spec.minReadySeconds) ?? 0;
  checkNonNegative(report, 'spec.minReadySeconds', ready);
  checkNonNegative(report, 'spec.revisionHistoryLimit', spec.revisionHistoryLimit);
  const deadline = numberIn(spec.progressDeadlineSeconds);
  if (deadline !== undefined) {
    checkNonNegative(report, 'spec.progressDeadlineSeconds', deadline);
    if (deadline <= ready) {
      report.invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds');
    }
  }
  if (old !== undefined) checkImmutable(report, 'spec.selector', spec.selector, record(old.spec).selector);
}

export function checkReplicaSet(report: Report, set: DraftObject, old: StoredObject | undefined): void {
  const spec = record(set.spec);
  checkNonNegative(report, 'spec.replicas', spec.replicas);
  checkNonNegative(report, 'spec.minReadySeconds', spec.minReadySeconds);
  checkReplicated(report, spec);
  if (old !== undefined) checkImmutable(report, 'spec.selector', spec.selector, record(old.spec).selector);
}

export function checkReplicationController(report: Report, controller: DraftObject): void {
  const spec = record(controller.spec);
  checkNonNegative(report, 'spec.minReadySeconds', spec.minReadySeconds);
  const selector = record(spec.selector);
  if (Object.keys(selector).length === 0) report.required('spec.selector');
  checkNonNegative(report, 'spec.replicas', spec.replicas);
  if (!isRecord(spec.template)) {
    report.required('spec.template');
    return;
  }
  const labels = labelsOf(spec.template);
  if (!Object.entries(selector).every(([key, value]) => labels[key] === value)) {
    report.invalid('spec.template.metadata.labels', printedLabels(spec.template), MISMATCH);
  }
  checkPodTemplate(report, 'spec.template', spec.template);
  checkOnlyAlways(report, 'spec.template', spec.template, 'ReplicationController');
}

function checkDaemonStrategy(report: Report, strategy: Fields): void {
  const field = 'spec.updateStrategy.rollingUpdate';
  if (strategy.type === 'OnDelete') return;
  if (strategy.type !== 'RollingUpdate') {
    const inner = printedStrategy(strategy);
    report.notSupported('spec.updateStrategy', inner, ['RollingUpdate', 'OnDelete']);
    return;
  }
  const { maxUnavailable, maxSurge } = record(strategy.rollingUpdate);
  checkIntOrPercent(report, `${field}.maxUnavailable`, maxUnavailable);
  checkIntOrPercent(report, `${field}.maxSurge`, maxSurge);
  checkAtMostAll(report, `${field}.maxUnavailable`, maxUnavailable);
  checkAtMostAll(report, `${field}.maxSurge`, maxSurge);
  const [unavailable, surge] = [amount(maxUnavailable) !== 0, amount(maxSurge) !== 0];
  if (unavailable && surge)
    report.invalid(`${field}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero');
  else if (!unavailable && !surge)
    report.required(`${field}.maxUnavailable`, 'cannot be 0 when maxSurge is 0');
}

export function checkDaemonSet(report: Report, set: DraftObject, old: StoredObject | undefined): void {
  const spec = record(set.spec);
  if (old !== undefined) checkImmutable(report, 'spec.selector', spec.selector, record(old.spec).selector);
  checkSelector(report, 'spec.selector', spec.selector);
  const template = record(spec.template);
  if (meetsSelector(spec.selector, labelsOf(template)) === false || !isRecord(spec.selector)) {
    report.invalid('spec.template.metadata.labels', printedLabels(template), MISMATCH);
  }
  if (isRecord(spec.selector) && isEmptySelector(spec.selector)) {
    report.invalid('spec.selector', spec.selector, 'empty selector is invalid for daemonset');
  }
  checkPodTemplate(report, 'spec.template', template);
  checkOnlyAlways(report, 'spec.template', template, 'DaemonSet');
  checkNonNegative(report, 'spec.minReadySeconds', spec.minReadySeconds);
  checkDaemonStrategy(report, record(spec.updateStrategy));
  checkNonNegative(report, 'spec.revisionHistoryLimit', spec.revisionHistoryLimit);
}

const STATEFUL_CHANGES = [
  'replicas',
  'template',
  'updateStrategy',
  'minReadySeconds',
  'ordinals',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
];
const STATEFUL_FORBIDDEN =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

function checkStatefulStrategy(report: Report, spec: Fields): void {
  const policy = text(spec.podManagementPolicy);
  if (policy !== 'OrderedReady' && policy !== 'Parallel') {
    report.invalid('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'");
  }
  const strategy = record(spec.updateStrategy);
  const rolling = isRecord(strategy.rollingUpdate) ? strategy.rollingUpdate : undefined;
  const field = 'spec.updateStrategy';
  if (strategy.type === 'OnDelete') {
    if (rolling !== undefined) {
      const inner = new InOrder({
        Partition: rolling.partition ?? 0,
        MaxUnavailable: rolling.maxUnavailable ?? null,
      });
      report.invalid(`${field}.rollingUpdate`, inner, "only allowed for updateStrategy 'RollingUpdate'");
    }
  } else if (strategy.type !== 'RollingUpdate') {
    const inner = printedStrategy(strategy);
    report.invalid(field, inner, "must be 'RollingUpdate' or 'OnDelete'");
  } else checkNonNegative(report, `${field}.rollingUpdate.partition`, rolling?.partition);
  const retention = record(spec.persistentVolumeClaimRetentionPolicy);
  for (const when of ['whenDeleted', 'whenScaled']) {
    const value = text(retention[when]);
    if (value === 'Retain' || value === 'Delete') continue;
    report.notSupported(`spec.persistentVolumeClaimRetentionPolicy.${when}`, value, ['Retain', 'Delete']);
  }
}

export function checkStatefulSet(report: Report, set: DraftObject, old: StoredObject | undefined): void {
  const spec = record(set.spec);
  checkStatefulStrategy(report, spec);
  const claims = records(spec.volumeClaimTemplates);
  if (old === undefined) {
    claims.forEach((claim, index) => {
      checkClaimSpec(report, `spec.volumeClaimTemplates[${index}].spec`, record(claim.spec));
    });
  }
  checkNonNegative(report, 'spec.replicas', spec.replicas);
  checkNonNegative(report, 'spec.minReadySeconds', spec.minReadySeconds);
  checkNonNegative(report, 'spec.ordinals.start', record(spec.ordinals).start);
  if (old === undefined) checkFormat(report, 'spec.serviceName', spec.serviceName, dnsLabel);
  if (!isRecord(spec.selector)) report.required('spec.selector');
  else {
    checkSelector(report, 'spec.selector', spec.selector);
    if (isEmptySelector(spec.selector)) {
      report.invalid('spec.selector', spec.selector, 'empty selector is invalid for statefulset');
    }
  }
  checkStatefulTemplate(report, spec, [
    ...new Set(claims.map(({ metadata }) => text(record(metadata).name))),
  ]);
  if (old === undefined) return;
  const before = record(old.spec);
  const kept = Object.fromEntries(STATEFUL_CHANGES.map((field) => [field, before[field]]));
  if (!sameValue({ ...spec, ...kept }, before)) report.forbidden('spec', STATEFUL_FORBIDDEN);
}

function checkStatefulTemplate(report: Report, spec: Fields, claims: readonly string[]): void {
  const template = record(spec.template);
  const meets = isRecord(spec.selector) ? meetsSelector(spec.selector, labelsOf(template)) : false;
  if (meets === undefined) report.invalid('spec.selector', spec.selector, '');
  else {
    if (!meets) report.invalid('spec.template.metadata.labels', printedLabels(template), MISMATCH);
    checkPodTemplate(report, 'spec.template', template, claims);
  }
  checkOnlyAlways(report, 'spec.template', template, 'StatefulSet');
}
