/** What the API says to a program in a pod, which asks as the pod's ServiceAccount. */
import type { Caller } from '../model.ts';
import { authorize, refusal } from '../rbac/authorize.ts';
import type { Registry } from '../registry/contract.ts';
import { forbidden } from '../status-error.ts';
import type { AccessNeed } from './image-row.ts';
import type { Pod } from './pod-types.ts';

/** The server's refusal in its own words; undefined where the roles bound to the account allow it. */
export function refusalOf(registry: Registry, pod: Pod, wanted: AccessNeed['access']): string | undefined {
  const home = pod.metadata.namespace;
  const { verb, group, resource, namespace = home } = wanted;
  const attributes = { verb, group, resource, namespace };
  const caller: Caller = {
    username: `system:serviceaccount:${home}:${pod.spec.serviceAccountName ?? 'default'}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${home}`, 'system:authenticated'],
  };
  const { allowed, reason } = authorize(registry, caller, attributes);
  if (allowed) return undefined;
  return forbidden({ group, plural: resource }, '', refusal(caller, attributes, reason)).message;
}
