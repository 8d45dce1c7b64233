/** Parses field selectors and says which objects they match: each kind has a few selectable fields, others are refused. */
import { badRequest } from '../../status-error.ts';
import type { Resource, StoredObject } from '../../model.ts';
import { valueAt } from '../table/value.ts';

export interface FieldTerm {
  readonly field: string;
  readonly equal: boolean;
  readonly value: string;
}

type Read = (object: StoredObject) => string;

interface FieldTable {
  readonly fields: Readonly<Record<string, Read>>;
  readonly complaint: (field: string) => string;
}

const unsupported = (field: string): string => `field label not supported: ${field}`;

const unknown = (field: string): string =>
  `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`;

/** Text of a field; what is absent is as the Go type's zero value. */
function at(path: string, absent = ''): Read {
  const keys = path.split('.');
  return (object) => {
    const value = valueAt(object, ...keys);
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : absent;
  };
}

function fieldsOf(paths: readonly string[]): Record<string, Read> {
  return Object.fromEntries(paths.map((path) => [path, at(path)]));
}

const NAME = fieldsOf(['metadata.name']);
const NAMES = fieldsOf(['metadata.name', 'metadata.namespace']);
const DEFAULT: FieldTable = { fields: NAMES, complaint: unknown };

const INVOLVED = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];

function involved(prefix: string, from: string): Record<string, Read> {
  return Object.fromEntries(INVOLVED.map((part) => [`${prefix}.${part}`, at(`${from}.${part}`)]));
}

const first =
  (...reads: readonly Read[]): Read =>
  (object) =>
    reads.map((read) => read(object)).find((text) => text !== '') ?? '';

const reporter = first(at('reportingComponent'), at('reportingController'));

/** By group, version and kind; from the field label conversions and selectable fields of Kubernetes 1.35. */
const TABLES: Readonly<Record<string, FieldTable>> = {
  'v1/Pod': {
    complaint: unsupported,
    fields: {
      ...NAMES,
      ...fieldsOf([
        'spec.nodeName',
        'spec.restartPolicy',
        'spec.schedulerName',
        'spec.serviceAccountName',
        'status.phase',
        'status.podIP',
        'status.podIPs',
        'status.nominatedNodeName',
      ]),
      'spec.host': at('spec.nodeName'),
      'spec.hostNetwork': at('spec.hostNetwork', 'false'),
    },
  },
  'v1/Node': {
    complaint: unsupported,
    fields: { ...NAME, 'spec.unschedulable': at('spec.unschedulable', 'false') },
  },
  'v1/ReplicationController': {
    complaint: unsupported,
    fields: { ...NAMES, 'status.replicas': at('status.replicas', '0') },
  },
  'v1/Namespace': { complaint: unsupported, fields: { ...NAME, ...fieldsOf(['status.phase']) } },
  'v1/Secret': { complaint: unsupported, fields: { ...NAMES, ...fieldsOf(['type']) } },
  'v1/Service': {
    complaint: unsupported,
    fields: { ...NAMES, ...fieldsOf(['spec.clusterIP', 'spec.type']) },
  },
  'v1/Event': {
    complaint: unsupported,
    fields: {
      ...NAMES,
      ...involved('involvedObject', 'involvedObject'),
      ...fieldsOf(['reason', 'type']),
      reportingComponent: reporter,
      source: first(at('source.component'), reporter),
    },
  },
  'events.k8s.io/v1/Event': {
    complaint: unsupported,
    fields: {
      ...NAMES,
      ...involved('regarding', 'regarding'),
      ...fieldsOf(['reason', 'type']),
      reportingController: reporter,
    },
  },
  'batch/v1/Job': {
    complaint: (field) => `field label "${field}" not supported for Job`,
    fields: { ...NAMES, 'status.successful': at('status.succeeded', '0') },
  },
  'certificates.k8s.io/v1/CertificateSigningRequest': {
    complaint: unsupported,
    fields: { ...NAME, ...fieldsOf(['spec.signerName']) },
  },
};

function customTable(selectable: readonly string[]): FieldTable {
  const paths = selectable.map((path) => path.replace(/^\./, ''));
  return { complaint: unsupported, fields: { ...NAMES, ...fieldsOf(paths) } };
}

function splitTerms(text: string): string[] {
  const terms: string[] = [];
  let term = '';
  let escaped = false;
  for (const letter of text) {
    if (letter === ',' && !escaped) {
      terms.push(term);
      term = '';
      continue;
    }
    escaped = letter === '\\' && !escaped;
    term += letter;
  }
  return [...terms, term];
}

function unescapeValue(text: string): string {
  let value = '';
  let escaped = false;
  for (const letter of text) {
    if (escaped) {
      if (!'\\,='.includes(letter))
        throw badRequest(`invalid field selector: invalid escape sequence: \\${letter}`);
      value += letter;
      escaped = false;
    } else if (letter === '\\') escaped = true;
    else if (letter === '=' || letter === ',')
      throw badRequest(`invalid field selector: unescaped character in value: ${letter.codePointAt(0)}`);
    else value += letter;
  }
  if (escaped) throw badRequest('invalid field selector: invalid escape sequence: \\');
  return value;
}

function tableFor({ group, version, kind, custom }: Resource, selectable: readonly string[]): FieldTable {
  if (custom !== undefined) return customTable(selectable);
  const prefix = group === '' ? version : `${group}/${version}`;
  return TABLES[`${prefix}/${kind}`] ?? DEFAULT;
}

export interface FieldSelector {
  readonly terms: readonly FieldTerm[];
  matches(object: StoredObject): boolean;
}

/**
 * Throws 400 in the API server's words for what cannot be read or is not selectable.
 * `selectable` are the JSON paths that a custom resource's definition declares, e.g. `.spec.color`.
 */
export function parseFieldSelector(
  resource: Resource,
  text: string,
  selectable: readonly string[] = [],
): FieldSelector {
  const { fields, complaint } = tableFor(resource, selectable);
  const terms = splitTerms(text)
    .filter((term) => term !== '')
    .map((term): FieldTerm => {
      const parts = /^(.*?)(!=|==|=)(.*)$/s.exec(term);
      if (parts === null) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
      const [, field = '', operator, raw = ''] = parts;
      const value = unescapeValue(raw);
      if (!Object.hasOwn(fields, field)) throw badRequest(complaint(field));
      return { field, equal: operator !== '!=', value };
    });
  const tests = terms.map(({ field, equal, value }) => {
    const read = fields[field] ?? at(field);
    return (object: StoredObject): boolean => (read(object) === value) === equal;
  });
  return { terms, matches: (object) => tests.every((test) => test(object)) };
}
