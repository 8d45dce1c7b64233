/** What is known of the way to each fabric that was on screen, and the acts of the connection view. */
import type { AppError } from '../../shared/errors.ts';
import type { CallName } from '../../shared/ipc.ts';
import type { ConnectionView } from '../../shared/model/connection.ts';
import { call } from '../api.ts';
import { announcer } from './announcer.svelte.ts';
import { fabrics } from './fabrics.svelte.ts';
import { makeLasting } from './lasting.svelte.ts';
import { subscribe } from './subscription.ts';

/** The connection of one fabric, as last pushed. */
class FabricConnection {
  view = $state.raw<ConnectionView | null>(null);
  /** Why the connection cannot be followed. */
  error = $state.raw<AppError | null>(null);
  /** The act that is under way; its button waits. */
  busy = $state<FabricAct | null>(null);
}

/** The calls about a fabric that take nothing but its name and say nothing but that they are done. */
type FabricAct = Extract<
  CallName,
  | 'connection.probe'
  | 'fabric.retry'
  | 'fabric.stopRetrying'
  | 'fabric.signIn'
  | 'fabric.acknowledgeIdentity'
  | 'fabric.lock'
>;

/** `connections.of(fabric)` is the last view; `follow` keeps it up to date; `act` does something and reports failure. */
class Connections {
  #fabrics = new Map<string, FabricConnection>();

  of(fabric: string): FabricConnection {
    const known = this.#fabrics.get(fabric);
    if (known) return known;
    const created = makeLasting(() => new FabricConnection());
    this.#fabrics.set(fabric, created);
    return created;
  }

  /** Subscribes; returns the function that ends it. The last view stays, for the way back. */
  follow(fabric: string): () => void {
    const store = this.of(fabric);
    return subscribe({
      push: 'connection',
      open: () => call('connection.watch', { fabric }),
      onMessage: ({ view }) => {
        store.view = view;
        store.error = null;
      },
      onError: (error) => {
        store.error = error;
      },
    });
  }

  /** Sends one act, says `done` when it worked, and leaves a failure in the notice of the window. */
  async act(name: FabricAct, fabric: string, done?: string): Promise<boolean> {
    const store = this.of(fabric);
    if (store.busy !== null) return false;
    store.busy = name;
    fabrics.error = null;
    const answer = await call(name, { fabric });
    store.busy = null;
    if (!answer.ok) fabrics.error = answer.error;
    else if (done !== undefined) announcer.note(done, 'ok');
    return answer.ok;
  }

  /** Lets the app write to a fabric for some minutes. */
  async unlock(fabric: string, minutes: number): Promise<AppError | null> {
    const answer = await call('fabric.unlock', { fabric, minutes });
    if (answer.ok) announcer.say(`Writes are unlocked for ${String(minutes)} min`);
    return answer.ok ? null : answer.error;
  }
}

export const connections = new Connections();
