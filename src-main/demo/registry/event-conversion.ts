/** Events as the core group and events.k8s.io/v1 name their fields; they are stored as the core group's. */
import type { StoredObject } from '../model.ts';

interface Field {
  readonly core: string;
  readonly events: string;
  /** Written where the field is missing, because the API server writes it too. */
  readonly coreDefault?: unknown;
  readonly eventsDefault?: unknown;
}

const FIELDS: readonly Field[] = [
  { core: 'involvedObject', events: 'regarding', coreDefault: {} },
  { core: 'reason', events: 'reason' },
  { core: 'message', events: 'note' },
  { core: 'source', events: 'deprecatedSource', coreDefault: {}, eventsDefault: {} },
  {
    core: 'firstTimestamp',
    events: 'deprecatedFirstTimestamp',
    coreDefault: null,
    eventsDefault: null,
  },
  { core: 'lastTimestamp', events: 'deprecatedLastTimestamp', coreDefault: null, eventsDefault: null },
  { core: 'count', events: 'deprecatedCount' },
  { core: 'type', events: 'type' },
  { core: 'eventTime', events: 'eventTime', coreDefault: null, eventsDefault: null },
  { core: 'series', events: 'series' },
  { core: 'action', events: 'action' },
  { core: 'related', events: 'related' },
  { core: 'reportingComponent', events: 'reportingController', coreDefault: '' },
  { core: 'reportingInstance', events: 'reportingInstance', coreDefault: '' },
];

function rename(
  object: StoredObject,
  apiVersion: string,
  fields: readonly { readonly from: string; readonly to: string; readonly otherwise: unknown }[],
): StoredObject {
  const { kind, metadata } = object;
  const renamed = fields.map(({ from, to, otherwise }) => {
    const value = object[from];
    return [to, value === undefined || value === '' ? otherwise : value] as const;
  });
  const present = renamed.filter(([, value]) => value !== undefined);
  return { apiVersion, kind, metadata, ...Object.fromEntries(present) };
}

const TO_EVENTS = FIELDS.map(({ core, events, eventsDefault: otherwise }) => ({
  from: core,
  to: events,
  otherwise,
}));
const TO_CORE = FIELDS.map(({ core, events, coreDefault: otherwise }) => ({
  from: events,
  to: core,
  otherwise,
}));

export function eventFromCore(event: StoredObject): StoredObject {
  return rename(event, 'events.k8s.io/v1', TO_EVENTS);
}

export function eventToCore(event: StoredObject): StoredObject {
  return rename(event, 'v1', TO_CORE);
}
