// Every failure of a connection has a code, a sentence and a hint.
import { describe, expect, it } from 'vitest';
import { AppFailure } from '../../../shared/errors.ts';
import { transportError } from '../../../src-main/kube/transport-error.ts';

const WHERE = { fabric: 'prod', server: 'https://api.prod:6443' };
const withCode = (code: string, message = code): Error => Object.assign(new Error(message), { code });

describe('transportError', () => {
  it.each([
    ['ECONNREFUSED', 'unreachable', 'refuses the connection'],
    ['ENOTFOUND', 'unreachable', 'does not resolve'],
    ['EAI_AGAIN', 'unreachable', 'name server does not answer'],
    ['EHOSTUNREACH', 'unreachable', 'no route to the host'],
    ['ENETUNREACH', 'unreachable', 'no route to the network'],
    ['ECONNRESET', 'unreachable', 'without an answer'],
    ['UND_ERR_SOCKET', 'unreachable', 'without an answer'],
    ['ETIMEDOUT', 'timeout', 'did not answer the connection'],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout', 'did not answer the connection'],
    ['UND_ERR_HEADERS_TIMEOUT', 'timeout', 'accepted the request'],
    ['UND_ERR_BODY_TIMEOUT', 'timeout', 'middle of its answer'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls-untrusted', 'not trusted'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls-untrusted', 'self-signed'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls-untrusted', 'unknown authority'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls-untrusted', 'unknown authority'],
    ['CERT_HAS_EXPIRED', 'tls-untrusted', 'expired'],
    ['CERT_NOT_YET_VALID', 'tls-untrusted', 'not valid yet'],
    ['EPROTO', 'not-kubernetes', 'does not speak TLS'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'not-kubernetes', 'does not speak TLS'],
    ['HPE_INVALID_CONSTANT', 'not-kubernetes', 'HTTP server'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'unauthorized', 'client certificate'],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'unauthorized', 'client certificate'],
  ] as const)('%s is %s', (errno, code, words) => {
    const error = transportError(withCode(errno), WHERE);
    expect(error).toMatchObject({ code, fabric: 'prod', details: { server: WHERE.server, errno } });
    expect(error.message).toContain(words);
    expect(error.message).toContain('API server https://api.prod:6443 of context prod ');
    expect(error.hint).toMatch(/\.$/);
  });

  it('finds the code within causes and within one error per address', () => {
    const nested = new Error('fetch failed', {
      cause: new AggregateError([withCode('ECONNREFUSED'), withCode('ENETUNREACH')]),
    });
    expect(transportError(nested, WHERE).details?.errno).toBe('ECONNREFUSED');
  });

  it('names the certificate of another host', () => {
    const message =
      "Hostname/IP does not match certificate's altnames: Host: api.prod. is not in the cert's altnames: DNS:other";
    expect(transportError(withCode('ERR_TLS_CERT_ALTNAME_INVALID', message), WHERE)).toMatchObject({
      code: 'tls-untrusted',
      message: expect.stringContaining('other names: DNS:other') as string,
    });
  });

  it.each([
    ['Proxy response (407) !== 200 when HTTP Tunneling', 'asks for a sign-in'],
    ['Proxy response (502) !== 200 when HTTP Tunneling', 'the proxy refuses'],
  ])('tells a proxy that answers %s', (message, words) => {
    const where = { ...WHERE, proxy: 'http://joe:pw@proxy:3128' };
    const error = transportError(withCode('UND_ERR_ABORTED', message), where);
    expect(error).toMatchObject({ code: 'not-kubernetes', details: { proxy: 'http://proxy:3128' } });
    expect(error.message).toContain(words);
    expect(JSON.stringify(error)).not.toContain('pw');
  });

  it('tells a body that broke off from a server that does not answer', () => {
    expect(transportError(withCode('ECONNRESET'), WHERE, 'body').code).toBe('stream-closed');
    expect(transportError(withCode('HPE_INVALID_CHUNK_SIZE'), WHERE, 'body').code).toBe('stream-closed');
    expect(transportError(withCode('ECONNREFUSED'), WHERE, 'body').code).toBe('unreachable');
  });

  it('tells what the caller aborted', () => {
    expect(transportError(new DOMException('aborted', 'AbortError'), WHERE).code).toBe('cancelled');
    for (const code of ['UND_ERR_ABORTED', 'UND_ERR_DESTROYED', 'UND_ERR_CLOSED']) {
      expect(transportError(withCode(code), WHERE).code).toBe('cancelled');
    }
  });

  it('keeps the error of an AppFailure', () => {
    const own = { code: 'conflict', message: 'x', retryable: false } as const;
    expect(transportError(new AppFailure(own), WHERE)).toBe(own);
  });

  it.each([[new Error('token=abcdefg')], ['text'], [null], [{ code: 7 }]])(
    'never throws, nor tells secrets: %j',
    (cause) => {
      const error = transportError(cause, WHERE);
      expect(error.code).toBe('internal');
      expect(JSON.stringify(error)).not.toContain('abcdefg');
    },
  );
});
