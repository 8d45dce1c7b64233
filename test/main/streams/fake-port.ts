// The main process's end of a stream's port, with what was sent to the page and a way to speak for it.
import type { StreamPort } from '../../../src-main/streams/port.ts';

export interface FakePort<M> extends StreamPort {
  readonly sent: M[];
  readonly started: boolean;
  readonly closed: boolean;
  /** The page says something; anything, for hostile pages. */
  say(request: unknown): void;
  /** The page is gone. */
  hangUp(): void;
}

export function fakePort<M>(): FakePort<M> {
  const messages: ((event: { data: unknown }) => void)[] = [];
  const closes: (() => void)[] = [];
  const state = { started: false, closed: false };
  const sent: M[] = [];
  return {
    sent,
    get started() {
      return state.started;
    },
    get closed() {
      return state.closed;
    },
    postMessage: (message) => sent.push(message as M),
    on(event: string, listener: (event: { data: unknown }) => void) {
      if (event === 'message') messages.push(listener);
      else closes.push(listener as () => void);
    },
    start: () => {
      state.started = true;
    },
    close: () => {
      state.closed = true;
    },
    say: (data) => {
      for (const listener of messages) listener({ data });
    },
    hangUp: () => {
      for (const listener of closes) listener();
    },
  };
}
