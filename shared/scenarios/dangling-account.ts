/** ServiceAccounts that name Secrets which do not exist. */
import { records, text } from '../cluster/narrow.ts';
import { refOf, refTo } from '../cluster/refs.ts';
import type { ClusterView } from '../cluster/view.ts';
import type { Diagnosis } from '../model/finding.ts';
import type { ServiceAccount } from '../model/kube.ts';
import type { Instant } from '../model/ref.ts';
import { isYoung } from './pods.ts';
import { existenceOf, isTerminating } from './rbac-objects.ts';
import { clean, nameObject } from './words.ts';

const LISTS = [
  {
    field: 'imagePullSecrets',
    severity: 'low',
    means:
      'Pods with this account pull images without these credentials, and fail where the registry asks for them.',
  },
  {
    field: 'secrets',
    severity: 'info',
    means:
      'The list only says which Secrets pods with this account may mount where that is enforced; tokens have not come from it since Kubernetes 1.24.',
  },
] as const;

/** One diagnosis per list and missing Secret. An account without either list, as nearly all are, is left at once. */
export function diagnoseAccount(account: ServiceAccount, cluster: ClusterView, now: Instant): Diagnosis[] {
  const { namespace, deletionTimestamp } = account.metadata;
  if (deletionTimestamp !== undefined) return [];
  const gaps = LISTS.flatMap((list) =>
    [...new Set(records(account[list.field]).map(({ name }) => text(name)))]
      .filter((name) => name !== '' && existenceOf('Secret', namespace, name, cluster) === 'missing')
      .map((name) => ({ ...list, name })),
  );
  if (gaps.length === 0 || isTerminating(namespace, cluster) || isYoung(account, cluster, now)) return [];
  return gaps.map(({ field, severity, means, name }) => ({
    part: `${field} ${clean(name)}`,
    severity,
    summary: `${nameObject(account)} names Secret ${clean(name)} in ${field}, which does not exist`,
    cause: means,
    advice: `Create Secret ${clean(name)} in namespace ${clean(namespace, 64)}, or take it out of ${field}.`,
    evidence: [
      {
        ref: refOf(account),
        path: field,
        observed: clean(name),
        why: 'No Secret of the namespace has this name.',
      },
    ],
    confidence: 'high' as const,
    blames: [refTo('v1', 'Secret', namespace, name)],
  }));
}
