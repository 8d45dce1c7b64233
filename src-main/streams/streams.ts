/** The log and shell streams of the page: opened on a port of their own, ended with the page or the fabric. */
import { AppFailure, type AppError } from '../../shared/errors.ts';
import type { LogOptions, ShellOptions } from '../../shared/streams.ts';
import type { Fabric } from '../fabric/fabric.ts';
import type { ExecCredential } from '../kube/exec-credential.ts';
import { openLogs } from './logs.ts';
import { connectShell } from './open-shell.ts';
import type { StreamPort } from './port.ts';
import { serveShell } from './shell.ts';
import { startSignIn } from './sign-in.ts';

function unusable(fabric: string): AppError {
  return { code: 'context-broken', message: `Context ${fabric} cannot be used.`, fabric, retryable: false };
}

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

  /** The credential command of a fabric, for a sign-in. Rejects with `AppFailure`; no port is made then. */
  async signIn(fabric: Fabric, size: { readonly columns: number; readonly rows: number }): Promise<string> {
    const { access, problem } = fabric.context;
    if (access === undefined) throw new AppFailure(problem ?? fabric.link.error ?? unusable(fabric.id));
    fabric.open();
    const accept = (credential: ExecCredential) => fabric.accept(credential);
    const { serve } = await startSignIn({ access, ...size, accept });
    return this.#start(fabric, serve);
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
      // A sign-in goes on when the session begins.
      if (change === 'session' && fabric.session === undefined) end();
    });
    this.#open.set(id, end);
    port.on('close', end);
    return id;
  }
}
