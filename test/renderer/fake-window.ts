// A window without a page, for state modules: a bridge that records calls and hands out pushes.
import { vi } from 'vitest';
import type { AppError, Result } from '../../shared/errors.ts';
import type { Bridge, CallIn, CallName, CallOut, PushName, Pushes } from '../../shared/ipc.ts';

type Answers = { [N in CallName]?: (input: CallIn<N>) => CallOut<N> | Promise<CallOut<N>> };

const REFUSED: AppError = { code: 'internal', message: 'Refused by the test.', retryable: false };

/** The bridge of a test. Import the module under test after creating it. */
export interface FakeWindow {
  readonly calls: { readonly name: CallName; readonly input: unknown }[];
  push<P extends PushName>(name: P, message: Pushes[P]): void;
  /** How many listen to a push now. */
  listening(name: PushName): number;
}

export function installWindow(answers: Answers = {}): FakeWindow {
  const calls: FakeWindow['calls'] = [];
  const listeners = new Map<PushName, Set<(message: never) => void>>();
  const bridge: Bridge = {
    async call<N extends CallName>(name: N, input: CallIn<N>): Promise<Result<CallOut<N>>> {
      calls.push({ name, input });
      const answer = answers[name];
      return answer ? { ok: true, value: await answer(input) } : { ok: false, error: REFUSED };
    },
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      set.add(listener);
      listeners.set(name, set);
      return () => set.delete(listener);
    },
  };
  vi.stubGlobal('window', Object.assign(new EventTarget(), { hedgerow: bridge }));
  return {
    calls,
    push: (name, message) => {
      for (const listener of listeners.get(name) ?? []) listener(message as never);
    },
    listening: (name) => listeners.get(name)?.size ?? 0,
  };
}
