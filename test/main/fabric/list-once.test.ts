/** One list in the shape of a reflector: complete or honestly not. */
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../shared/model/kube.ts';
import type { WatchPhase } from '../../../shared/model/fabric.ts';
import { listOnce } from '../../../src-main/fabric/list-once.ts';
import { clientOf, sendJson, startServer, statusOf, type Answer } from '../kube/scripted-server.ts';

const page = (names: string[], more: { continue?: string } = {}) => ({
  kind: 'PodList',
  apiVersion: 'v1',
  metadata: { resourceVersion: '7', ...more },
  items: names.map((name) => ({ metadata: { name, uid: name } })),
});

async function list(answer: Answer, timeoutMs = 5000) {
  const server = await startServer(answer);
  const lists: string[][] = [];
  const phases: WatchPhase[] = [];
  const reflector = listOnce<KubeObject>(
    {
      client: clientOf(server.url),
      resource: { group: '', version: 'v1', resource: 'pods' },
      prepare: (item) => item,
      sink: {
        replace: (items) => lists.push(items.map(({ metadata }) => metadata.name)),
        upsert: () => expect.unreachable(),
        remove: () => expect.unreachable(),
        state: ({ phase }) => phases.push(phase),
      },
    },
    timeoutMs,
  );
  await reflector.synced;
  return { server, lists, phases, state: reflector.state, reflector };
}

describe('listOnce', () => {
  test('all pages are one list, live as of now', async () => {
    const { lists, phases, state, server } = await list(({ query }, response) =>
      sendJson(response, query.get('continue') === 'x' ? page(['c']) : page(['a', 'b'], { continue: 'x' })),
    );
    expect(lists).toEqual([['a', 'b', 'c']]);
    expect(phases).toEqual(['listing', 'live']);
    expect(state).toMatchObject({ phase: 'live', objects: 3 });
    expect(state.asOf).toBeDefined();
    expect(server.asked).toHaveLength(2);
  });

  test('a list that expires halfway is begun anew, once', async () => {
    let expired = 0;
    const { lists, server } = await list(({ query }, response) => {
      if (query.get('continue') === null) sendJson(response, page(['a'], { continue: 'x' }));
      else if (expired++ === 0) sendJson(response, statusOf(410, 'Expired', 'too old'), 410);
      else sendJson(response, page(['b']));
    });
    expect(lists).toEqual([['a', 'b']]);
    expect(server.asked).toHaveLength(4);
  });

  test.each<[string, number, string, WatchPhase]>([
    ['refused', 403, 'Forbidden', 'denied'],
    ['not served', 404, 'NotFound', 'absent'],
    ['failing', 500, 'InternalError', 'stale'],
    ['expired for good', 410, 'Expired', 'stale'],
  ])('%s', async (_name, code, reason, phase) => {
    const { lists, state } = await list((_asked, response) =>
      sendJson(response, statusOf(code, reason, 'the server could not find the requested resource'), code),
    );
    expect(lists).toEqual([]);
    expect(state).toMatchObject({ phase, error: { status: code } });
    expect(state.asOf).toBeUndefined();
  });

  test('a server that does not answer is given up after the limit', async () => {
    const { state } = await list(() => undefined, 100);
    expect(state).toMatchObject({ phase: 'stale', error: { code: 'timeout' } });
  });
});
