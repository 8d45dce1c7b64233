/** conn/proxy-or-not-kubernetes: what answers in the place of an API server. */
import { quote } from '../scenarios/words.ts';
import { otherPort, placeOf, type Case, type Story } from './case.ts';

function proxyStory({ error, probe, details }: Case): Story {
  const proxy = probe?.proxy?.url ?? details.proxy ?? 'on the way';
  const from = probe?.proxy === undefined ? '' : `, set by the ${probe.proxy.from}`;
  if (error.status === 407) {
    return {
      says: `cannot be reached: proxy ${proxy} asks for a sign-in (407)`,
      cause: `The proxy${from} lets nothing through without user name and password.`,
      advice: 'Put user name and password into the proxy URL, or add the server to NO_PROXY.',
    };
  }
  return {
    says: `cannot be reached: proxy ${proxy} refuses to connect to the API server`,
    cause: `The proxy${from} answers CONNECT with status ${String(error.status ?? 'unknown')}.`,
    advice: 'Add the server to NO_PROXY if it is reached directly, else let the proxy allow it.',
  };
}

/** What the answer tells of whoever gave it. */
export function foreignStory(one: Case): Story {
  const { layer, details, error } = one;
  const { host, port } = placeOf(one);
  const at = details.server ?? host;
  if (layer === 'proxy' || error.status === 407) return proxyStory(one);
  if (layer === 'tls') {
    return {
      says: `cannot be read: what answers at ${at} does not speak TLS`,
      cause: `Port ${port} answers a TLS handshake in plain text, so a plain HTTP server or another service listens there; no credentials were sent.`,
      advice:
        otherPort(one) ??
        'Correct the port of the server in the kubeconfig to the HTTPS port of the API server.',
    };
  }
  if (details.redirect !== undefined) {
    return {
      says: `cannot be read: ${at} redirects to ${details.redirect}`,
      cause: 'An API server never redirects: a sign-in page or a captive portal is in front of it.',
      advice: otherPort(one) ?? 'Sign in at that page, or use the direct address of the API server.',
    };
  }
  if (/^\s*</.test(details.body ?? '')) {
    return {
      says: `cannot be read: what answers at ${at} is a web page, no Kubernetes API server`,
      cause: `The answer begins with ${quote(details.body, 80)}: a proxy, a sign-in page or another web server.`,
      advice: otherPort(one) ?? 'Check the address of the server and the proxy settings.',
    };
  }
  const advice = otherPort(one);
  return advice === undefined ? {} : { advice };
}
