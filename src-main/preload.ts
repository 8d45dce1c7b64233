/** Gives the page `window.hedgerow` and hands it the ports of its streams; nothing else of Electron reaches it. */
import { contextBridge, ipcRenderer } from 'electron';
import type { Bridge, CallIn, CallName, PushName, Pushes } from '../shared/ipc.ts';
import { CHANNEL } from './channels.ts';

/** The page's window; the rest of src-main has no DOM. */
declare const window: {
  readonly location: { readonly origin: string };
  postMessage(message: unknown, origin: string, transfer: readonly unknown[]): void;
};

/** One set per push: a push without one does not compile. */
const SETS: Readonly<Record<PushName, Set<(message: never) => void>>> = {
  fabrics: new Set(),
  findings: new Set(),
  rows: new Set(),
  object: new Set(),
  connection: new Set(),
};
// Names come from the page: only those of the table lead anywhere.
const listeners = new Map(Object.entries(SETS));

ipcRenderer.on(CHANNEL.push, (_event, name: PushName, message: Pushes[PushName]) => {
  for (const listener of listeners.get(name) ?? []) listener(message as never);
});

ipcRenderer.on(CHANNEL.stream, (event, id: string) => {
  window.postMessage({ hedgerowStream: id }, window.location.origin, event.ports);
});

const bridge: Bridge = {
  call: <N extends CallName>(name: N, input: CallIn<N>) => ipcRenderer.invoke(CHANNEL.call, name, input),
  on(name, listener) {
    const set = listeners.get(name);
    set?.add(listener);
    return () => {
      set?.delete(listener);
    };
  },
};

contextBridge.exposeInMainWorld('hedgerow', bridge);
