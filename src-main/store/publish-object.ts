/** Follows one object for the drawer: the object itself, the findings about it, its events and relations. */
import { refKey } from '../../shared/cluster/refs.ts';
import type { KindInfo, Pushes, ResourceId } from '../../shared/ipc.ts';
import { KIND_IDS, KINDS } from '../../shared/kinds/kinds.ts';
import type { WatchState } from '../../shared/model/fabric.ts';
import { SEVERITIES, type Finding, type Severity } from '../../shared/model/finding.ts';
import type { KubeObject } from '../../shared/model/kube.ts';
import type { Fabric } from '../fabric/fabric.ts';
import type { Session } from '../fabric/session.ts';
import { createReflector } from '../kube/list-watch.ts';
import { coalesce } from './coalesce.ts';
import { ObjectViewer } from './object-view.ts';
import { eachSession, idleState } from './publish-rows.ts';

type Message = Omit<Pushes['object'], 'sub'>;

/** Twice a second: the page shows it to a reader, and events about it come in bursts. */
const FLUSH_MS = 500;

/** The worst severity of each object that a finding names as subject or member, by `refKey`. */
export function worstByRef(findings: readonly Finding[]): ReadonlyMap<string, Severity> {
  const worst = new Map<string, Severity>();
  for (const { subject, members, severity } of findings) {
    for (const ref of [subject, ...members]) {
      const before = worst.get(refKey(ref));
      if (before === undefined || SEVERITIES.indexOf(severity) < SEVERITIES.indexOf(before))
        worst.set(refKey(ref), severity);
    }
  }
  return worst;
}

/** Where objects of an apiVersion and kind are served: by discovery, else by what the diagnosis itself reads. */
export function findResource(
  kinds: readonly KindInfo[],
  apiVersion: string,
  kind: string,
): ResourceId | undefined {
  const at = apiVersion.lastIndexOf('/');
  const group = at === -1 ? '' : apiVersion.slice(0, at);
  const version = apiVersion.slice(at + 1);
  const served = kinds.filter((info) => info.kind === kind && info.group === group);
  const found = served.find((info) => info.version === version) ?? served[0];
  if (found !== undefined) return { group: found.group, version: found.version, resource: found.resource };
  const id = KIND_IDS.find((each) => each === kind && KINDS[each].group === group);
  return id === undefined ? undefined : { group, version, resource: KINDS[id].resource };
}

export class ObjectSubscription {
  readonly #resource: ResourceId;
  readonly #namespace: string | undefined;
  readonly #name: string;
  #seq = 0;
  #last = '';

  constructor(resource: ResourceId, namespace: string | undefined, name: string) {
    this.#resource = resource;
    this.#namespace = namespace;
    this.#name = name;
  }

  /** Begins to send, whenever something the drawer shows has changed. */
  bind(fabric: Fabric, send: (message: Message) => void): () => void {
    const deliver = (message: Omit<Message, 'seq'>) => {
      // The time of the last proof alone is no reason to send a whole object again.
      const { asOf: _moves, ...state } = message.state;
      const content = JSON.stringify([message.object, message.error, state]);
      if (content === this.#last) return;
      this.#last = content;
      send({ seq: ++this.#seq, ...message });
    };
    this.#last = '';
    return eachSession(
      fabric,
      (session) => this.#follow(fabric, session, deliver),
      () => deliver({ object: null, error: fabric.link.error, state: idleState(fabric) }),
    );
  }

  #follow(fabric: Fabric, session: Session, deliver: (message: Omit<Message, 'seq'>) => void): () => void {
    const viewer = new ObjectViewer(this.#resource);
    let kinds: readonly KindInfo[] = [];
    let object: KubeObject | undefined;
    let state: WatchState = idleState(fabric);
    const flush = coalesce(() => {
      // Before the first answer there is nothing to say: an object not read yet is not one that is gone.
      if (object === undefined && (state.phase === 'idle' || state.phase === 'listing')) return;
      const { findings } = fabric.answer;
      const worst = worstByRef(findings);
      const view =
        object === undefined
          ? null
          : viewer.view(object, {
              view: session.store.view,
              findings,
              resourceOf: (apiVersion, kind) => findResource(kinds, apiVersion, kind),
              worstOf: (ref) => worst.get(refKey(ref)),
            });
      deliver({ object: view, state, ...(state.error && { error: state.error }) });
    }, FLUSH_MS);
    const take = (next: KubeObject | undefined) => {
      object = next;
      flush.ask();
    };
    const reflector = createReflector<KubeObject>({
      client: session.client,
      resource: this.#resource,
      namespace: this.#namespace,
      fieldSelector: `metadata.name=${this.#name}`,
      prepare: (item) => item,
      sink: {
        replace: (items) => take(items[0]),
        upsert: take,
        remove: () => take(undefined),
        state: (next) => {
          state = next;
          flush.ask();
        },
      },
    });
    void session.kinds().then(
      (list) => {
        kinds = list;
        flush.ask();
      },
      () => undefined,
    );
    const stops = [
      fabric.on((change) => {
        if (change === 'answer') flush.ask();
      }),
      session.store.onChange(() => flush.ask()),
    ];
    return () => {
      flush.stop();
      reflector.stop();
      for (const stop of stops) stop();
    };
  }
}
