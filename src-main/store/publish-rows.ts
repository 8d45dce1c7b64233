/** Follows the server's table of one collection for the page, as long as the fabric has a session. */
import type { ResourceId } from '../../shared/ipc.ts';
import type { WatchState } from '../../shared/model/fabric.ts';
import type { Fabric } from '../fabric/fabric.ts';
import type { Session } from '../fabric/session.ts';
import { createTableReflector } from '../kube/table-watch.ts';
import { coalesce } from './coalesce.ts';
import { RowsDelta, type RowsMessage } from './rows-delta.ts';

/** At most ten messages a second. */
const FLUSH_MS = 100;

/** The state of a watch that does not run because the fabric has no session. */
export function idleState(fabric: Fabric): WatchState {
  const { since, error } = fabric.link;
  return { phase: 'idle', since, objects: 0, reconnects: 0, ...(error && { error }) };
}

/** Calls `begin` for each session of a fabric, and `lost` when there is none; returns the function that ends it. */
export function eachSession(
  fabric: Fabric,
  begin: (session: Session) => () => void,
  lost: () => void,
): () => void {
  let stop: (() => void) | undefined;
  const renew = () => {
    stop?.();
    stop = undefined;
    if (fabric.session === undefined) lost();
    else stop = begin(fabric.session);
  };
  const off = fabric.on((change) => {
    if (change === 'session') renew();
  });
  renew();
  return () => {
    off();
    stop?.();
  };
}

export class RowsSubscription {
  readonly #resource: ResourceId;
  readonly #namespace: string | undefined;
  #delta: RowsDelta | undefined;

  constructor(resource: ResourceId, namespace: string | undefined) {
    this.#resource = resource;
    this.#namespace = namespace;
  }

  /** Begins to send; the first message after each (re)binding and each new session is a full one. */
  bind(fabric: Fabric, send: (message: RowsMessage) => void): () => void {
    const delta = (this.#delta ??= new RowsDelta(idleState(fabric)));
    const flush = coalesce(() => {
      const message = delta.next();
      if (message !== undefined) send(message);
    }, FLUSH_MS);
    const begin = ({ client }: Session) => {
      delta.restart(idleState(fabric));
      const reflector = createTableReflector({
        client,
        resource: this.#resource,
        namespace: this.#namespace,
        sink: {
          columns: (columns) => delta.setColumns(columns),
          page: (items) => {
            for (const { row } of items) delta.upsert(row);
            flush.ask();
          },
          replace: (items) => {
            delta.replace(items.map(({ row }) => row));
            flush.ask();
          },
          upsert: ({ row }) => {
            delta.upsert(row);
            flush.ask();
          },
          remove: ({ row }) => {
            delta.remove(row.uid);
            flush.ask();
          },
          state: (state) => {
            delta.setState(state);
            flush.ask();
          },
        },
      });
      return () => reflector.stop();
    };
    const lost = () => {
      delta.restart(idleState(fabric));
      flush.ask();
    };
    const stop = eachSession(fabric, begin, lost);
    return () => {
      stop();
      flush.stop();
    };
  }
}
