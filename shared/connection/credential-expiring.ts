/** conn/credential-expiring: credentials that end soon, while there is still time to renew them. */
import type { CredentialFacts } from '../model/connection.ts';
import type { Finding } from '../model/finding.ts';
import type { Instant } from '../model/ref.ts';
import { clean, formatDuration } from '../scenarios/words.ts';
import { fabricFinding } from './make-finding.ts';
import { renewStep } from './sign-in-story.ts';
import { formatInstant } from './words.ts';

type End = CredentialFacts['ends'][number];

const DAY_MS = 24 * 60 * 60 * 1000;
const WARN_MS = 30 * DAY_MS;
/** The last part of a lifetime in which there is an alarm, and how much of it at most: an authority lives ten years. */
const LAST_PART = 0.1;
const EARLIEST_MS = 90 * DAY_MS;

/** What is made for so short a time is made anew all the time: the last tenth alone is an alarm. */
const SHORT_MS: Readonly<Record<End['what'], number>> = {
  token: WARN_MS,
  'client certificate': 7 * DAY_MS,
  authority: 7 * DAY_MS,
};

/** These fetch a fresh token or certificate by themselves before the old one ends. */
const RENEWED_BY_ITSELF: ReadonlySet<string> = new Set(['exec plugin', 'token file', 'auth provider']);

/**
 * From when on an end is to be told: 30 days before, or the last tenth of the lifetime where that is earlier; of a
 * short lifetime the last tenth alone (catalogue conn/credential-expiring).
 */
function warnFrom({ what, notBefore, notAfter }: End): Instant {
  if (notBefore === undefined) return notAfter - WARN_MS;
  const life = notAfter - notBefore;
  const tenth = Math.min(life * LAST_PART, EARLIEST_MS);
  return notAfter - (life < SHORT_MS[what] ? tenth : Math.max(tenth, WARN_MS));
}

const AUTHORITY_STEP = 'Renew the authority of the cluster and fetch a fresh kubeconfig before it ends.';

/** The finding for the first of the credentials to end; undefined where none is due, or it renews itself. */
export function credentialExpiring(
  fabric: string,
  facts: CredentialFacts,
  now: Instant,
): Finding | undefined {
  const own = RENEWED_BY_ITSELF.has(facts.method);
  const due = facts.ends.filter(
    (end) => (end.what === 'authority' || !own) && end.notAfter > now && warnFrom(end) <= now,
  );
  const [first] = due.toSorted((a, b) => a.notAfter - b.notAfter);
  if (first === undefined) return undefined;
  const { what, notAfter } = first;
  return fabricFinding(fabric, {
    scenario: 'conn/credential-expiring',
    severity: 'medium',
    summary: `Fabric ${fabric} loses its sign-in in ${formatDuration(notAfter - now)}: the ${what} ends at ${formatInstant(notAfter)}`,
    cause: `Nothing renews the ${what} (${clean(first.of, 160)}) by itself; once it is over, every request is refused.`,
    advice: what === 'authority' ? AUTHORITY_STEP : renewStep(facts, what),
    since: warnFrom(first),
    evidence: due.map((end) => ({
      path: `credentials.${end.what}`,
      observed: `${clean(end.of, 160)}, ${end.notBefore === undefined ? '' : `from ${formatInstant(end.notBefore)} `}to ${formatInstant(end.notAfter)}`,
      why: 'How long it is valid.',
    })),
  });
}
