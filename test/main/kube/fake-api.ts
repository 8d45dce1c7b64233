// An API server of one kind, in memory: pages, watches, bookmarks, compaction, and every way to break them.
import type { ServerResponse } from 'node:http';
import type { KubeObject } from '../../../shared/model/kube.ts';
import { sendJson, startServer, statusOf } from './scripted-server.ts';
import type { Asked, ScriptedServer } from './scripted-server.ts';

interface Thing {
  readonly name: string;
  readonly uid: string;
  readonly version: number;
}

interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly thing: Thing;
}

export interface FakeApi extends ScriptedServer {
  /** Creates or changes. */
  readonly put: (name: string) => void;
  readonly remove: (name: string) => void;
  /** uid@resourceVersion of all, sorted. */
  readonly contents: () => string[];
  /** Forgets the past: older versions and open lists answer 410. */
  readonly compact: () => void;
  /** Loses the latest changes, as after a restore of etcd: versions count on from an older one. */
  readonly restore: () => void;
  readonly bookmark: () => void;
  /** Ends the watches in good order. */
  readonly endWatches: () => void;
  /** Cuts the connections of the watches. */
  readonly cutWatches: () => void;
  /** Sends raw text on all watches. */
  readonly garble: (text: string) => void;
  readonly watches: () => number;
  /** Answers instead of the API: returns true if it did. Set by a test. */
  intercept: (asked: Asked, response: ServerResponse) => boolean;
  /** Whether compaction shows as an ERROR within the watch, not as a status. */
  expiresInStream: boolean;
}

export const THINGS = { group: '', version: 'v1', resource: 'things' };

const render = ({ name, uid, version }: Thing): object => ({
  metadata: { name, uid, resourceVersion: String(version) },
});
const EXPIRED = statusOf(410, 'Expired', 'too old resource version');

export async function startFakeApi(): Promise<FakeApi> {
  const things = new Map<string, Thing>();
  let history: Change[] = [];
  let snapshots = new Map<string, readonly Thing[]>();
  let version = 100;
  let compacted = 0;
  let created = 0;
  const watches = new Set<ServerResponse>();

  const send = (response: ServerResponse, type: string, object: object): void => {
    response.write(`${JSON.stringify({ type, object: { apiVersion: 'v1', kind: 'Thing', ...object } })}\n`);
  };
  const record = (change: Change): void => {
    history.push(change);
    for (const watch of watches) send(watch, change.type, render(change.thing));
  };

  function list({ query }: Asked, response: ServerResponse): void {
    const token = query.get('continue') ?? '';
    const [from = '', at = '0'] = token.split('-');
    const all = token === '' ? [...things.values()] : snapshots.get(from);
    if (all === undefined) {
      sendJson(response, EXPIRED, 410);
      return;
    }
    const name = token === '' ? String(version) : from;
    snapshots.set(name, all);
    const limit = Number(query.get('limit'));
    const start = Number(at);
    const rest = all.length - start - limit;
    const metadata = {
      resourceVersion: name,
      ...(rest > 0 && { continue: `${name}-${start + limit}`, remainingItemCount: rest }),
    };
    const items = all.slice(start, start + limit).map(render);
    sendJson(response, { kind: 'ThingList', apiVersion: 'v1', metadata, items });
  }

  function watch({ query }: Asked, response: ServerResponse): void {
    const since = Number(query.get('resourceVersion'));
    if (since < compacted && !api.expiresInStream) {
      sendJson(response, EXPIRED, 410);
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    if (since < compacted) {
      response.end(`${JSON.stringify({ type: 'ERROR', object: EXPIRED })}\n`);
      return;
    }
    for (const { type, thing } of history) if (thing.version > since) send(response, type, render(thing));
    watches.add(response);
    response.on('error', () => undefined).once('close', () => watches.delete(response));
  }

  const server = await startServer((asked, response) => {
    if (api.intercept(asked, response)) return;
    if (asked.path !== '/api/v1/things') response.writeHead(404).end('404 page not found\n');
    else if (asked.query.get('watch') === 'true') watch(asked, response);
    else list(asked, response);
  });

  const forget = (): void => {
    history = [];
    snapshots = new Map();
    compacted = version;
  };
  const api: FakeApi = Object.assign(server, {
    intercept: () => false,
    expiresInStream: false,
    put(name: string) {
      version += 1;
      const before = things.get(name);
      if (before === undefined) created += 1;
      const thing = { name, uid: before?.uid ?? `${name}-${created}`, version };
      things.set(name, thing);
      record({ type: before ? 'MODIFIED' : 'ADDED', thing });
    },
    remove(name: string) {
      const before = things.get(name);
      if (before === undefined) return;
      version += 1;
      things.delete(name);
      record({ type: 'DELETED', thing: { ...before, version } });
    },
    contents: () => [...things.values()].map((each) => `${each.uid}@${each.version}`).sort(),
    compact() {
      // A cluster is never still: what is forgotten is older than what is.
      version += 1;
      forget();
    },
    restore() {
      for (const { thing } of history.slice(-2)) things.delete(thing.name);
      for (const each of watches) each.destroy();
      watches.clear();
      version = 50;
      history = [];
      snapshots = new Map();
      compacted = 0;
    },
    bookmark() {
      for (const each of watches) send(each, 'BOOKMARK', { metadata: { resourceVersion: String(version) } });
    },
    endWatches() {
      for (const each of watches) each.end();
    },
    cutWatches() {
      for (const each of watches) each.socket?.resetAndDestroy();
    },
    garble(text: string) {
      for (const each of watches) each.write(text);
    },
    watches: () => watches.size,
  });
  return api;
}

/** A store as the reflector's sink fills it. */
export function createStore() {
  const items = new Map<string, KubeObject>();
  return {
    contents: () =>
      [...items.values()]
        .map((each) => `${each.metadata.uid ?? ''}@${each.metadata.resourceVersion ?? ''}`)
        .sort(),
    replace(all: readonly KubeObject[]) {
      items.clear();
      for (const each of all) items.set(each.metadata.uid ?? '', each);
    },
    upsert(item: KubeObject) {
      items.set(item.metadata.uid ?? '', item);
    },
    remove(item: KubeObject) {
      items.delete(item.metadata.uid ?? '');
    },
  };
}
