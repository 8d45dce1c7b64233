/** Reads the claims of a JSON Web Token. Nothing is verified: that is the server's task. */
import { decodeJwt } from 'jose/jwt/decode';
import type { Instant } from '../../shared/model/ref.ts';

/** The registered claims (RFC 7519) that say whose a token is and how long it holds; times in ms since the epoch. */
export interface Claims {
  readonly issuer?: string;
  readonly subject?: string;
  readonly audiences: readonly string[];
  readonly notBefore?: Instant;
  readonly notAfter?: Instant;
}

/** The last moment that a Date can hold, ms. */
const LATEST = 8.64e15;

function instantOf(seconds: unknown): Instant | undefined {
  const ms = typeof seconds === 'number' ? Math.round(seconds * 1000) : NaN;
  return Math.abs(ms) <= LATEST ? ms : undefined;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** The claims; undefined for anything that is no JSON Web Token. Never throws. The texts are as the token holds them. */
export function readClaims(token: string): Claims | undefined {
  let payload: Record<string, unknown>;
  try {
    payload = decodeJwt(token);
  } catch {
    return undefined;
  }
  const { iss, sub, aud } = payload;
  const notBefore = instantOf(payload.nbf ?? payload.iat);
  const notAfter = instantOf(payload.exp);
  return {
    ...(isText(iss) && { issuer: iss }),
    ...(isText(sub) && { subject: sub }),
    audiences: (Array.isArray(aud) ? (aud as unknown[]) : [aud]).filter(isText),
    ...(notBefore !== undefined && { notBefore }),
    ...(notAfter !== undefined && { notAfter }),
  };
}
