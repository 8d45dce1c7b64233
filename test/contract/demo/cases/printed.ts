/** How cases ask for what `kubectl get` prints. */
import { get, post, put, type RequestStep, type Step } from '../contract-case.ts';

export const TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' };
export const PARTIAL = {
  accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json',
};
export const PARTIAL_LIST = {
  accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json',
};

/** Creates, optionally sets the status, prints one and all. */
export function printed(
  collection: string,
  manifest: Readonly<Record<string, unknown>>,
  status?: unknown,
): Step[] {
  const { name } = manifest.metadata as { name: string };
  const written: RequestStep[] = [post(collection, manifest, { show: () => 'compared elsewhere' })];
  if (status !== undefined) {
    written.push(
      put(`${collection}/${name}/status`, { ...manifest, status }, { show: () => 'compared elsewhere' }),
    );
  }
  return [
    ...written,
    get(`${collection}/${name}`, { headers: TABLE }),
    get(`${collection}?fieldSelector=metadata.name=${name}`, { headers: TABLE }),
  ];
}

/** Cells that grow with the clock: the objects are old. */
export function ageless(body: unknown): unknown {
  const { rows, ...table } = body as { rows?: { cells: unknown[] }[] };
  const cell = (value: unknown): unknown =>
    typeof value === 'string' ? value.replaceAll(/(?<![\w.-])(\d+[ydhms])+(?![\w.-])/g, '<age>') : value;
  return { ...table, rows: rows?.map((row) => ({ ...row, cells: row.cells.map(cell) })) };
}
