/** The list-watch of any kind as rows of the server's own table (meta/v1 Table), as `kubectl get` prints them. */
import type { Row, RowColumn } from '../../shared/ipc.ts';
import { parseJson, readEnvelope, readListMeta } from './codec.ts';
import type { Codec, Item, Page } from './codec.ts';
import type { Reflector, TableOptions, TableRow } from './contract.ts';
import { isFields, textOf } from './json.ts';
import type { Fields } from './json.ts';
import { startListWatch } from './list-watch.ts';
import { TIMING } from './timing.ts';
import type { Timing } from './timing.ts';

const ACCEPT = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

/** For servers that make no tables (an aggregated API). */
const PLAIN_COLUMNS: readonly RowColumn[] = [
  { name: 'Name', type: 'string', description: 'Name of the object.', priority: 0 },
  { name: 'Created At', type: 'date', description: 'When the object was created.', priority: 0 },
];

function readColumn(value: unknown): RowColumn | undefined {
  if (!isFields(value) || typeof value.name !== 'string') return undefined;
  return {
    name: value.name,
    type: textOf(value.type) || 'string',
    description: textOf(value.description),
    priority: typeof value.priority === 'number' ? value.priority : 0,
  };
}

function readColumns(table: Fields): RowColumn[] {
  if (!Array.isArray(table.columnDefinitions)) return [];
  return (table.columnDefinitions as unknown[]).map(
    (each) => readColumn(each) ?? { name: '', type: 'string', description: '', priority: 1 },
  );
}

function readCell(value: unknown): Row['cells'][number] {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return JSON.stringify(value);
}

function readRow(metadata: unknown, cells: readonly unknown[]): Item<TableRow> | undefined {
  if (!isFields(metadata)) return undefined;
  const name = textOf(metadata.name);
  const namespace = textOf(metadata.namespace);
  // Virtual objects, such as metrics, have no uid; their name identifies them as long as they live.
  const uid = textOf(metadata.uid) || (name === '' ? '' : `${namespace}/${name}`);
  if (uid === '' || name === '') return undefined;
  const created = Date.parse(textOf(metadata.creationTimestamp));
  const row: Row = {
    uid,
    name,
    ...(namespace !== '' && { namespace }),
    ...(!Number.isNaN(created) && { created }),
    deleting: textOf(metadata.deletionTimestamp) !== '',
    cells: cells.map(readCell),
  };
  return { uid, value: { row, resourceVersion: textOf(metadata.resourceVersion) } };
}

function readTableRows(table: Fields): (Item<TableRow> | undefined)[] {
  if (!Array.isArray(table.rows)) return [];
  return (table.rows as unknown[]).map((row) => {
    if (!isFields(row) || !isFields(row.object) || !Array.isArray(row.cells)) return undefined;
    return readRow(row.object.metadata, row.cells as unknown[]);
  });
}

function readPlainRow(object: unknown): Item<TableRow> | undefined {
  if (!isFields(object) || !isFields(object.metadata)) return undefined;
  return readRow(object.metadata, [object.metadata.name, object.metadata.creationTimestamp]);
}

/** Calls `columns` when the server describes its columns, and again when the description changes. */
function createTableCodec(columns: (columns: readonly RowColumn[]) => void): Codec<TableRow> {
  let told = '';
  const tell = (next: readonly RowColumn[]): void => {
    const text = JSON.stringify(next);
    if (next.length === 0 || text === told) return;
    told = text;
    columns(next);
  };

  function readPage(text: string): Page<TableRow> | undefined {
    const list = parseJson(text);
    if (!isFields(list)) return undefined;
    const isTable = list.kind === 'Table';
    if (!isTable && !Array.isArray(list.items)) return undefined;
    tell(isTable ? readColumns(list) : PLAIN_COLUMNS);
    const rows = isTable ? readTableRows(list) : (list.items as unknown[]).map(readPlainRow);
    const items = rows.filter((row) => row !== undefined);
    return { items, dropped: rows.length - items.length, ...readListMeta(list) };
  }

  return {
    accept: ACCEPT,
    query: { includeObject: 'Metadata' },
    readPage,
    readEvent(line) {
      const event = readEnvelope(parseJson(line));
      if (event === undefined) return undefined;
      const { type, object } = event;
      if (type === 'error') return { type, status: object };
      const isTable = object.kind === 'Table';
      // Only the first event of a watch describes the columns.
      if (isTable) tell(readColumns(object));
      const item = isTable ? readTableRows(object)[0] : readPlainRow(object);
      const resourceVersion = versionOfEvent(object, isTable);
      if (type === 'bookmark') return { type, resourceVersion };
      return item === undefined ? { type: 'dropped', resourceVersion } : { type, item, resourceVersion };
    },
  };
}

/** A table holds the version of its one row's object, a bookmark's row nothing but that. */
function versionOfEvent(object: Fields, isTable: boolean): string {
  const rows = isTable && Array.isArray(object.rows) ? (object.rows as unknown[]) : [];
  const first = rows[0];
  const holder = isFields(first) && isFields(first.object) ? first.object : object;
  const own = isFields(holder.metadata) ? textOf(holder.metadata.resourceVersion) : '';
  return own !== '' || !isFields(object.metadata) ? own : textOf(object.metadata.resourceVersion);
}

/**
 * Starts at once; never throws, its `state` tells. Cells of age are relative to when the server printed them: show
 * `row.created` instead. A kind that can be listed but not watched ends as `denied` with what was listed.
 */
export function createTableReflector(options: TableOptions, timing: Timing = TIMING): Reflector {
  let stopped = false;
  const codec = createTableCodec((columns) => {
    if (!stopped) options.sink.columns(columns);
  });
  const reflector = startListWatch({ ...options, codec }, timing);
  return {
    get state() {
      return reflector.state;
    },
    get vitals() {
      return reflector.vitals;
    },
    get dropped() {
      return reflector.dropped;
    },
    synced: reflector.synced,
    retryNow: () => {
      reflector.retryNow();
    },
    stop: () => {
      stopped = true;
      reflector.stop();
    },
  };
}
