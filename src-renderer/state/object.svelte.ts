/** The object open in the drawer: followed live, kept with its last YAML when it is deleted. */
import type { AppError } from '../../shared/errors.ts';
import type { ObjectView, Pushes, ResourceId } from '../../shared/ipc.ts';
import type { WatchState } from '../../shared/model/fabric.ts';
import type { Instant, Ref } from '../../shared/model/ref.ts';
import { call } from '../api.ts';
import { kinds } from './kinds.svelte.ts';
import { apiVersionOf } from './ref-resource.ts';
import { subscribe } from './subscription.ts';

/** What the drawer was asked to show. `resource` is missing where the kind is not served. */
export interface OpenTarget {
  readonly fabric: string;
  readonly ref: Ref;
  readonly resource?: ResourceId;
}

function sameTarget(a: OpenTarget | null, b: OpenTarget): boolean {
  return (
    a?.fabric === b.fabric &&
    a.ref.apiVersion === b.ref.apiVersion &&
    a.ref.kind === b.ref.kind &&
    a.ref.namespace === b.ref.namespace &&
    a.ref.name === b.ref.name &&
    a.resource?.resource === b.resource?.resource
  );
}

function isCurrent({ phase }: WatchState): boolean {
  return phase === 'live' || phase === 'catching-up';
}

/** `object.open(fabric, ref)` shows an object; `object.close()` hides the drawer. */
class OpenObject {
  target = $state.raw<OpenTarget | null>(null);
  /** The last known content; stays after deletion and while contact is lost. */
  view = $state.raw<ObjectView | null>(null);
  watch = $state.raw<WatchState | null>(null);
  error = $state.raw<AppError | null>(null);
  /** When the object was seen to be gone. */
  goneAt = $state<Instant | null>(null);
  #end: (() => void) | undefined;

  /** Opens by reference; the kind must be known from discovery, else the drawer says that it is not served. */
  open(fabric: string, ref: Ref): void {
    const info = kinds.fabric === fabric ? kinds.ofRef(ref) : undefined;
    const resource = info && { group: info.group, version: info.version, resource: info.resource };
    // The served version may differ from the one a finding names.
    const served: Ref = info ? { ...ref, apiVersion: apiVersionOf(info) } : ref;
    const target: OpenTarget = { fabric, ref: served, ...(resource ? { resource } : {}) };
    if (sameTarget(this.target, target)) return;
    this.#stop();
    this.target = target;
    this.view = null;
    this.watch = null;
    this.error = null;
    this.goneAt = null;
    this.#start();
  }

  retry(): void {
    this.#stop();
    this.error = null;
    this.goneAt = null;
    this.#start();
  }

  /** Stops updates but keeps what to show: `retry` goes on. */
  pause(): void {
    this.#stop();
  }

  close(): void {
    this.#stop();
    this.target = null;
    this.view = null;
  }

  #start(): void {
    const target = this.target;
    if (!target?.resource) return;
    const { fabric, resource, ref } = target;
    this.#end = subscribe({
      push: 'object',
      open: () => call('object.watch', { fabric, resource, namespace: ref.namespace, name: ref.name }),
      onMessage: (message) => {
        this.#take(message);
      },
      onError: (error) => {
        this.error = error;
      },
    });
  }

  #stop(): void {
    this.#end?.();
    this.#end = undefined;
  }

  #take(message: Pushes['object']): void {
    this.watch = message.state;
    this.error = message.error ?? null;
    if (message.object) {
      this.view = message.object;
      this.goneAt = null;
    } else if (!message.error && isCurrent(message.state)) {
      // Without contact an object that is not there proves nothing.
      this.goneAt ??= Date.now();
    }
  }
}

export const object = new OpenObject();
