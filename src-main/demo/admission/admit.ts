/** Admission: what the server adds to a write and what it refuses, in the order of the API server's plugins. */
import type { DraftObject } from '../model.ts';
import type { Registry } from '../registry/contract.ts';
import {
  admitDaemonSet,
  admitDefaultClass,
  admitJob,
  admitJobLabels,
  admitProtection,
} from './admit/kind-strategy.ts';
import { admitLimits, checkLimits } from './admit/limit-ranger.ts';
import { checkNamespace } from './admit/namespace-lifecycle.ts';
import { admitPodStatus, admitPriority, admitServiceAccount, admitTolerations } from './admit/pod.ts';
import { checkDefaultPriority } from './admit/priority-class.ts';
import { warn } from './admit/warnings.ts';
import type { Admit, AdmissionRequest, ObjectRequest } from './admit/request.ts';
import { checkQuotas } from './admit/resource-quota.ts';
import { checkPodSecurity } from './admit/pod-security.ts';
import { admitService } from './admit/service.ts';
import { checkEscalation } from '../rbac/escalation.ts';

const CHANGES: readonly Admit[] = [
  admitLimits,
  admitServiceAccount,
  admitPriority,
  admitTolerations,
  admitProtection,
  admitDefaultClass,
  admitJob,
  admitJobLabels,
  admitDaemonSet,
  admitService,
  admitPodStatus,
];

const CHECKS: readonly ((request: ObjectRequest, registry: Registry) => void)[] = [
  warn,
  checkDefaultPriority,
  checkLimits,
  checkPodSecurity,
  checkQuotas,
];

function isObjectRequest(request: AdmissionRequest): request is ObjectRequest {
  return request.operation !== 'delete' && request.object !== undefined;
}

/**
 * The changing half, before validation: returns the object with what admission adds (service account, tolerations,
 * limits, cluster address, …), undefined for a deletion. Throws a StatusError: 404 without a namespace, 403, 422 for an
 * address or port that is taken. Call it on creation, update and deletion.
 */
export function admit(request: AdmissionRequest, registry: Registry): DraftObject | undefined {
  checkNamespace(request, registry);
  if (!isObjectRequest(request)) return request.object;
  const { caller, internal = false } = request.context;
  if (!internal) checkEscalation({ ...request, caller }, registry);
  let { object } = request;
  for (const change of CHANGES) object = change({ ...request, object }, registry);
  return object;
}

/**
 * The checking half, for the object as it will be stored, after validation: limits and quotas (which are counted here).
 * Throws a StatusError 403.
 */
export function checkQuota(request: AdmissionRequest, registry: Registry): void {
  if (!isObjectRequest(request)) return;
  for (const check of CHECKS) check(request, registry);
}
