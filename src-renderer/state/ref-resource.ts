/** Names kinds and finds where an object is served: from apiVersion and kind to the collection of discovery. */
import type { KindInfo, ResourceId } from '../../shared/ipc.ts';
import type { Ref } from '../../shared/model/ref.ts';

/** The API group of an apiVersion: '' for `v1`, `apps` for `apps/v1`. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash === -1 ? '' : apiVersion.slice(0, slash);
}

/**
 * The served kind a reference means: the same version if it is served, else another version of the same group
 * (a finding may name a version that discovery does not prefer). Undefined where the kind is not served.
 */
export function kindOfRef(
  kinds: readonly KindInfo[],
  ref: Pick<Ref, 'apiVersion' | 'kind'>,
): KindInfo | undefined {
  const group = groupOf(ref.apiVersion);
  const version = ref.apiVersion.slice(group === '' ? 0 : group.length + 1);
  const candidates = kinds.filter((info) => info.group === group && info.kind === ref.kind);
  return candidates.find((info) => info.version === version) ?? candidates[0];
}

/** `v1` or `apps/v1`. */
export function apiVersionOf(info: { readonly group: string; readonly version: string }): string {
  return info.group === '' ? info.version : `${info.group}/${info.version}`;
}

/** `group/resource`: names a kind whatever version is served; `/pods` for the core group. */
export function kindKey(resource: Pick<ResourceId, 'group' | 'resource'>): string {
  return `${resource.group}/${resource.resource}`;
}
