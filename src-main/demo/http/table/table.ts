/** Writes metav1.Table, the form in which `kubectl get` asks for objects. */
import type { Column, Resource, StoredObject } from '../../model.ts';
import { metadataText, objectText, type ListMeta } from '../serialise.ts';
import { customCells, customColumns } from './custom-cells.ts';
import { printerFor } from './printers.ts';
import type { Row } from './row.ts';

export type IncludeObject = 'None' | 'Metadata' | 'Object';

const OBJECTS: Readonly<Record<IncludeObject, (resource: Resource, object: StoredObject) => string>> = {
  None: () => 'null',
  Metadata: (_resource, object) => metadataText(object),
  Object: objectText,
};

function columnsOf(resource: Resource): readonly Column[] {
  return resource.custom === undefined ? printerFor(resource).columns : customColumns(resource);
}

/** One row. `now` in milliseconds since the epoch: ages are as of then. */
export function rowText(
  resource: Resource,
  object: StoredObject,
  include: IncludeObject,
  now: number,
): string {
  const { cells, conditions }: Row =
    resource.custom === undefined
      ? printerFor(resource).row(object, now)
      : { cells: customCells(resource, object, now) };
  const shown = conditions === undefined ? '' : `"conditions":${JSON.stringify(conditions)},`;
  return `{"cells":${JSON.stringify(cells)},${shown}"object":${OBJECTS[include](resource, object)}}`;
}

/** `rows` is the text of the rows, joined by commas. `headers` false leaves the columns out, as later events of a watch do. */
export function tableText(
  resource: Resource,
  version: string,
  meta: ListMeta,
  rows: string,
  headers = true,
): string {
  const none = rows === '' && resource.custom === undefined && printerFor(resource).plain;
  const columns = headers
    ? JSON.stringify(
        columnsOf(resource).map(({ name, type, format, description, priority }) => ({
          name,
          type,
          format,
          description,
          priority,
        })),
      )
    : 'null';
  return `{"kind":"Table","apiVersion":"meta.k8s.io/${version}","metadata":${JSON.stringify(meta)},"columnDefinitions":${columns},"rows":${none ? 'null' : `[${rows}]`}}`;
}
