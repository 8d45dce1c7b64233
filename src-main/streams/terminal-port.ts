/** What every terminal of the page needs: requests in, bytes out as far as the page has room for them, one end. */
import type { ShellMessage } from '../../shared/streams.ts';
import { CreditGate, serveRequests, type StreamPort } from './port.ts';

/** Bytes that may be under way before the terminal must have shown some. */
const CREDIT = 262_144;

/** The program or connection behind a terminal. */
export interface TerminalSource {
  write(bytes: Uint8Array): void;
  resize(columns: number, rows: number): void;
  /** Called while the page lags. */
  pause(): void;
  resume(): void;
  /** Ends it; called once, when the page or the fabric is gone. */
  close(): void;
}

/** How a terminal ends, as the page is told. */
export type TerminalEnd = Extract<ShellMessage, { type: 'exit' | 'failed' }>;

export class TerminalPort {
  readonly #port: StreamPort;
  readonly #source: TerminalSource;
  readonly #gate = new CreditGate(CREDIT);
  #paused = false;
  #closed = false;
  #ended = false;

  constructor(port: StreamPort, source: TerminalSource) {
    this.#port = port;
    this.#source = source;
  }

  /** Serves the page from now on. */
  open(): void {
    serveRequests(this.#port, (request) => {
      if (request.type === 'credit') this.#credit(request.count);
      if (request.type === 'input' && !this.#ended) this.#source.write(request.bytes);
      if (request.type === 'resize' && !this.#ended) this.#source.resize(request.columns, request.rows);
      if (request.type === 'close') this.close();
    });
    this.#tell({ type: 'open' });
  }

  /** Bytes for the screen. */
  data(bytes: Uint8Array): void {
    if (bytes.byteLength === 0) return;
    this.#gate.take(bytes.byteLength);
    this.#tell({ type: 'data', bytes });
    if (this.#gate.open || this.#paused) return;
    this.#paused = true;
    this.#source.pause();
  }

  /** Tells the page how it ended; only the first end counts. */
  end(end: TerminalEnd): boolean {
    if (this.#ended || this.#closed) return false;
    this.#ended = true;
    this.#tell(end);
    return true;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#gate.close();
    this.#source.close();
    this.#port.close();
  }

  #credit(count: number): void {
    this.#gate.add(count);
    if (!this.#paused || !this.#gate.open) return;
    this.#paused = false;
    this.#source.resume();
  }

  #tell(message: ShellMessage): void {
    if (!this.#closed) this.#port.postMessage(message);
  }
}
