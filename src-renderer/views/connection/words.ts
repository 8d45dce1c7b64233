/** The connection view in words: layers, certificates, credentials, the breaker and the watches. */
import type {
  BreakerState,
  CertificateFacts,
  ConnectionView,
  CredentialFacts,
  HealthCheckName,
  ProbeLayer,
  ProbeReport,
  ProbeStep,
  WatchHealth,
} from '../../../shared/model/connection.ts';
import type { Instant } from '../../../shared/model/ref.ts';
import type { Fact } from '../../parts/facts.ts';
import { WATCH_WORDS, type State } from '../../parts/link-words.ts';
import { plural } from '../../parts/text.ts';
import { formatAge, formatDuration, formatInstant } from '../../parts/time.ts';

export const LAYER_NAMES: Readonly<Record<ProbeLayer, string>> = {
  dns: 'DNS',
  tcp: 'TCP',
  proxy: 'Proxy',
  tls: 'TLS',
  api: 'API',
  auth: 'Sign-in',
  discovery: 'Discovery',
};

export const STEP_WORDS: Readonly<
  Record<ProbeStep['state'], { readonly state: State; readonly text: string }>
> = {
  ok: { state: 'ok', text: 'ok' },
  failed: { state: 'failed', text: 'failed' },
  'not tried': { state: 'unknown', text: 'not tried' },
  skipped: { state: 'none', text: 'not needed' },
};

export const HEALTH_NAMES: Readonly<Record<HealthCheckName, string>> = {
  'api-server': 'API server',
  nodes: 'Nodes',
  crds: 'Custom resources',
  permissions: 'Permissions',
};

const WEEK = 7 * 24 * 3600_000;
/** From here on a difference of the clocks makes tokens and certificates fail. */
const SKEW_MS = 60_000;

/** Where each step lies on the time of the whole probe, in percent. Steps that took no time have no width. */
export function waterfall(
  steps: readonly Pick<ProbeStep, 'ms'>[],
): readonly { readonly start: number; readonly width: number }[] {
  const total = steps.reduce((sum, step) => sum + (step.ms ?? 0), 0);
  let passed = 0;
  return steps.map(({ ms = 0 }) => {
    const bar =
      total === 0 ? { start: 0, width: 0 } : { start: (100 * passed) / total, width: (100 * ms) / total };
    passed += ms;
    return bar;
  });
}

/** `4 ms`, `1.2 s`, `40 s`. */
export function formatMs(ms: number): string {
  if (ms < 1000) return `${String(Math.round(ms))} ms`;
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : formatDuration(ms);
}

/** `prod and demo are reachable, so your network is fine`; undefined where nothing shows that. */
export function describeReachable(names: readonly string[]): string | undefined {
  const [first, second] = names;
  if (first === undefined) return undefined;
  if (second === undefined) return `${first} is reachable, so your network is fine`;
  const shown =
    names.length === 2
      ? `${first} and ${second}`
      : `${first}, ${second} and ${String(names.length - 2)} more`;
  return `${shown} are reachable, so your network is fine`;
}

function day(at: Instant, now: Instant): string {
  const text = formatInstant(at, now);
  return text.includes(' ') ? text : `today ${text}`;
}

/**
 * The end of something that ends: `today 14:20:00, expired 12 min ago`, `6 Dec 14:20:00, 6 d left`. What is renewed by
 * itself is not worth a colour before it ended.
 */
export function describeEnd(notAfter: Instant, now: Instant, renewed = false): Pick<Fact, 'value' | 'tone'> {
  const when = day(notAfter, now);
  if (notAfter <= now) return { value: `${when}, expired ${formatAge(notAfter, now)} ago`, tone: 'critical' };
  const left = { value: `${when}, ${formatDuration(notAfter - now)} left` };
  return notAfter - now < WEEK && !renewed ? { ...left, tone: 'high' } : left;
}

/** `clock difference 0.3 s`, and what it means where it is large. */
export function describeSkew(ms: number): { readonly text: string; readonly large: boolean } {
  const size = Math.abs(ms);
  const amount = size < 10_000 ? `${(size / 1000).toFixed(1)} s` : formatDuration(size);
  return size < SKEW_MS
    ? { text: `clock difference ${amount}`, large: false }
    : { text: `server clock ${amount} ${ms > 0 ? 'ahead' : 'behind'}`, large: true };
}

/** How the presented chain stands to the authorities of the kubeconfig, in words that claim no more than is known. */
export function describeTrust(
  report: Pick<ProbeReport, 'chain' | 'authorities' | 'steps'>,
): string | undefined {
  const leaf = report.chain[0];
  if (!leaf) return undefined;
  if (report.authorities.length === 0) return 'checked against the authorities of this computer';
  const prints = new Set(report.authorities.map((one) => one.sha256));
  const trusted = report.steps.some((step) => step.layer === 'tls' && step.state === 'ok');
  if (trusted || report.chain.some((one) => prints.has(one.sha256))) return 'matches your configured CA';
  const issuer = report.chain.at(-1)?.issuer;
  return report.authorities.some((one) => one.subject === issuer)
    ? 'named like your configured CA, but its key may be another'
    : 'not your configured CA';
}

/** `9C:41:E0:7D … 2B:08:F6:A3`. */
export function shortPrint(sha256: string): string {
  return sha256.length <= 26 ? sha256 : `${sha256.slice(0, 11)} … ${sha256.slice(-11)}`;
}

/** What the server presented, as facts. */
export function certificateFacts(report: ProbeReport, now: Instant): readonly Fact[] {
  const leaf = report.chain[0];
  if (!leaf) return [];
  return [
    { name: 'Subject', value: leaf.subject || 'none', mono: true },
    { name: 'Issuer', value: leaf.issuer || 'none', mono: true, note: describeTrust(report) },
    { name: 'Names', value: leaf.names.join(', ') || 'none', mono: true },
    ...validity(leaf, now),
    { name: 'SHA-256', value: shortPrint(leaf.sha256), mono: true },
  ];
}

function validity(one: Pick<CertificateFacts, 'notBefore' | 'notAfter'>, now: Instant): readonly Fact[] {
  const end: Fact = { name: 'Valid until', ...describeEnd(one.notAfter, now) };
  if (one.notBefore <= now) return [end];
  const begins = `${day(one.notBefore, now)}, in ${formatDuration(one.notBefore - now)}`;
  return [{ name: 'Valid from', value: begins, tone: 'critical' }, end];
}

/** What is known of the credentials, as facts. */
export function credentialFacts(credentials: CredentialFacts, now: Instant): readonly Fact[] {
  const { token, command } = credentials;
  const facts: Fact[] = [{ name: 'Method', value: credentials.method }];
  if (token?.issuer !== undefined) facts.push({ name: 'Issuer', value: token.issuer, mono: true });
  if (token?.subject !== undefined) facts.push({ name: 'Subject', value: token.subject, mono: true });
  if (token && token.audiences.length > 0)
    facts.push({ name: 'Audiences', value: token.audiences.join(', '), mono: true });
  for (const end of credentials.ends) {
    facts.push({
      name: `${end.what.charAt(0).toUpperCase()}${end.what.slice(1)}`,
      ...describeEnd(end.notAfter, now, end.what === 'token' && command !== undefined),
      note: end.of,
    });
  }
  if (command) {
    facts.push({ name: 'Program', value: command.command, mono: true });
    facts.push(
      command.path === undefined
        ? { name: 'Found at', value: 'not found on the PATH', tone: 'critical' }
        : { name: 'Found at', value: command.path, mono: true },
    );
    if (command.installHint !== undefined && command.path === undefined)
      facts.push({ name: 'To install', value: command.installHint });
  }
  return facts;
}

const PROXY_FROM = {
  kubeconfig: 'from the kubeconfig',
  app: 'from the settings',
  environment: 'from the environment',
};

/** Where the server is and how it is reached, as facts. */
export function endpointFacts(report: ProbeReport): readonly Fact[] {
  return [
    { name: 'Server', value: report.server, mono: true },
    {
      name: 'Addresses',
      value: report.addresses.join(', ') || 'none found',
      mono: report.addresses.length > 0,
    },
    report.proxy
      ? { name: 'Proxy', value: report.proxy.url, mono: true, note: PROXY_FROM[report.proxy.from] }
      : { name: 'Proxy', value: 'none' },
    ...(report.version === undefined ? [] : [{ name: 'Version', value: `Kubernetes ${report.version}` }]),
    ...(report.who
      ? [{ name: 'Signed in as', value: report.who.user, mono: true, note: report.who.groups.join(', ') }]
      : []),
  ];
}

/** What the breaker does and what happens next, in one or two sentences. */
export function describeBreaker(view: ConnectionView, now: Instant): string {
  const { breaker, pause } = view;
  if (pause?.why === 'user')
    return `You stopped the retries at ${formatInstant(pause.since, now)}. Nothing is sent until you retry.`;
  if (pause)
    return `Nothing is sent since ${formatInstant(pause.since, now)}: the server refused the sign-in, and asking again could lock the account.`;
  const failures = `${plural(breaker.failures, 'attempt')} in a row failed`;
  switch (breaker.state) {
    case 'open':
      return `${failures}, so only one attempt a minute is made. The other fabrics are not affected.`;
    case 'half-open':
      return `${failures}. One attempt is let through now: it closes the breaker or opens it again.`;
    case 'closed':
      return breaker.failures === 0
        ? 'The last attempt was answered.'
        : `${failures}. Attempts follow with growing pauses; after five the breaker opens.`;
  }
}

/** Names of the three states, with the countdown of the one that is due. */
export function breakerSegments(
  breaker: BreakerState,
  now: Instant,
): readonly { readonly state: BreakerState['state']; readonly text: string }[] {
  const due =
    breaker.state === 'open' && breaker.halfOpenAt !== undefined && breaker.halfOpenAt > now
      ? ` in ${formatDuration(breaker.halfOpenAt - now + 999)}`
      : '';
  return [
    { state: 'closed', text: 'Closed' },
    { state: 'open', text: 'Open' },
    { state: 'half-open', text: `Half-open${due}` },
  ];
}

/** Glyph and words for the state of one watch: `Stale for 4 min`, `Denied (403)`. */
export function describeWatch(
  { state }: Pick<WatchHealth, 'state'>,
  now: Instant,
): { readonly state: State; readonly text: string } {
  const words = WATCH_WORDS[state.phase];
  if (state.phase === 'stale')
    return { ...words, text: `${words.text} for ${formatAge(state.asOf ?? state.since, now)}` };
  if (state.phase === 'denied' && state.error?.status !== undefined)
    return { ...words, text: `${words.text} (${String(state.error.status)})` };
  return words;
}

/** An instant that may be missing. */
export function formatMaybe(at: Instant | undefined, now: Instant): string {
  return at === undefined ? 'never' : formatInstant(at, now);
}
