/** Validates CustomResourceDefinitions: names, versions, columns, subresources, schemas. */
import { isRecord } from '../../../shared/cluster/narrow.ts';
import type { DraftObject } from '../model.ts';
import type { StatusCause } from '../status-error.ts';
import { hasPath, validateStructuralSchema } from './definition-schema.ts';
import { invalidValue, requiredValue, unsupportedValue } from './field-errors.ts';
import { fieldOf, isEqualJson } from './json-object.ts';

type Fields = Readonly<Record<string, unknown>>;

const LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const LABEL_RULE =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const APPROVAL = 'api-approved.kubernetes.io';
const PROTECTED = /(?:^|\.)(?:k8s|kubernetes)\.io$/;
const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];

function text(value: unknown, name: string): string {
  const field = fieldOf(value, name);
  return typeof field === 'string' ? field : '';
}

function objects(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map((each: unknown) => (isRecord(each) ? each : {})) : [];
}

function checkLabel(value: string, field: string, causes: StatusCause[]): void {
  if (value === '') causes.push(requiredValue(field));
  else if (!LABEL.test(value) || value.length > 63) causes.push(invalidValue(field, value, LABEL_RULE));
}

function checkKind(value: string, field: string, causes: StatusCause[]): void {
  if (value === '') causes.push(requiredValue(field));
  else if (!LABEL.test(value.toLowerCase())) {
    causes.push(invalidValue(field, value, `may have mixed case, but should otherwise match: ${LABEL_RULE}`));
  }
}

function checkNames(names: unknown, causes: StatusCause[]): void {
  const at = 'spec.names';
  const kind = text(names, 'kind');
  const listKind = text(names, 'listKind') || (kind === '' ? '' : `${kind}List`);
  checkLabel(text(names, 'plural'), `${at}.plural`, causes);
  checkLabel(text(names, 'singular') || kind.toLowerCase(), `${at}.singular`, causes);
  checkKind(kind, `${at}.kind`, causes);
  checkKind(listKind, `${at}.listKind`, causes);
  for (const list of ['shortNames', 'categories']) {
    const values: unknown = fieldOf(names, list);
    if (!Array.isArray(values)) continue;
    values.forEach((value: unknown, index) => {
      checkLabel(typeof value === 'string' ? value : '', `${at}.${list}[${index}]`, causes);
    });
  }
  if (kind !== '' && kind === listKind) {
    causes.push(invalidValue(`${at}.listKind`, listKind, 'kind and listKind may not be the same'));
  }
}

function checkGroup(group: string, annotations: unknown, causes: StatusCause[]): void {
  if (group === '') causes.push(requiredValue('spec.group'));
  else if (!SUBDOMAIN.test(group)) causes.push(invalidValue('spec.group', group, SUBDOMAIN_RULE));
  else if (!group.includes('.')) {
    causes.push(invalidValue('spec.group', group, 'should be a domain with at least one dot'));
  }
  if (!PROTECTED.test(group) || text(annotations, APPROVAL) !== '') return;
  const why = `protected groups must have approval annotation "${APPROVAL}", see https://github.com/kubernetes/enhancements/pull/1111`;
  causes.push(requiredValue(`metadata.annotations[${APPROVAL}]`, why));
}

function checkScope(scope: string, causes: StatusCause[]): void {
  if (scope === '') causes.push(requiredValue('spec.scope'));
  else if (scope !== 'Cluster' && scope !== 'Namespaced') {
    causes.push(unsupportedValue('spec.scope', scope, ['Cluster', 'Namespaced']));
  }
}

/** Parts that all versions have in common are kept, and named, once. */
function isShared(versions: readonly Fields[], name: string): boolean {
  return versions.every((version) => isEqualJson(version[name], versions[0]?.[name]));
}

/** The versions as the server's own type prints them. */
function printVersions(versions: readonly Fields[] | undefined): unknown {
  if (versions === undefined) return null;
  const part = (name: string, version: Fields): unknown =>
    isShared(versions, name) ? null : (version[name] ?? null);
  return versions.map((version) => ({
    Name: text(version, 'name'),
    Served: version.served === true,
    Storage: version.storage === true,
    Deprecated: version.deprecated === true,
    DeprecationWarning: version.deprecationWarning ?? null,
    Schema: part('schema', version),
    Subresources: part('subresources', version),
    AdditionalPrinterColumns: part('additionalPrinterColumns', version),
    SelectableFields: part('selectableFields', version),
  }));
}

function checkStorage(versions: readonly Fields[], given: unknown, causes: StatusCause[]): void {
  const stored = versions.filter(({ storage }) => storage === true).map((version) => text(version, 'name'));
  const shown = printVersions(given === undefined ? undefined : versions);
  const names = versions.map((version) => text(version, 'name'));
  if (stored.length !== 1) {
    const why = 'must have exactly one version marked as storage version';
    causes.push(invalidValue('spec.versions', shown, why));
  }
  if (new Set(names).size < names.length) {
    causes.push(invalidValue('spec.versions', shown, 'must contain unique version names'));
  }
}

function checkStored(versions: readonly Fields[], causes: StatusCause[]): void {
  const stored = versions.filter(({ storage }) => storage === true).map((version) => text(version, 'name'));
  if (stored.length === 0) {
    causes.push(invalidValue('status.storedVersions', null, 'must have at least one stored version'));
  }
  const other = stored.length > 1 ? stored.at(-1) : undefined;
  if (other !== undefined) {
    const why = `must have the storage version ${other}`;
    causes.push(invalidValue('status.storedVersions', stored.slice(0, 1), why));
  }
}

function checkColumns(columns: unknown, path: string, causes: StatusCause[]): void {
  objects(columns).forEach((column, index) => {
    const at = `${path}[${index}]`;
    const { name, type, jsonPath } = column;
    if (typeof name !== 'string' || name === '') causes.push(requiredValue(`${at}.name`));
    if (typeof type !== 'string' || type === '') causes.push(requiredValue(`${at}.type`));
    else if (!COLUMN_TYPES.includes(type)) {
      causes.push(invalidValue(`${at}.type`, type, `must be one of ${COLUMN_TYPES.join(',')}`));
    }
    checkSimplePath(typeof jsonPath === 'string' ? jsonPath : '', `${at}.JSONPath`, causes);
  });
}

function checkSimplePath(path: string, field: string, causes: StatusCause[]): void {
  if (path === '') causes.push(requiredValue(field));
  else if (!path.startsWith('.')) {
    causes.push(invalidValue(field, path, 'must be a simple json path starting with .'));
  }
}

function checkScale(scale: unknown, path: string, causes: StatusCause[]): void {
  if (!isRecord(scale)) return;
  for (const [name, root] of [
    ['specReplicasPath', '.spec'],
    ['statusReplicasPath', '.status'],
  ] as const) {
    const value = text(scale, name);
    const before = causes.length;
    checkSimplePath(value, `${path}.${name}`, causes);
    if (causes.length === before && !value.startsWith(`${root}.`)) {
      causes.push(invalidValue(`${path}.${name}`, value, `should be a json path under ${root}`));
    }
  }
}

function checkSelectable(fields: unknown, schema: unknown, path: string, causes: StatusCause[]): void {
  objects(fields).forEach((field, index) => {
    const jsonPath = text(field, 'jsonPath');
    if (hasPath(schema, jsonPath)) return;
    const why = 'is an invalid path: does not refer to a valid field';
    causes.push(invalidValue(`${path}[${index}].jsonPath`, jsonPath, why));
  });
}

/** Where the parts of version `index` are named. */
function pathsOf(versions: readonly Fields[], index: number): (part: string, shared: string) => string {
  return (part, shared) => (isShared(versions, part) ? `spec.${shared}` : `spec.versions[${index}].${part}`);
}

function checkVersion(versions: readonly Fields[], index: number, causes: StatusCause[]): void {
  const version = versions[index] ?? {};
  const at = pathsOf(versions, index);
  const name = text(version, 'name');
  checkLabel(name, `spec.versions[${index}].name`, causes);
  if (index === 0 && name !== '' && !LABEL.test(name)) {
    causes.push(invalidValue('spec.version', name, LABEL_RULE));
  }
  if (version.deprecationWarning !== undefined && version.deprecated !== true) {
    const why = 'can only be set for deprecated versions';
    causes.push(invalidValue(`spec.versions[${index}].deprecationWarning`, version.deprecationWarning, why));
  }
  const schema = fieldOf(version.schema, 'openAPIV3Schema');
  if (!isRecord(schema)) causes.push(requiredValue(`spec.versions[${index}].schema.openAPIV3Schema`));
  if (index > 0 && isShared(versions, 'schema')) return;
  if (isRecord(schema)) {
    causes.push(...validateStructuralSchema(schema, `${at('schema', 'validation')}.openAPIV3Schema`));
  }
  const columns = at('additionalPrinterColumns', 'additionalPrinterColumns');
  checkColumns(version.additionalPrinterColumns, columns, causes);
  checkSelectable(version.selectableFields, schema, at('selectableFields', 'selectableFields'), causes);
  checkScale(fieldOf(version.subresources, 'scale'), `${at('subresources', 'subresources')}.scale`, causes);
}

function checkConversion(conversion: unknown, causes: StatusCause[]): void {
  const strategy = text(conversion, 'strategy');
  if (!isRecord(conversion) || strategy === 'None') return;
  if (strategy !== 'Webhook') {
    causes.push(unsupportedValue('spec.conversion.strategy', strategy, ['None', 'Webhook']));
    return;
  }
  const webhook = conversion.webhook;
  if (!isRecord(fieldOf(webhook, 'clientConfig'))) {
    const why = 'required when strategy is set to Webhook';
    causes.push(requiredValue('spec.conversion.webhookClientConfig', why));
  }
  const versions = fieldOf(webhook, 'conversionReviewVersions');
  if (!Array.isArray(versions) || versions.length === 0) {
    causes.push(requiredValue('spec.conversion.conversionReviewVersions'));
  }
}

/** What is wrong with a definition: names, group, scope, versions, conversion, and the schema of each version. */
export function validateDefinition(crd: DraftObject): StatusCause[] {
  const causes: StatusCause[] = [];
  const spec = isRecord(crd.spec) ? crd.spec : {};
  const group = text(spec, 'group');
  const name = crd.metadata?.name ?? '';
  if (name !== `${text(spec.names, 'plural')}.${group}`) {
    causes.push(invalidValue('metadata.name', name, 'must be spec.names.plural+"."+spec.group'));
  }
  checkGroup(group, crd.metadata?.annotations, causes);
  checkScope(text(spec, 'scope'), causes);
  if (spec.preserveUnknownFields === true) {
    const why =
      'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead';
    causes.push(invalidValue('spec.preserveUnknownFields', true, why));
  }
  const versions = objects(spec.versions);
  versions.forEach((_, index) => {
    checkVersion(versions, index, causes);
  });
  checkStorage(versions, spec.versions, causes);
  checkNames(spec.names, causes);
  checkConversion(spec.conversion, causes);
  checkStored(versions, causes);
  return causes;
}
