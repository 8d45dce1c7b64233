/** Reads and checks the options of list, watch and deletecollection requests (metav1.ListOptions). */
import { invalid, type StatusCause } from '../status-error.ts';
import type { StoredObject } from '../model.ts';
import { readFlag, readInteger } from './request/go-number.ts';
import type { ResourceExchange } from './resource-context.ts';
import { parseFieldSelector } from './selectors/field-selector.ts';
import { matchesLabels, parseLabelSelector } from './selectors/label-selector.ts';
import { listAt, textAt, valueAt } from './table/value.ts';

export type VersionMatch = 'Exact' | 'NotOlderThan';

export interface ListOptions {
  readonly limit: number;
  readonly continueToken: string;
  readonly resourceVersion: string;
  readonly versionMatch: VersionMatch | undefined;
  readonly timeoutSeconds: number | undefined;
  readonly bookmarks: boolean;
  readonly sendInitialEvents: boolean;
  /** Undefined when every object matches. */
  readonly matches: ((object: StoredObject) => boolean) | undefined;
}

function refused(field: string, message: string, reason = 'FieldValueForbidden'): StatusCause {
  return { reason, message, field };
}

const MATCH = 'resourceVersionMatch';

function notSupported(value: string, supported: string): StatusCause {
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported}`;
  return refused(MATCH, message, 'FieldValueNotSupported');
}

interface Raw {
  readonly resourceVersion: string;
  readonly match: string;
  readonly continueToken: string;
  readonly initial: boolean | undefined;
}

function listFaults({ resourceVersion, match, continueToken, initial }: Raw): StatusCause[] {
  const faults: StatusCause[] = [];
  if (match !== '') {
    if (resourceVersion === '')
      faults.push(refused(MATCH, `Forbidden: ${MATCH} is forbidden unless resourceVersion is provided`));
    if (continueToken !== '')
      faults.push(refused(MATCH, `Forbidden: ${MATCH} is forbidden when continue is provided`));
    if (match !== 'Exact' && match !== 'NotOlderThan')
      faults.push(notSupported(match, '"Exact", "NotOlderThan", ""'));
    if (match === 'Exact' && resourceVersion === '0')
      faults.push(refused(MATCH, `Forbidden: ${MATCH} "exact" is forbidden for resourceVersion "0"`));
  }
  if (initial !== undefined)
    faults.push(refused('sendInitialEvents', 'Forbidden: sendInitialEvents is forbidden for list'));
  return faults;
}

function watchFaults({ match, continueToken, initial }: Raw): StatusCause[] {
  const faults: StatusCause[] = [];
  if (initial === undefined) {
    if (match !== '')
      faults.push(
        refused(MATCH, `Forbidden: ${MATCH} is forbidden for watch unless sendInitialEvents is provided`),
      );
    if (match !== '' && match !== 'NotOlderThan') faults.push(notSupported(match, '"NotOlderThan"'));
    // The words of the API server, though they name the wrong field.
    if (continueToken !== '')
      faults.push(refused(MATCH, `Forbidden: ${MATCH} is forbidden when continue is provided`));
    return faults;
  }
  if (match !== 'NotOlderThan') {
    faults.push(refused(MATCH, `Forbidden: sendInitialEvents requires setting ${MATCH} to NotOlderThan`));
    if (match !== '') faults.push(notSupported(match, '"NotOlderThan"'));
  }
  if (continueToken !== '')
    faults.push(refused(MATCH, `Forbidden: ${MATCH} is forbidden when continue is provided`));
  return faults;
}

/** JSON paths that the definition of a custom resource declares selectable. */
function selectableFields({ registry, resource }: ResourceExchange): readonly string[] {
  if (resource.custom === undefined) return [];
  const definitions = registry.catalogue.byKind('apiextensions.k8s.io/v1', 'CustomResourceDefinition');
  if (definitions === undefined) return [];
  const definition = registry.find(definitions, undefined, `${resource.plural}.${resource.group}`);
  const version = listAt(definition, 'spec', 'versions').find(
    (row) => textAt(row, 'name') === resource.version,
  );
  return listAt(version, 'selectableFields').map((row) => textAt(row, 'jsonPath'));
}

function matcher(exchange: ResourceExchange): ListOptions['matches'] {
  const { query, resource } = exchange;
  const requirements = parseLabelSelector(query.get('labelSelector') ?? '');
  const text = query.get('fieldSelector') ?? '';
  const selectable = text === '' ? [] : selectableFields(exchange);
  const fields = parseFieldSelector(resource, text, selectable);
  if (requirements.length === 0 && fields.terms.length === 0) return undefined;
  return (object) =>
    fields.matches(object) &&
    matchesLabels(requirements, valueAt(object, 'metadata', 'labels') as Record<string, string> | undefined);
}

/** Throws 400 for what cannot be read and 422 for combinations that are not allowed. */
export function readListOptions(exchange: ResourceExchange, verb: 'list' | 'watch'): ListOptions {
  const { query } = exchange;
  const limit = readInteger(query, 'limit') ?? 0;
  const timeoutSeconds = readInteger(query, 'timeoutSeconds');
  const matches = matcher(exchange);
  const raw: Raw = {
    resourceVersion: query.get('resourceVersion') ?? '',
    match: query.get('resourceVersionMatch') ?? '',
    continueToken: query.get('continue') ?? '',
    initial: query.has('sendInitialEvents') ? readFlag(query, 'sendInitialEvents') : undefined,
  };
  const faults = verb === 'list' ? listFaults(raw) : watchFaults(raw);
  if (faults.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', faults);
  const versionMatch = raw.match === 'Exact' || raw.match === 'NotOlderThan' ? raw.match : undefined;
  return {
    limit,
    timeoutSeconds,
    matches,
    versionMatch,
    continueToken: raw.continueToken,
    resourceVersion: raw.resourceVersion,
    bookmarks: readFlag(query, 'allowWatchBookmarks'),
    sendInitialEvents: raw.initial === true,
  };
}
