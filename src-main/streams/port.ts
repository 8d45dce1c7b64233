/** The main process's end of a stream to the page: parsed requests in, messages out, flow by credits. */
import { z } from 'zod';
import type { StreamRequest } from '../../shared/streams.ts';

/** What a stream needs of Electron's MessagePortMain (or of any port in a test). */
export interface StreamPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start(): void;
  close(): void;
}

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.byteLength <= 1_048_576);
const requestSchema: z.ZodType<StreamRequest> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('credit'), count: z.int().min(1).max(16_777_216) }),
  z.object({ type: z.literal('input'), bytes }),
  z.object({ type: z.literal('resize'), columns: z.int().min(1).max(1000), rows: z.int().min(1).max(1000) }),
  z.object({ type: z.literal('close') }),
]);

/** Hands over each valid request and drops all else; a closed port counts as a request to close, given once. */
export function serveRequests(port: StreamPort, handle: (request: StreamRequest) => void): void {
  let open = true;
  const close = () => {
    if (!open) return;
    open = false;
    handle({ type: 'close' });
  };
  port.on('message', (event) => {
    const parsed = requestSchema.safeParse(event.data);
    if (!parsed.success) return;
    if (parsed.data.type === 'close') close();
    else if (open) handle(parsed.data);
  });
  port.on('close', close);
  port.start();
}

/** Holds a producer back while the page has not shown what it was sent. */
export class CreditGate {
  #credit: number;
  #closed = false;
  #waiting: (() => void)[] = [];
  constructor(initial: number) {
    this.#credit = initial;
  }
  get open(): boolean {
    return this.#closed || this.#credit > 0;
  }
  /** Spends credit; the balance may go below zero by one message. */
  take(count: number): void {
    this.#credit -= count;
  }
  add(count: number): void {
    this.#credit += count;
    if (this.open) this.#release();
  }
  /** Resolves as soon as there is credit, or the gate is closed. */
  async ready(): Promise<void> {
    while (!this.open) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
  /** Lets everybody through for good: the stream has ended and its producers must see that. */
  close(): void {
    this.#closed = true;
    this.#release();
  }
  #release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
