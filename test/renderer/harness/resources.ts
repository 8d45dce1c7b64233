// Answers for the Resources view and the dock on top of the fake bridge: rows, objects, logs, shells.
import type { AppError, Result } from '../../../shared/errors.ts';
import type {
  Bridge,
  CallIn,
  CallName,
  CallOut,
  ObjectView,
  PushName,
  Pushes,
  Row,
  RowColumn,
} from '../../../shared/ipc.ts';
import type { WatchState } from '../../../shared/model/fabric.ts';
import { countOf, KINDS } from './kinds.ts';
import { podView } from './object.ts';
import {
  hostilePods,
  incidentPods,
  longPods,
  manyPods,
  PLAIN_COLUMNS,
  plainRows,
  POD_COLUMNS,
} from './rows.ts';
import type { Streams } from './streams.ts';
import { openLog, openShell } from './streams.ts';

/** What a test drives. */
export interface ResourceControl extends Streams {
  readonly calls: { readonly name: CallName; readonly input: unknown }[];
  /** Changes the table of pods that is on screen. */
  pushRows(change: {
    upsert?: readonly Row[];
    remove?: readonly string[];
    state?: Partial<WatchState>;
  }): void;
  /** Changes the open object; null deletes it. */
  pushObject(change: Partial<ObjectView> | null): void;
}

interface Subscription {
  readonly sub: string;
  seq: number;
}

const FORBIDDEN: AppError = {
  code: 'forbidden',
  message:
    'pods is forbidden: User "oncall-2" cannot list resource "pods" in API group "" at the cluster scope.',
  retryable: false,
  status: 403,
  details: { verb: 'list', resource: 'pods', user: 'oncall-2' },
};
const UNREACHABLE: AppError = {
  code: 'unreachable',
  message: 'https://api.prod-fra1.example:6443 does not answer.',
  hint: 'Check that your VPN is up.',
  retryable: true,
};

function live(more: Partial<WatchState> = {}): WatchState {
  const now = Date.now();
  return { phase: 'live', since: now - 60_000, asOf: now - 1000, objects: 0, reconnects: 0, ...more };
}

/** The pods of a named data set, and the state of their list-watch. */
function podsOf(name: string): { readonly rows: readonly Row[]; readonly state: WatchState } {
  switch (name) {
    case 'zero':
      return { rows: [], state: live() };
    case 'many':
      return { rows: manyPods(5000), state: live() };
    case 'long':
      return { rows: longPods(), state: live() };
    case 'hostile':
      return { rows: hostilePods(), state: live() };
    case 'loading':
      return { rows: [], state: live({ phase: 'listing', objects: 3500, expected: 5000 }) };
    case 'stale':
      return {
        rows: incidentPods(),
        state: live({ phase: 'stale', asOf: Date.now() - 240_000, error: UNREACHABLE }),
      };
    case 'denied':
      return { rows: [], state: live({ phase: 'denied', error: FORBIDDEN }) };
    case 'absent':
      return { rows: [], state: live({ phase: 'absent' }) };
    case 'failed':
      return { rows: [], state: live({ phase: 'stale', error: UNREACHABLE }) };
    default:
      return { rows: incidentPods(), state: live() };
  }
}

const NAMESPACES = ['default', 'kafka', 'kube-system', 'ledger', 'payments', 'shop'];

/** Wraps a bridge; `name` is the data set and `logs` how a log begins (`sample` or `silent`). */
export function withResources(
  inner: Bridge,
  name: string,
  logs: string,
): { readonly bridge: Bridge; readonly control: ResourceControl } {
  const listeners = {
    rows: new Set<(message: Pushes['rows']) => void>(),
    object: new Set<(message: Pushes['object']) => void>(),
  };
  const streams: Streams = { logs: [], shells: [] };
  const calls: ResourceControl['calls'] = [];
  let count = 0;
  let table: Subscription | undefined;
  let opened: (Subscription & { view: ObjectView }) | undefined;

  const begin = (run: (subscription: Subscription) => void): { sub: string } => {
    count += 1;
    const subscription = { sub: `rows-${String(count)}`, seq: 0 };
    setTimeout(() => {
      run(subscription);
    }, 10);
    return { sub: subscription.sub };
  };
  const sendRows = (subscription: Subscription, message: Omit<Pushes['rows'], 'sub' | 'seq'>): void => {
    subscription.seq += 1;
    const copy = structuredClone({ ...message, sub: subscription.sub, seq: subscription.seq });
    for (const listener of listeners.rows) listener(copy);
  };
  const sendObject = (view: ObjectView | null): void => {
    if (!opened) return;
    opened.seq += 1;
    const copy = structuredClone({ sub: opened.sub, seq: opened.seq, object: view, state: live() });
    for (const listener of listeners.object) listener(copy);
  };
  const first = (rows: readonly Row[], columns: readonly RowColumn[], state: WatchState) => ({
    reset: true,
    upsert: rows,
    remove: [],
    columns,
    state,
  });

  const watchRows = ({ resource, namespace }: CallIn<'rows.watch'>): { sub: string } =>
    begin((subscription) => {
      if (resource.resource === 'pods') {
        table = subscription;
        const { rows, state } = podsOf(name);
        const shown = rows.filter((row) => namespace === undefined || row.namespace === namespace);
        sendRows(subscription, first(shown, POD_COLUMNS, state));
      } else if (resource.resource === 'namespaces')
        sendRows(subscription, first(plainRows(NAMESPACES), PLAIN_COLUMNS, live()));
      else {
        const kind = KINDS.find((one) => one.resource === resource.resource);
        const rows = plainRows(
          ['alpha', 'beta', 'gamma'],
          kind?.namespaced === true ? (namespace ?? 'shop') : undefined,
        );
        sendRows(subscription, first(rows, PLAIN_COLUMNS, live()));
      }
    });
  const watchObject = ({ resource, namespace, name: wanted }: CallIn<'object.watch'>): { sub: string } =>
    begin((subscription) => {
      const kind = KINDS.find((one) => one.resource === resource.resource)?.kind ?? 'Pod';
      const apiVersion = resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
      const place = namespace === undefined ? {} : { namespace };
      const ref = { apiVersion, kind, name: wanted, uid: `${kind}-${namespace ?? ''}-${wanted}`, ...place };
      const denied = name === 'hostile' ? {} : { events: { denied: 'You may not list events in payments.' } };
      const view = podView(ref, resource, {
        ...(wanted.endsWith('h9v2c') ? denied : {}),
        ...(kind === 'Pod' ? {} : { containers: [] }),
      });
      opened = Object.assign(subscription, { view });
      sendObject(view);
    });

  const answers: { [N in CallName]?: (input: CallIn<N>) => CallOut<N> } = {
    'kinds.list': () => KINDS,
    'kinds.counts': ({ resources }) => resources.map((one) => ({ ...one, count: countOf(one.resource) })),
    'rows.watch': watchRows,
    'object.watch': watchObject,
    'logs.open': (input) => openLog(streams, input, logs),
    'shell.open': (input) => openShell(streams, input),
    'file.save': () => ({ path: '/home/user/payments-api.log' }),
  };
  const bridge: Bridge = {
    call<N extends CallName>(call: N, input: CallIn<N>): Promise<Result<CallOut<N>>> {
      calls.push({ name: call, input });
      const answer = answers[call];
      return answer ? Promise.resolve({ ok: true, value: answer(input) }) : inner.call(call, input);
    },
    on<P extends PushName>(push: P, listener: (message: Pushes[P]) => void) {
      if (push !== 'rows' && push !== 'object') return inner.on(push, listener);
      const set: Set<unknown> = push === 'rows' ? listeners.rows : listeners.object;
      set.add(listener);
      return () => set.delete(listener);
    },
  };
  return {
    bridge,
    control: {
      ...streams,
      calls,
      pushRows({ upsert = [], remove = [], state = {} }) {
        if (table) sendRows(table, { reset: false, upsert, remove, state: live(state) });
      },
      pushObject(change) {
        if (!opened) return;
        if (change) opened.view = { ...opened.view, ...change };
        sendObject(change ? opened.view : null);
      },
    },
  };
}
