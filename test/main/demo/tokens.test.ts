// Tokens of the demo: the fixed ones, and those of service accounts, which expire and cannot be forged.
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../src-main/demo/random.ts';
import { PASS_THROUGH } from '../../../src-main/demo/registry/pipeline.ts';
import { createRegistry } from '../../../src-main/demo/registry/registry.ts';
import { createTokens } from '../../../src-main/demo/tokens.ts';

const ADMIN = { username: 'admin', groups: ['system:masters'] };
const START = Date.UTC(2026, 0, 15, 10);
const SPEC = { namespace: 'shop', serviceAccount: 'robot', audiences: [], lifetimeSeconds: 600 };

function world() {
  let now = START;
  const registry = createRegistry({ now: () => now, random: seededRandom(1), pipeline: PASS_THROUGH });
  const accounts = registry.catalogue.builtIn('v1', 'ServiceAccount');
  const internal = { caller: ADMIN, internal: true };
  const make = () => registry.create(accounts, 'shop', { metadata: { name: 'robot' } }, internal);
  const remove = () => registry.delete(accounts, 'shop', 'robot', {}, internal);
  make();
  const tokens = createTokens(registry, new Map([['fixed', ADMIN]]));
  return { tokens, make, remove, pass: (ms: number) => (now += ms) };
}

test('a fixed token is its caller’s; none is anonymous; an unknown one is nobody', () => {
  const { tokens } = world();
  expect(tokens.authenticate('fixed')).toBe(ADMIN);
  expect(tokens.authenticate(undefined)?.username).toBe('system:anonymous');
  for (const wrong of ['', 'other', 'a.b.c', '..', 'ey.ey.', '\0'])
    expect(tokens.authenticate(wrong)).toBeUndefined();
});

describe('a service account', () => {
  test('is itself with its token, for as long as the token says', () => {
    const { tokens, pass } = world();
    const { token, expirationTimestamp } = tokens.issue(SPEC);
    expect(expirationTimestamp).toBe('2026-01-15T10:10:00Z');
    expect(tokens.authenticate(token)).toMatchObject({
      username: 'system:serviceaccount:shop:robot',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:shop', 'system:authenticated'],
    });
    pass(599_999);
    expect(tokens.authenticate(token)).toBeDefined();
    pass(1);
    expect(tokens.authenticate(token)).toBeUndefined();
  });

  test('that is deleted, even if made again, has no token any more', () => {
    const { tokens, make, remove } = world();
    const { token } = tokens.issue(SPEC);
    remove();
    expect(tokens.authenticate(token)).toBeUndefined();
    expect(() => tokens.issue(SPEC)).toThrow('serviceaccounts "robot" not found');
    make();
    expect(tokens.authenticate(token)).toBeUndefined();
  });

  test('is not let in with a token for another audience', () => {
    const { tokens } = world();
    const { token, audiences } = tokens.issue({ ...SPEC, audiences: ['elsewhere'] });
    expect(audiences).toEqual(['elsewhere']);
    expect(tokens.authenticate(token)).toBeUndefined();
  });

  test('cannot be forged: not by other claims, not by another server’s signature', () => {
    const { tokens } = world();
    const [header = '', payload = '', signature = ''] = tokens.issue(SPEC).token.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const changed = Buffer.from(JSON.stringify({ ...claims, sub: 'system:admin' })).toString('base64url');
    expect(tokens.authenticate(`${header}.${changed}.${signature}`)).toBeUndefined();
    expect(tokens.authenticate(`${header}.${payload}.`)).toBeUndefined();
    expect(tokens.authenticate(world().tokens.issue(SPEC).token)).toBeUndefined();
  });
});
