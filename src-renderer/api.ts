/** The only file that touches `window.hedgerow`: calls, pushes and the ports of log and shell streams. */
import type { AppError, Result } from '../shared/errors.ts';
import type { Bridge, CallIn, CallName, CallOut, PushName, Pushes } from '../shared/ipc.ts';

declare global {
  interface Window {
    hedgerow?: Bridge;
  }
}

/** False where the page was opened outside the app: nothing can be read then. */
export function hasBridge(): boolean {
  return window.hedgerow !== undefined;
}

function broken(cause: unknown): AppError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return {
    code: 'internal',
    message: `The window lost contact with the rest of Hedgerow: ${reason}`,
    hint: 'Restart Hedgerow.',
    retryable: false,
  };
}

/** Sends one request to the main process. Never rejects: a failure is a value, with `message` and `hint` for the screen. */
export async function call<N extends CallName>(name: N, input: CallIn<N>): Promise<Result<CallOut<N>>> {
  if (!window.hedgerow) return { ok: false, error: broken('no bridge') };
  try {
    return await window.hedgerow.call(name, input);
  } catch (cause) {
    return { ok: false, error: broken(cause) };
  }
}

/** Listens to one kind of push until the returned function is called. */
export function on<P extends PushName>(name: P, listener: (message: Pushes[P]) => void): () => void {
  return window.hedgerow?.on(name, listener) ?? (() => undefined);
}

const ports = new Map<string, MessagePort>();
const waiting = new Map<string, (port: MessagePort) => void>();

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  if (event.source !== window || typeof event.data !== 'object' || event.data === null) return;
  const id: unknown = 'hedgerowStream' in event.data ? event.data.hedgerowStream : undefined;
  const port = event.ports[0];
  if (typeof id !== 'string' || !port) return;
  const take = waiting.get(id);
  if (take) {
    waiting.delete(id);
    take(port);
  } else {
    ports.set(id, port);
  }
});

/**
 * Opens a log, shell or sign-in stream and hands over its port. Messages on the port are `LogMessage` or `ShellMessage`;
 * answer with `StreamRequest` (credits for what was shown, `close` at the end). Call `port.start()` or set `onmessage`.
 */
export async function openStream<N extends 'logs.open' | 'shell.open' | 'signIn.open'>(
  name: N,
  input: CallIn<N>,
): Promise<Result<MessagePort>> {
  const answer = await call(name, input);
  if (!answer.ok) return answer;
  const { stream } = answer.value;
  const early = ports.get(stream);
  ports.delete(stream);
  return {
    ok: true,
    value: early ?? (await new Promise<MessagePort>((resolve) => waiting.set(stream, resolve))),
  };
}
