/** Runs the demo server as a process of its own: started when first asked for, started again when it ends by itself. */
import { AppFailure } from '../../shared/errors.ts';
import type { DemoFault } from '../../shared/model/demo.ts';
import { demoMessageSchema, type DemoMessage, type DemoRequest } from '../demo/protocol.ts';
import type { Kubeconfig } from '../kube/contract.ts';
import { readDemoKubeconfig } from './demo-kubeconfig.ts';

/** The process of a demo server, however it is run. */
export interface DemoProcess {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  onExit(listener: (code: number | null) => void): void;
  end(): void;
}

export interface DemoHostOptions {
  readonly spawn: () => DemoProcess;
  /** The fabrics came, went or changed their address: the list of fabrics is to be read again. */
  readonly onChange: () => void;
  /** The server ended by itself; a sentence for the user. */
  readonly onEnd: (sentence: string) => void;
  readonly now: () => number;
}

type WithoutId<R> = R extends DemoRequest ? Omit<R, 'id'> : never;

/** What is asked of the demo: its faults, a fault set or taken back, a fabric built anew. */
export type DemoWish = WithoutId<DemoRequest>;

interface Running {
  readonly process: DemoProcess;
  readonly pending: Map<number, (message: DemoMessage) => void>;
  kubeconfig?: Kubeconfig;
  text?: string;
}

/** From the start of the process to its first message, ms. */
const START_MS = 20_000;
const REQUEST_MS = 20_000;
/** More ends than that within a minute are no accident. */
const MAX_ENDS = 3;
const MINUTE_MS = 60_000;

function failure(message: string): AppFailure {
  return new AppFailure({ code: 'internal', message, hint: 'Open the demo again.', retryable: true });
}

export class DemoHost {
  readonly #options: DemoHostOptions;
  #running: Running | undefined;
  #starting: Promise<void> | undefined;
  #ends: number[] = [];
  #ids = 0;

  constructor(options: DemoHostOptions) {
    this.#options = options;
  }

  /** The contexts of the demo fabrics, while the server runs. */
  get kubeconfig(): Kubeconfig | undefined {
    return this.#running?.kubeconfig;
  }

  /** The kubeconfig as text, with the administrators' contexts that other clients may use. */
  get kubeconfigText(): string | undefined {
    return this.#running?.text;
  }

  /** Starts the server unless it runs. Throws `AppFailure` if it does not come up. */
  start(): Promise<void> {
    if (this.kubeconfig !== undefined) return Promise.resolve();
    this.#starting ??= this.#start().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  /** Ends the server and tells that its fabrics are gone. */
  stop(): void {
    if (this.end()) this.#options.onChange();
  }

  /** Ends the server's process; false if none ran. */
  end(): boolean {
    const running = this.#running;
    this.#running = undefined;
    running?.process.end();
    return running !== undefined;
  }

  /** The faults of a fabric, after the change that was asked for. Throws `AppFailure`. */
  async ask(wish: DemoWish): Promise<readonly DemoFault[]> {
    const running = this.#running;
    if (running?.kubeconfig === undefined) throw failure('The demo is not running.');
    const id = ++this.#ids;
    const reply = await this.#until(REQUEST_MS, 'The demo server did not answer within 20 s.', (resolve) => {
      running.pending.set(id, resolve);
      running.process.post({ ...wish, id });
    }).finally(() => running.pending.delete(id));
    if ('faults' in reply) {
      this.#take(running, reply.kubeconfig);
      return reply.faults;
    }
    throw failure('refused' in reply ? reply.refused : 'The demo server ended.');
  }

  /** A fault may have changed how a fabric is reached: then the list of fabrics is read again. */
  #take(running: Running, text: string | undefined): void {
    if (text === undefined || text === running.text || this.#running !== running) return;
    running.text = text;
    running.kubeconfig = readDemoKubeconfig(text);
    this.#options.onChange();
  }

  async #start(): Promise<void> {
    const process = this.#options.spawn();
    const running: Running = { process, pending: new Map() };
    this.#running = running;
    const first = await this.#until(START_MS, 'The demo server did not start within 20 s.', (resolve) => {
      process.onMessage((raw) => {
        const parsed = demoMessageSchema.safeParse(raw);
        if (!parsed.success) return;
        const message = parsed.data;
        if ('id' in message) running.pending.get(message.id)?.(message);
        else resolve(message);
      });
      process.onExit((code) => {
        const failed = { failed: `The demo server ended${code === null ? '' : ` with code ${code}`}` };
        resolve(failed);
        for (const answer of running.pending.values()) answer(failed);
        this.#ended(running, code);
      });
    }).catch((error: unknown) => {
      this.#running = undefined;
      process.end();
      throw error;
    });
    if (!('ready' in first)) {
      if (this.#running === running) this.#running = undefined;
      throw failure('failed' in first ? `${first.failed}.` : 'The demo server did not start.');
    }
    running.text = first.ready.kubeconfig;
    running.kubeconfig = readDemoKubeconfig(first.ready.kubeconfig);
    this.#options.onChange();
  }

  /** A server that was killed is started again, with fresh fabrics, unless it keeps ending. */
  #ended(running: Running, code: number | null): void {
    if (this.#running !== running || running.kubeconfig === undefined) return;
    this.#running = undefined;
    const now = this.#options.now();
    this.#ends = [...this.#ends.filter((at) => now - at < MINUTE_MS), now];
    const again = this.#ends.length <= MAX_ENDS;
    const how = code === null || code === 0 ? '' : ` (code ${code})`;
    this.#options.onEnd(
      again
        ? `The demo server ended unexpectedly${how}; it was started again with fresh fabrics.`
        : `The demo server keeps ending${how} and is left closed.`,
    );
    if (!again) this.#options.onChange();
    else
      this.start().catch((error: unknown) => {
        this.#options.onEnd(error instanceof Error ? error.message : String(error));
        this.#options.onChange();
      });
  }

  #until(
    ms: number,
    late: string,
    begin: (resolve: (message: DemoMessage) => void) => void,
  ): Promise<DemoMessage> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(failure(late)), ms);
      begin((message) => {
        clearTimeout(timer);
        resolve(message);
      });
    });
  }
}
