// Lists in pages: order, reading ahead, and pages that are too large.
import { describe, expect, it } from 'vitest';
import { createObjectCodec } from '../../../src-main/kube/codec.ts';
import type { Page } from '../../../src-main/kube/codec.ts';
import { listPages } from '../../../src-main/kube/list-pages.ts';
import { eventually } from './eventually.ts';
import { clientOf, errorOf, sendJson, startServer, statusOf } from './scripted-server.ts';
import type { Answer, ScriptedServer } from './scripted-server.ts';

const item = (name: string) => ({ metadata: { name, uid: `uid-${name}` } });
const page = (names: string[], metadata: object) => ({
  kind: 'ThingList',
  apiVersion: 'v1',
  metadata: { resourceVersion: '7', ...metadata },
  items: names.map(item),
});

function list(
  { url }: ScriptedServer,
  onPage: (page: Page<string>, last: boolean) => void = () => undefined,
) {
  return listPages({
    client: clientOf(url),
    path: '/api/v1/things',
    codec: createObjectCodec((each) => each.metadata.name),
    query: { fieldSelector: 'a=b' },
    pageSize: 500,
    timeoutMs: 5000,
    signal: new AbortController().signal,
    onPage,
  });
}
const tokens = ({ asked }: ScriptedServer) => asked.map((each) => each.query.get('continue'));
const byToken =
  (pages: Record<string, object>): Answer =>
  ({ query }, response) => {
    sendJson(response, pages[query.get('continue') ?? ''] ?? {});
  };

describe('listPages', () => {
  it('reads pages in their order, each with the same query', async () => {
    const server = await startServer(
      byToken({
        '': page(['a', 'b'], { continue: 'one==', remainingItemCount: 2 }),
        'one==': page(['c'], { continue: 'two', remainingItemCount: 1 }),
        two: page(['d'], {}),
      }),
    );
    const pages: [number, number | undefined, boolean][] = [];
    const listed = await list(server, ({ items, remaining }, last) =>
      pages.push([items.length, remaining, last]),
    );
    expect(listed.items).toEqual(['a', 'b', 'c', 'd'].map((name) => ({ uid: `uid-${name}`, value: name })));
    expect(listed.resourceVersion).toBe('7');
    expect(pages).toEqual([
      [2, 2, false],
      [1, 1, false],
      [1, undefined, true],
    ]);
    expect(tokens(server)).toEqual([null, 'one==', 'two']);
    for (const { query } of server.asked)
      expect([query.get('fieldSelector'), query.get('limit')]).toEqual(['a=b', '500']);
  });

  it('asks for the next page while the present one is still on its way', async () => {
    let finish: () => void = () => undefined;
    const server = await startServer(({ query }, response) => {
      if (query.get('continue') !== null) {
        sendJson(response, page(['b'], {}));
        return;
      }
      const text = JSON.stringify(page(['a'], { continue: 'next' }));
      response.write(text.slice(0, -10));
      finish = () => response.end(text.slice(-10));
    });
    const listing = list(server);
    await eventually(() => tokens(server)).toEqual([null, 'next']);
    finish();
    expect((await listing).items).toHaveLength(2);
  });

  it('reads no more than a few pages ahead', async () => {
    let finish: () => void = () => undefined;
    const server = await startServer(({ query }, response) => {
      const at = Number(query.get('continue') ?? 0);
      const text = JSON.stringify(page([`t${at}`], at < 20 ? { continue: String(at + 1) } : {}));
      if (at > 0) response.end(text);
      else {
        response.write(text.slice(0, -10));
        finish = () => response.end(text.slice(-10));
      }
    });
    const listing = list(server);
    await eventually(() => server.asked.length).toBe(3);
    finish();
    expect((await listing).items).toHaveLength(21);
    expect(new Set(tokens(server)).size).toBe(21);
  });

  it('follows the token of the parsed page, not a text that looks like one', async () => {
    const text =
      '{"kind":"ThingList","apiVersion":"v1","metadata":{"continue":"wrong","continue":"right","resourceVersion":"7"},"items":[]}';
    const server = await startServer(({ query }, response) => {
      const token = query.get('continue');
      if (token === null) response.end(text);
      else if (token === 'wrong') sendJson(response, statusOf(410, 'Expired', 'x'), 410);
      else sendJson(response, page(['a'], {}));
    });
    expect((await list(server)).items).toHaveLength(1);
  });

  it('reads pages whose metadata comes last', async () => {
    const last = (names: string[], token: string) =>
      `{"apiVersion":"v1","items":${JSON.stringify(names.map(item))},"kind":"ThingList","metadata":{"continue":"${token}","resourceVersion":"7"}}`;
    const server = await startServer(({ query }, response) => {
      response.end(query.get('continue') === null ? last(['a'], 'next') : last(['b'], ''));
    });
    expect((await list(server)).items).toHaveLength(2);
    expect(tokens(server)).toEqual([null, 'next']);
  });

  it.each([
    ['a failure halfway', statusOf(500, 'InternalError', 'etcd'), 500, 'server-error'],
    ['an expired token', statusOf(410, 'Expired', 'x'), 410, 'expired'],
    ['something that is no list', { kind: 'Thing' }, 200, 'stream-closed'],
    ['a list of nothing', { kind: 'ThingList', items: {} }, 200, 'stream-closed'],
  ])('fails with %s', async (_what, body, status, code) => {
    const server = await startServer(({ query }, response) => {
      if (query.get('continue') === null) sendJson(response, page(['a'], { continue: 'next' }));
      else sendJson(response, body, status);
    });
    expect((await errorOf(list(server))).code).toBe(code);
  });

  it('asks for a smaller page where one is beyond all measure', async () => {
    const server = await startServer(({ query }, response) => {
      const limit = Number(query.get('limit'));
      if (limit > 10) response.end('x'.repeat(65 * 1024 * 1024));
      else sendJson(response, page(['a'], {}));
    });
    expect((await list(server)).items).toHaveLength(1);
    expect(server.asked.map((each) => each.query.get('limit'))).toEqual(['500', '62', '7']);
  });

  it('takes an empty list that Go writes as null', async () => {
    const server = await startServer((_asked, response) => {
      sendJson(response, { ...page([], {}), items: null });
    });
    expect((await list(server)).items).toEqual([]);
  });
});
