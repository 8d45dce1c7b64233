/** Pods: their creation, and the little that may change later. */
import { list, record, records, text } from '../../../../shared/cluster/narrow.ts';
import type { DraftObject, StoredObject } from '../../model.ts';
import { numberIn, sameValue, type Fields } from '../json.ts';
import { checkImages } from './containers.ts';
import { between } from './names.ts';
import { checkPodSpec } from './pod-spec.ts';
import type { Report } from './report.ts';
import { checkTolerations } from './scheduling.ts';
import { innerLines } from './inner-shape.ts';
import { differenceOf } from './text-difference.ts';

const LARGEST_INT32 = 2_147_483_647;
const MAY_CHANGE = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');

export function checkPod(report: Report, pod: DraftObject, old: StoredObject | undefined): void {
  const spec = record(pod.spec);
  checkPodSpec(report, 'spec', spec, { isPod: true });
  checkImages(report, 'spec.containers', spec.containers);
  checkImages(report, 'spec.initContainers', spec.initContainers);
  if (old !== undefined) {
    checkPodUpdate(report, spec, record(old.spec));
    return;
  }
  if (list(spec.ephemeralContainers).length > 0)
    report.forbidden('spec.ephemeralContainers', 'cannot be set on create');
  if (text(spec.nodeName) !== '' && list(spec.schedulingGates).length > 0) {
    report.forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared');
  }
}

/** Whether there are as many as before; if so, checks the images. */
function checkSameContainers(report: Report, name: string, spec: Fields, old: Fields): boolean {
  const containers = list(spec[name]);
  if (containers.length !== list(old[name]).length) {
    report.forbidden(`spec.${name}`, 'pod updates may not add or remove containers');
    return false;
  }
  containers.forEach((container, index) => {
    if (text(record(container).image) === '') report.required(`spec.${name}[${index}].image`);
  });
  checkImages(report, `spec.${name}`, containers);
  return true;
}

/** False if nothing more is to be said. */
function checkDeadline(report: Report, spec: Fields, old: Fields): boolean {
  const field = 'spec.activeDeadlineSeconds';
  const [seconds, before] = [numberIn(spec.activeDeadlineSeconds), numberIn(old.activeDeadlineSeconds)];
  if (seconds === undefined) {
    if (before !== undefined)
      report.invalid(field, null, 'must not update from a positive integer to nil value');
    return true;
  }
  if (seconds < 0 || seconds > LARGEST_INT32) {
    report.invalid(field, seconds, between(0, LARGEST_INT32));
    return false;
  }
  if (before === undefined || before >= seconds) return true;
  report.invalid(field, seconds, 'must be less than or equal to previous value');
  return false;
}

function checkAddedTolerations(report: Report, spec: Fields, old: Fields): void {
  const field = 'spec.tolerations';
  const now = records(spec.tolerations).map(({ tolerationSeconds: _seconds, ...rest }) => rest);
  const kept = records(old.tolerations).every(({ tolerationSeconds: _seconds, ...rest }) =>
    now.some((toleration) => sameValue(toleration, rest)),
  );
  if (kept) checkTolerations(report, field, spec.tolerations);
  else report.forbidden(field, 'existing toleration can not be modified except its tolerationSeconds');
}

function checkGates(report: Report, spec: Fields, old: Fields): void {
  const before = new Set(records(old.schedulingGates).map(({ name }) => name));
  records(spec.schedulingGates).forEach(({ name }, index) => {
    if (before.has(name)) return;
    const words = `only deletion is allowed, but found new scheduling gate '${text(name)}'`;
    report.forbidden(`spec.schedulingGates[${index}].name`, words);
  });
}

function withImagesOf(containers: unknown, old: unknown): readonly unknown[] {
  const before = list(old);
  return list(containers).map((container, index) => ({
    ...record(container),
    image: record(before[index]).image,
  }));
}

function checkPodUpdate(report: Report, spec: Fields, old: Fields): void {
  if (!checkSameContainers(report, 'containers', spec, old)) return;
  if (!checkSameContainers(report, 'initContainers', spec, old)) return;
  if (!checkDeadline(report, spec, old)) return;
  checkAddedTolerations(report, spec, old);
  checkGates(report, spec, old);
  const gated = list(old.schedulingGates).length > 0;
  const negative =
    (numberIn(old.terminationGracePeriodSeconds) ?? 0) < 0 && spec.terminationGracePeriodSeconds === 1;
  const rest: Fields = {
    ...spec,
    containers: withImagesOf(spec.containers, old.containers),
    ...(spec.initContainers === undefined
      ? {}
      : { initContainers: withImagesOf(spec.initContainers, old.initContainers) }),
    activeDeadlineSeconds: old.activeDeadlineSeconds,
    schedulingGates: old.schedulingGates,
    tolerations: old.tolerations,
    ...(negative ? { terminationGracePeriodSeconds: old.terminationGracePeriodSeconds } : {}),
    // A pod that waits for its gates may still be told where to run.
    ...(gated ? { nodeSelector: old.nodeSelector, affinity: old.affinity } : {}),
  };
  if (sameValue(rest, old)) return;
  const difference = differenceOf(innerLines('PodSpec', old), innerLines('PodSpec', rest));
  report.forbidden('spec', `pod updates may not change fields other than ${MAY_CHANGE}\n${difference}`);
}
