/** Who a bearer token belongs to: the demo's fixed callers, and service accounts by signed tokens that expire. */
import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import type { Caller } from './model.ts';
import type { Registry } from './registry/contract.ts';

const ISSUER = 'https://kubernetes.default.svc';
const ANONYMOUS: Caller = { username: 'system:anonymous', groups: ['system:unauthenticated'] };

/** What a TokenRequest asks for. */
export interface TokenSpec {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly audiences: readonly string[];
  readonly lifetimeSeconds: number;
}

export interface IssuedToken {
  readonly token: string;
  /** RFC 3339. */
  readonly expirationTimestamp: string;
  readonly audiences: readonly string[];
}

export interface Tokens {
  /** The caller of a token; anonymous without one; undefined (401) for a token that is unknown, forged or past its time. */
  authenticate(token: string | undefined): Caller | undefined;
  /** Throws the registry's 404 for a service account that does not exist. */
  issue(spec: TokenSpec): IssuedToken;
}

interface Claims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: readonly string[];
  readonly exp: number;
  readonly iat: number;
  readonly nbf: number;
  readonly jti: string;
  readonly 'kubernetes.io': {
    readonly namespace: string;
    readonly serviceaccount: { readonly name: string; readonly uid: string };
  };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** Tokens of one fabric: `fixed` knows those of its own callers. A restart makes every issued token worthless. */
export function createTokens(registry: Registry, fixed: { get(token: string): Caller | undefined }): Tokens {
  const key = randomBytes(32);
  const sign = (text: string) => createHmac('sha256', key).update(text).digest();
  const serviceAccounts = registry.catalogue.builtIn('v1', 'ServiceAccount');

  function readClaims(token: string): Claims | undefined {
    const [header = '', payload = '', signature = ''] = token.split('.');
    const given = Buffer.from(signature, 'base64url');
    const wanted = sign(`${header}.${payload}`);
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined;
    // Only this server can have signed it, so it has the shape that was written.
    return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims;
  }

  function ownerOf(token: string): Caller | undefined {
    const claims = readClaims(token);
    if (claims === undefined || claims.exp * 1000 <= registry.now()) return undefined;
    // One that was made for others is no way in.
    if (!claims.aud.includes(ISSUER)) return undefined;
    const { namespace, serviceaccount } = claims['kubernetes.io'];
    const account = registry.find(serviceAccounts, namespace, serviceaccount.name);
    if (account?.metadata.uid !== serviceaccount.uid) return undefined;
    return {
      username: claims.sub,
      uid: serviceaccount.uid,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
      extra: { 'authentication.kubernetes.io/credential-id': [`JTI=${claims.jti}`] },
    };
  }

  return {
    authenticate(token) {
      if (token === undefined) return ANONYMOUS;
      return fixed.get(token) ?? ownerOf(token);
    },
    issue({ namespace, serviceAccount, audiences, lifetimeSeconds }) {
      const { name, uid } = registry.get(serviceAccounts, namespace, serviceAccount).metadata;
      const issuedAt = Math.floor(registry.now() / 1000);
      const aud = audiences.length === 0 ? [ISSUER] : audiences;
      const claims: Claims = {
        iss: ISSUER,
        sub: `system:serviceaccount:${namespace}:${name}`,
        aud,
        iat: issuedAt,
        nbf: issuedAt,
        jti: randomUUID(),
        exp: issuedAt + lifetimeSeconds,
        'kubernetes.io': { namespace, serviceaccount: { name, uid } },
      };
      const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
      return {
        token: `${text}.${sign(text).toString('base64url')}`,
        expirationTimestamp: new Date(claims.exp * 1000).toISOString().replace('.000Z', 'Z'),
        audiences: aud,
      };
    },
  };
}
