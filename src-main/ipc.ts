/** The one door from the page into the main process: checks the sender and every argument, answers with a `Result`. */
import type { IpcMainInvokeEvent, WebFrameMain } from 'electron';
import { AppFailure, type AppError, type Result } from '../shared/errors.ts';
import type { CallName, Handlers } from '../shared/ipc.ts';
import { CHANNEL } from './channels.ts';
import { CALL_SCHEMAS } from './ipc-schemas.ts';

export interface CallPort {
  handle(channel: string, listener: (event: IpcMainInvokeEvent, ...args: unknown[]) => unknown): void;
}

export interface Door {
  readonly handlers: Handlers;
  /** Whether a call may come from this frame. */
  readonly trusts: (frame: WebFrameMain | null) => boolean;
  /** Told of what nobody expected; the page gets a plain sentence instead. */
  readonly report: (where: string, cause: unknown) => void;
}

const failed = (error: AppError): Result<never> => ({ ok: false, error });
const isCall = (name: unknown): name is CallName =>
  typeof name === 'string' && Object.hasOwn(CALL_SCHEMAS, name);

/** Answers one call. Never throws: what the handler throws becomes an `AppError`. */
export async function answerCall(door: Door, name: unknown, input: unknown): Promise<Result<unknown>> {
  if (!isCall(name)) {
    return failed({
      code: 'bad-request',
      message: 'The window asked for something that does not exist.',
      retryable: false,
    });
  }
  const parsed = CALL_SCHEMAS[name].safeParse(input);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue === undefined || issue.path.length === 0 ? 'its argument' : issue.path.join('.');
    return failed({
      code: 'bad-request',
      message: `The window sent ${name} with a wrong value: ${where}.`,
      retryable: false,
    });
  }
  try {
    const handler = door.handlers[name] as (input: unknown) => unknown;
    return { ok: true, value: await handler(parsed.data) };
  } catch (cause) {
    if (cause instanceof AppFailure) return failed(cause.error);
    door.report(name, cause);
    return failed({
      code: 'internal',
      message: `Hedgerow could not carry out ${name}.`,
      hint: 'The log file says more. Try again; if it persists, restart Hedgerow.',
      retryable: true,
    });
  }
}

/** Serves all calls of the page. */
export function serveCalls(port: CallPort, door: Door): void {
  port.handle(CHANNEL.call, (event, name, input) => {
    if (door.trusts(event.senderFrame)) return answerCall(door, name, input);
    door.report('call', new Error(`refused a call from ${event.senderFrame?.url ?? 'a frame that is gone'}`));
    return failed({
      code: 'forbidden',
      message: 'Only the window of Hedgerow may do this.',
      retryable: false,
    });
  });
}
