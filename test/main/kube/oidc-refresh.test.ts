// Refreshing an OpenID Connect token with a real TLS provider on loopback: what is sent, to whom, and why it fails.
import { beforeEach, describe, expect, it } from 'vitest';
import type { ContextAccess } from '../../../src-main/kube/contract.ts';
import { createCredentials } from '../../../src-main/kube/credentials.ts';
import { createOidc } from '../../../src-main/kube/oidc.ts';
import { base64, makeCertificate } from './certificates.ts';
import { errorOf, sendJson, startServer, type Answer, type ScriptedServer } from './scripted-server.ts';

const ca = makeCertificate({ name: 'idp-ca', authority: true });
const tls = makeCertificate({ name: 'idp', issuer: { name: 'idp-ca', key: ca.key } });
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (exp: number): string => `${part({ alg: 'none' })}.${part({ exp })}.c2ln`;
const OVER = jwt(1);
const FRESH = jwt(4_000_000_000);

let provider: ScriptedServer;
let answer: (body: URLSearchParams) => readonly [body: object, status: number];
let methods: string[] | undefined;
let tokenPath = '/issuer/token';

const serve: Answer = ({ path, body }, response) => {
  if (path === '/issuer/.well-known/openid-configuration') {
    const endpoint = tokenPath.startsWith('http') ? tokenPath : `${provider.url}${tokenPath}`;
    sendJson(response, { token_endpoint: endpoint, token_endpoint_auth_methods_supported: methods });
  } else sendJson(response, ...answer(new URLSearchParams(body)));
};

beforeEach(async () => {
  methods = undefined;
  tokenPath = '/issuer/token';
  answer = () => [{ id_token: FRESH, refresh_token: 'next' }, 200];
  provider = await startServer(serve, tls);
});

function accessOf(more: Record<string, string> = {}): ContextAccess {
  const oidc = {
    'idp-issuer-url': `${provider.url}/issuer`,
    'idp-certificate-authority-data': base64(ca.cert),
    'client-id': 'kubernetes',
    'client-secret': 's3cret/+',
    'refresh-token': 'first',
    'id-token': OVER,
    ...more,
  };
  return {
    fabric: 'prod',
    source: '/etc/kubeconfig',
    cluster: { name: 'c', server: 'https://api.prod', insecure: false, disableCompression: false },
    user: { name: 'joe', oidc },
  };
}

const asked = () => provider.asked.filter(({ method }) => method === 'POST');

describe('an OpenID Connect token', () => {
  it('that is over is refreshed with the refresh token, and with the next one then', async () => {
    const oidc = createOidc(accessOf());
    expect(await oidc()).toEqual({ token: FRESH, expires: 4_000_000_000_000 });
    expect(await oidc()).toMatchObject({ token: FRESH });
    expect(asked()).toHaveLength(1);
    expect(Object.fromEntries(new URLSearchParams(asked()[0]?.body))).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'first',
    });
    const basic = Buffer.from('kubernetes:s3cret%2F%2B').toString('base64');
    expect(asked()[0]?.headers.authorization).toBe(`Basic ${basic}`);
    await oidc(true);
    expect(new URLSearchParams(asked()[1]?.body).get('refresh_token')).toBe('next');
  });

  it.each([
    ['in the form, where the provider wants that', ['client_secret_post'], { client_secret: 's3cret/+' }],
    ['not at all, where there is none', undefined, { client_id: 'kubernetes' }],
  ])('sends the secret of the client %s', async (_what, supported, form) => {
    methods = supported;
    await createOidc(accessOf(supported === undefined ? { 'client-secret': '' } : {}))();
    expect(asked()[0]?.headers.authorization).toBeUndefined();
    expect(Object.fromEntries(new URLSearchParams(asked()[0]?.body))).toMatchObject(form);
  });

  it('that is refused is refreshed once', async () => {
    const credentials = createCredentials(accessOf({ 'id-token': jwt(3_000_000_000) }), { loginShell: null });
    const first = await credentials.current();
    expect(asked()).toHaveLength(0);
    const renewed = await Promise.all(Array.from({ length: 20 }, () => credentials.renew(first)));
    expect(new Set(renewed)).toEqual(new Set([true]));
    expect(asked()).toHaveLength(1);
    expect((await credentials.current()).headers.authorization).toBe(`Bearer ${FRESH}`);
  });

  it('whose refresh token is dead is not asked for again before somebody asks', async () => {
    answer = () => [{ error: 'invalid_grant', error_description: 'Token is not active' }, 400];
    const credentials = createCredentials(accessOf(), { loginShell: null });
    const error = await errorOf(credentials.current());
    expect(error).toMatchObject({ code: 'credentials-failed', retryable: false });
    expect(error.message).toContain(`with ${provider.url}/issuer ended at 1970-01-01T00:00:01.000Z`);
    expect(error.message).toContain('refuses with HTTP 400 (invalid_grant: Token is not active)');
    await errorOf(credentials.current());
    expect(asked()).toHaveLength(1);
    credentials.reset();
    await errorOf(credentials.current());
    expect(asked()).toHaveLength(2);
  });

  it.each<[string, () => Record<string, string>, string, boolean]>([
    [
      'an authority that is not trusted',
      () => ({ 'idp-certificate-authority-data': '' }),
      'cannot be reached',
      true,
    ],
    [
      'an authority file that is not there',
      () => ({ 'idp-certificate-authority-data': '', 'idp-certificate-authority': '/none/ca' }),
      'idp-certificate-authority /none/ca cannot be read (ENOENT)',
      false,
    ],
    [
      'a plaintext issuer',
      () => ({ 'idp-issuer-url': 'http://127.0.0.1:1' }),
      'its idp-issuer-url is no https URL',
      false,
    ],
    [
      'nobody there',
      () => ({ 'idp-issuer-url': 'https://127.0.0.1:1' }),
      'cannot be reached (ECONNREFUSED)',
      true,
    ],
    [
      'no provider there',
      () => ({ 'idp-issuer-url': `${provider.url}/other` }),
      'its token endpoint is no https URL',
      false,
    ],
  ])('fails for %s', async (_what, change, words, retryable) => {
    const error = await errorOf(createOidc(accessOf(change()))());
    expect(error.message).toContain(words);
    expect(error.retryable).toBe(retryable);
    expect(asked()).toEqual([]);
  });

  it('never sends the refresh token to a plaintext endpoint', async () => {
    tokenPath = 'http://127.0.0.1:1/token';
    expect((await errorOf(createOidc(accessOf())())).message).toContain('its token endpoint is no https URL');
    expect(asked()).toEqual([]);
  });

  it('is not taken from an answer that holds none, and no secret is in the words', async () => {
    answer = (form) => [{ error: `no ${form.get('refresh_token') ?? ''} token=abcdefghi` }, 200];
    const error = await errorOf(createOidc(accessOf())());
    expect(error.message).toContain('answers without an id_token');
    answer = () => [{ error: 'server_error', error_description: 'secret=abcdefghi' }, 503];
    const broken = await errorOf(createOidc(accessOf())());
    expect(broken.retryable).toBe(true);
    expect(JSON.stringify(broken)).not.toContain('abcdefghi');
  });
});
