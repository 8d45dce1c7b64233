/** Jobs and CronJobs. */
import { isRecord, record, text } from '../../../../shared/cluster/narrow.ts';
import type { DraftObject, StoredObject } from '../../model.ts';
import { numberIn, sameValue, textEntries, type Fields } from '../json.ts';
import { checkImmutable, checkNonNegative, checkOneOf, checkSelector, meetsSelector } from './metadata.ts';
import { dnsLabel } from './names.ts';
import { checkPodTemplate } from './pod-spec.ts';
import { innerValue } from './inner-shape.ts';
import { InOrder, type Report } from './report.ts';
import { scheduleFault } from './schedule.ts';

const COUNTS = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
];
const MODES = ['NonIndexed', 'Indexed'];
const REPLACEMENTS = ['Failed', 'TerminatingOrFailed'];
const LONGEST_CRON_NAME = 52;

function checkCompletionMode(report: Report, field: string, spec: Fields): void {
  const mode = text(spec.completionMode);
  if (mode !== '' && !MODES.includes(mode)) report.notSupported(`${field}.completionMode`, mode, MODES);
  if (mode === 'Indexed') {
    if (spec.completions == null) report.required(`${field}.completions`, 'when completion mode is Indexed');
    return;
  }
  if (mode !== '' && mode !== 'NonIndexed') return;
  for (const name of ['backoffLimitPerIndex', 'maxFailedIndexes', 'successPolicy']) {
    if (spec[name] != null)
      report.invalid(`${field}.${name}`, spec[name], 'requires indexed completion mode');
  }
}

function checkJobRestart(report: Report, field: string, spec: Fields): void {
  const at = `${field}.template.spec.restartPolicy`;
  const policy = text(record(record(spec.template).spec).restartPolicy);
  if (policy === '' || policy === 'Always') report.required(at, 'valid values: "OnFailure", "Never"');
  else if (policy !== 'OnFailure' && policy !== 'Never')
    report.notSupported(at, policy, ['OnFailure', 'Never']);
  else if (isRecord(spec.podFailurePolicy) && policy !== 'Never') {
    report.invalid(at, policy, 'only "Never" is supported when podFailurePolicy is specified');
  }
}

function checkJobSpec(report: Report, field: string, spec: Fields): void {
  for (const name of COUNTS) checkNonNegative(report, `${field}.${name}`, spec[name]);
  if (spec.maxFailedIndexes != null && spec.backoffLimitPerIndex == null) {
    report.required(`${field}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified');
  }
  checkCompletionMode(report, field, spec);
  const replacement = text(spec.podReplacementPolicy);
  const replacements = isRecord(spec.podFailurePolicy) ? ['Failed'] : REPLACEMENTS;
  if (replacement !== '' && !replacements.includes(replacement)) {
    report.notSupported(`${field}.podReplacementPolicy`, replacement, replacements);
  }
  checkPodTemplate(report, `${field}.template`, record(spec.template));
  checkJobRestart(report, field, spec);
}

const FIXED = ['completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy'];

/** What a waiting job that has never run may change in its template. */
function withSchedulingOf(template: unknown, other: unknown): Fields {
  const [own, given] = [record(template), record(other)];
  const { nodeSelector, tolerations, schedulingGates, affinity } = record(given.spec);
  return {
    ...own,
    metadata: given.metadata,
    spec: { ...record(own.spec), nodeSelector, tolerations, schedulingGates, affinity },
  };
}

/** A template as the server prints it. */
function innerTemplate(template: unknown): InOrder {
  const { labels, annotations } = record(record(template).metadata);
  const sorted = (map: unknown): unknown =>
    isRecord(map) ? Object.fromEntries(textEntries(map)) : undefined;
  const spec = innerValue('PodSpec', record(record(template).spec));
  return new InOrder({ labels: sorted(labels), annotations: sorted(annotations), Spec: spec });
}

function checkJobUpdate(report: Report, job: DraftObject, old: StoredObject): void {
  const [spec, before] = [record(job.spec), record(old.spec)];
  const elastic = spec.completionMode === 'Indexed' && spec.completions === spec.parallelism;
  if (!elastic) checkImmutable(report, 'spec.completions', spec.completions, before.completions);
  checkImmutable(report, 'spec.selector', spec.selector, before.selector);
  const fresh = before.suspend === true && record(old.status).startTime === undefined;
  const template = fresh ? withSchedulingOf(before.template, spec.template) : before.template;
  if (!sameValue(spec.template, template)) {
    report.invalid('spec.template', innerTemplate(spec.template), 'field is immutable');
  }
  for (const name of FIXED) checkImmutable(report, `spec.${name}`, spec[name], before[name]);
}

/** The labels and the selector that the server made. */
function checkGenerated(report: Report, job: DraftObject, spec: Fields): void {
  const [uid, name] = [text(job.metadata?.uid), text(job.metadata?.name)];
  const labels = {
    'controller-uid': uid,
    'job-name': name,
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
  };
  const given = record(record(record(spec.template).metadata).labels);
  for (const [key, expected] of Object.entries(labels)) {
    const field = 'spec.template.metadata.labels';
    const words = `must be '${expected}'`;
    if (!Object.hasOwn(given, key)) report.required(`${field}[${key}]`, words);
    else if (given[key] !== expected) report.invalid(`${field}[${key}]`, given, words);
  }
  if (meetsSelector(spec.selector, labels) === false) {
    report.invalid('spec.selector', spec.selector, '`selector` not auto-generated');
  }
}

function checkWholeSpec(report: Report, spec: Fields): void {
  checkJobSpec(report, 'spec', spec);
  if (!isRecord(spec.selector)) report.required('spec.selector');
  else checkSelector(report, 'spec.selector', spec.selector);
  const labels = record(record(record(spec.template).metadata).labels);
  if (!isRecord(spec.selector) || meetsSelector(spec.selector, labels) === false) {
    report.invalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`');
  }
}

export function checkJob(report: Report, job: DraftObject, old: StoredObject | undefined): void {
  const spec = record(job.spec);
  if (spec.manualSelector !== true && isRecord(spec.selector)) checkGenerated(report, job, spec);
  checkWholeSpec(report, spec);
  if (old !== undefined) {
    // The API server looks at the spec once more.
    checkWholeSpec(report, spec);
    checkJobUpdate(report, job, old);
    return;
  }
  const completions = numberIn(spec.completions) ?? 0;
  if (spec.completionMode !== 'Indexed' || completions <= 0) return;
  const host = `${text(job.metadata?.name)}-${completions - 1}`;
  if (dnsLabel(host).length > 0) {
    report.invalid(
      'metadata.name',
      job.metadata?.name,
      `will not able to create pod with invalid DNS label: ${host}`,
    );
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function checkTimeZone(report: Report, field: string, zone: unknown): void {
  if (typeof zone !== 'string') return;
  const parts = zone.split('/');
  if (zone === '') report.invalid(field, zone, 'timeZone must be nil or non-empty string');
  else if (
    parts.some(
      (part) => part === '.' || part === '..' || !/^[A-Za-z._0-9+][A-Za-z.\-_0-9+]{0,13}$/.test(part),
    )
  ) {
    report.invalid(field, zone, `unknown time zone ${zone}`);
  } else if (zone.toLowerCase() === 'local') {
    const where = 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones';
    report.invalid(field, zone, where);
  } else if (!isTimeZone(zone)) report.invalid(field, zone, `unknown time zone ${zone}`);
}

export function checkCronJob(report: Report, job: DraftObject, old: StoredObject | undefined): void {
  const spec = record(job.spec);
  const schedule = text(spec.schedule);
  if (schedule === '') report.required('spec.schedule');
  else {
    const fault = scheduleFault(schedule);
    if (fault !== undefined) report.invalid('spec.schedule', schedule, fault);
    if (schedule.includes('TZ')) {
      report.invalid(
        'spec.schedule',
        schedule,
        'cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
      );
    }
  }
  checkNonNegative(report, 'spec.startingDeadlineSeconds', spec.startingDeadlineSeconds);
  checkTimeZone(report, 'spec.timeZone', spec.timeZone);
  checkOneOf(report, 'spec.concurrencyPolicy', spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace']);
  const template = record(record(spec.jobTemplate).spec);
  checkJobSpec(report, 'spec.jobTemplate.spec', template);
  if (template.selector != null) {
    report.invalid('spec.jobTemplate.spec.selector', template.selector, '`selector` will be auto-generated');
  }
  if (template.manualSelector === true) {
    report.notSupported('spec.jobTemplate.spec.manualSelector', true, ['nil', 'false']);
  }
  checkNonNegative(report, 'spec.successfulJobsHistoryLimit', spec.successfulJobsHistoryLimit);
  checkNonNegative(report, 'spec.failedJobsHistoryLimit', spec.failedJobsHistoryLimit);
  const name = text(job.metadata?.name);
  if (old === undefined && name.length > LONGEST_CRON_NAME) {
    report.invalid('metadata.name', name, `must be no more than ${LONGEST_CRON_NAME} characters`);
  }
}
