/** One client's stream of watch events: what it has not taken yet waits here, and who never reads is cut off. */
import type { ServerResponse } from 'node:http';
import type { Resource, StoredObject } from '../model.ts';
import { metadataText, objectText } from './serialise.ts';
import type { Negotiated } from './request/negotiate.ts';
import { rowText, tableText, type IncludeObject } from './table/table.ts';
import type { WatchHub } from './watch-hub.ts';

export type EventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';

interface Waiting {
  readonly type: EventType;
  readonly object: StoredObject;
  /** Counts towards the bound; the objects that a watch begins with do not. */
  readonly size: number;
}

/** How events are written. */
export interface StreamForm {
  readonly resource: Resource;
  readonly as: Negotiated['as'];
  readonly include: IncludeObject;
  readonly now: () => number;
}

export interface WatchStream {
  /** `live` is false for what the watch begins with. */
  send(type: EventType, object: StoredObject, live: boolean): void;
  /** True when everything sent was handed to the socket. */
  isIdle(): boolean;
  /** An ERROR event, then the end. */
  fail(status: object): void;
  /** The end, after what still waits. */
  finish(): void;
}

function eventText(form: StreamForm, object: StoredObject, headers: boolean): string {
  const { resource, as, include, now } = form;
  if (as === undefined) return objectText(resource, object);
  if (as.kind !== 'Table') return metadataText(object, as.version);
  const { resourceVersion } = object.metadata;
  return tableText(
    resource,
    as.version,
    { resourceVersion },
    rowText(resource, object, include, now()),
    headers,
  );
}

function formName({ resource, as, include }: StreamForm): string {
  const kind = `${resource.group}/${resource.version}/${resource.plural}`;
  return as === undefined ? kind : `${kind} ${as.kind} ${as.version} ${include}`;
}

/** `limitBytes`: how much may wait for a client before it is cut off. */
export function createWatchStream(
  response: ServerResponse,
  hub: WatchHub,
  form: StreamForm,
  limitBytes: number,
): WatchStream {
  const name = formName(form);
  let waiting: Waiting[] = [];
  let first = 0;
  let waitingBytes = 0;
  let blocked = false;
  let finished = false;
  let headers = true;

  const write = (type: EventType, object: StoredObject): boolean => {
    const withHeaders = headers && form.as?.kind === 'Table';
    headers = false;
    const key = `${type} ${withHeaders} ${name}`;
    const bytes = hub.bytesOf(
      object,
      key,
      () => `{"type":"${type}","object":${eventText(form, object, withHeaders)}}\n`,
    );
    return response.write(bytes);
  };

  const pump = (): void => {
    while (!blocked && first < waiting.length) {
      const next = waiting[first];
      first += 1;
      if (next === undefined) break;
      waitingBytes -= next.size;
      blocked = !write(next.type, next.object);
    }
    if (first === waiting.length) {
      waiting = [];
      first = 0;
      if (finished) response.end();
    }
  };

  response.on('drain', () => {
    blocked = false;
    pump();
  });

  return {
    send(type, object, live) {
      if (finished || response.destroyed) return;
      if (!blocked && waiting.length === 0) {
        blocked = !write(type, object);
        return;
      }
      const size = live ? objectText(form.resource, object).length : 0;
      waitingBytes += size;
      waiting.push({ type, object, size });
      if (waitingBytes + response.writableLength > limitBytes && live) response.destroy();
    },
    isIdle: () => waiting.length === 0,
    fail(status) {
      if (finished || response.destroyed) return;
      finished = true;
      response.end(`{"type":"ERROR","object":${JSON.stringify(status)}}\n`);
    },
    finish() {
      if (finished) return;
      finished = true;
      if (waiting.length === 0) response.end();
      // Who takes nothing does not keep the watch open beyond its end.
      else if (blocked) response.destroy();
    },
  };
}
