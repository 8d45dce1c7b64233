/** The only requests of the program that change a cluster, and the questions that come before them. */
import { AppFailure, type AppError } from '../../shared/errors.ts';
import { isRecord, record, text } from '../../shared/cluster/narrow.ts';
import type { KubeObject } from '../../shared/model/kube.ts';
import type { CreateStep, TokenStep } from '../../shared/model/plan.ts';
import type { Instant } from '../../shared/model/ref.ts';
import type { KubeClient } from '../kube/contract.ts';
import { collectionPath, objectPath } from '../kube/resource-url.ts';

/** Under this name the server notes which fields are ours. */
const FIELD_MANAGER = 'hedgerow';

export type Answer<T> = { readonly value: T } | { readonly error: AppError };

async function answerOf<T>(work: Promise<T>): Promise<Answer<T>> {
  try {
    return { value: await work };
  } catch (cause) {
    if (!(cause instanceof AppFailure)) throw cause;
    return { error: cause.error };
  }
}

const CORE = { group: '', version: 'v1' };

/** The path a step sends its request to. */
export function pathOf(step: CreateStep | TokenStep): string {
  if (step.do === 'create') return collectionPath(step.resource, step.object.metadata.namespace);
  const accounts = { ...CORE, resource: 'serviceaccounts' };
  return objectPath(accounts, step.namespace, step.serviceAccount, 'token');
}

function checkObject(value: unknown): KubeObject {
  if (isRecord(value) && isRecord(value.metadata) && typeof value.kind === 'string')
    return value as KubeObject;
  throw new AppFailure({
    code: 'not-kubernetes',
    message: 'The server answered with something that is no object.',
    retryable: false,
  });
}

/** The object as it is there; undefined where it is not. */
export function readObject(client: KubeClient, step: CreateStep): Promise<Answer<KubeObject | undefined>> {
  const { name, namespace } = step.object.metadata;
  const read = client
    .getJson<unknown>(objectPath(step.resource, namespace, name))
    .then(checkObject, (cause: unknown) => {
      if (cause instanceof AppFailure && cause.error.code === 'not-found') return undefined;
      throw cause;
    });
  return answerOf(read);
}

/** Creates the object, or asks what the server would store. It is sent once: a lost answer is not repeated. */
export function createObject(
  client: KubeClient,
  step: CreateStep,
  dryRun: boolean,
): Promise<Answer<KubeObject>> {
  const created = client.getJson<unknown>(pathOf(step), {
    method: 'POST',
    query: { ...(dryRun && { dryRun: 'All' }), fieldManager: FIELD_MANAGER, fieldValidation: 'Strict' },
    body: step.object,
  });
  return answerOf(created.then(checkObject));
}

export interface IssuedToken {
  readonly token: string;
  readonly until: Instant;
}

/** Asks for a token (TokenRequest). There is no dry-run of it: the server would issue one all the same. */
export function requestToken(client: KubeClient, step: TokenStep): Promise<Answer<IssuedToken>> {
  const issued = client.getJson<unknown>(pathOf(step), {
    method: 'POST',
    body: {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: step.seconds },
    },
  });
  return answerOf(
    issued.then((value) => {
      const status = record(record(value).status);
      const [token, until] = [text(status.token), Date.parse(text(status.expirationTimestamp))];
      if (token !== '' && !Number.isNaN(until)) return { token, until };
      throw new AppFailure({
        code: 'not-kubernetes',
        message: 'The server answered the request for a token without one.',
        retryable: false,
      });
    }),
  );
}
