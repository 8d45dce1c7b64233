/** What a namespace is given when it is made, and how it is emptied before it goes. */
import type { Resource, StoredObject } from '../model.ts';
import type { WriteContext } from '../registry/contract.ts';
import { StatusError } from '../status-error.ts';
import type { Condition } from './objects.ts';
import type { Namespace } from './other-objects.ts';
import { same, type Controller, type Tools } from './tools.ts';
import { WorkQueue } from './work-queue.ts';

const CONTEXT: WriteContext = {
  caller: { username: 'system:kube-controller-manager', groups: ['system:masters', 'system:authenticated'] },
  internal: true,
};
const ROOT_CA = 'kube-root-ca.crt';
const ROOT_CA_DESCRIPTION =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';
const LOOK_AGAIN_MS = 1000;

/** `rootCertificate` is PEM. */
export function startNamespaceController(tools: Tools, rootCertificate: string): Controller {
  const { clock, informers, writer } = tools;
  const provision = new WorkQueue({
    clock,
    delayMs: 10,
    reconcile: (name) => {
      const namespace = writer.find('Namespace', undefined, name);
      if (namespace === undefined || namespace.metadata.deletionTimestamp !== undefined) return;
      if (writer.find('ServiceAccount', name, 'default') === undefined) {
        writer.create('ServiceAccount', { metadata: { namespace: name, name: 'default' } });
      }
      provideRootCertificate(tools, name, rootCertificate);
    },
  });
  const empty = new WorkQueue({
    clock,
    delayMs: 40,
    reconcile: (name) => {
      const namespace = writer.find('Namespace', undefined, name);
      if (namespace?.metadata.deletionTimestamp === undefined) return;
      if ((namespace.spec?.finalizers ?? []).length === 0) return;
      if (emptyNamespace(tools, namespace)) empty.addAfter(name, LOOK_AGAIN_MS);
    },
  });
  informers.on('Namespace', ({ type, object }) => {
    if (type === 'DELETED') return;
    const queue = object.metadata.deletionTimestamp === undefined ? provision : empty;
    if (type === 'ADDED' || queue === empty) queue.add(object.metadata.name);
  });
  for (const [kind, provided] of [
    ['ServiceAccount', 'default'],
    ['ConfigMap', ROOT_CA],
  ] as const) {
    informers.on(kind, ({ type, object: { metadata } }) => {
      const touched = type === 'DELETED' || (type === 'MODIFIED' && kind === 'ConfigMap');
      if (metadata.name === provided && touched) provision.add(metadata.namespace ?? '');
    });
  }
  return {
    stop: () => {
      provision.stop();
      empty.stop();
    },
  };
}

function provideRootCertificate({ writer }: Tools, namespace: string, certificate: string): void {
  const data = { 'ca.crt': certificate };
  const present = writer.find('ConfigMap', namespace, ROOT_CA);
  if (present !== undefined) {
    if (!same(present.data, data)) writer.update('ConfigMap', present, (current) => ({ ...current, data }));
    return;
  }
  const annotations = { 'kubernetes.io/description': ROOT_CA_DESCRIPTION };
  writer.create('ConfigMap', { metadata: { namespace, name: ROOT_CA, annotations }, data });
}

/** Deletes what is in the namespace; whether something is left. */
function emptyNamespace(tools: Tools, namespace: Namespace): boolean {
  const { registry } = tools.writer;
  const { name } = namespace.metadata;
  const left: { readonly resource: Resource; readonly objects: readonly StoredObject[] }[] = [];
  const seen = new Set<string>();
  for (const resource of registry.catalogue.all()) {
    const { namespaced, storedAs, verbs } = resource;
    if (!namespaced || seen.has(storedAs) || !verbs.includes('delete') || !verbs.includes('list')) continue;
    seen.add(storedAs);
    for (const object of registry.list(resource, name)) deleteContent(tools, resource, object);
    const objects = registry.list(resource, name);
    if (objects.length > 0) left.push({ resource, objects });
  }
  const conditions = conditionsFor(namespace, left, tools.writer.now());
  const updated = tools.writer.updateStatus('Namespace', namespace, ({ status }) => ({
    ...status,
    conditions,
  }));
  if (left.length > 0) return true;
  if (updated !== undefined) {
    tools.writer.update(
      'Namespace',
      updated,
      (current) => ({
        ...current,
        spec: { finalizers: (current.spec?.finalizers ?? []).filter((each) => each !== 'kubernetes') },
      }),
      'finalize',
    );
  }
  return false;
}

function deleteContent({ writer: { registry } }: Tools, resource: Resource, object: StoredObject): void {
  const { namespace, name, uid, deletionTimestamp } = object.metadata;
  if (deletionTimestamp !== undefined) return;
  try {
    const options = { propagationPolicy: 'Background', preconditions: { uid } } as const;
    registry.delete(resource, namespace, name, options, CONTEXT);
  } catch (error) {
    // It is tried again; what cannot be deleted shows in the namespace's conditions.
    if (!(error instanceof StatusError)) throw error;
  }
}

const CALM: readonly (readonly [type: string, reason: string, message: string])[] = [
  ['NamespaceDeletionDiscoveryFailure', 'ResourcesDiscovered', 'All resources successfully discovered'],
  [
    'NamespaceDeletionGroupVersionParsingFailure',
    'ParsedGroupVersions',
    'All legacy kube types successfully parsed',
  ],
  [
    'NamespaceDeletionContentFailure',
    'ContentDeleted',
    'All content successfully deleted, may be waiting on finalization',
  ],
  ['NamespaceContentRemaining', 'ContentRemoved', 'All content successfully removed'],
  ['NamespaceFinalizersRemaining', 'ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
];

function conditionsFor(
  { status }: Namespace,
  left: readonly { readonly resource: Resource; readonly objects: readonly StoredObject[] }[],
  now: string,
): readonly Condition[] {
  const remaining = left.map(
    ({ resource: { plural, group }, objects }) =>
      `${plural}.${group} has ${objects.length} resource instances`,
  );
  const byFinalizer = new Map<string, number>();
  for (const finalizer of left
    .flatMap(({ objects }) => objects)
    .flatMap(({ metadata }) => metadata.finalizers ?? [])) {
    byFinalizer.set(finalizer, (byFinalizer.get(finalizer) ?? 0) + 1);
  }
  const held = [...byFinalizer].map(([name, count]) => `${name} in ${count} resource instances`);
  const troubles = new Map([
    [
      'NamespaceContentRemaining',
      [
        'SomeResourcesRemain',
        `Some resources are remaining: ${remaining.sort().join(', ')}`,
        remaining.length,
      ],
    ],
    [
      'NamespaceFinalizersRemaining',
      [
        'SomeFinalizersRemain',
        `Some content in the namespace has finalizers remaining: ${held.sort().join(', ')}`,
        held.length,
      ],
    ],
  ] as const);
  return CALM.map(([type, calmReason, calmMessage]) => {
    const [reason, message, count] = troubles.get(type as 'NamespaceContentRemaining') ?? ['', '', 0];
    const troubled = count > 0;
    const wanted: Condition = {
      type,
      status: troubled ? 'True' : 'False',
      lastTransitionTime: now,
      reason: troubled ? reason : calmReason,
      message: troubled ? message : calmMessage,
    };
    const present = status?.conditions?.find((condition) => condition.type === type);
    return present?.status === wanted.status && present.lastTransitionTime !== undefined
      ? { ...wanted, lastTransitionTime: present.lastTransitionTime }
      : wanted;
  });
}
