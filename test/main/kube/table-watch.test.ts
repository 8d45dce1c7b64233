// Rows of the server's table: columns, changes, plain lists and hostile cells.
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RowColumn } from '../../../shared/ipc.ts';
import type { TableRow } from '../../../src-main/kube/contract.ts';
import { createTableReflector } from '../../../src-main/kube/table-watch.ts';
import { TIMING } from '../../../src-main/kube/timing.ts';
import { eventually } from './eventually.ts';
import { clientOf, sendJson, startServer } from './scripted-server.ts';
import type { Answer } from './scripted-server.ts';

const WIDGETS = { group: 'example.com', version: 'v1', resource: 'widgets' };
const COLUMNS = [
  { name: 'Name', type: 'string', format: 'name', description: 'The name.', priority: 0 },
  { name: 'Size', type: 'integer', format: '', description: '', priority: 1 },
];
const TIMES = { ...TIMING, minBackOff: 1, maxBackOff: 2, rare: 2 };

const table = (rows: object[], columnDefinitions: object[] | null = COLUMNS, version = '10') => ({
  kind: 'Table',
  apiVersion: 'meta.k8s.io/v1',
  metadata: { resourceVersion: version },
  columnDefinitions,
  rows,
});
const row = (name: string, cells: unknown[], version = '9', metadata: object = {}) => ({
  cells: [name, ...cells],
  object: {
    kind: 'PartialObjectMetadata',
    metadata: {
      name,
      namespace: 'shop',
      uid: `uid-${name}`,
      resourceVersion: version,
      creationTimestamp: '2026-11-21T07:00:00Z',
      ...metadata,
    },
  },
});

async function follow(answer: Answer) {
  const server = await startServer(answer);
  const told: string[] = [];
  const columns: (readonly RowColumn[])[] = [];
  let lists: (readonly TableRow[])[] = [];
  const reflector = createTableReflector(
    {
      client: clientOf(server.url),
      resource: WIDGETS,
      namespace: 'shop',
      sink: {
        columns: (next) => {
          columns.push(next);
          told.push('columns');
        },
        replace: (rows) => {
          lists = [...lists, rows];
          told.push(`replace ${rows.map((each) => each.row.name).join()}`);
        },
        upsert: ({ row: each, resourceVersion }) =>
          told.push(`upsert ${each.name} ${each.cells.join()} @${resourceVersion}`),
        remove: ({ row: each }) => told.push(`remove ${each.name}`),
        state: () => undefined,
      },
    },
    TIMES,
  );
  onTestFinished(() => {
    reflector.stop();
  });
  return { server, reflector, told, columns, rows: () => lists.at(-1) ?? [] };
}

/** Lists the one table, then sends these events and holds the watch open. */
const serve =
  (list: object, events: object[] = []): Answer =>
  ({ query }, response) => {
    if (query.get('watch') !== 'true') sendJson(response, list);
    else {
      response.writeHead(200);
      response.flushHeaders();
      for (const event of events) response.write(`${JSON.stringify(event)}\n`);
    }
  };

describe('a table-watch', () => {
  it("tells the server's columns and rows, then their changes", async () => {
    const { server, reflector, told, columns, rows } = await follow(
      serve(table([row('a', [1]), row('b', [2], '8', { deletionTimestamp: '2026-11-21T08:00:00Z' })]), [
        { type: 'MODIFIED', object: table([row('a', [3], '11')], COLUMNS, '11') },
        { type: 'ADDED', object: table([row('c', [4], '12')], null, '12') },
        { type: 'DELETED', object: table([row('b', [2], '13')], null, '13') },
        {
          type: 'BOOKMARK',
          object: table([{ cells: [''], object: { metadata: { resourceVersion: '20' } } }], null, '20'),
        },
      ]),
    );
    await eventually(() => told.length).toBe(5);
    expect(told).toEqual(['columns', 'replace a,b', 'upsert a a,3 @11', 'upsert c c,4 @12', 'remove b']);
    expect(columns).toEqual([
      [
        { name: 'Name', type: 'string', description: 'The name.', priority: 0 },
        { name: 'Size', type: 'integer', description: '', priority: 1 },
      ],
    ]);
    const created = Date.parse('2026-11-21T07:00:00Z');
    expect(rows().map((each) => each.row)).toEqual([
      { uid: 'uid-a', name: 'a', namespace: 'shop', created, deleting: false, cells: ['a', 1] },
      { uid: 'uid-b', name: 'b', namespace: 'shop', created, deleting: true, cells: ['b', 2] },
    ]);
    expect(server.asked[0]).toMatchObject({
      path: '/apis/example.com/v1/namespaces/shop/widgets',
      headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' },
    });
    expect(server.asked[0]?.query.get('includeObject')).toBe('Metadata');
    // The bookmark's version is where the next watch goes on.
    server.reset();
    await eventually(() => server.asked.at(-1)?.query.get('resourceVersion')).toBe('20');
    expect(reflector.dropped).toBe(0);
  });

  it('tells other columns when the server describes others', async () => {
    const { columns } = await follow(
      serve(table([]), [{ type: 'ADDED', object: table([row('a', [])], [COLUMNS[0] ?? {}]) }]),
    );
    await eventually(() => columns.length).toBe(2);
    expect(columns[1]?.map((each) => each.name)).toEqual(['Name']);
  });

  it('makes a table of a plain list, for servers that cannot', async () => {
    const item = (name: string) => ({
      kind: 'Widget',
      apiVersion: 'v1',
      metadata: row(name, []).object.metadata,
    });
    const { told, columns, rows } = await follow(
      serve({ kind: 'WidgetList', metadata: { resourceVersion: '10' }, items: [item('a')] }, [
        { type: 'ADDED', object: item('b') },
      ]),
    );
    await eventually(() => told.length).toBe(3);
    expect(columns[0]?.map((each) => each.name)).toEqual(['Name', 'Created At']);
    expect(rows()[0]?.row.cells).toEqual(['a', '2026-11-21T07:00:00Z']);
    expect(told[2]).toContain('upsert b');
  });

  it('identifies objects without a uid by their name', async () => {
    const { rows } = await follow(serve(table([row('a', [], '1', { uid: undefined })])));
    await eventually(() => rows()[0]?.row.uid).toBe('shop/a');
  });

  it('drops rows that are none, and shows cells of any kind', async () => {
    const cells = [null, true, 1.5, { a: 1 }, ['x'], '<script>'];
    const hostile = [
      7,
      null,
      {},
      { cells: 'x', object: {} },
      { cells: [], object: { metadata: { name: 7 } } },
    ];
    const { reflector, rows } = await follow(serve(table([row('a', cells), ...(hostile as object[])])));
    await eventually(() => rows().length).toBe(1);
    expect(rows()[0]?.row.cells).toEqual(['a', null, true, 1.5, '{"a":1}', '["x"]', '<script>']);
    expect(reflector.dropped).toBe(5);
  });

  it('is stale where the answer is no list', async () => {
    const { reflector } = await follow(serve({ kind: 'Status' }));
    await eventually(() => reflector.state.phase).toBe('stale');
    expect(reflector.state.error?.message).toContain('something that is no list');
  });
});
