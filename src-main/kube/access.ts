/** Asks the server whether this user may do one thing (SelfSubjectAccessReview, authorization.k8s.io/v1). */
import type { KubeClient } from './contract.ts';
import { isFields, textOf } from './json.ts';

export interface AccessQuestion {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string | undefined;
  /** Without one: in all namespaces, or a cluster-scoped kind. */
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

/**
 * `allowed`: some rule grants it. `denied`: a rule forbids it; with neither no rule speaks for it, which refuses as
 * well. `reason` is the authorizer's own word and may be empty.
 */
export interface AccessAnswer {
  readonly allowed: boolean;
  readonly denied: boolean;
  readonly reason: string;
}

/** Throws `AppFailure` where the question itself fails. */
export async function askAccess(
  client: KubeClient,
  question: AccessQuestion,
  signal?: AbortSignal,
): Promise<AccessAnswer> {
  const answer = await client.getJson<unknown>('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
    method: 'POST',
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: question },
    },
    ...(signal && { signal }),
  });
  const status = isFields(answer) && isFields(answer.status) ? answer.status : {};
  return {
    allowed: status.allowed === true && status.denied !== true,
    denied: status.denied === true,
    reason: textOf(status.reason) || textOf(status.evaluationError),
  };
}
