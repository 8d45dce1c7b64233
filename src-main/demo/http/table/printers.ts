/** Which columns the table of a built-in resource has, and what fills them. */
import type { Column, Resource, StoredObject } from '../../model.ts';
import { CLUSTER_CELLS } from './cluster-cells.ts';
import tables from './columns.json' with { type: 'json' };
import { printEvent } from './event-cells.ts';
import { NETWORK_CELLS } from './network-cells.ts';
import { podRow } from './pod-cells.ts';
import type { PrintCells, Row } from './row.ts';
import { WORKLOAD_CELLS } from './workload-cells.ts';

export interface Printer {
  readonly columns: readonly Column[];
  /** Kinds without a printer of their own have no rows at all where others have an empty list of them. */
  readonly plain: boolean;
  readonly row: (object: StoredObject, now: number) => Row;
}

const CELLS: Readonly<Record<string, PrintCells>> = {
  ...WORKLOAD_CELLS,
  ...NETWORK_CELLS,
  ...CLUSTER_CELLS,
  events: printEvent,
};

/** Name, type, format, priority, and the number of the description. */
type PackedColumn = readonly [string, Column['type'], string, number, number];

const COLUMNS = tables.columns as unknown as Readonly<Record<string, readonly PackedColumn[]>>;

/** They show a name and when they were created. */
const PLAIN_LIKE = 'roles.rbac.authorization.k8s.io';

const printPlain: PrintCells = ({ metadata }) => [metadata.name, metadata.creationTimestamp];

function unpack([name, type, format, priority, description]: PackedColumn): Column {
  return { name, type, format, priority, description: tables.descriptions[description] ?? '' };
}

function build(storedAs: string): Printer {
  const cells = Object.hasOwn(CELLS, storedAs) ? CELLS[storedAs] : undefined;
  const known = cells !== undefined || storedAs === 'pods';
  const packed = COLUMNS[known ? storedAs : PLAIN_LIKE] ?? [];
  const print = cells ?? printPlain;
  return {
    columns: packed.map(unpack),
    plain: !known,
    row: storedAs === 'pods' ? podRow : (object, now) => ({ cells: print(object, now) }),
  };
}

const printers = new Map<string, Printer>();

export function printerFor({ storedAs }: Resource): Printer {
  const printer = printers.get(storedAs) ?? build(storedAs);
  printers.set(storedAs, printer);
  return printer;
}
