/** Reviews: what the caller or somebody else may do, who the caller is, whom a token belongs to. */
import { apiVersionOf, type Caller, type DraftObject, type Resource } from '../model.ts';
import { authorize, rulesFor } from '../rbac/authorize.ts';
import { badRequest, StatusError } from '../status-error.ts';
import { decodeOther } from './decode-draft.ts';
import { readBody } from './request/body.ts';
import type { ResourceExchange } from './resource-context.ts';
import { sendJson } from './respond.ts';
import { entriesAt, listAt, textAt, valueAt } from './table/value.ts';
import { readWriteContext } from './write-options.ts';

type Body = Readonly<Record<string, unknown>>;

interface Answer {
  readonly metadata?: object;
  readonly spec?: unknown;
  readonly status: object;
}

type Review = (exchange: ResourceExchange, body: Body) => Answer;

/** 422, in which the API server leaves the kind out. */
function refuse(field: string, message: string): never {
  const group = 'authorization.k8s.io';
  throw new StatusError(422, 'Invalid', `.${group} "" is invalid: ${field}: ${message}`, {
    group,
    causes: [{ reason: 'FieldValueInvalid', message, field }],
  });
}

/** Attributes of a review's spec. Throws 422 unless there is exactly one kind of them. */
function attributesOf(spec: unknown): Parameters<typeof authorize>[2] {
  const resource = valueAt(spec, 'resourceAttributes') ?? undefined;
  const path = valueAt(spec, 'nonResourceAttributes') ?? undefined;
  if (resource !== undefined && path !== undefined)
    refuse(
      'spec.nonResourceAttributes',
      `Invalid value: ${JSON.stringify({ Path: textAt(path, 'path'), Verb: textAt(path, 'verb') })}: cannot be specified in combination with resourceAttributes`,
    );
  if (resource === undefined && path === undefined)
    refuse(
      'spec.resourceAttributes',
      'Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
    );
  if (path !== undefined) return { verb: textAt(path, 'verb'), path: textAt(path, 'path') };
  const [namespace, subresource, name] = [
    textAt(resource, 'namespace'),
    textAt(resource, 'subresource'),
    textAt(resource, 'name'),
  ];
  return {
    verb: textAt(resource, 'verb'),
    group: textAt(resource, 'group'),
    resource: textAt(resource, 'resource'),
    ...(namespace === '' ? {} : { namespace }),
    ...(subresource === '' ? {} : { subresource }),
    ...(name === '' ? {} : { name }),
  };
}

function texts(value: unknown, ...path: readonly string[]): readonly string[] {
  return listAt(value, ...path).filter((item) => typeof item === 'string');
}

function subjectOf(spec: unknown): Caller {
  const username = textAt(spec, 'user');
  const groups = texts(spec, 'groups');
  if (username === '' && groups.length === 0)
    refuse('spec.user', 'Invalid value: "": at least one of user or group must be specified');
  return { username, groups };
}

function decide({ registry }: ResourceExchange, caller: Caller, spec: unknown): object {
  const { allowed, reason } = authorize(registry, caller, attributesOf(spec));
  return { allowed, ...(reason === '' ? {} : { reason }) };
}

const reviewSelf: Review = (exchange, { spec }) => ({
  spec: spec ?? {},
  status: decide(exchange, exchange.caller, spec),
});

const reviewSubject: Review = (exchange, { spec }) => {
  attributesOf(spec);
  return { spec, status: decide(exchange, subjectOf(spec), spec) };
};

const reviewLocalSubject: Review = (exchange, { spec }) => {
  const { namespace = '' } = exchange;
  attributesOf(spec);
  const asked = textAt(spec, 'resourceAttributes', 'namespace');
  if (valueAt(spec, 'nonResourceAttributes') !== undefined)
    refuse('spec.nonResourceAttributes', 'Invalid value: null: disallowed on this kind of request');
  if (asked !== namespace)
    refuse(
      'spec.resourceAttributes.namespace',
      `Invalid value: ${JSON.stringify(asked)}: must match metadata.namespace`,
    );
  return { metadata: { namespace }, spec, status: decide(exchange, subjectOf(spec), spec) };
};

const reviewRules: Review = ({ registry, caller }, { spec }) => {
  const namespace = textAt(spec, 'namespace');
  if (namespace === '') throw badRequest('no namespace on request');
  const { resourceRules, nonResourceRules } = rulesFor(registry, caller, namespace);
  return { spec: {}, status: { resourceRules, nonResourceRules, incomplete: false } };
};

function userInfo({ username, uid, groups, extra }: Caller): object {
  return {
    username,
    ...(uid === undefined ? {} : { uid }),
    groups,
    ...(extra === undefined ? {} : { extra }),
  };
}

const reviewIdentity: Review = ({ registry, caller }) => ({
  metadata: { creationTimestamp: new Date(registry.now()).toISOString().replace(/\.\d+Z$/, 'Z') },
  status: { userInfo: userInfo(caller) },
});

const reviewToken: Review = ({ options }, { spec }) => {
  const token = textAt(spec, 'token');
  if (token === '') throw badRequest('token is required for TokenReview in authentication');
  const owner = options.authenticate(token);
  const audiences = texts(spec, 'audiences');
  const status =
    owner === undefined
      ? { user: {}, error: 'invalid bearer token' }
      : { authenticated: true, user: userInfo(owner), ...(audiences.length === 0 ? {} : { audiences }) };
  return { spec, status };
};

/** Reviews of access bear no name; a local one bears its namespace. */
function checkMetadata({ group, namespaced }: Resource, { metadata }: DraftObject): void {
  if (group !== 'authorization.k8s.io') return;
  const given = entriesAt(metadata).filter(
    ([key]) => key !== 'managedFields' && !(namespaced && key === 'namespace'),
  );
  if (given.length === 0) return;
  const except = namespaced ? 'must be empty except for namespace' : 'must be empty';
  refuse('metadata', `Invalid value: ${JSON.stringify(metadata)}: ${except}`);
}

function serve(review: Review): (exchange: ResourceExchange) => Promise<void> {
  return async (exchange) => {
    const { request, response, resource, accept } = exchange;
    const bytes = await readBody(request);
    const context = readWriteContext(exchange, 'CreateOptions');
    const body = decodeOther(exchange, bytes, resource, context);
    checkMetadata(resource, body);
    const { metadata = {}, spec, status } = review(exchange, Object.fromEntries(entriesAt(body)));
    const answer = {
      kind: resource.kind,
      apiVersion: apiVersionOf(resource),
      metadata,
      ...(spec === undefined ? {} : { spec }),
      status,
    };
    sendJson(request, response, 201, answer, { format: accept.format, warnings: exchange.warnings });
  };
}

/** By resource. */
export const REVIEWS: Readonly<Record<string, (exchange: ResourceExchange) => Promise<void>>> = {
  'selfsubjectaccessreviews.authorization.k8s.io': serve(reviewSelf),
  'subjectaccessreviews.authorization.k8s.io': serve(reviewSubject),
  'localsubjectaccessreviews.authorization.k8s.io': serve(reviewLocalSubject),
  'selfsubjectrulesreviews.authorization.k8s.io': serve(reviewRules),
  'selfsubjectreviews.authentication.k8s.io': serve(reviewIdentity),
  'tokenreviews.authentication.k8s.io': serve(reviewToken),
};
