/** Why an image could not be pulled, from the words of container runtimes and registries. */

/** The three failures that have a scenario each, and `other` for what none of them explains. */
export type PullFailure = 'unauthorised' | 'not found' | 'unreachable' | 'other';

export interface PullVerdict {
  readonly failure: PullFailure;
  /** Continues `cannot pull image x: …`. */
  readonly because: string;
}

interface Row extends PullVerdict {
  readonly pattern: RegExp;
}

/**
 * Read from the top; the first row that matches decides. The order is the precedence: what is said of the node itself,
 * then of proxies and rate limits (whose texts hold words of the later rows), then refusals, then failures on the way,
 * then absence. Refusal comes before absence, because registries say "does not exist or may require authorization" of
 * private repositories. Texts of containerd 1.6, 1.7 and 2.x, CRI-O, Docker and common registries, in any case.
 */
const ROWS: readonly Row[] = [
  {
    failure: 'other',
    because: 'the disk of the node is full',
    pattern: /no space left on device|disk quota exceeded/,
  },
  {
    failure: 'other',
    because: 'the image store of the node is damaged',
    pattern:
      /content digest \S+: not found|snapshot \S* ?does not exist|unexpected commit digest|failed size validation|layer not known/,
  },
  {
    failure: 'unreachable',
    because: 'the proxy wants credentials',
    pattern: /\b407\b|proxy authentication required/,
  },
  {
    failure: 'unreachable',
    because: 'the registry limits the rate of pulls',
    pattern: /too ?many ?requests|\b429\b|rate limit|rate exceeded/,
  },
  { failure: 'unreachable', because: 'the kubelet limits the rate of pulls', pattern: /pull qps exceeded/ },
  {
    failure: 'unauthorised',
    because: 'the credential helper of the node fails',
    pattern: /error getting credentials|credential (?:helper|provider)|docker-credential-/,
  },
  {
    failure: 'unauthorised',
    because: 'the registry refuses access, or the repository does not exist',
    pattern: /pull access denied|no pull access|insufficient_scope|may require/,
  },
  {
    failure: 'unauthorised',
    because: 'the registry answers 403 Forbidden',
    pattern: /\b403\b|\bforbidden\b/,
  },
  {
    failure: 'unauthorised',
    because: 'the credentials have expired',
    pattern: /token (?:has |is )?expired|credentials? (?:has |have |are )?expired/,
  },
  {
    failure: 'unauthorised',
    because: 'the registry refuses the credentials, or there are none',
    pattern:
      /\b401\b|\bunauthori[sz]ed\b|authentication required|no basic auth credentials|authorization failed|(?:incorrect|invalid) user ?name|(?<!permission )\bdenied\b|not authorized|login required/,
  },
  {
    failure: 'unreachable',
    because: 'the name of the registry cannot be resolved',
    pattern: /no such host|name or service not known|temporary failure in name resolution|server misbehaving/,
  },
  { failure: 'unreachable', because: 'nothing listens at the registry', pattern: /connection refused/ },
  {
    failure: 'unreachable',
    because: 'the certificate of the registry is not trusted',
    pattern: /x509:|certificate (?:signed|has|is|verify)|bad certificate|unknown certificate/,
  },
  {
    failure: 'unreachable',
    because: 'the registry does not speak TLS as expected',
    pattern: /http response to https client|first record does not look like a tls handshake|\btls: /,
  },
  {
    failure: 'unreachable',
    because: 'the registry does not answer in time',
    pattern:
      /i\/o timeout|tls handshake timeout|context deadline exceeded|timed? ?out|no response|context canceled/,
  },
  {
    failure: 'unreachable',
    because: 'there is no way to the registry',
    pattern: /no route to host|network is unreachable|host is down/,
  },
  {
    failure: 'unreachable',
    because: 'the connection to the registry breaks',
    pattern:
      /connection reset|unexpected eof|\beof\b|broken pipe|connection closed|proxyconnect|stream error|\bdial (?:tcp|udp)\b/,
  },
  {
    failure: 'unreachable',
    because: 'the registry fails',
    pattern:
      /\b50[0-9]\b|internal server error|bad gateway|service unavailable|gateway time-?out|registry is unavailable|registryunavailable/,
  },
  {
    failure: 'unauthorised',
    because: 'signing in at the registry fails',
    pattern: /failed to authorize|did not include a token|failed to fetch \w+ token/,
  },
  {
    failure: 'not found',
    because: 'its signature is not accepted',
    pattern: /signature ?validation ?failed|source image rejected|signature verification/,
  },
  {
    failure: 'not found',
    because: 'its name is no valid image reference',
    pattern:
      /invalid reference format|couldn't parse image|could not parse reference|invalid image name|repository name must be/,
  },
  {
    failure: 'not found',
    because: 'there is no image for the platform of the node',
    pattern:
      /no match(?:ing manifest)? for|no image found in (?:manifest list|image index)|image operating system .* cannot be used/,
  },
  {
    failure: 'not found',
    because: 'the registry has no such image or tag',
    pattern:
      /not found|\b404\b|manifest[ _]unknown|name[ _]unknown|does not exist|not known to registry|no such image|unknown (?:blob|manifest|repository)/,
  },
];

const OTHER: PullVerdict = { failure: 'other', because: 'the pull fails for another reason' };

/** Longer messages are judged by their beginning. */
const LONGEST = 8000;

/**
 * Decides why a pull failed. The image's own name is taken out of the message first: a tag may be called
 * `unauthorized`. Of a message about mirrors (CRI-O) the registry's own answer decides.
 */
export function classifyPull(message: string, image: string): PullVerdict {
  const said = strip(message.slice(0, LONGEST), image).toLowerCase();
  return ROWS.find(({ pattern }) => pattern.test(said)) ?? OTHER;
}

/** The registry host of an image reference, as the runtime resolves it. */
export function registryOf(image: string): string {
  const [first = '', ...rest] = image.split('/');
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost') ? first : 'docker.io';
}

/** What remains of a message without names that people chose: quoted texts, addresses, references, tags. */
function strip(message: string, image: string): string {
  const [, behindMirrors] = /\(mirrors also failed: [^]*?\]\):?([^]*)$/i.exec(message) ?? [];
  const untagged = image.replace(/@.*$/, '').replace(/:[^:/]*$/, '');
  let rest = behindMirrors ?? message;
  for (const name of [image, untagged]) if (/[:/@]/.test(name)) rest = rest.replaceAll(name, ' ');
  return rest
    .replace(/\\?"(?:\\.|[^"\\])*\\?"/g, ' ')
    .replace(/\[(?:manifests|blobs) [^\]]*\]/gi, ' ')
    .replace(/\b(?:https?|docker):\/\/\S*?(?=[\s,;]|:\s|$)/gi, ' ')
    .replace(/\blookup \S+(?: on \S+)?/gi, ' ')
    .replace(/\b(manifest|access denied) for [^\s,]+/gi, '$1 for ')
    .replace(/(?<![\w.-])[\w.-]+(?::\d+)?\/[\w./-]+(?::[\w.-]+)?(?:@sha256:[0-9a-f]+)?/gi, (path) =>
      /^i\/o$/i.test(path) ? path : ' ',
    );
}
