/** Makes the first contact; where that fails or takes long, probes the layers beside it, so that the answer names one. */
import { AppFailure, type AppError } from '../../shared/errors.ts';
import type { ProbeReport } from '../../shared/model/connection.ts';
import type { ContextAccess, KubeClient } from '../kube/contract.ts';
import { probeConnection } from '../probe/probe.ts';
import { contactServer, type Contact } from './contact.ts';

export type Met =
  | { readonly ok: true; readonly contact: Contact }
  | { readonly ok: false; readonly error: AppError; readonly probe?: ProbeReport };

interface ContactOptions {
  readonly access: ContextAccess;
  readonly client: KubeClient;
  /** When it must be over, on the clock of `performance.now()`. */
  readonly endsAt: number;
}

/** A healthy server has answered by then; a third of the time where there is less. */
const PATIENCE_MS = 2000;
/** What a probe leaves of the time, so that its answer comes before the end, ms. */
const MARGIN_MS = 250;
/** A credential command has a limit of its own that may end together with ours, ms. */
const COMMAND_GRACE_MS = 1500;

const left = (endsAt: number): number => Math.max(1, endsAt - performance.now());

/** Resolves with undefined after `ms`; the timer does not outlive the race. */
async function within<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}

function meet({ client, endsAt }: ContactOptions, signal: AbortSignal): Promise<Met> {
  return contactServer(client, { signal, timeoutMs: left(endsAt) }).then(
    (contact): Met => ({ ok: true, contact }),
    (cause: unknown): Met => {
      // Anything else is a fault of this program, and must not pass for one of the network.
      if (cause instanceof AppFailure) return { ok: false, error: cause.error };
      throw cause;
    },
  );
}

const SIGN_IN_FAILS: ReadonlySet<string> = new Set(['unauthorized', 'credentials-failed']);

/**
 * Whether a contact that is still under way must fail, too. A stranger may be sent to a sign-in page where the
 * credentials are let through, and a sign-in may wait for a credential command.
 */
function isHopeless({ failed, error }: ProbeReport): boolean {
  if (failed === undefined || error === undefined) return false;
  if (failed === 'api') return error.code !== 'not-kubernetes';
  if (failed === 'auth') return SIGN_IN_FAILS.has(error.code);
  return failed !== 'discovery';
}

/**
 * Contact by `endsAt`, or why there is none. A server that answers within two seconds is not probed. Rejects only for a
 * fault of this program.
 */
export async function contactOrProbe(options: ContactOptions): Promise<Met> {
  const { access, client, endsAt } = options;
  const [contacting, probing] = [new AbortController(), new AbortController()];
  const made = meet(options, contacting.signal);
  try {
    const quick = await within(made, Math.min(PATIENCE_MS, left(endsAt) / 3));
    if (quick?.ok === true) return quick;
    const time = left(endsAt);
    const probed = probeConnection({
      access,
      client,
      signal: probing.signal,
      timeoutMs: time,
      wholeMs: time - Math.min(MARGIN_MS, time / 10),
    });
    const first = await Promise.race([made, probed]);
    if ('ok' in first) {
      if (first.ok) return first;
      return { ...first, probe: await probed };
    }
    const late = isHopeless(first) ? undefined : await within(made, left(endsAt) + COMMAND_GRACE_MS);
    if (late?.ok === true) return late;
    if (late !== undefined) return { ...late, probe: first };
    return { ok: false, error: first.error ?? nothing(access), probe: first };
  } finally {
    contacting.abort();
    probing.abort();
    made.catch(() => undefined);
  }
}

/** Each layer answers a probe, and yet the contact does not come about. */
function nothing({ fabric, cluster }: ContextAccess): AppError {
  return {
    code: 'timeout',
    message: `API server ${cluster.server} of context ${fabric} did not answer the first request in time.`,
    fabric,
    retryable: true,
    details: { server: cluster.server },
  };
}
