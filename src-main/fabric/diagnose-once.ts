/** One complete diagnosis of a live fabric: contact, lists, engine and logs, once each. For the headless command. */
import { accessGaps } from '../../shared/connection/access-gaps.ts';
import type { Known } from '../../shared/connection/case.ts';
import {
  connectionFindings,
  refusedEverywhere,
  unreadBlindSpot,
} from '../../shared/connection/connection-finding.ts';
import { credentialExpiring } from '../../shared/connection/credential-expiring.ts';
import { countChecks } from '../../shared/diagnosis/blind-spots.ts';
import { compareSeverity } from '../../shared/diagnosis/rank.ts';
import { AppFailure, type AppError } from '../../shared/errors.ts';
import type { DiagnosisResult } from '../../shared/model/finding.ts';
import type { Instant } from '../../shared/model/ref.ts';
import type { Scenario } from '../../shared/model/scenario.ts';
import { createClient } from '../kube/client.ts';
import type { ContextAccess, KubeClient } from '../kube/contract.ts';
import type { Outcome } from '../headless/report.ts';
import { probeConnection } from '../probe/probe.ts';
import { contactOrProbe } from './contact-or-probe.ts';
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
/** For finding out why a server that answers lets nothing be read, ms. */
const WHY_MS = 5000;

interface Attempt {
  readonly client: KubeClient;
  readonly options: OnceOptions;
  readonly endsAt: number;
}

const NO_TIMINGS = { connectMs: 0, syncMs: 0, diagnoseMs: 0 };

/** The outcome of a fabric that could not be read: its connection finding, and everything as a blind spot. */
export function failedOutcome(
  context: string | undefined,
  error: AppError,
  scenarios: readonly Scenario[],
  now: Instant,
  more: { readonly timings?: Outcome['timings']; readonly known?: Known } = {},
): Outcome {
  const { timings = NO_TIMINGS, known = {} } = more;
  const findings = connectionFindings(context, error, now, known);
  const [root] = findings;
  const fabric = root.subject.name;
  const result: DiagnosisResult = {
    findings,
    blindSpots: [unreadBlindSpot(root, scenarios)],
    complete: false,
    checks: { ran: 0, total: countChecks(scenarios) },
  };
  const version = known.probe?.version;
  return {
    fabric,
    server: error.details?.server,
    ...(version !== undefined && { version }),
    result,
    diagnosed: false,
    now,
    timings,
  };
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

/** What is known of the credentials; a file that cannot be read is told by the contact. */
const factsOf = (client: KubeClient) => client.facts().catch(() => undefined);

/** The layers of a connection on which nothing could be read, as far as there is time to look. */
async function layersOf({ client, options, endsAt }: Attempt): Promise<Known> {
  const time = Math.min(WHY_MS, endsAt - performance.now());
  const facts = await factsOf(client);
  if (time < 1) return { facts };
  const { access } = options;
  return {
    facts,
    probe: await probeConnection({ access, client, timeoutMs: time, wholeMs: time, alternatives: false }),
  };
}

/** The answer of the engine with the findings about the way to the cluster among the others, by severity. */
async function withConnection(attempt: Attempt, session: Session, found: DiagnosisResult, at: Instant) {
  const { fabric } = attempt.options.access;
  const facts = await factsOf(attempt.client);
  const users = session.watches.map(({ reflector }) => reflector.state.error?.details?.user);
  const own = [
    facts === undefined ? undefined : credentialExpiring(fabric, facts, at),
    accessGaps(
      fabric,
      found.blindSpots,
      users.find((user) => user !== undefined),
    ),
  ].flatMap((finding) => finding ?? []);
  const findings = [...found.findings, ...own].sort((a, b) => compareSeverity(a.severity, b.severity));
  return { ...found, findings };
}

async function readAndDiagnose(attempt: Attempt): Promise<Outcome> {
  const { client, options, endsAt } = attempt;
  const { access, scenarios, namespace, now } = options;
  const met = await contactOrProbe({ access, client, endsAt });
  if (!met.ok) {
    const error = withServer(met.error, access);
    const known = { probe: met.probe, facts: await factsOf(client) };
    return failedOutcome(access.fabric, error, scenarios, now(), { known });
  }
  const { contact } = met;
  const begun = performance.now();
  const session = new Session({
    client,
    scenarios,
    // As in kubectl, a context that names no namespace means this one.
    namespace: access.namespace ?? 'default',
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
      const known = await layersOf(attempt);
      const failed = failedOutcome(access.fabric, error, scenarios, at, { timings, known });
      return { ...failed, version: contact.version };
    }
    const found = await session.diagnoseOnce(at, Math.min(LOGS_MS, Math.max(1, endsAt - listed)));
    const result = await withConnection(attempt, session, found, at);
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

const withServer = (error: AppError, { cluster }: ContextAccess): AppError => ({
  ...error,
  details: { server: cluster.server, ...error.details },
});

/** Never rejects for what a cluster or a network does: that is the outcome. Leaves no connection open. */
export async function diagnoseOnce(options: OnceOptions): Promise<Outcome> {
  const { access, scenarios, timeoutMs, now } = options;
  const client = createClient(access);
  try {
    return await readAndDiagnose({ client, options, endsAt: performance.now() + timeoutMs });
  } catch (cause) {
    // Anything else is a fault of this program, and must not pass for one of the network.
    if (!(cause instanceof AppFailure)) throw cause;
    return failedOutcome(access.fabric, withServer(cause.error, access), scenarios, now());
  } finally {
    await client.close();
  }
}
