/** The cells of an event, from the core group's form or that of events.k8s.io. */
import { since } from './duration.ts';
import type { PrintCells } from './row.ts';
import { countAt, numberAt, textAt, valueAt } from './value.ts';

function firstOf(event: unknown, ...fields: readonly (readonly string[])[]): string {
  return fields.map((path) => textAt(event, ...path)).find((text) => text !== '') ?? '';
}

export const printEvent: PrintCells = (event, now) => {
  const regarding = valueAt(event, 'involvedObject') ?? valueAt(event, 'regarding');
  const first = firstOf(event, ['firstTimestamp'], ['deprecatedFirstTimestamp'], ['eventTime']);
  const last = firstOf(event, ['lastTimestamp'], ['deprecatedLastTimestamp']) || first;
  const series = valueAt(event, 'series') ?? undefined;
  const count = numberAt(event, 'count') ?? countAt(event, 'deprecatedCount');
  const source = firstOf(
    event,
    ['source', 'component'],
    ['deprecatedSource', 'component'],
    ['reportingComponent'],
    ['reportingController'],
  );
  const instance = firstOf(event, ['source', 'host'], ['deprecatedSource', 'host'], ['reportingInstance']);
  const kind = textAt(regarding, 'kind').toLowerCase();
  const name = textAt(regarding, 'name');
  return [
    since(series === undefined ? last : textAt(series, 'lastObservedTime'), now),
    textAt(event, 'type'),
    textAt(event, 'reason'),
    name === '' ? kind : `${kind}/${name}`,
    textAt(regarding, 'fieldPath'),
    instance === '' ? source : `${source}, ${instance}`,
    firstOf(event, ['message'], ['note']).trim(),
    since(first, now),
    series === undefined ? (count === 0 ? 1 : count) : countAt(series, 'count'),
    event.metadata.name,
  ];
};
