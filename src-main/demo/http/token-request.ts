/** POST …/serviceaccounts/NAME/token: a signed token for a service account, as `kubectl create token` asks for. */
import { badRequest, invalid } from '../status-error.ts';
import { bodyKind, decodeOther } from './decode-draft.ts';
import { readBody } from './request/body.ts';
import type { ResourceExchange } from './resource-context.ts';
import { sendJson } from './respond.ts';
import { listAt, numberAt, textAt, valueAt } from './table/value.ts';
import { readWriteContext } from './write-options.ts';

const DEFAULT_S = 3600;
const MINIMUM_S = 600;
const MAXIMUM_S = 2 ** 32;

const KIND = bodyKind('authentication.k8s.io', 'v1', 'TokenRequest');

function readLifetime(body: unknown): number {
  const seconds = numberAt(body, 'spec', 'expirationSeconds') ?? DEFAULT_S;
  const refuse = (why: string): never => {
    throw invalid(KIND, '', [
      {
        reason: 'FieldValueInvalid',
        message: `Invalid value: ${seconds}: ${why}`,
        field: 'spec.expirationSeconds',
      },
    ]);
  };
  if (seconds < MINIMUM_S) refuse('may not specify a duration less than 10 minutes');
  if (seconds > MAXIMUM_S) refuse('may not specify a duration larger than 2^32 seconds');
  return seconds;
}

const BINDABLE = ['Pod', 'Secret', 'Node'];

/** A token is bound to what exists. Throws 400 for what it cannot be bound to, 404 for what is not there. */
function checkBound({ registry, namespace }: ResourceExchange, reference: unknown): void {
  if (reference === undefined || reference === null) return;
  const [apiVersion, kind] = [textAt(reference, 'apiVersion'), textAt(reference, 'kind')];
  if (apiVersion !== 'v1' || !BINDABLE.includes(kind))
    throw badRequest(`cannot bind token to object of type ${apiVersion}, Kind=${kind}`);
  registry.get(registry.catalogue.builtIn('v1', kind), namespace, textAt(reference, 'name'));
}

export async function serveTokenRequest(exchange: ResourceExchange): Promise<void> {
  const { registry, resource, namespace = '', name, request, response, options, accept } = exchange;
  const bytes = await readBody(request);
  const context = readWriteContext(exchange, 'CreateOptions');
  const body = decodeOther(exchange, bytes, KIND, context);
  const given = textAt(body, 'metadata', 'name');
  const { uid } = registry.get(resource, namespace, name).metadata;
  if (given !== '' && given !== name)
    throw badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`);
  const lifetimeSeconds = readLifetime(body);
  checkBound(exchange, valueAt(body, 'spec', 'boundObjectRef'));
  const audiences = listAt(body, 'spec', 'audiences').filter((value) => typeof value === 'string');
  const issued = options.issueToken({ namespace, serviceAccount: name, audiences, lifetimeSeconds });
  const creationTimestamp = new Date(registry.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  const answer = {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name, namespace, uid, creationTimestamp },
    spec: {
      audiences: issued.audiences,
      expirationSeconds: lifetimeSeconds,
      boundObjectRef: valueAt(body, 'spec', 'boundObjectRef') ?? null,
    },
    status: { token: issued.token, expirationTimestamp: issued.expirationTimestamp },
  };
  sendJson(request, response, 201, answer, { format: accept.format });
}
