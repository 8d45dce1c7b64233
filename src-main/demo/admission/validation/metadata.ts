/** What holds for the metadata of every object: names, labels, annotations, owners, finalizers, and what never changes. */
import { list, record, records, text } from '../../../../shared/cluster/narrow.ts';
import type { DraftObject, StoredObject } from '../../model.ts';
import { sameValue, textEntries } from '../json.ts';
import { dnsLabel, labelValue, qualifiedName, type Format } from './names.ts';
import { InOrder, type Report } from './report.ts';

const ANNOTATIONS_LIMIT_BYTES = 256 * 1024;
const PLAIN_FINALIZERS = new Set(['orphan', 'foregroundDeletion', 'kubernetes']);

export function checkLabels(report: Report, field: string, labels: unknown): void {
  for (const [key, value] of textEntries(labels)) {
    report.invalidAll(field, key, qualifiedName(key));
    report.invalidAll(field, value, labelValue(value));
  }
}

export function checkAnnotations(report: Report, field: string, annotations: unknown): void {
  let bytes = 0;
  for (const [key, value] of textEntries(annotations)) {
    report.invalidAll(field, key, qualifiedName(key.toLowerCase()));
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (bytes > ANNOTATIONS_LIMIT_BYTES) report.tooLong(field, ANNOTATIONS_LIMIT_BYTES);
}

const OWNER_FIELDS = ['apiVersion', 'kind', 'name', 'uid', 'controller', 'blockOwnerDeletion'] as const;

function printedOwners(owners: unknown): InOrder {
  return new InOrder(
    records(owners).map((owner) => Object.fromEntries(OWNER_FIELDS.map((name) => [name, owner[name]]))),
  );
}

function checkOwners(report: Report, field: string, owners: unknown): void {
  let controller = '';
  for (const owner of records(owners)) {
    const apiVersion = text(owner.apiVersion);
    if (apiVersion === '' || apiVersion.endsWith('/')) {
      report.invalid(`${field}.apiVersion`, apiVersion, 'version must not be empty');
    }
    for (const name of ['kind', 'name', 'uid']) {
      if (text(owner[name]) === '') report.invalid(`${field}.${name}`, '', 'must not be empty');
    }
    if (apiVersion === 'v1' && owner.kind === 'Event') {
      report.invalid(field, owner, '/v1, Kind=Event is disallowed from being an owner');
    }
    if (owner.controller !== true) continue;
    const current = `${text(owner.kind)}/${text(owner.name)}`;
    if (controller === '') controller = current;
    else {
      const found = `Found "true" in references for ${controller} and ${current}`;
      report.invalid(
        field,
        printedOwners(owners),
        `Only one reference can have Controller set to true. ${found}`,
      );
    }
  }
}

function checkFinalizers(report: Report, field: string, finalizers: readonly unknown[]): void {
  for (const finalizer of finalizers) report.invalidAll(field, finalizer, qualifiedName(text(finalizer)));
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    report.invalid(field, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set');
  }
}

/** Finalizers of built-in kinds: without a domain only the known ones. */
export function checkPlainFinalizers(report: Report, object: DraftObject): void {
  list(object.metadata?.finalizers).forEach((finalizer, index) => {
    const name = text(finalizer);
    if (name.includes('/') || PLAIN_FINALIZERS.has(name)) return;
    const words = 'name is neither a standard finalizer name nor is it fully qualified';
    report.invalid(`metadata.finalizers[${index}]`, name, words);
  });
}

/** A prefix may end in a dash: characters follow. */
function maskDash(prefix: string): string {
  return prefix.length > 1 && prefix.endsWith('-') ? `${prefix.slice(0, -2)}a` : prefix;
}

function checkName(report: Report, metadata: NonNullable<DraftObject['metadata']>, format: Format): void {
  const prefix = text(metadata.generateName);
  if (prefix !== '') report.invalidAll('metadata.generateName', prefix, format(maskDash(prefix)));
  const name = text(metadata.name);
  if (name === '') report.required('metadata.name', 'name or generateName is required');
  else report.invalidAll('metadata.name', name, format(name));
}

/** The checks of a creation; the API server repeats most of them on an update, together with the next ones. */
export function checkMetadata(
  report: Report,
  object: DraftObject,
  namespaced: boolean,
  format: Format,
): void {
  const metadata = object.metadata ?? {};
  checkName(report, metadata, format);
  const namespace = text(metadata.namespace);
  if (!namespaced) {
    if (namespace !== '') report.forbidden('metadata.namespace', 'not allowed on this type');
  } else if (namespace === '') report.required('metadata.namespace');
  else report.invalidAll('metadata.namespace', namespace, dnsLabel(namespace));
  checkLabels(report, 'metadata.labels', metadata.labels);
  checkAnnotations(report, 'metadata.annotations', metadata.annotations);
  checkOwners(report, 'metadata.ownerReferences', metadata.ownerReferences);
  checkFinalizers(report, 'metadata.finalizers', list(metadata.finalizers));
}

const FIXED = [
  'name',
  'namespace',
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
] as const;

/** What an update may not do to metadata. */
export function checkMetadataUpdate(report: Report, object: DraftObject, old: StoredObject): void {
  const metadata = object.metadata ?? {};
  if (old.metadata.deletionTimestamp !== undefined) {
    const before = list(old.metadata.finalizers);
    const added = list(metadata.finalizers)
      .map(text)
      .filter((finalizer) => !before.includes(finalizer));
    if (added.length > 0) {
      const found = `[]string{${added
        .sort()
        .map((name) => JSON.stringify(name))
        .join(', ')}}`;
      const sentence = `no new finalizers can be added if the object is being deleted, found new finalizers ${found}`;
      report.forbidden('metadata.finalizers', sentence);
    }
  }
  for (const field of FIXED) {
    if (!sameValue(metadata[field], old.metadata[field])) {
      report.invalid(`metadata.${field}`, metadata[field], 'field is immutable');
    }
  }
  checkLabels(report, 'metadata.labels', metadata.labels);
  checkAnnotations(report, 'metadata.annotations', metadata.annotations);
  checkOwners(report, 'metadata.ownerReferences', metadata.ownerReferences);
}

/** `FieldValueInvalid … field is immutable` where the two differ. */
export function checkImmutable(report: Report, field: string, value: unknown, old: unknown): void {
  if (!sameValue(value, old)) report.invalid(field, value, 'field is immutable');
}

const OPERATORS = new Set(['In', 'NotIn', 'Exists', 'DoesNotExist']);

/** A metav1.LabelSelector. */
export function checkSelector(report: Report, field: string, selector: unknown): void {
  checkLabels(report, `${field}.matchLabels`, record(selector).matchLabels);
  records(record(selector).matchExpressions).forEach((expression, index) => {
    const at = `${field}.matchExpressions[${index}]`;
    const operator = text(expression.operator);
    const values = list(expression.values);
    if (!OPERATORS.has(operator)) report.invalid(`${at}.operator`, operator, 'not a valid selector operator');
    else if (operator.endsWith('In')) {
      if (values.length === 0)
        report.required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'");
    } else if (values.length > 0) {
      report.forbidden(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
    }
    report.invalidAll(`${at}.key`, text(expression.key), qualifiedName(text(expression.key)));
    values.forEach((value, position) => {
      report.invalidAll(`${at}.values[${position}]`, value, labelValue(text(value)));
    });
  });
}

/** Whether a selector selects nothing in particular: no labels and no expressions. */
export function isEmptySelector(selector: unknown): boolean {
  const { matchLabels, matchExpressions } = record(selector);
  return Object.keys(record(matchLabels)).length + list(matchExpressions).length === 0;
}

function isRequirement(key: string, values: readonly unknown[]): boolean {
  return qualifiedName(key).length === 0 && values.every((value) => labelValue(text(value)).length === 0);
}

/** Whether labels meet a selector; undefined where the selector is malformed. */
export function meetsSelector(
  selector: unknown,
  labels: Readonly<Record<string, unknown>>,
): boolean | undefined {
  const { matchLabels, matchExpressions } = record(selector);
  let meets = true;
  for (const [key, value] of Object.entries(record(matchLabels))) {
    if (!isRequirement(key, [value])) return undefined;
    meets &&= Object.hasOwn(labels, key) && labels[key] === value;
  }
  for (const expression of records(matchExpressions)) {
    const [key, operator, values] = [
      text(expression.key),
      text(expression.operator),
      list(expression.values),
    ];
    const needsValues = operator === 'In' || operator === 'NotIn';
    if (!OPERATORS.has(operator) || !isRequirement(key, values)) return undefined;
    if (needsValues === (values.length === 0)) return undefined;
    const present = Object.hasOwn(labels, key);
    const listed = present && values.includes(labels[key]);
    if (operator === 'In') meets &&= listed;
    else if (operator === 'NotIn') meets &&= !listed;
    else meets &&= present === (operator === 'Exists');
  }
  return meets;
}

/** `must be greater than or equal to 0`. */
export function checkNonNegative(report: Report, field: string, value: unknown): void {
  if (typeof value === 'number' && value < 0)
    report.invalid(field, value, 'must be greater than or equal to 0');
}

/** A value of an enumeration; '' is a missing one. */
export function checkOneOf(
  report: Report,
  field: string,
  value: unknown,
  supported: readonly string[],
): void {
  const given = text(value);
  if (given === '') report.required(field);
  else if (!supported.includes(given)) report.notSupported(field, given, supported);
}

/** The faults of a text's format, unless it is empty. */
export function checkFormat(report: Report, field: string, value: unknown, format: Format): void {
  const given = text(value);
  if (given !== '') report.invalidAll(field, given, format(given));
}
