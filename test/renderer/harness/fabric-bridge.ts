// The calls about one fabric: its connection, what it may write, access and plans; over the plain bridge.
import type { AppError, Result } from '../../../shared/errors.ts';
import type { Bridge, CallIn, CallName, CallOut, Pushes } from '../../../shared/ipc.ts';
import type { ConnectionView } from '../../../shared/model/connection.ts';
import type { FabricData } from './fabric-data.ts';
import type { HarnessControl } from './fake-bridge.ts';

type Answers = { [N in CallName]?: (input: CallIn<N>) => CallOut<N> | AppError };

/** What a test drives of connections, access and plans. */
export interface FabricControl {
  /** Replaces what is known of the way to a fabric and pushes it. */
  setConnection(fabric: string, more: Partial<ConnectionView>): void;
  /** Lets the next call of this name fail. */
  failNext(name: CallName, error: AppError): void;
  /** Holds all calls of this name until they are released. */
  hold(name: CallName): void;
  release(name: CallName): void;
}

const NOT_KNOWN: AppError = {
  code: 'not-found',
  message: 'The data set has no such fabric.',
  retryable: false,
};

function isError(answer: unknown): answer is AppError {
  return typeof answer === 'object' && answer !== null && 'retryable' in answer && 'code' in answer;
}

/** Adds the calls to a bridge. */
export function withFabrics(
  plain: Bridge,
  harness: HarnessControl,
): { bridge: Bridge; control: FabricControl } {
  const listeners = new Set<(message: Pushes['connection']) => void>();
  const subscriptions = new Map<string, { readonly fabric: string; seq: number }>();
  const failures = new Map<CallName, AppError>();
  const held = new Map<CallName, (() => void)[]>();
  let count = 0;

  const of = (id: string): FabricData | undefined =>
    harness.data.fabrics.find((one) => one.summary.id === id);
  const send = (sub: string): void => {
    const known = subscriptions.get(sub);
    const view = known && of(known.fabric)?.connection;
    if (!known || !view) return;
    known.seq += 1;
    for (const listener of listeners) listener(structuredClone({ sub, seq: known.seq, view }));
  };

  const answers: Answers = {
    'connection.watch': ({ fabric }) => {
      const known = of(fabric);
      if (known?.connectionError) return known.connectionError;
      count += 1;
      const sub = `way-${String(count)}`;
      subscriptions.set(sub, { fabric, seq: 0 });
      setTimeout(() => send(sub));
      return { sub };
    },
    'connection.probe': ({ fabric }) => of(fabric)?.connection?.probe ?? NOT_KNOWN,
    'fabric.signIn': () => null,
    'fabric.stopRetrying': () => null,
    'fabric.acknowledgeIdentity': ({ fabric }) => {
      harness.setSummary(fabric, { identity: 'pinned', guard: { state: 'locked' } });
      const seen = of(fabric)?.connection?.identity.seen;
      control.setConnection(fabric, { identity: { state: 'pinned', ...(seen ? { pinned: seen } : {}) } });
      return null;
    },
    'fabric.unlock': ({ fabric, minutes }) => {
      harness.setSummary(fabric, { guard: { state: 'unlocked', until: Date.now() + minutes * 60_000 } });
      return null;
    },
    'fabric.lock': ({ fabric }) => {
      harness.setSummary(fabric, { guard: { state: 'locked' } });
      return null;
    },
    'access.review': (input) => of(input.fabric)?.access?.review(input) ?? NOT_KNOWN,
    'access.fix': (input) => of(input.fabric)?.access?.fix(input) ?? NOT_KNOWN,
    'plan.prepare': (input) => of(input.fabric)?.plans?.prepare(input) ?? NOT_KNOWN,
    'plan.run': (input) => of(input.fabric)?.plans?.run(input) ?? NOT_KNOWN,
    'journal.list': ({ fabric }) => of(fabric)?.journal ?? [],
  };

  const bridge: Bridge = {
    async call<N extends CallName>(name: N, input: CallIn<N>): Promise<Result<CallOut<N>>> {
      const answer = answers[name];
      if (!answer) return plain.call(name, input);
      harness.calls.push({ name, input });
      const waiting = held.get(name);
      if (waiting) await new Promise<void>((resolve) => waiting.push(resolve));
      const failure = failures.get(name);
      failures.delete(name);
      const value = failure ?? answer(input);
      return isError(value) ? { ok: false, error: value } : { ok: true, value };
    },
    on(name, listener) {
      if (name !== 'connection') return plain.on(name, listener);
      const own = listener as (message: Pushes['connection']) => void;
      listeners.add(own);
      return () => listeners.delete(own);
    },
  };
  const control: FabricControl = {
    setConnection(fabric, more) {
      const known = of(fabric);
      if (known?.connection) known.connection = { ...known.connection, ...more };
      for (const [sub, one] of subscriptions) if (one.fabric === fabric) send(sub);
    },
    failNext(name, error) {
      failures.set(name, error);
    },
    hold(name) {
      held.set(name, []);
    },
    release(name) {
      const waiting = held.get(name) ?? [];
      held.delete(name);
      for (const go of waiting) go();
    },
  };
  return { bridge, control };
}
