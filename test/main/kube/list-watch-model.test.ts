// Any sequence of changes and breakdowns ends with the store equal to the server.
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createReflector } from '../../../src-main/kube/list-watch.ts';
import { TIMING } from '../../../src-main/kube/timing.ts';
import { createStore, startFakeApi, THINGS } from './fake-api.ts';
import type { FakeApi } from './fake-api.ts';
import { clientOf, sendJson, statusOf } from './scripted-server.ts';

const TIMES = { ...TIMING, minBackOff: 1, maxBackOff: 4, slow: 4, rare: 8, answer: 2000, steady: 20 };

type Step = (api: FakeApi) => void;

const name = fc.nat({ max: 8 }).map((number) => `t${number}`);
/** The next few requests are answered with this. */
const answerWith = (status: number, body: object): Step => {
  return (api) => {
    let left = 2;
    api.intercept = (_asked, response) => {
      left -= 1;
      if (left < 0) return false;
      sendJson(response, body, status);
      return true;
    };
  };
};

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: name.map((each): Step => (api) => {
      api.put(each);
    }),
  },
  {
    weight: 4,
    arbitrary: name.map((each): Step => (api) => {
      api.remove(each);
    }),
  },
  fc.constantFrom<Step>(
    (api) => {
      api.cutWatches();
    },
    (api) => {
      api.reset();
    },
    (api) => {
      api.endWatches();
    },
    (api) => {
      api.compact();
    },
    (api) => {
      api.bookmark();
    },
    (api) => {
      api.garble('{"type":"ADDED","object":\n');
    },
    (api) => {
      api.garble('{"type":"MODIFIED","obj');
      api.cutWatches();
    },
    (api) => {
      api.garble('{"type":"ADDED","object":{"metadata":{"name":7}}}\n');
    },
    (api) => {
      api.garble(`${JSON.stringify({ type: 'ERROR', object: statusOf(500, 'InternalError', 'etcd') })}\n`);
    },
    answerWith(500, statusOf(500, 'InternalError', 'etcd')),
    answerWith(429, statusOf(429, 'TooManyRequests', 'busy')),
    answerWith(403, statusOf(403, 'Forbidden', 'no')),
    answerWith(401, statusOf(401, 'Unauthorized', 'no')),
    answerWith(410, statusOf(410, 'Expired', 'too old')),
    answerWith(404, statusOf(404, 'NotFound', 'the server could not find the requested resource')),
  ),
);

it('ends with the store equal to the server', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(name, { maxLength: 8 }),
      fc.array(fc.tuple(step, fc.nat({ max: 6 })), { maxLength: 30 }),
      fc.boolean(),
      async (before, steps, expiresInStream) => {
        const api = await startFakeApi();
        api.expiresInStream = expiresInStream;
        before.forEach(api.put);
        const store = createStore();
        const options = {
          client: clientOf(api.url),
          resource: THINGS,
          prepare: <T>(item: T): T => item,
          pageSize: 3,
        };
        const reflector = createReflector({ ...options, sink: { ...store, state: () => undefined } }, TIMES);
        for (const [run, turns] of steps) {
          run(api);
          // Some steps meet what is under way, some its end.
          for (let turn = 0; turn < turns * turns; turn++) await setImmediate();
        }
        // After a 401 a client rests until somebody acts.
        api.intercept = () => false;
        options.client.resume();
        // An unfinished line of garbage spoils what follows it, until the connection ends.
        api.cutWatches();
        reflector.retryNow();
        await expect
          .poll(() => [reflector.state.phase, store.contents()], { timeout: 4000, interval: 5 })
          .toEqual(['live', api.contents()]);
        api.put('last');
        await expect.poll(() => store.contents(), { timeout: 4000, interval: 5 }).toEqual(api.contents());
        expect(reflector.state.objects).toBe(api.contents().length);
        reflector.stop();
        await api.close();
      },
    ),
    { numRuns: 150 },
  );
}, 60_000);
