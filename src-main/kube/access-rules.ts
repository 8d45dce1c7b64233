/** Asks the server for all rules that hold for us in a namespace (SelfSubjectRulesReview, authorization.k8s.io/v1). */
import { readRules, type PolicyRule } from '../../shared/rbac/rules.ts';
import type { KubeClient } from './contract.ts';
import { isFields, textOf } from './json.ts';

export interface OwnRules {
  readonly rules: readonly PolicyRule[];
  /** True where the server says that there may be more: a webhook authorizer, or roles that could not be read. */
  readonly incomplete: boolean;
  /** Why, in the server's words; may be empty. */
  readonly error: string;
}

/**
 * No namespace has this name (too long by one), so only what holds in the whole cluster answers for it. The server asks
 * for some namespace and does not look whether it exists.
 */
const NO_NAMESPACE = `no-namespace-${'x'.repeat(51)}`;

/** Rules in a namespace, cluster-wide ones included; without one the latter alone. Throws `AppFailure`. */
export async function askRules(
  client: KubeClient,
  namespace: string | undefined,
  signal?: AbortSignal,
): Promise<OwnRules> {
  const path = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews';
  const answer = await client.getJson<unknown>(path, {
    method: 'POST',
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectRulesReview',
      spec: { namespace: namespace ?? NO_NAMESPACE },
    },
    ...(signal && { signal }),
  });
  const status = isFields(answer) && isFields(answer.status) ? answer.status : undefined;
  return {
    rules: readRules(status?.resourceRules),
    // An answer without a status tells nothing: then everything may be missing.
    incomplete: status === undefined || status.incomplete === true,
    error: textOf(status?.evaluationError),
  };
}
