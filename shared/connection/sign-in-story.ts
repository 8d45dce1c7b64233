/** HH-K8S-002: why a server does not accept a sign-in, told from what the credentials say of themselves. */
import type { CredentialFacts } from '../model/connection.ts';
import type { Instant } from '../model/ref.ts';
import { clean, enumerate, formatDuration } from '../scenarios/words.ts';
import { serverOf, SKEW_MS, type Case, type Story } from './case.ts';
import { formatDistance, formatInstant } from './words.ts';

type End = CredentialFacts['ends'][number];

/** Namespace and name of the ServiceAccount a token stands for. */
function serviceAccountOf(facts: CredentialFacts | undefined) {
  const [, namespace, name] =
    /^system:serviceaccount:([a-z0-9-]+):([a-z0-9.-]+)$/.exec(facts?.token?.subject ?? '') ?? [];
  return namespace === undefined || name === undefined ? undefined : { namespace, name };
}

/** How this user gets a fresh sign-in, as one step. */
export function renewStep(facts: CredentialFacts | undefined, what: End['what'] = 'token'): string {
  const account = serviceAccountOf(facts);
  if (facts?.command !== undefined) {
    return `Run the credential command ${clean(facts.command.command, 120)} in a terminal and sign in there, then try again.`;
  }
  if (what === 'client certificate') {
    return 'Renew the client certificate: kubeadm certs renew admin.conf on a control node, or fetch a fresh kubeconfig.';
  }
  if (account !== undefined) {
    return `Make a new token: kubectl -n ${account.namespace} create token ${account.name}.`;
  }
  return 'Fetch a fresh token and put it into the kubeconfig.';
}

/** Ends that are over, or have not begun, by a clock that is `skew` ms ahead of ours. */
const isOver = (end: End, now: Instant): boolean => end.what !== 'authority' && end.notAfter <= now;
const isEarly = (end: End, now: Instant): boolean =>
  end.what !== 'authority' && end.notBefore !== undefined && end.notBefore > now;

/** What of the credentials is over by the clock of this computer. */
export function overAt(facts: CredentialFacts | undefined, now: Instant): End | undefined {
  return facts?.ends.find((end) => isOver(end, now));
}

function clockStory({ facts, at, probe }: Case): Story | undefined {
  const skew = probe?.clockSkewMs ?? 0;
  if (Math.abs(skew) <= SKEW_MS) return undefined;
  const theirs = at + skew;
  const fine = (end: End, now: Instant): boolean => !isOver(end, now) && !isEarly(end, now);
  // Only where the clocks disagree about it are the clocks the cause.
  const end = facts?.ends.find((each) => fine(each, at) && !fine(each, theirs));
  if (end === undefined) return undefined;
  const side = skew > 0 ? 'behind' : 'ahead of';
  return {
    says: `refuses the sign-in: the clock of this computer is ${formatDuration(Math.abs(skew))} ${side} the server's`,
    cause: `By the clock of the server the ${end.what} is ${isOver(end, theirs) ? `over since ${formatInstant(end.notAfter)}` : 'not valid yet'}; by the clock of this computer it is valid.`,
    advice: 'Set the clock of this computer, or of the server, by a time server.',
  };
}

function validityStory({ facts, at }: Case): Story | undefined {
  const over = overAt(facts, at);
  if (over !== undefined) {
    return {
      says: `refuses the sign-in: the ${over.what} expired ${formatDistance(over.notAfter, at)}`,
      cause: `The ${over.what} (${clean(over.of, 160)}) was valid until ${formatInstant(over.notAfter)}.`,
      advice: renewStep(facts, over.what),
    };
  }
  const early = facts?.ends.find((end) => isEarly(end, at));
  if (early?.notBefore === undefined) return undefined;
  return {
    says: `refuses the sign-in: the ${early.what} is not valid before ${formatInstant(early.notBefore)}`,
    cause: `The clock of this computer says ${formatInstant(at)}: it is behind, or the ${early.what} was made for later.`,
    advice: 'Set the clock of this computer by a time server.',
  };
}

/** Audiences an API server accepts unless it is told otherwise: its issuer, and the names it has in the cluster. */
const isApiAudience = (audience: string, issuer: string | undefined): boolean =>
  audience === issuer || /^(https:\/\/)?kubernetes(\.default(\.svc(\..*)?)?)?\/?$|^k3s$|^api$/.test(audience);

function tokenStory({ facts, details }: Case): Story | undefined {
  const account = serviceAccountOf(facts);
  const { audiences = [], issuer } = facts?.token ?? {};
  if (account === undefined) return undefined;
  if (audiences.length > 0 && !audiences.some((each) => isApiAudience(each, issuer))) {
    return {
      says: `refuses the sign-in: the token is made for another audience than the API server`,
      cause: `Its audience is ${enumerate(
        audiences.map((each) => clean(each, 80)),
        3,
      )}, and its issuer ${clean(issuer, 120)}.`,
      advice: `${renewStep(facts).replace(/\.$/, '')}, without --audience.`,
      confidence: 'medium',
    };
  }
  return {
    says: `refuses the sign-in: the token of ServiceAccount ${account.namespace}/${account.name} is not accepted any more`,
    cause: `The token has not expired, so ${serverOf(details)} knows it no longer: the ServiceAccount, its namespace or the object it is bound to was deleted, or it is of another cluster.`,
    advice: renewStep(facts),
    confidence: 'medium',
  };
}

/** The client sends credentials over TLS alone. */
const isPlain = ({ details }: Case): boolean => details.server?.startsWith('http:') === true;

/** True for an answer to a request that came without a sign-in. */
const sentNothing = (one: Case): boolean =>
  one.details.user === 'system:anonymous' || one.facts?.method === 'none' || isPlain(one);

/** What the credentials tell of a sign-in that is not accepted. */
export function signInStory(one: Case): Story {
  const { details, facts, error } = one;
  if (sentNothing(one)) {
    const plain = isPlain(one);
    return {
      says: plain
        ? `refuses the sign-in: no credentials are sent over plain http to ${serverOf(details)}`
        : `refuses the sign-in: ${serverOf(details)} saw no credentials`,
      advice: plain
        ? 'Use the https:// address of this API server in the kubeconfig.'
        : 'Add a token, a client certificate or a credential command to the user of this context.',
    };
  }
  const told = clockStory(one) ?? validityStory(one) ?? tokenStory(one);
  if (told !== undefined) return told;
  if (facts === undefined) return error.hint === undefined ? {} : { advice: error.hint };
  const what = facts.method === 'client certificate' ? 'client certificate' : 'token';
  return {
    advice:
      facts.method === 'basic' ? 'Correct user name and password in the kubeconfig.' : renewStep(facts, what),
  };
}
