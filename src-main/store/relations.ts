/** Finds what an object hangs together with, through the indexes of the store. */
import { isRecord, record, records, text } from '../../shared/cluster/narrow.ts';
import { referencesOf } from '../../shared/cluster/references.ts';
import { controllerOf, ownersOf, refKey, refOf, refTo } from '../../shared/cluster/refs.ts';
import type { StoreView } from '../../shared/cluster/source.ts';
import type { Relation, ResourceId } from '../../shared/ipc.ts';
import { KIND_IDS, KINDS } from '../../shared/kinds/kinds.ts';
import type { Severity } from '../../shared/model/finding.ts';
import type { KindId, KubeObject, Pod, PodSpec } from '../../shared/model/kube.ts';
import type { Ref } from '../../shared/model/ref.ts';

/** What else is needed to draw relations: where a kind is served, and how ill an object is. */
export interface RelationContext {
  readonly view: StoreView;
  readonly resourceOf: (apiVersion: string, kind: string) => ResourceId | undefined;
  readonly worstOf: (ref: Ref) => Severity | undefined;
}

type Name = Relation['relation'];

/** More relations of one name than this are not listed: a Node runs hundreds of pods. */
const LIMIT = 200;
const OWNER_DEPTH = 6;
const TEMPLATED: readonly string[] = ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job'];

const isKind = (kind: string): kind is KindId => Object.hasOwn(KINDS, kind);

class RelationFinder {
  readonly #context: RelationContext;
  readonly #found = new Map<string, Relation>();
  readonly #counts = new Map<Name, number>();
  constructor(context: RelationContext) {
    this.#context = context;
  }

  get relations(): Relation[] {
    return [...this.#found.values()];
  }

  #add(relation: Name, ref: Ref, exists: Relation['exists']): void {
    const key = `${relation} ${refKey(ref)}`;
    const count = this.#counts.get(relation) ?? 0;
    if (this.#found.has(key) || count >= LIMIT) return;
    this.#counts.set(relation, count + 1);
    const resource = this.#context.resourceOf(ref.apiVersion, ref.kind);
    const worst = this.#context.worstOf(ref);
    this.#found.set(key, { relation, ref, exists, ...(resource && { resource }), ...(worst && { worst }) });
  }

  objects(relation: Name, objects: readonly KubeObject[]): void {
    for (const object of objects) this.#add(relation, refOf(object), true);
  }

  /** An object known by name: it exists, is missing, or cannot be told. */
  named(relation: Name, kind: string, namespace: string | undefined, name: string): void {
    if (name === '') return;
    if (!isKind(kind)) {
      this.#add(relation, refTo('v1', kind, namespace, name), 'unknown');
      return;
    }
    const object = this.#context.view.get(kind, namespace, name);
    if (object !== undefined) {
      this.#add(relation, refOf(object), true);
      return;
    }
    const { group, versions } = KINDS[kind];
    const apiVersion = group === '' ? (versions[0] ?? 'v1') : `${group}/${versions[0] ?? 'v1'}`;
    const known = this.#context.view.knowledge(kind, namespace) === 'known';
    this.#add(relation, refTo(apiVersion, kind, namespace, name), known ? false : 'unknown');
  }

  /** The owners, and the owners of the controller above them. */
  owners(object: KubeObject): void {
    let at: KubeObject | undefined = object;
    for (let depth = 0; at !== undefined && depth < OWNER_DEPTH; depth++) {
      for (const owner of ownersOf(at)) this.#owner(owner, at.metadata.namespace);
      const controller = controllerOf(at);
      at = controller === undefined ? undefined : this.#context.view.byUid(controller.uid);
    }
  }

  #owner(
    owner: { apiVersion: string; kind: string; name: string; uid: string },
    namespace: string | undefined,
  ): void {
    const stored = this.#context.view.byUid(owner.uid);
    if (stored !== undefined) {
      this.#add('owner', refOf(stored), true);
      return;
    }
    const scope = isKind(owner.kind) && !KINDS[owner.kind].namespaced ? undefined : namespace;
    const known = isKind(owner.kind) && this.#context.view.knowledge(owner.kind, scope) === 'known';
    this.#add(
      'owner',
      { ...refTo(owner.apiVersion, owner.kind, scope, owner.name), uid: owner.uid },
      known ? false : 'unknown',
    );
  }

  /** What a pod spec names: configuration, claims and its service account. */
  uses(spec: PodSpec | undefined, namespace: string | undefined): void {
    for (const { kind, name } of referencesOf(spec)) this.named('uses', kind, namespace, name);
    for (const volume of records(record(spec).volumes)) {
      this.named(
        'uses',
        'PersistentVolumeClaim',
        namespace,
        text(record(volume.persistentVolumeClaim).claimName),
      );
    }
    this.named('uses', 'ServiceAccount', namespace, text(record(spec).serviceAccountName));
  }

  /** The workloads of pods that use something; a pod without a controller stands for itself. */
  users(pods: readonly Pod[]): void {
    for (const pod of pods) {
      let top: KubeObject = pod;
      for (let depth = 0; depth < OWNER_DEPTH; depth++) {
        const controller = controllerOf(top);
        const above = controller === undefined ? undefined : this.#context.view.byUid(controller.uid);
        if (above === undefined) break;
        top = above;
      }
      this.#add('used by', refOf(top), true);
    }
  }
}

function claims(pod: Pod, name: string): boolean {
  return records(record(pod.spec).volumes).some(
    (volume) => record(volume.persistentVolumeClaim).claimName === name,
  );
}

/** What each kind is related to beside owners and owned objects. */
const BY_KIND: Readonly<
  Record<string, (finder: RelationFinder, object: KubeObject, view: StoreView) => void>
> = {
  Pod(finder, object, view) {
    const pod = object as Pod;
    finder.objects('selected by', view.servicesSelecting(pod));
    finder.named('runs on', 'Node', undefined, text(record(pod.spec).nodeName));
    finder.uses(pod.spec, pod.metadata.namespace);
  },
  Service(finder, { metadata, spec }, view) {
    const namespace = metadata.namespace ?? '';
    const { selector } = record(spec);
    if (isRecord(selector)) finder.objects('selects', view.podsSelected(namespace, selector));
    finder.objects('routed by', view.ingressesTo(namespace, metadata.name));
  },
  Ingress(finder, { metadata, spec }) {
    const raw = record(spec);
    const paths = records(raw.rules).flatMap((rule) => records(record(rule.http).paths));
    const backends = [record(raw.defaultBackend), ...paths.map((path) => record(path.backend))];
    for (const backend of backends) {
      finder.named('routes to', 'Service', metadata.namespace, text(record(backend.service).name));
    }
    for (const tls of records(raw.tls))
      finder.named('uses', 'Secret', metadata.namespace, text(tls.secretName));
  },
  Node: (finder, { metadata }, view) => finder.objects('used by', view.podsOnNode(metadata.name)),
  ConfigMap: (finder, { metadata }, view) =>
    finder.users(view.podsReferring('ConfigMap', metadata.namespace ?? '', metadata.name)),
  Secret: (finder, { metadata }, view) =>
    finder.users(view.podsReferring('Secret', metadata.namespace ?? '', metadata.name)),
  ServiceAccount: (finder, { metadata }, view) =>
    finder.users(
      view
        .podsInNamespace(metadata.namespace ?? '')
        .filter((pod) => (text(record(pod.spec).serviceAccountName) || 'default') === metadata.name),
    ),
  PersistentVolumeClaim: (finder, { metadata }, view) =>
    finder.users(view.podsInNamespace(metadata.namespace ?? '').filter((pod) => claims(pod, metadata.name))),
};

/** The relations of an object, in reading order: owners, what it is built from, who uses it, what it owns. */
export function relationsOf(object: KubeObject, context: RelationContext): Relation[] {
  const finder = new RelationFinder(context);
  finder.owners(object);
  if (Object.hasOwn(BY_KIND, object.kind)) BY_KIND[object.kind]?.(finder, object, context.view);
  if (TEMPLATED.includes(object.kind)) {
    const template = record(record(object.spec).template);
    finder.uses(record(template.spec), object.metadata.namespace);
  }
  const { uid } = object.metadata;
  for (const kind of uid === undefined ? [] : KIND_IDS)
    finder.objects('owned', context.view.ownedBy(kind, uid ?? ''));
  return finder.relations;
}
