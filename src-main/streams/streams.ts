/** The log and shell streams of the page: opened on a port of their own, ended with the page or the fabric. */
import type { LogOptions, ShellOptions } from '../../shared/ipc.ts';
import type { Fabric } from '../fabric/fabric.ts';
import { openLogs } from './logs.ts';
import { connectShell } from './open-shell.ts';
import type { StreamPort } from './port.ts';
import { serveShell } from './shell.ts';

/** Makes a pair of ports, sends the other end to the page under this id, and returns ours. */
export type OpenPort = (id: string) => StreamPort;

export class Streams {
  readonly #openPort: OpenPort;
  readonly #open = new Map<string, () => void>();
  #last = 0;

  constructor(openPort: OpenPort) {
    this.#openPort = openPort;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Throws `AppFailure` where the target can have no logs or is not connected; no port is made then. */
  logs(fabric: Fabric, options: LogOptions): string {
    const { client, store } = fabric.requireSession();
    const onPodChange = (listener: () => void) =>
      store.onChange(({ kind }) => {
        if (kind === 'Pod') listener();
      });
    return this.#start(fabric, (port) => openLogs({ client, view: store.view, onPodChange }, options, port));
  }

  /** Rejects with `AppFailure` where the shell cannot be had; no port is made then. */
  async shell(fabric: Fabric, options: ShellOptions): Promise<string> {
    const socket = await connectShell(fabric.requireSession().client, options);
    return this.#start(fabric, (port) => serveShell(socket, options, port));
  }

  /** Ends all: the page is gone. */
  clear(): void {
    for (const end of [...this.#open.values()]) end();
    this.#open.clear();
  }

  #start(fabric: Fabric, serve: (port: StreamPort) => () => void): string {
    const id = `p${++this.#last}`;
    const port = this.#openPort(id);
    const close = serve(port);
    const end = () => {
      if (!this.#open.delete(id)) return;
      off();
      close();
    };
    const off = fabric.on((change) => {
      if (change === 'session') end();
    });
    this.#open.set(id, end);
    port.on('close', end);
    return id;
  }
}
