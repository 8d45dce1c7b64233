/** The tokens of a fabric's own callers, as an identity provider issues them: they say whose they are and when they end. */
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import type { Caller } from './model.ts';

const ISSUER = 'https://id.demo.internal';
const HOUR_S = 3600;
/** A good token lasts a year: longer than any demo is open. */
const LIFETIME_S = 365 * 24 * HOUR_S;
/** An expired one was good for half a day, and ended a while ago. */
const SHORT_S = 12 * HOUR_S;
const ENDED_S = 47 * 60;

interface Held {
  readonly token: string;
  /** Seconds since the epoch. */
  readonly ends: number;
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

export class CallerTokens {
  readonly #callers: ReadonlyMap<string, Caller>;
  readonly #now: () => number;
  readonly #held = new Map<string, Held>();
  readonly #key = randomBytes(32);

  /** @param now ms since the epoch */
  constructor(callers: readonly { readonly id: string; readonly caller: Caller }[], now: () => number) {
    this.#callers = new Map(callers.map(({ id, caller }) => [id, caller]));
    this.#now = now;
    for (const id of this.#callers.keys()) this.renew(id);
  }

  /** The token an owner (`admin`) has now, be it good or not. */
  tokenOf(owner: string): string | undefined {
    return this.#held.get(owner)?.token;
  }

  /** Whose token it is; undefined for one that has ended, was replaced, or never was. */
  callerOf(token: string): Caller | undefined {
    for (const [owner, held] of this.#held) {
      if (held.token === token && held.ends * 1000 > this.#now()) return this.#callers.get(owner);
    }
    return undefined;
  }

  /** Gives an owner a fresh token; the one before is worth nothing. */
  renew(owner: string): void {
    const issued = Math.floor(this.#now() / 1000);
    this.#issue(owner, issued, issued + LIFETIME_S);
  }

  /** Leaves an owner with a token whose time is over. */
  expire(owner: string): void {
    const ended = Math.floor(this.#now() / 1000) - ENDED_S;
    this.#issue(owner, ended - SHORT_S, ended);
  }

  #issue(owner: string, iat: number, exp: number): void {
    const caller = this.#callers.get(owner);
    if (caller === undefined) return;
    const { username: sub, groups } = caller;
    const claims = { iss: ISSUER, sub, aud: ['demo'], groups, iat, nbf: iat, exp, jti: randomUUID() };
    const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
    const signature = createHmac('sha256', this.#key).update(text).digest('base64url');
    this.#held.set(owner, { token: `${text}.${signature}`, ends: exp });
  }
}
