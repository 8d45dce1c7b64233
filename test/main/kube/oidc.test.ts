// OpenID Connect tokens: used while valid, and what is missing to renew one.
import { describe, expect, it } from 'vitest';
import type { ContextAccess } from '../../../src-main/kube/contract.ts';
import { createOidc } from '../../../src-main/kube/oidc.ts';
import { errorOf } from './scripted-server.ts';

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (exp: unknown): string => `${part({ alg: 'none' })}.${part({ exp })}.c2ln`;
const access = (oidc: Record<string, string>): ContextAccess => ({
  fabric: 'prod',
  source: '/etc/kubeconfig',
  cluster: { name: 'c', server: 'https://api.prod', insecure: false, disableCompression: false },
  user: { name: 'joe', oidc },
});

describe('createOidc', () => {
  it('uses a token that is valid', async () => {
    const exp = Math.ceil(Date.now() / 1000) + 3600;
    const token = jwt(exp);
    expect(await createOidc(access({ 'id-token': token }))()).toEqual({ token, expires: exp * 1000 });
  });

  it.each(['opaque', 'a.b.c', jwt('soon')])(
    'lets the server judge a token whose end it cannot read: %s',
    async (token) => {
      expect(await createOidc(access({ 'id-token': token }))()).toEqual({ token, expires: undefined });
    },
  );

  it.each([
    ['no refresh-token', { 'id-token': jwt(1) }, 'lacks client-id, refresh-token'],
    ['no provider', { 'id-token': jwt(1), 'refresh-token': 'r' }, 'lacks client-id, idp-issuer-url'],
    [
      'a provider that does not answer',
      { 'id-token': jwt(1), 'refresh-token': 'r', 'client-id': 'c', 'idp-issuer-url': 'https://127.0.0.1:1' },
      'could not be renewed',
    ],
  ])('says what is missing: %s', async (_what, config, words) => {
    const error = await errorOf(createOidc(access(config))());
    expect(error).toMatchObject({ code: 'credentials-failed', fabric: 'prod', details: { user: 'joe' } });
    expect(error.message).toContain(words);
    expect(JSON.stringify(error)).not.toContain(jwt(1));
  });
});
