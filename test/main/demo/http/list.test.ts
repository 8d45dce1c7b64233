/** Lists over loopback: pages of one version, selectors, and the refusals of the API server. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADMIN, startServer, type Harness } from './harness.ts';

let harness: Harness;

beforeEach(async () => {
  harness = await startServer();
  harness.create('v1', 'Namespace', undefined, { metadata: { name: 'web' } });
});

afterEach(async () => {
  expect(harness.reports).toEqual([]);
  await harness.close();
});

const CONFIG = '/api/v1/namespaces/web/configmaps';

function makeConfig(name: string): void {
  harness.create('v1', 'ConfigMap', 'web', { metadata: { name } });
}

function remove(name: string): void {
  const resource = harness.registry.catalogue.builtIn('v1', 'ConfigMap');
  harness.registry.delete(resource, 'web', name, {}, { caller: ADMIN, internal: true });
}

describe('lists', () => {
  it('gives pages of one version, whatever is written in between', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) makeConfig(name);
    const first = (await harness.ask(`${CONFIG}?limit=2`)).body as unknown as {
      metadata: { continue: string; remainingItemCount: number; resourceVersion: string };
      items: { metadata: { name: string } }[];
    };
    expect(first.metadata.remainingItemCount).toBe(3);
    remove('c');
    makeConfig('bb');
    const token = encodeURIComponent(first.metadata.continue);
    const second = (await harness.ask(`${CONFIG}?limit=9&continue=${token}`)).body as unknown as typeof first;
    expect(second.items.map(({ metadata }) => metadata.name)).toEqual(['c', 'd', 'e']);
    expect(second.metadata).toEqual({ resourceVersion: first.metadata.resourceVersion });

    harness.registry.compact();
    const late = await harness.ask(`${CONFIG}?limit=9&continue=${token}`);
    expect(late.body).toMatchObject({ code: 410, reason: 'Expired' });
    const { continue: again } = late.body.metadata as { continue: string };
    const rest = await harness.ask(`${CONFIG}?continue=${encodeURIComponent(again)}`);
    expect(rest.body.items).toHaveLength(2 + 1);
  });

  it.each([
    ['limit=abc', 400, 'strconv.ParseInt: parsing "abc": invalid syntax'],
    [
      'resourceVersion=xyz',
      400,
      'invalid resource version: resourceVersion: Invalid value: "xyz": strconv.ParseUint: parsing "xyz": invalid syntax',
    ],
    [
      'resourceVersion=1&resourceVersionMatch=Exact',
      410,
      'The resourceVersion for the provided list is too old.',
    ],
    [
      'resourceVersionMatch=Exact',
      422,
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
    ],
    [
      'sendInitialEvents=true',
      422,
      'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list',
    ],
    [
      'continue=abc',
      400,
      "invalid continue token: continue key is not valid: invalid character 'i' looking for beginning of value",
    ],
    [
      'continue=e30',
      400,
      'invalid continue token: continue key is not valid: server does not recognize this encoded version ',
    ],
    ['labelSelector=!!', 400, "unable to parse requirement: found '!', expected: identifier"],
    ['fieldSelector=foo', 400, "invalid selector: 'foo'; can't understand 'foo'"],
    [
      'fieldSelector=foo%3Db',
      400,
      '"foo" is not a known field selector: only "metadata.name", "metadata.namespace"',
    ],
  ])('refuses ?%s with %i', async (query, code, message) => {
    harness.registry.compact();
    const answer = await harness.ask(`${CONFIG}?${query}`);
    expect(answer.body).toMatchObject({ code, message });
  });

  it('says how far it is from a version that is still to come', async () => {
    const { code, headers, body } = await harness.ask(`${CONFIG}?resourceVersion=999999`);
    expect(code).toBe(504);
    expect(headers['retry-after']).toBe('1');
    expect(body.message).toMatch(/^Timeout: Too large resource version: 999999, current: \d+$/);
  });

  it('drops a pair of the query that cannot be read, as Go does', async () => {
    expect((await harness.ask(`${CONFIG}?limit=%zz`)).code).toBe(200);
    expect((await harness.ask(`${CONFIG}?limit=1;a=b`)).code).toBe(200);
    expect((await harness.ask('/api/v1/namespaces/%zz')).code).toBe(400);
  });
});
