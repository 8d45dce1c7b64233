/** The messages about rows: whatever comes in between, applying them gives the page exactly the rows there are. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Row } from '../../../shared/ipc.ts';
import type { WatchState } from '../../../shared/model/fabric.ts';
import { RowsDelta, type RowsMessage } from '../../../src-main/store/rows-delta.ts';

const STATE: WatchState = { phase: 'live', since: 0, objects: 0, reconnects: 0 };
const row = (uid: string, cell = 'x'): Row => ({ uid, name: uid, deleting: false, cells: [cell] });

/** What a page does with a message. */
function apply(rows: Map<string, Row>, message: RowsMessage): void {
  if (message.reset) rows.clear();
  for (const each of message.upsert) rows.set(each.uid, each);
  for (const uid of message.remove) rows.delete(uid);
}

describe('RowsDelta', () => {
  test('begins with a reset that brings columns and state', () => {
    const delta = new RowsDelta(STATE);
    delta.setColumns([{ name: 'Name', type: 'string', description: '', priority: 0 }]);
    delta.upsert(row('a'));
    expect(delta.next()).toMatchObject({
      seq: 1,
      reset: true,
      columns: [{ name: 'Name' }],
      upsert: [row('a')],
      remove: [],
      state: STATE,
    });
    expect(delta.next()).toBeUndefined();
  });

  test('a row that changes ten times between two messages is sent once', () => {
    const delta = new RowsDelta(STATE);
    delta.next();
    for (let step = 0; step < 10; step++) delta.upsert(row('a', String(step)));
    expect(delta.next()).toMatchObject({ seq: 2, reset: false, upsert: [row('a', '9')] });
  });

  test('a row that came and went between two messages is not sent', () => {
    const delta = new RowsDelta(STATE);
    delta.next();
    delta.upsert(row('a'));
    delta.remove('a');
    const message = delta.next();
    expect(message?.upsert ?? []).toEqual([]);
  });

  test('equal columns are sent once, other columns again', () => {
    const delta = new RowsDelta(STATE);
    const columns = [{ name: 'Name', type: 'string', description: '', priority: 0 }];
    delta.setColumns(columns);
    delta.next();
    delta.setColumns(structuredClone(columns));
    expect(delta.next()).toBeUndefined();
    delta.setColumns([...columns, { name: 'Age', type: 'date', description: '', priority: 0 }]);
    expect(delta.next()?.columns).toHaveLength(2);
  });

  test('a new list sends only the difference', () => {
    const delta = new RowsDelta(STATE);
    delta.replace([row('a'), row('b')]);
    delta.next();
    delta.replace([row('a'), row('c')]);
    expect(delta.next()).toMatchObject({ reset: false, upsert: [row('c')], remove: ['b'] });
  });

  test('applied in order, the messages give the rows there are; seq has no gap', () => {
    const uid = fc.constantFrom('a', 'b', 'c', 'd');
    const step = fc.oneof(
      fc.record({ do: fc.constant('upsert' as const), uid, cell: fc.string() }),
      fc.record({ do: fc.constant('remove' as const), uid }),
      fc.record({ do: fc.constant('replace' as const), uids: fc.uniqueArray(uid) }),
      fc.record({ do: fc.constantFrom('flush' as const, 'restart' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const delta = new RowsDelta(STATE);
        const truth = new Map<string, Row>();
        const page = new Map<string, Row>();
        let seq = 0;
        const flush = () => {
          const message = delta.next();
          if (message === undefined) return;
          expect(message.seq).toBe(++seq);
          apply(page, message);
        };
        for (const each of steps) {
          if (each.do === 'upsert') {
            truth.set(each.uid, row(each.uid, each.cell));
            delta.upsert(row(each.uid, each.cell));
          } else if (each.do === 'remove') {
            truth.delete(each.uid);
            delta.remove(each.uid);
          } else if (each.do === 'replace') {
            truth.clear();
            for (const id of each.uids) truth.set(id, row(id));
            delta.replace(each.uids.map((id) => row(id)));
          } else if (each.do === 'restart') {
            truth.clear();
            delta.restart(STATE);
          } else flush();
        }
        flush();
        expect(new Map([...page].sort())).toEqual(new Map([...truth].sort()));
      }),
    );
  });
});
