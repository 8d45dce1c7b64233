/** Nothing is created in a namespace that is missing or terminating, and some namespaces stay. */
import { record } from '../../../../shared/cluster/narrow.ts';
import type { Registry } from '../../registry/contract.ts';
import { notFound, StatusError } from '../../status-error.ts';
import { refuse, type AdmissionRequest } from './request.ts';

const IMMORTAL = new Set(['default', 'kube-system', 'kube-public']);

/** Throws 404 for a missing namespace, 403 for a terminating one (with the cause NamespaceTerminating). */
export function checkNamespace(request: AdmissionRequest, registry: Registry): void {
  const { resource, operation, namespace, name } = request;
  if (resource.group === '' && resource.kind === 'Namespace') {
    if (operation === 'delete' && IMMORTAL.has(name))
      throw refuse(request, 'this namespace may not be deleted');
    return;
  }
  if (namespace === undefined || namespace === '' || operation === 'delete') return;
  if (resource.plural === 'localsubjectaccessreviews') return;
  const namespaces = registry.catalogue.builtIn('v1', 'Namespace');
  const found = registry.find(namespaces, undefined, namespace);
  if (found === undefined) throw notFound(namespaces, namespace);
  if (operation !== 'create' || record(found.status).phase !== 'Terminating') return;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const { status } = refuse(request, why);
  const cause = {
    reason: 'NamespaceTerminating',
    message: `namespace ${namespace} is being terminated`,
    field: 'metadata.namespace',
  };
  throw new StatusError(403, 'Forbidden', status.message, { ...status.details, causes: [cause] });
}
