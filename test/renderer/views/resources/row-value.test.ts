// The value of a row that a filter or an order looks at.
import { describe, expect, it } from 'vitest';
import type { Row, RowColumn } from '../../../../shared/ipc.ts';
import { defaultSort } from '../../../../src-renderer/views/resources/order.ts';
import {
  isRelativeColumn,
  relativeSeconds,
  valueOf,
} from '../../../../src-renderer/views/resources/row-value.ts';

const column = (name: string): RowColumn => ({ name, type: 'string', description: '', priority: 0 });

describe('relativeSeconds', () => {
  it.each([
    ['3m12s', 0, 60_000, 252],
    ['10s', 0, 5_000, 15],
    ['10s', 9_000, 5_000, 10],
    ['10s', undefined, 5_000, 10],
    ['<none>', 0, 5_000, undefined],
    [null, 0, 5_000, undefined],
  ])('%s, arrived at %s, is at %s: %s', (cell, arrived, now, seconds) => {
    expect(relativeSeconds(cell, arrived, now)).toBe(seconds);
  });

  it.each([
    ['Last Seen', true],
    ['FIRST SEEN', true],
    ['Last Schedule', true],
    ['Duration', false],
    ['constructor', false],
  ])('%s counts on: %s', (name, answer) => {
    expect(isRelativeColumn({ name })).toBe(answer);
  });
});

describe('valueOf', () => {
  const context = {
    columns: [column('Last Seen'), column('Duration')],
    now: 100_000,
    arrivedOf: () => 40_000,
  };
  const row: Row = { uid: 'a', name: 'a', created: 70_000, deleting: false, cells: ['10s', '10s'] };

  it.each([
    ['age' as const, 30],
    [0, 70],
    [1, '10s'],
    [7, undefined],
  ])('%s', (field, value) => {
    expect(valueOf(row, field, context)).toBe(value);
  });

  it('has no age for an object without a creation time', () => {
    expect(valueOf({ uid: 'a', name: 'a', deleting: false, cells: [] }, 'age', context)).toBeNull();
  });
});

describe('defaultSort', () => {
  it.each([
    [[column('Ready'), column('Last Seen')], { field: 1, descending: false }],
    [[column('Ready')], { field: 'health', descending: false }],
  ])('%o', (columns, sort) => {
    expect(defaultSort(columns)).toEqual(sort);
  });
});
