/** One complete diagnosis of a live fabric: contact, lists, engine and logs, once each. For the headless command. */
import { AppFailure, type AppError } from '../../shared/errors.ts';
import type { DiagnosisResult } from '../../shared/model/finding.ts';
import type { Instant } from '../../shared/model/ref.ts';
import type { Scenario } from '../../shared/model/scenario.ts';
import { createClient } from '../kube/client.ts';
import type { ContextAccess, KubeClient } from '../kube/contract.ts';
import type { Outcome } from '../headless/report.ts';
import { connectionFinding, refusedEverywhere, unreadBlindSpot } from './connection-finding.ts';
import { contactServer } from './contact.ts';
import { listOnce } from './list-once.ts';
import { closedLink, nextLink } from './link-state.ts';
import { Session } from './session.ts';

export interface OnceOptions {
  readonly access: ContextAccess;
  readonly scenarios: readonly Scenario[];
  /** Look at this namespace alone. */
  readonly namespace: string | undefined;
  /** Milliseconds for contact, lists and logs together. */
  readonly timeoutMs: number;
  readonly now: () => Instant;
}

/** For all logs the diagnosis quotes, ms. */
const LOGS_MS = 2000;

interface Attempt {
  readonly client: KubeClient;
  readonly options: OnceOptions;
  readonly endsAt: number;
}

/** The outcome of a fabric that could not be read: its connection finding, and everything as a blind spot. */
export function failedOutcome(
  context: string | undefined,
  error: AppError,
  scenarios: readonly Scenario[],
  now: Instant,
  timings: Outcome['timings'] = { connectMs: 0, syncMs: 0, diagnoseMs: 0 },
): Outcome {
  const finding = connectionFinding(context, error, now);
  const fabric = finding.subject.name;
  const result: DiagnosisResult = {
    findings: [finding],
    blindSpots: [unreadBlindSpot(finding, scenarios)],
    complete: false,
    checks: { ran: 0, total: scenarios.length },
  };
  return { fabric, server: error.details?.server, result, diagnosed: false, now, timings };
}

async function waitAtMost(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, ms));
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}

function nothingInTime({ fabric, cluster }: ContextAccess, timeoutMs: number): AppError {
  return {
    code: 'timeout',
    message: `API server ${cluster.server} of context ${fabric} answers, but listed no kind within ${timeoutMs / 1000} s.`,
    hint: 'Allow more time with --timeout, or look at one namespace with --namespace.',
    fabric,
    retryable: true,
    details: { server: cluster.server },
  };
}

/** Waits for all kinds, those read by namespace after a refusal included. */
async function readAll(session: Session, endsAt: number): Promise<void> {
  let waited = 0;
  while (waited < session.watches.length && performance.now() < endsAt) {
    waited = session.watches.length;
    await waitAtMost(
      Promise.all(session.watches.map(({ reflector }) => reflector.synced)),
      endsAt - performance.now(),
    );
  }
}

async function readAndDiagnose({ client, options, endsAt }: Attempt): Promise<Outcome> {
  const { access, scenarios, namespace, now } = options;
  const { signal } = new AbortController();
  const contact = await contactServer(client, { signal, timeoutMs: Math.max(1, endsAt - performance.now()) });
  const begun = performance.now();
  const session = new Session({
    client,
    scenarios,
    namespace: access.namespace,
    only: namespace === undefined ? undefined : [namespace],
    read: (each) => listOnce(each, Math.max(1, endsAt - performance.now())),
    now,
    isStale: () => false,
    onWatch: () => undefined,
    onResult: () => undefined,
  });
  try {
    session.read();
    await readAll(session, endsAt);
    const listed = performance.now();
    const timings = { connectMs: contact.tookMs, syncMs: Math.round(listed - begun), diagnoseMs: 0 };
    const at = now();
    const link = nextLink(closedLink(at), { contact: 'made', watches: session.states() }, at);
    const nothingRead = link.asOf === undefined && link.watches.total > 0;
    if (link.phase === 'failed' || nothingRead) {
      const error =
        link.error === undefined ? nothingInTime(access, options.timeoutMs) : refusedEverywhere(link.error);
      return { ...failedOutcome(access.fabric, error, scenarios, at, timings), version: contact.version };
    }
    const result = await session.diagnoseOnce(at, Math.min(LOGS_MS, Math.max(1, endsAt - listed)));
    const diagnoseMs = Math.round(performance.now() - listed);
    return {
      fabric: access.fabric,
      server: access.cluster.server,
      version: contact.version,
      result,
      diagnosed: true,
      now: at,
      timings: { ...timings, diagnoseMs },
    };
  } finally {
    session.close();
  }
}

/** Never rejects for what a cluster or a network does: that is the outcome. Leaves no connection open. */
export async function diagnoseOnce(options: OnceOptions): Promise<Outcome> {
  const { access, scenarios, timeoutMs, now } = options;
  const client = createClient(access);
  try {
    return await readAndDiagnose({ client, options, endsAt: performance.now() + timeoutMs });
  } catch (cause) {
    // Anything else is a fault of this program, and must not pass for one of the network.
    if (!(cause instanceof AppFailure)) throw cause;
    const withServer = { ...cause.error, details: { server: access.cluster.server, ...cause.error.details } };
    return failedOutcome(access.fabric, withServer, scenarios, now());
  } finally {
    await client.close();
  }
}
