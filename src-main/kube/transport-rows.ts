/** The table of `transportError`: what each code of sockets, TLS and the HTTP client means, and what to do. */
import type { ErrorCode } from '../../shared/errors.ts';

export interface Row {
  readonly code: ErrorCode;
  /** The predicate after `API server https://…`. */
  readonly says: string;
  readonly hint: string;
  readonly retryable: boolean;
}

const unreachable = (says: string, hint: string): Row => ({
  code: 'unreachable',
  says,
  hint,
  retryable: true,
});
const timeout = (says: string): Row => ({
  code: 'timeout',
  says,
  hint: 'Check the network and the VPN, and whether a firewall drops the traffic or the API server is overloaded.',
  retryable: true,
});
const untrusted = (says: string, hint: string): Row => ({
  code: 'tls-untrusted',
  says,
  hint,
  retryable: false,
});

const WRONG_CA =
  'Compare certificate-authority-data in the kubeconfig with the authority of the cluster; a fresh kubeconfig helps if it was replaced, and a proxy that inspects TLS shows its own.';
const NETWORK = 'Check the network, the VPN and the route to this address.';
const CLOCK =
  'Renew the certificate of the API server, or correct the clock of this computer if it is wrong.';

const RESET = unreachable(
  'closed the connection without an answer',
  'The API server may be restarting, or a load balancer before it has no server to pass the request to.',
);
const NO_TLS: Row = {
  code: 'not-kubernetes',
  says: 'does not speak TLS on this port',
  hint: 'Check the port, and whether the server in the kubeconfig must begin with http://.',
  retryable: false,
};
const NO_HTTP: Row = {
  code: 'not-kubernetes',
  says: 'does not answer as an HTTP server',
  hint: 'Check the port of the server in the kubeconfig, and the proxy.',
  retryable: false,
};
const CLIENT_CERTIFICATE: Row = {
  code: 'unauthorized',
  says: 'refuses the client certificate',
  hint: 'Fetch a fresh kubeconfig: the certificate has expired, was revoked, or belongs to another cluster.',
  retryable: false,
};

const ROWS: Readonly<Record<string, Row>> = {
  ECONNREFUSED: unreachable(
    'refuses the connection',
    'Check that the API server runs and that host and port in the kubeconfig are right.',
  ),
  ENOTFOUND: unreachable(
    'has a host name that does not resolve',
    'Check the spelling of the server in the kubeconfig, and the VPN if the name is internal.',
  ),
  EAI_AGAIN: unreachable(
    'has a host name that cannot be looked up now: the name server does not answer',
    'Check the network connection and the VPN.',
  ),
  EHOSTUNREACH: unreachable('cannot be reached: no route to the host', NETWORK),
  ENETUNREACH: unreachable('cannot be reached: no route to the network', NETWORK),
  ENETDOWN: unreachable('cannot be reached: the network is down', NETWORK),
  EADDRNOTAVAIL: unreachable('cannot be reached: this computer has no address in its network', NETWORK),
  EACCES: unreachable('cannot be reached: this computer forbids the connection', 'Check the local firewall.'),
  EPERM: unreachable('cannot be reached: this computer forbids the connection', 'Check the local firewall.'),
  ECONNRESET: RESET,
  EPIPE: RESET,
  ECONNABORTED: RESET,
  UND_ERR_SOCKET: RESET,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: RESET,
  ETIMEDOUT: timeout('did not answer the connection in time'),
  UND_ERR_CONNECT_TIMEOUT: timeout('did not answer the connection in time'),
  UND_ERR_HEADERS_TIMEOUT: timeout('accepted the request and did not answer in time'),
  UND_ERR_BODY_TIMEOUT: timeout('stopped in the middle of its answer'),
  SELF_SIGNED_CERT_IN_CHAIN: untrusted('shows a certificate of an authority that is not trusted', WRONG_CA),
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted('shows a self-signed certificate', WRONG_CA),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted('shows a certificate of an unknown authority', WRONG_CA),
  UNABLE_TO_GET_ISSUER_CERT: untrusted('shows a certificate of an unknown authority', WRONG_CA),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted('shows a certificate of an unknown authority', WRONG_CA),
  CERT_SIGNATURE_FAILURE: untrusted('shows a certificate that its authority did not sign', WRONG_CA),
  CERT_UNTRUSTED: untrusted('shows a certificate that is not trusted', WRONG_CA),
  INVALID_CA: untrusted('shows a certificate of an invalid authority', WRONG_CA),
  INVALID_PURPOSE: untrusted('shows a certificate that is not meant for a server', WRONG_CA),
  CERT_CHAIN_TOO_LONG: untrusted('shows a certificate chain that is too long', WRONG_CA),
  CERT_REVOKED: untrusted(
    'shows a revoked certificate',
    'Ask the administrator of the cluster for the new server certificate.',
  ),
  CERT_HAS_EXPIRED: untrusted('shows an expired certificate', CLOCK),
  CERT_NOT_YET_VALID: untrusted('shows a certificate that is not valid yet', CLOCK),
  ERR_TLS_CERT_ALTNAME_INVALID: untrusted(
    'shows a certificate for other names',
    'Use one of the names of the certificate as the server, or set tls-server-name in the kubeconfig.',
  ),
  UND_ERR_PRX_TLS: untrusted(
    'cannot be reached: the certificate of the proxy does not verify',
    'Check proxy-url in the kubeconfig.',
  ),
  EPROTO: NO_TLS,
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
  ERR_SSL_HTTP_REQUEST: NO_TLS,
  ERR_SSL_UNSUPPORTED_PROTOCOL: untrusted(
    'offers only TLS versions that are out of date',
    'Update the API server or the proxy before it.',
  ),
  UND_ERR_HEADERS_OVERFLOW: NO_HTTP,
};

const PROXY_AUTH: Row = {
  code: 'not-kubernetes',
  says: 'cannot be reached: the proxy asks for a sign-in (407)',
  hint: 'Add user name and password to proxy-url in the kubeconfig or to HTTPS_PROXY, or add the server to NO_PROXY.',
  retryable: false,
};
const PROXY_REFUSED: Row = {
  code: 'not-kubernetes',
  says: 'cannot be reached: the proxy refuses to connect to it',
  hint: 'Check proxy-url in the kubeconfig and HTTPS_PROXY; add the server to NO_PROXY if it is reached directly.',
  retryable: true,
};

const GARBLED: Row = {
  code: 'stream-closed',
  says: 'sent an answer that cannot be unpacked',
  hint: 'A proxy on the way may cut or change answers.',
  retryable: true,
};

const CUT_OFF: Row = {
  code: 'stream-closed',
  says: 'closed the connection in the middle of its answer',
  hint: RESET.hint,
  retryable: true,
};

/** The code and the words of an error. */
export interface Found {
  readonly code: string;
  readonly message: string;
}

/** undefined for codes that say nothing of the connection. */
export function rowOf(found: Found): Row | undefined {
  if (/\(407\)/.test(found.message)) return PROXY_AUTH;
  if (/^Proxy response|^Proxy Connection/i.test(found.message)) return PROXY_REFUSED;
  if (Object.hasOwn(ROWS, found.code)) return ROWS[found.code];
  if (found.code.startsWith('HPE_')) return NO_HTTP;
  if (found.code.startsWith('Z_')) return GARBLED;
  if (/^ERR_SSL_.*(ALERT|CERTIFICATE)/.test(found.code)) return CLIENT_CERTIFICATE;
  return undefined;
}

/** The row for an answer that broke off while its body was read. */
export function bodyRow(row: Row | undefined): Row | undefined {
  return row === RESET || row === NO_HTTP ? CUT_OFF : row;
}
