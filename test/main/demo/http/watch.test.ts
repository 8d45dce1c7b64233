/** Watches over loopback: selectors, bookmarks, what comes first, how they end. */
import http, { type IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ADMIN, startServer, type Harness } from './harness.ts';

interface WatchEvent {
  readonly type: string;
  readonly object: {
    readonly kind: string;
    readonly message?: string;
    readonly metadata: { readonly name?: string; readonly resourceVersion?: string };
    readonly columnDefinitions?: unknown[] | null;
    readonly rows?: { readonly cells: unknown[] }[];
    readonly code?: number;
  };
}

interface Watching {
  readonly events: WatchEvent[];
  readonly response: IncomingMessage;
  ended: boolean;
  stop(): void;
}

let harness: Harness;
const open: Watching[] = [];

beforeEach(async () => {
  harness = await startServer();
  harness.create('v1', 'Namespace', undefined, { metadata: { name: 'web' } });
});

afterEach(async () => {
  for (const watching of open.splice(0)) watching.stop();
  expect(harness.reports).toEqual([]);
  await harness.close();
});

const CONFIG = '/api/v1/namespaces/web/configmaps';

function makeConfig(name: string, labels: Record<string, string> = {}): void {
  harness.create('v1', 'ConfigMap', 'web', { metadata: { name, labels } });
}

function label(name: string, labels: Record<string, string>): void {
  const resource = harness.registry.catalogue.builtIn('v1', 'ConfigMap');
  harness.registry.update(
    resource,
    'web',
    name,
    (current) => ({ ...current, metadata: { ...current?.metadata, labels } }),
    { caller: ADMIN, internal: true },
  );
}

function remove(name: string): void {
  const resource = harness.registry.catalogue.builtIn('v1', 'ConfigMap');
  harness.registry.delete(resource, 'web', name, {}, { caller: ADMIN, internal: true });
}

function watch(query: string, headers: Record<string, string> = {}): Promise<Watching> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        host: '127.0.0.1',
        port: harness.port,
        path: `${CONFIG}?watch=true${query}`,
        headers: { Authorization: 'Bearer admin-token', ...headers },
      },
      (response) => {
        const watching: Watching = {
          events: [],
          response,
          ended: false,
          stop: () => {
            request.destroy();
          },
        };
        let rest = '';
        response.setEncoding('utf8');
        response.on('data', (text: string) => {
          const lines = (rest + text).split('\n');
          rest = lines.pop() ?? '';
          watching.events.push(...lines.map((line) => JSON.parse(line) as WatchEvent));
        });
        response.on('error', () => undefined);
        response.on('close', () => {
          watching.ended = true;
        });
        open.push(watching);
        resolve(watching);
      },
    );
    request.on('error', reject);
    request.end();
  });
}

const shown = ({ events }: Watching): string[] =>
  events.map(({ type, object }) => `${type} ${object.metadata.name ?? object.kind}`);

async function becomes(watching: Watching, expected: readonly string[]): Promise<void> {
  await vi.waitFor(() => {
    expect(shown(watching)).toEqual(expected);
  });
}

describe('watches', () => {
  it('begins with what is there, then tells what changes', async () => {
    makeConfig('a');
    const watching = await watch('');
    await becomes(watching, ['ADDED a']);
    makeConfig('b');
    label('a', { x: '1' });
    remove('b');
    await becomes(watching, ['ADDED a', 'ADDED b', 'MODIFIED a', 'DELETED b']);
  });

  it('goes on from a version', async () => {
    makeConfig('a');
    const since = harness.registry.version();
    makeConfig('b');
    const watching = await watch(`&resourceVersion=${since}`);
    remove('a');
    await becomes(watching, ['ADDED b', 'DELETED a']);
  });

  it('shows objects coming into and leaving a selector', async () => {
    makeConfig('a', { tier: 'web' });
    const watching = await watch('&labelSelector=tier%3Dweb');
    await becomes(watching, ['ADDED a']);
    label('a', { tier: 'db' });
    label('a', { tier: 'cache' });
    label('a', { tier: 'web' });
    await becomes(watching, ['ADDED a', 'DELETED a', 'ADDED a']);
    const versions = watching.events.map(({ object }) => Number(object.metadata.resourceVersion));
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
    expect(new Set(versions).size).toBe(3);
  });

  it('watches one object by its name', async () => {
    const watching = await watch('&fieldSelector=metadata.name%3Db');
    makeConfig('a');
    makeConfig('b');
    await becomes(watching, ['ADDED b']);
  });

  it('streams a list and marks its end', async () => {
    makeConfig('a');
    const watching = await watch(
      '&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true',
    );
    await becomes(watching, ['ADDED a', 'BOOKMARK ConfigMap']);
    expect(watching.events[1]?.object.metadata).toEqual({
      resourceVersion: String(harness.registry.version()),
      annotations: { 'k8s.io/initial-events-end': 'true' },
    });
  });

  it('answers a version that is forgotten in the stream', async () => {
    const since = harness.registry.version();
    makeConfig('a');
    makeConfig('b');
    harness.registry.compact();
    const watching = await watch(`&resourceVersion=${since}`);
    await vi.waitFor(() => {
      expect(watching.ended).toBe(true);
    });
    expect(watching.response.statusCode).toBe(200);
    expect(watching.events).toHaveLength(1);
    expect(watching.events[0]).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
  });

  it('answers a version that is still to come in the stream, where a list is asked for first', async () => {
    const query = '&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=999999';
    const watching = await watch(query);
    await vi.waitFor(() => {
      expect(watching.ended).toBe(true);
    });
    expect(watching.events).toMatchObject([{ type: 'ERROR', object: { code: 504 } }]);
  });

  it('ends after timeoutSeconds, with a last bookmark two seconds before', async () => {
    const watching = await watch('&timeoutSeconds=3&allowWatchBookmarks=true');
    await vi.waitFor(
      () => {
        expect(watching.ended).toBe(true);
      },
      { timeout: 10_000 },
    );
    // The first bookmark ends what was there: nothing.
    expect(shown(watching)).toEqual(['BOOKMARK ConfigMap', 'BOOKMARK ConfigMap']);
    expect(watching.events[1]?.object.metadata).toEqual({
      resourceVersion: String(harness.registry.version()),
    });
    expect(harness.server.watches()).toBe(0);
  });

  it('gives tables, with the columns in the first event alone', async () => {
    makeConfig('a');
    const watching = await watch('', { Accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' });
    makeConfig('b');
    await vi.waitFor(() => {
      expect(watching.events).toHaveLength(2);
    });
    const [first, second] = watching.events;
    expect(first?.object.columnDefinitions).toHaveLength(3);
    expect(second?.object.columnDefinitions).toBeNull();
    expect(second?.object.rows?.map(({ cells }) => cells)).toEqual([['b', 0, '0s']]);
  });

  it('forgets a client that has gone', async () => {
    const watching = await watch('');
    expect(harness.server.watches()).toBe(1);
    watching.stop();
    await vi.waitFor(() => {
      expect(harness.server.watches()).toBe(0);
    });
  });

  it.each([
    [
      '&sendInitialEvents=true',
      422,
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
    ],
    [
      '&resourceVersion=xyz',
      500,
      'resourceVersion: Invalid value: "xyz": strconv.ParseUint: parsing "xyz": invalid syntax',
    ],
  ])('refuses %s with %i', async (query, code, message) => {
    const answer = await harness.ask(`${CONFIG}?watch=true${query}`);
    expect(answer.body).toMatchObject({ code, message });
  });
});
