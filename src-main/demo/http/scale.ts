/** The scale subresource: replicas of a workload read and written through autoscaling/v1 Scale. */
import type { DraftObject, Resource, StoredObject } from '../model.ts';
import { applyPatch } from '../patch/apply-patch.ts';
import { badRequest, invalid, StatusError, unsupportedMediaType } from '../status-error.ts';
import { bodyKind, decodeOther } from './decode-draft.ts';
import { decodePatch, mediaTypeOf, readBody } from './request/body.ts';
import type { ResourceExchange } from './resource-context.ts';
import { sendObject } from './send-object.ts';
import { formatSelector } from './table/format.ts';
import { numberAt, textAt, valueAt } from './table/value.ts';
import { patchTypeOf } from './write.ts';
import { readWriteContext } from './write-options.ts';

const SCALE = bodyKind('autoscaling', 'v1', 'Scale');

interface Paths {
  readonly spec: readonly string[];
  readonly status: readonly string[];
  readonly selector: readonly string[];
}

function split(path: unknown): readonly string[] {
  return typeof path === 'string' ? path.split('.').filter(Boolean) : [];
}

function pathsOf({ custom }: Resource): Paths {
  if (custom?.scale === undefined)
    return { spec: ['spec', 'replicas'], status: ['status', 'replicas'], selector: ['spec', 'selector'] };
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = custom.scale;
  return {
    spec: split(specReplicasPath),
    status: split(statusReplicasPath),
    selector: split(labelSelectorPath),
  };
}

function selectorText(object: StoredObject, { selector }: Paths): string {
  if (selector.length === 0) return '';
  const value = valueAt(object, ...selector);
  if (typeof value === 'string') return value;
  const whole =
    valueAt(value, 'matchLabels') !== undefined || valueAt(value, 'matchExpressions') !== undefined;
  return formatSelector(whole ? value : { matchLabels: value }, '');
}

function scaleOf(resource: Resource, object: StoredObject): StoredObject {
  const paths = pathsOf(resource);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector = selectorText(object, paths);
  const replicas = numberAt(object, ...paths.spec) ?? 0;
  if (resource.custom !== undefined && valueAt(object, ...paths.spec) === undefined) {
    const why = `the spec replicas field ".${paths.spec.join('.')}" does not exist`;
    throw new StatusError(500, 'InternalError', `Internal error occurred: ${why}`, {
      causes: [{ reason: '', message: why }],
    });
  }
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      uid,
      resourceVersion,
      creationTimestamp,
    },
    spec: replicas === 0 ? {} : { replicas },
    status: {
      replicas: numberAt(object, ...paths.status) ?? 0,
      ...(selector === '' ? {} : { selector }),
    },
  };
}

function withValue(object: unknown, path: readonly string[], value: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  const base = typeof object === 'object' && object !== null ? object : {};
  return { ...base, [first]: withValue(valueAt(base, first), rest, value) };
}

/** The object as the Scale wants it. Throws 422 for fewer than no replicas. */
function scaled(resource: Resource, object: StoredObject, scale: DraftObject): DraftObject {
  const wanted = numberAt(scale, 'spec', 'replicas') ?? 0;
  if (wanted < 0)
    throw invalid(SCALE, object.metadata.name, [
      {
        reason: 'FieldValueInvalid',
        message: `Invalid value: ${wanted}: must be greater than or equal to 0`,
        field: 'spec.replicas',
      },
    ]);
  const version = textAt(scale, 'metadata', 'resourceVersion');
  const changed = withValue(object, pathsOf(resource).spec, wanted) as StoredObject;
  const uid = textAt(scale, 'metadata', 'uid');
  return {
    ...changed,
    metadata: {
      ...object.metadata,
      resourceVersion: version === '' ? object.metadata.resourceVersion : version,
      ...(uid === '' ? {} : { uid }),
    },
  };
}

function send(exchange: ResourceExchange, object: StoredObject): void {
  sendObject({ ...exchange, resource: SCALE }, 200, scaleOf(exchange.resource, object));
}

function write(
  exchange: ResourceExchange,
  context: ReturnType<typeof readWriteContext>,
  wanted: (present: StoredObject) => DraftObject,
): void {
  const { registry, resource, namespace, name } = exchange;
  // Without an upsert the registry knows the object or throws 404.
  const change = (current: StoredObject | undefined): DraftObject =>
    current === undefined ? {} : scaled(resource, current, wanted(scaleOf(resource, current)));
  send(exchange, registry.update(resource, namespace, name, change, context).object);
}

function getScale(exchange: ResourceExchange): void {
  const { registry, resource, namespace, name } = exchange;
  send(exchange, registry.get(resource, namespace, name));
}

async function putScale(exchange: ResourceExchange): Promise<void> {
  const body = await readBody(exchange.request);
  const context = readWriteContext(exchange, 'UpdateOptions');
  const scale = decodeOther(exchange, body, SCALE, context);
  const name = textAt(scale, 'metadata', 'name');
  if (name !== '' && name !== exchange.name)
    throw badRequest(
      `the name of the object (${name}) does not match the name on the URL (${exchange.name})`,
    );
  write(exchange, context, () => scale);
}

async function patchScale(exchange: ResourceExchange): Promise<void> {
  const mediaType = mediaTypeOf(exchange.request);
  const type = patchTypeOf(mediaType, false);
  if (type === 'apply')
    throw unsupportedMediaType('server-side apply of the scale subresource is not supported by this server');
  const bytes = await readBody(exchange.request);
  const context = readWriteContext(exchange, 'PatchOptions', mediaType);
  const body = decodePatch(mediaType, bytes);
  write(exchange, context, (current) => applyPatch({ resource: SCALE, current, type, body }));
}

export const scaleHandlers = { get: getScale, update: putScale, patch: patchScale };
