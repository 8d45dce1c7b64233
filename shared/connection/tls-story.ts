/** conn/tls-untrusted: why a certificate does not verify, told from the chain, the authorities and the clocks. */
import type { CertificateFacts } from '../model/connection.ts';
import type { Instant } from '../model/ref.ts';
import { clean, enumerate, formatDuration } from '../scenarios/words.ts';
import { placeOf, serverOf, SKEW_MS, type Case, type Story } from './case.ts';
import { formatDistance, formatInstant } from './words.ts';

const RENEW =
  'Renew the certificate on the control node: kubeadm certs renew apiserver, then restart the API server.';
const FIX_CLOCK = 'Set the clock of this computer by a time server.';

const validAt = (certificate: CertificateFacts, at: Instant): boolean =>
  certificate.notBefore <= at && at < certificate.notAfter;

/** The clock of this computer is at fault where the chain is valid at the server's time. */
function clockStory({ probe, at }: Case): Story | undefined {
  const skew = probe?.clockSkewMs ?? 0;
  const chain = probe?.chain ?? [];
  if (Math.abs(skew) <= SKEW_MS || !chain.every((each) => validAt(each, at + skew))) return undefined;
  const side = skew > 0 ? 'behind' : 'ahead of';
  return {
    says: `cannot be trusted: the clock of this computer is ${formatDuration(Math.abs(skew))} ${side} the server's`,
    cause: 'By the clock of the server the certificate is valid; by the clock of this computer it is not.',
    advice: FIX_CLOCK,
  };
}

function expiredStory(one: Case): Story {
  const { probe, at, details } = one;
  const chain = probe?.chain ?? [];
  const expired = chain.find(({ notAfter }) => notAfter <= at);
  if (expired === undefined) return { advice: RENEW };
  const isLeaf = expired === chain[0];
  const what = isLeaf
    ? `the certificate of ${serverOf(details)}`
    : `authority ${clean(expired.subject, 120)}`;
  return {
    says: `cannot be trusted: ${what} expired ${formatDistance(expired.notAfter, at)}`,
    cause: `It was valid until ${formatInstant(expired.notAfter)}; the clock of this computer says ${formatInstant(at)}.`,
    advice: isLeaf
      ? RENEW
      : 'Replace the authority of the cluster, its certificates and the kubeconfigs made from it.',
  };
}

function earlyStory({ probe, at, details }: Case): Story {
  const early = probe?.chain.find(({ notBefore }) => notBefore > at);
  if (early === undefined) return {};
  // An authority that the kubeconfig was made with cannot be younger than now.
  const behind = probe?.authorities.some(({ notBefore }) => notBefore > at) === true;
  return {
    says: `cannot be trusted: the certificate of ${serverOf(details)} is not valid before ${formatInstant(early.notBefore)}`,
    cause: behind
      ? `The clock of this computer says ${formatInstant(at)} and is behind: even the authority in the kubeconfig lies in its future.`
      : `The clock of this computer says ${formatInstant(at)}: it is behind, or the certificate was made with a wrong date.`,
    advice: FIX_CLOCK,
    ...(!behind && { confidence: 'medium' }),
  };
}

const isAddress = (name: string): boolean => /^[\d.]+$|:/.test(name);

function nameStory(one: Case): Story {
  const { probe, details } = one;
  const { host } = placeOf(one);
  const names = probe?.chain[0]?.names;
  if (names === undefined) return {};
  const shown = names.map((name) => clean(name, 100));
  const dns = shown.filter((name) => !isAddress(name) && !name.includes('*'));
  const best = dns.find((name) => name === 'kubernetes') ?? dns[0] ?? shown[0];
  return {
    says: `cannot be trusted: the certificate of ${serverOf(details)} is not for the name ${host}`,
    cause:
      names.length === 0
        ? 'The certificate holds no name at all.'
        : `The certificate is for ${enumerate(shown, 6)}, and the kubeconfig asks for another name.`,
    advice:
      best === undefined || isAddress(best)
        ? 'Use an address that stands in the certificate as the server of this context.'
        : `Set tls-server-name: ${best} in the cluster entry of the kubeconfig.`,
  };
}

/** Makers of devices and programs that open TLS and sign it anew. */
const INSPECTORS =
  /zscaler|netskope|palo ?alto|fortinet|fortigate|blue ?coat|symantec|mcafee|skyhigh|sophos|umbrella|check ?point|forcepoint|websense|kaspersky|avast|eset ssl|bitdefender|barracuda|untangle|squid|mitmproxy|charles proxy|fiddler|portswigger|inspection|intercept/i;

function authorityStory({ probe, details }: Case): Story {
  const chain = probe?.chain ?? [];
  const authorities = probe?.authorities ?? [];
  const server = serverOf(details);
  const [leaf] = chain;
  if (leaf === undefined) return {};
  const issuer = clean(chain.at(-1)?.issuer, 160) || 'nobody';
  const own = enumerate(
    authorities.map(({ subject }) => clean(subject, 120)),
    2,
  );
  const proxy = probe?.proxy === undefined ? '' : ` The way leads through proxy ${probe.proxy.url}.`;
  if (INSPECTORS.test(chain.map((each) => each.issuer).join('\n'))) {
    return {
      says: `cannot be trusted: a device that inspects TLS answers in the place of ${server}`,
      cause: `The certificate is issued by ${issuer}, not by the authority of the cluster${own === '' ? '' : ` (${own})`}.${proxy}`,
      advice: 'Let the device or proxy pass this server through untouched, for instance by NO_PROXY.',
    };
  }
  if (authorities.some(({ subject }) => subject === chain.at(-1)?.issuer)) {
    return {
      says: `cannot be trusted: the authority of the cluster was replaced`,
      cause: `The certificate is issued by ${issuer}, which has the name of the authority in the kubeconfig and another key.`,
      advice: 'Fetch a fresh kubeconfig, which holds the new authority.',
      confidence: 'medium',
    };
  }
  if (authorities.length === 0) {
    return {
      says: `cannot be trusted: the kubeconfig names no authority for ${server}`,
      cause: `The certificate is issued by ${issuer}, which the authorities of this computer do not vouch for.${proxy}`,
      advice: 'Add certificate-authority-data of the cluster to the kubeconfig, after comparing its SHA-256.',
    };
  }
  const isApiServer = leaf.names.some((name) => /^kubernetes(\.default.*)?$/.test(name));
  return {
    says: `cannot be trusted: the certificate of ${server} is of another authority than the kubeconfig's`,
    cause: isApiServer
      ? `An API server shows a certificate of ${issuer}; the kubeconfig trusts ${own}: it is of another cluster, or of this one before it was rebuilt.`
      : `The certificate is issued by ${issuer}; the kubeconfig trusts ${own}.${proxy || ' Another server, or a proxy that inspects TLS, answers there.'}`,
    advice: isApiServer
      ? 'Fetch a fresh kubeconfig from this cluster.'
      : 'Compare the certificate with the one the administrator of the cluster knows before trusting anything.',
    ...(!isApiServer && { confidence: 'medium' }),
  };
}

const STORIES: Readonly<Record<string, (one: Case) => Story>> = {
  CERT_HAS_EXPIRED: (one) => clockStory(one) ?? expiredStory(one),
  CERT_NOT_YET_VALID: (one) => clockStory(one) ?? earlyStory(one),
  ERR_TLS_CERT_ALTNAME_INVALID: nameStory,
  ...Object.fromEntries(
    [
      'SELF_SIGNED_CERT_IN_CHAIN',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'UNABLE_TO_GET_ISSUER_CERT',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'CERT_SIGNATURE_FAILURE',
      'CERT_UNTRUSTED',
    ].map((code) => [code, authorityStory]),
  ),
};

/** What the chain tells of a certificate that does not verify; nothing for a code that speaks for itself. */
export function tlsStory(one: Case): Story {
  const errno = one.details.errno ?? '';
  return Object.hasOwn(STORIES, errno) ? (STORIES[errno]?.(one) ?? {}) : {};
}
