/** What is said of a refusal by the API: the answer's parts, and the account a pod runs as. */
import { text } from '../cluster/narrow.ts';
import { refOf } from '../cluster/refs.ts';
import type { Confidence, Diagnosis, Evidence, Severity } from '../model/finding.ts';
import type { Pod } from '../model/kube.ts';
import type { Ref } from '../model/ref.ts';
import type { Account } from './account-access.ts';
import { DEFAULT_ACCOUNT } from './rbac-objects.ts';
import { clean } from './words.ts';

/** What explains a refusal. */
export interface DenialCause {
  readonly cause: string;
  readonly advice: string;
  readonly severity?: Severity;
  readonly confidence: Confidence;
  readonly blames: readonly Ref[];
  readonly evidence: readonly Evidence[];
  readonly manifest?: Diagnosis['manifest'];
}

/** The account a pod runs as. */
export function accountOf(pod: Pod): Account {
  return {
    namespace: pod.metadata.namespace ?? '',
    name: text(pod.spec?.serviceAccountName) || DEFAULT_ACCOUNT,
  };
}

export function nameAccount({ namespace, name }: Account): string {
  return `ServiceAccount ${clean(namespace, 63)}/${clean(name)}`;
}

export function accountEvidence(pod: Pod): Evidence {
  const { name } = accountOf(pod);
  return {
    ref: refOf(pod),
    path: 'spec.serviceAccountName',
    observed: clean(name),
    why: 'The account the pod runs as.',
  };
}
