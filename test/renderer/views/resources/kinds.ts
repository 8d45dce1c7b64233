/** Kinds for tests, written short. */
import type { KindInfo } from '../../../../shared/ipc.ts';

/** `kind('apps/v1', 'deployments', 'Deployment')`: listable and namespaced unless told otherwise. */
export function kind(
  apiVersion: string,
  resource: string,
  name: string,
  more: Partial<KindInfo> = {},
): KindInfo {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  return {
    group: group ?? '',
    version: version ?? 'v1',
    resource,
    kind: name,
    namespaced: true,
    verbs: ['get', 'list', 'watch'],
    shortNames: [],
    custom: false,
    ...more,
  };
}
