// What is known of credentials without the server: ends and names, from hostile tokens and odd bundles too; never a secret.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CredentialFacts } from '../../../shared/model/connection.ts';
import type { ClusterEntry, UserEntry } from '../../../src-main/kube/contract.ts';
import { createCredentials } from '../../../src-main/kube/credentials.ts';
import { readClaims } from '../../../src-main/kube/jwt.ts';
import { base64, makeCertificate } from './certificates.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'facts-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const SIGNATURE = 'c2lnbmF0dXJlLXRoYXQtbXVzdC1zdGF5';
const jwt = (claims: unknown): string => `${part({ alg: 'RS256' })}.${part(claims)}.${SIGNATURE}`;
const at = (year: number): number => Date.UTC(year, 0, 1);

const factsOf = (user: UserEntry, cluster: Partial<ClusterEntry> = {}): Promise<CredentialFacts> =>
  createCredentials(
    {
      fabric: 'prod',
      source: '/etc/kubeconfig',
      cluster: {
        name: 'c',
        server: 'https://api.prod',
        insecure: false,
        disableCompression: false,
        ...cluster,
      },
      user,
    },
    { loginShell: null },
  ).facts();

const CLAIMS = {
  iss: 'https://issuer',
  sub: 'system:serviceaccount:shop:web',
  aud: ['a', 'b'],
  iat: at(2026) / 1000,
  exp: at(2027) / 1000,
};
const OF = 'iss https://issuer sub system:serviceaccount:shop:web';

describe('facts', () => {
  it('tell whose a token is and when it ends, wherever it comes from', async () => {
    const tokenFile = join(folder, 'token');
    await writeFile(tokenFile, `${jwt(CLAIMS)}\n`);
    const users: UserEntry[] = [{ token: jwt(CLAIMS) }, { tokenFile }, { oidc: { 'id-token': jwt(CLAIMS) } }];
    for (const user of users) {
      const facts = await factsOf(user);
      expect(facts.token).toEqual({ issuer: 'https://issuer', subject: CLAIMS.sub, audiences: ['a', 'b'] });
      expect(facts.ends).toEqual([{ what: 'token', notBefore: at(2026), notAfter: at(2027), of: OF }]);
      expect(JSON.stringify(facts)).not.toContain(SIGNATURE);
    }
  });

  it('tell of what a command yielded, once it has', async () => {
    const access = {
      fabric: 'prod',
      source: '/etc/kubeconfig',
      cluster: { name: 'c', server: 'https://api.prod', insecure: false, disableCompression: false },
      user: {
        exec: {
          apiVersion: 'client.authentication.k8s.io/v1',
          command: 'node',
          args: [],
          env: [{ name: 'PATH', value: dirname(process.execPath) }],
          installHint: 'Get it.',
          provideClusterInfo: false,
          interactiveMode: 'IfAvailable' as const,
        },
      },
    };
    const credentials = createCredentials(access, { loginShell: null });
    const command = { command: 'node', path: process.execPath, installHint: 'Get it.', interactive: true };
    expect(await credentials.facts()).toEqual({ method: 'exec plugin', ends: [], command });
    credentials.accept({ token: 'opaque', expires: at(2300) });
    const of = 'credential command node';
    expect((await credentials.facts()).ends).toEqual([{ what: 'token', notAfter: at(2300), of }]);
    credentials.accept({ token: jwt(CLAIMS) });
    expect((await credentials.facts()).ends).toMatchObject([{ notAfter: at(2027), of: OF }]);
  });

  it('tell when the client certificate and the authorities end', async () => {
    const client = makeCertificate({ name: 'admin', from: 2020, to: 2028 });
    const old = makeCertificate({ name: 'ca', authority: true, from: 2000, to: 2025 });
    const next = makeCertificate({ name: 'ca', authority: true, from: 2024, to: 2034 });
    const other = makeCertificate({ name: 'other-ca', authority: true, from: 2001, to: 2030 });
    const facts = await factsOf(
      { certData: base64(client.cert), keyData: base64(client.key) },
      { caData: base64(`${old.cert}noise\n${next.cert}${other.cert}`) },
    );
    expect(facts).toEqual({
      method: 'client certificate',
      ends: [
        { what: 'client certificate', notBefore: at(2020), notAfter: at(2028), of: 'CN=admin' },
        { what: 'authority', notBefore: at(2024), notAfter: at(2034), of: 'CN=ca' },
        { what: 'authority', notBefore: at(2001), notAfter: at(2030), of: 'CN=other-ca' },
      ],
    });
  });

  it('leave out what cannot be read', async () => {
    const gone = join(folder, 'gone');
    const user = { tokenFile: gone, certFile: gone, keyFile: gone };
    expect(await factsOf(user, { caFile: gone })).toEqual({ method: 'token file', ends: [] });
    const broken = base64('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----');
    expect((await factsOf({ certData: broken }, { caData: broken })).ends).toEqual([]);
  });

  it('survive any token, and show none', async () => {
    const hostile = fc.oneof(
      fc.string({ maxLength: 200 }),
      fc
        .array(fc.string({ unit: 'grapheme', maxLength: 60 }), { maxLength: 6 })
        .map((parts) => parts.join('.')),
      fc.jsonValue().map(jwt),
      fc
        .record({ exp: fc.anything(), nbf: fc.double(), aud: fc.anything(), iss: fc.anything() })
        .map((claims) => {
          try {
            return jwt(claims);
          } catch {
            return 'a.b.c';
          }
        }),
    );
    await fc.assert(
      fc.asyncProperty(hostile, async (token) => {
        const { ends, token: claims } = await factsOf({ token });
        expect(JSON.stringify({ ends, claims })).not.toContain(SIGNATURE);
        for (const { notAfter } of ends) expect(Number.isNaN(new Date(notAfter).getTime())).toBe(false);
        expect(JSON.stringify({ ends, claims })).not.toMatch(/\\u00[01]|\\u007f/);
      }),
    );
  });

  it('show no secret that a claim holds, and no more of it than fits', async () => {
    const nested = jwt({ sub: 'inner' });
    const facts = await factsOf({
      token: jwt({ sub: `${nested}`, iss: `x\u001b[31m\n${'y '.repeat(900)}` }),
    });
    const shown = JSON.stringify(facts);
    expect(shown).not.toContain(nested);
    expect(shown).not.toContain('\\u001b');
    expect(facts.token?.issuer?.length).toBeLessThan(220);
  });
});

describe('readClaims', () => {
  it.each([
    ['text', 'opaque'],
    ['a list as claims', `${part({})}.${part([1])}.x`],
    ['an encrypted token', 'a.b.c.d.e'],
  ])('gives nothing for %s', (_what, token) => {
    expect(readClaims(token)).toBeUndefined();
  });

  it('ignores times that are none', () => {
    expect(readClaims(jwt({ exp: 'soon', iat: 1e300, sub: 7, aud: 'one' }))).toEqual({ audiences: ['one'] });
  });
});
