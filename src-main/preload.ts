/** Gives the page `window.hedgerow` and hands it the ports of its streams; nothing else of Electron reaches it. */
import { contextBridge, ipcRenderer } from 'electron';
import type { Bridge, CallIn, CallName, PushName, Pushes } from '../shared/ipc.ts';
import { CHANNEL } from './channels.ts';

/** The page's window; the rest of src-main has no DOM. */
declare const window: {
  readonly location: { readonly origin: string };
  postMessage(message: unknown, origin: string, transfer: readonly unknown[]): void;
};

const PUSHES: readonly PushName[] = ['fabrics', 'findings', 'rows', 'object'];
const listeners = new Map<PushName, Set<(message: never) => void>>(PUSHES.map((name) => [name, new Set()]));

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
