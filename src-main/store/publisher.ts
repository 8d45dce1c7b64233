/** The subscriptions of the page: each sends what changed since its last message, until it or the page goes away. */
import type { Pushes, PushName } from '../../shared/ipc.ts';
import type { ResourceId } from '../../shared/ipc.ts';
import type { Fabric } from '../fabric/fabric.ts';
import type { Fabrics } from '../fabric/fabrics.ts';
import { coalesce } from './coalesce.ts';
import { followConnection } from './publish-connection.ts';
import { ObjectSubscription } from './publish-object.ts';
import { FindingsDelta } from './findings-delta.ts';
import { RowsSubscription } from './publish-rows.ts';

export type Send = <P extends PushName>(name: P, message: Pushes[P]) => void;

/** At most ten messages a second for each subscription. */
const FLUSH_MS = 100;

export class Publisher {
  readonly #fabrics: Fabrics;
  readonly #send: Send;
  readonly #subscriptions = new Map<string, () => void>();
  #last = 0;

  constructor(fabrics: Fabrics, send: Send) {
    this.#fabrics = fabrics;
    this.#send = send;
  }

  /** Number of subscriptions that are open. */
  get size(): number {
    return this.#subscriptions.size;
  }

  /** Follows the findings of a fabric; the first message holds them all. */
  watchFindings(id: string): string {
    const delta = new FindingsDelta();
    return this.#subscribe(id, (fabric, sub) => {
      let reset = true;
      const push = coalesce(() => {
        const message = delta.next(fabric.answer, reset);
        reset = false;
        if (message !== undefined) this.#send('findings', { sub, ...message });
      }, FLUSH_MS);
      const stop = fabric.on((change) => {
        if (change === 'link' || change === 'answer') push.ask();
      });
      push.ask();
      return () => {
        stop();
        push.stop();
      };
    });
  }

  /** Follows the server's table of a collection, in one namespace or in all. */
  watchRows(id: string, resource: ResourceId, namespace: string | undefined): string {
    const rows = new RowsSubscription(resource, namespace);
    return this.#subscribe(id, (fabric, sub) =>
      rows.bind(fabric, (message) => this.#send('rows', { sub, ...message })),
    );
  }

  /** Follows the way to a fabric; every message holds the whole view. */
  watchConnection(id: string): string {
    let seq = 0;
    return this.#subscribe(id, (fabric, sub) =>
      followConnection(fabric, (view) => this.#send('connection', { sub, seq: ++seq, view })),
    );
  }

  /** Follows one object. */
  watchObject(id: string, resource: ResourceId, namespace: string | undefined, name: string): string {
    const object = new ObjectSubscription(resource, namespace, name);
    return this.#subscribe(id, (fabric, sub) =>
      object.bind(fabric, (message) => this.#send('object', { sub, ...message })),
    );
  }

  /** Ends a subscription; one that is not known has ended already. */
  unwatch(sub: string): void {
    const stop = this.#subscriptions.get(sub);
    this.#subscriptions.delete(sub);
    stop?.();
  }

  /** Ends all: the page was closed, reloaded or crashed. */
  clear(): void {
    for (const sub of [...this.#subscriptions.keys()]) this.unwatch(sub);
  }

  #subscribe(id: string, bind: (fabric: Fabric, sub: string) => () => void): string {
    const sub = `s${++this.#last}`;
    this.#subscriptions.set(
      sub,
      this.#fabrics.bind(id, (fabric) => bind(fabric, sub)),
    );
    return sub;
  }
}
