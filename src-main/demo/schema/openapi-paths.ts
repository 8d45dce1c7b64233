/** The paths of an OpenAPI document: what may be done with each resource, and with which parameters. */
import { apiVersionOf, type JsonObject, type Resource, type Verb } from '../model.ts';
import { builtInName } from './field-type.ts';
import { customName } from './openapi-custom.ts';
import { REFERENCE } from './openapi-references.ts';

const META = `${REFERENCE}io.k8s.apimachinery.pkg.apis.meta.v1.`;

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  dryRun: 'With All nothing is stored; all stages of the request are carried out otherwise.',
  fieldManager: 'Name of the actor that makes the change; required for apply.',
  fieldValidation: 'What becomes of unknown and duplicate fields: Ignore, Warn or Strict.',
  force: 'Takes over fields that other managers own; only for apply.',
  labelSelector: 'Restricts the list to objects with these labels.',
  fieldSelector: 'Restricts the list to objects with these fields.',
  limit: 'Largest number of objects of one answer.',
  continue: 'Token of the answer before.',
  resourceVersion: 'Version that the answer must at least have.',
  resourceVersionMatch: 'How resourceVersion is meant.',
  timeoutSeconds: 'Time after which the call ends.',
  watch: 'Streams changes instead of a list.',
  allowWatchBookmarks: 'Asks for bookmarks in the stream.',
  sendInitialEvents: 'Begins the stream with what there is.',
  gracePeriodSeconds: 'Time that the object has to end.',
  ignoreStoreReadErrorWithClusterBreakingPotential: 'Deletes what can no longer be read; not done here.',
  orphanDependents: 'The old way to ask for a propagation policy.',
  propagationPolicy: 'What becomes of dependents: Orphan, Background or Foreground.',
};

const TYPES: Readonly<Record<string, string>> = {
  force: 'boolean',
  watch: 'boolean',
  allowWatchBookmarks: 'boolean',
  sendInitialEvents: 'boolean',
  limit: 'integer',
  timeoutSeconds: 'integer',
  gracePeriodSeconds: 'integer',
  ignoreStoreReadErrorWithClusterBreakingPotential: 'boolean',
  orphanDependents: 'boolean',
};

const LISTING = [
  ...['allowWatchBookmarks', 'continue', 'fieldSelector', 'labelSelector', 'limit', 'resourceVersion'],
  ...['resourceVersionMatch', 'sendInitialEvents', 'timeoutSeconds', 'watch'],
];
const WRITING = ['dryRun', 'fieldManager', 'fieldValidation'];
const DELETING = [
  ...['dryRun', 'gracePeriodSeconds', 'ignoreStoreReadErrorWithClusterBreakingPotential'],
  ...['orphanDependents', 'propagationPolicy'],
];

interface Operation {
  readonly method: string;
  readonly action: string;
  readonly parameters: readonly string[];
  readonly code: number;
}

const OPERATIONS: Partial<Record<Verb, Operation>> = {
  list: { method: 'get', action: 'list', parameters: LISTING, code: 200 },
  create: { method: 'post', action: 'post', parameters: WRITING, code: 201 },
  deletecollection: { method: 'delete', action: 'deletecollection', parameters: DELETING, code: 200 },
  get: { method: 'get', action: 'get', parameters: [], code: 200 },
  update: { method: 'put', action: 'put', parameters: WRITING, code: 200 },
  patch: { method: 'patch', action: 'patch', parameters: [...WRITING, 'force'], code: 200 },
  delete: { method: 'delete', action: 'delete', parameters: DELETING, code: 200 },
};

const ON_COLLECTION: readonly Verb[] = ['list', 'create', 'deletecollection'];
const ON_OBJECT: readonly Verb[] = ['get', 'update', 'patch', 'delete'];
const ON_PART: readonly Verb[] = ['get', 'create', 'update', 'patch'];

const PATCHES = [
  'application/apply-patch+yaml',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
];

/** The kind that an operation speaks of. */
interface Subject {
  readonly resource: Resource;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

function queryParameter(name: string): JsonObject {
  return {
    name,
    in: 'query',
    description: DESCRIPTIONS[name] ?? '',
    schema: { type: TYPES[name] ?? 'string', uniqueItems: true },
  };
}

function pathParameter(name: string): JsonObject {
  return { name, in: 'path', required: true, schema: { type: 'string', uniqueItems: true } };
}

function schemaReference({ resource, group, version, kind }: Subject): JsonObject {
  const name =
    builtInName({ group, version, kind }) ??
    (resource.custom === undefined ? undefined : customName(resource, kind));
  return name === undefined ? { type: 'object' } : { $ref: `${REFERENCE}${name}` };
}

function bodyOf(verb: Verb, subject: Subject): JsonObject | undefined {
  if (verb === 'patch') {
    const types = subject.resource.custom === undefined ? PATCHES : PATCHES.slice(0, 3);
    return Object.fromEntries(types.map((type) => [type, { schema: { $ref: `${META}Patch` } }]));
  }
  if (verb === 'create' || verb === 'update') return { '*/*': { schema: schemaReference(subject) } };
  const deletes = verb === 'delete' || verb === 'deletecollection';
  return deletes ? { '*/*': { schema: { $ref: `${META}DeleteOptions` } } } : undefined;
}

function buildOperation(verb: Verb, { action, parameters, code }: Operation, subject: Subject): JsonObject {
  const { resource, group, version, kind } = subject;
  const content = bodyOf(verb, subject);
  const isList = verb === 'list';
  const answered = isList ? { ...subject, kind: resource.listKind } : subject;
  const deletes = verb === 'delete' || verb === 'deletecollection';
  const schema = deletes ? { $ref: `${META}Status` } : schemaReference(answered);
  return {
    tags: [apiVersionOf(resource).replace('/', '_')],
    description: `${action} ${kind}`,
    parameters: parameters.map(queryParameter),
    ...(content === undefined ? {} : { requestBody: { content, required: !deletes } }),
    responses: {
      [code]: { description: 'OK', content: { 'application/json': { schema } } },
      401: { description: 'Unauthorized' },
    },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group, version, kind },
  };
}

function buildPath(
  path: string,
  verbs: readonly Verb[],
  allowed: readonly Verb[],
  subject: Subject,
): [string, JsonObject][] {
  const operations = allowed.flatMap((verb) => {
    const operation = verbs.includes(verb) ? OPERATIONS[verb] : undefined;
    return operation === undefined
      ? []
      : [[operation.method, buildOperation(verb, operation, subject)] as const];
  });
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
  const parameters = names.length === 0 ? {} : { parameters: names.map(pathParameter) };
  return operations.length === 0 ? [] : [[path, { ...Object.fromEntries(operations), ...parameters }]];
}

function pathsOfResource(resource: Resource): [string, JsonObject][] {
  const { group, version, kind, plural, verbs, subresources, namespaced } = resource;
  const root = `/${group === '' ? 'api' : 'apis'}/${apiVersionOf(resource)}`;
  const subject = { resource, group, version, kind };
  const collection = `${root}/${namespaced ? 'namespaces/{namespace}/' : ''}${plural}`;
  return [
    ...(namespaced ? buildPath(`${root}/${plural}`, verbs, ['list'], subject) : []),
    ...buildPath(collection, verbs, ON_COLLECTION, subject),
    ...buildPath(`${collection}/{name}`, verbs, ON_OBJECT, subject),
    ...subresources.flatMap((sub) =>
      buildPath(`${collection}/{name}/${sub.name}`, sub.verbs, ON_PART, {
        resource,
        group: sub.group ?? group,
        version: sub.version ?? version,
        kind: sub.kind,
      }),
    ),
  ];
}

/** The paths of all the resources of one group and version. */
export function buildPaths(resources: readonly Resource[]): JsonObject {
  return Object.fromEntries(resources.flatMap(pathsOfResource));
}
