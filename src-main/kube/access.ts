/** Asks the server whether a user may do one thing (access reviews, authorization.k8s.io/v1). */
import type { Caller } from '../../shared/rbac/grants.ts';
import type { AccessQuestion } from '../../shared/rbac/rules.ts';
import type { KubeClient } from './contract.ts';
import { isFields, textOf } from './json.ts';

/**
 * `allowed`: some rule grants it. `denied`: a rule forbids it; with neither no rule speaks for it, which refuses as
 * well. `reason` is the authorizer's own word and may be empty.
 */
export interface AccessAnswer {
  readonly allowed: boolean;
  readonly denied: boolean;
  readonly reason: string;
}

const API = '/apis/authorization.k8s.io/v1';

/**
 * Asks about ourselves (SelfSubjectAccessReview), or about another user (SubjectAccessReview, which takes a right of its
 * own). Throws `AppFailure` where the question itself fails.
 */
export async function askAccess(
  client: KubeClient,
  question: AccessQuestion,
  signal?: AbortSignal,
  caller?: Caller,
): Promise<AccessAnswer> {
  const kind = caller === undefined ? 'SelfSubjectAccessReview' : 'SubjectAccessReview';
  const answer = await client.getJson<unknown>(`${API}/${kind.toLowerCase()}s`, {
    method: 'POST',
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind,
      spec: { resourceAttributes: question, ...caller },
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
