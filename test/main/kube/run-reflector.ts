// A reflector on the fake API with a store and a record of what it told; it stops with the test.
import { onTestFinished } from 'vitest';
import type { WatchPhase, WatchState } from '../../../shared/model/fabric.ts';
import type { KubeObject } from '../../../shared/model/kube.ts';
import type { Gate, KubeClient, Reflector } from '../../../src-main/kube/contract.ts';
import { createReflector } from '../../../src-main/kube/list-watch.ts';
import { TIMING } from '../../../src-main/kube/timing.ts';
import type { Timing } from '../../../src-main/kube/timing.ts';
import { eventually } from './eventually.ts';
import { createStore, THINGS } from './fake-api.ts';
import type { FakeApi } from './fake-api.ts';
import { clientOf, sendJson } from './scripted-server.ts';

export const QUICK: Timing = {
  ...TIMING,
  minBackOff: 1,
  maxBackOff: 4,
  slow: 4,
  rare: 4,
  poll: 4,
  answer: 2000,
};
/** Nothing is retried by itself. */
export const NEVER: Timing = {
  ...TIMING,
  minBackOff: 600_000,
  maxBackOff: 600_000,
  slow: 600_000,
  rare: 600_000,
  poll: 600_000,
  steady: 600_000,
};

export interface Running {
  readonly client: KubeClient;
  readonly reflector: Reflector;
  readonly store: ReturnType<typeof createStore>;
  readonly states: WatchState[];
  readonly pages: number[];
  readonly phases: () => WatchPhase[];
  readonly until: (phase: WatchPhase) => Promise<void>;
}

export function runReflector(
  api: FakeApi,
  timing = QUICK,
  prepare = (item: KubeObject) => item,
  gate?: Gate,
): Running {
  const store = createStore();
  const states: WatchState[] = [];
  const pages: number[] = [];
  const bare = clientOf(api.url);
  const client = gate === undefined ? bare : { ...bare, gate };
  const reflector = createReflector(
    {
      client,
      resource: THINGS,
      prepare,
      pageSize: 2,
      sink: {
        ...store,
        upsert: (item) => {
          store.upsert(item);
        },
        page: (items) => pages.push(items.length),
        state: (state) => states.push(state),
      },
    },
    timing,
  );
  onTestFinished(() => {
    reflector.stop();
  });
  return {
    client: bare,
    reflector,
    store,
    states,
    pages,
    phases: () => states.map((each) => each.phase).filter((phase, index, all) => phase !== all[index - 1]),
    until: (phase) => eventually(() => reflector.state.phase).toBe(phase),
  };
}

/** Answers lists, watches or both with a status. */
export const refuse = (
  api: FakeApi,
  status: number,
  body: object,
  only: 'list' | 'watch' | 'all' = 'all',
): void => {
  api.intercept = ({ query }, response) => {
    if (only !== 'all' && (query.get('watch') === 'true') !== (only === 'watch')) return false;
    sendJson(response, body, status);
    return true;
  };
};
export const watchesAsked = (api: FakeApi) => api.asked.filter((each) => each.query.get('watch') === 'true');
export const listsAsked = (api: FakeApi) => api.asked.filter((each) => each.query.get('watch') !== 'true');
