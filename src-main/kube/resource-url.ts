/** Builds the paths of the API from names that are not trusted. */
import { AppFailure } from '../../shared/errors.ts';
import type { ResourceId } from '../../shared/ipc.ts';

/**
 * `encodeURIComponent`, which also keeps slashes of a hostile name in their segment.
 * Throws `AppFailure` (bad-request) for what no name can be: empty, `.` and `..`, which a proxy would resolve.
 */
function segment(name: string): string {
  if (name === '' || name === '.' || name === '..') {
    throw new AppFailure({
      code: 'bad-request',
      message: `"${name}" is no name of a Kubernetes resource or object.`,
      retryable: false,
    });
  }
  return encodeURIComponent(name);
}

/** `/apis/apps/v1/namespaces/shop/deployments`, or all namespaces without one; `/api/v1/…` for the core group. */
export function collectionPath(resource: ResourceId, namespace?: string): string {
  const root =
    resource.group === ''
      ? `/api/${segment(resource.version)}`
      : `/apis/${segment(resource.group)}/${segment(resource.version)}`;
  const scope = namespace === undefined ? '' : `/namespaces/${segment(namespace)}`;
  return `${root}${scope}/${segment(resource.resource)}`;
}

/** The path of one object, or of a subresource such as `log`. `namespace` is undefined for cluster-scoped kinds. */
export function objectPath(
  resource: ResourceId,
  namespace: string | undefined,
  name: string,
  subresource?: string,
): string {
  const path = `${collectionPath(resource, namespace)}/${segment(name)}`;
  return subresource === undefined ? path : `${path}/${segment(subresource)}`;
}
