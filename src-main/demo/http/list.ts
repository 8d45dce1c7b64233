/** Answers list requests: which version of the collection, which objects of it, and the page that was asked for. */
import type { StoredObject } from '../model.ts';
import { expired, StatusError } from '../status-error.ts';
import { readContinueToken, writeContinueToken } from './continue-token.ts';
import { readListOptions, type ListOptions } from './list-options.ts';
import { readListVersion, tooLargeVersion } from './request/go-number.ts';
import type { ResourceExchange } from './resource-context.ts';
import { sendJson } from './respond.ts';
import { sendList } from './send-object.ts';

const LIST_TOO_OLD = 'The resourceVersion for the provided list is too old.';
const CONTINUE_TOO_OLD =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

interface View {
  readonly items: readonly StoredObject[];
  readonly version: number;
  /** `namespace/name` behind which the page begins. */
  readonly after?: string;
}

function keyOf({ metadata }: StoredObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

/** Order of the store: by namespace, then by name. */
function compareKeys(a: string, b: string): number {
  const [namespaceA = '', nameA = ''] = a.split('/');
  const [namespaceB = '', nameB = ''] = b.split('/');
  if (namespaceA !== namespaceB) return namespaceA < namespaceB ? -1 : 1;
  return nameA === nameB ? 0 : nameA < nameB ? -1 : 1;
}

function isGone(error: unknown): boolean {
  return error instanceof StatusError && error.status.code === 410;
}

function newest({ registry, resource, namespace }: ResourceExchange): View {
  return { items: registry.list(resource, namespace), version: registry.version() };
}

function exactly({ registry, resource, namespace }: ResourceExchange, version: number): View {
  try {
    return registry.listAt(resource, namespace, version);
  } catch (error) {
    throw isGone(error) ? expired(LIST_TOO_OLD) : error;
  }
}

/** Undefined: the token is too old, and the client was told how to go on. */
function continued(exchange: ResourceExchange, options: ListOptions): View | undefined {
  const { version, after } = readContinueToken(options.continueToken);
  if (options.resourceVersion !== '' && options.resourceVersion !== '0')
    throw new StatusError(
      400,
      'BadRequest',
      'specifying resource version is not allowed when using continue',
    );
  if (version < 0) return { ...newest(exchange), after };
  const { registry, resource, namespace, request, response } = exchange;
  try {
    return { ...registry.listAt(resource, namespace, version), after };
  } catch (error) {
    if (!isGone(error)) throw error;
    const metadata = { continue: writeContinueToken({ version: -1, after }) };
    sendJson(request, response, 410, { ...expired(CONTINUE_TOO_OLD).status, metadata });
    return undefined;
  }
}

function viewOf(exchange: ResourceExchange, options: ListOptions): View | undefined {
  if (options.continueToken !== '') return continued(exchange, options);
  const { resourceVersion, versionMatch, limit } = options;
  if (resourceVersion === '' || resourceVersion === '0') return newest(exchange);
  const version = readListVersion(resourceVersion);
  const current = exchange.registry.version();
  if (version > current) throw tooLargeVersion(version, current);
  // Without a match, a limit asks for exactly that version.
  const exact = versionMatch === 'Exact' || (versionMatch === undefined && limit > 0);
  return exact ? exactly(exchange, version) : newest(exchange);
}

/** Index of the first object behind `after`, in a sorted list. */
function startOf(items: readonly StoredObject[], after: string): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && compareKeys(keyOf(item), after) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function handleList(exchange: ResourceExchange): void {
  const options = readListOptions(exchange, 'list');
  const view = viewOf(exchange, options);
  if (view === undefined) return;
  const { matches, limit } = options;
  const start = view.after === undefined ? 0 : startOf(view.items, view.after);
  const page: StoredObject[] = [];
  let at = start;
  for (; at < view.items.length; at += 1) {
    const item = view.items[at];
    if (item === undefined || (matches !== undefined && !matches(item))) continue;
    if (limit > 0 && page.length === limit) break;
    page.push(item);
  }
  const last = page.at(-1);
  const more = at < view.items.length && last !== undefined;
  sendList(exchange, page, {
    resourceVersion: String(view.version),
    // Lists of custom resources always name it.
    ...(exchange.resource.custom === undefined ? {} : { continue: '' }),
    ...(more ? { continue: writeContinueToken({ version: view.version, after: keyOf(last) }) } : {}),
    ...(more && matches === undefined ? { remainingItemCount: view.items.length - at } : {}),
  });
}
