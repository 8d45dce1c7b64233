/** The table of a custom resource: the columns that its definition names, filled by their JSON paths. */
import type { Column, Resource, StoredObject } from '../../model.ts';
import { since } from './duration.ts';
import { readJsonPath } from './json-path.ts';
import { printerFor } from './printers.ts';
import type { Cell } from './row.ts';

function ownColumns({ custom }: Resource): readonly Column[] {
  return custom?.columns ?? [];
}

export function customColumns(resource: Resource): readonly Column[] {
  const [name] = printerFor({ ...resource, storedAs: 'configmaps' }).columns;
  return [
    ...(name === undefined ? [] : [name]),
    ...ownColumns(resource).map(({ description, jsonPath = '', ...column }) => ({
      ...column,
      description:
        description === ''
          ? `Custom resource definition column (in JSONPath format): ${jsonPath}`
          : description,
    })),
  ];
}

/** Text of a value as Go prints it into a cell of type string. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const READ: Readonly<Record<Column['type'], (value: unknown, now: number) => Cell>> = {
  integer: (value) => (typeof value === 'number' ? Math.trunc(value) : null),
  number: (value) => (typeof value === 'number' ? value : null),
  boolean: (value) => (typeof value === 'boolean' ? value : null),
  string: (value) => textOf(value),
  date: (value, now) => {
    const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
    return Number.isNaN(time) ? '<invalid>' : since(value, now);
  },
};

export function customCells(resource: Resource, object: StoredObject, now: number): readonly Cell[] {
  const cells = ownColumns(resource).map(({ type, jsonPath = '' }) => {
    const [value] = readJsonPath(object, jsonPath);
    if (value === undefined) return null;
    if (value === null) return type === 'string' ? '<no value>' : null;
    return READ[type](value, now);
  });
  return [object.metadata.name, ...cells];
}
