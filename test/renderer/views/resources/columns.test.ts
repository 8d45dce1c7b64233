// Which of the server's columns are shown, and how wide.
import { describe, expect, it } from 'vitest';
import type { Row, RowColumn } from '../../../../shared/ipc.ts';
import { columnTracks, countHidden, tableColumns } from '../../../../src-renderer/views/resources/columns.ts';

function column(name: string, priority = 0, type = 'string'): RowColumn {
  return { name, type, description: '', priority };
}
const PODS = [
  column('Name'),
  column('Ready'),
  column('Restarts'),
  column('Age'),
  column('IP', 1),
  column('Node', 1),
];

describe('tableColumns', () => {
  it.each([
    [{ namespaces: true, all: false }, ['Name', 'Namespace', 'Ready', 'Restarts', 'Age']],
    [{ namespaces: false, all: false }, ['Name', 'Ready', 'Restarts', 'Age']],
    [{ namespaces: false, all: true }, ['Name', 'Ready', 'Restarts', 'Age', 'IP', 'Node']],
  ])('%o', (options, labels) => {
    expect(tableColumns(PODS, options).map(({ label }) => label)).toEqual(labels);
  });

  it('gives every kind an age', () => {
    expect(tableColumns([], { namespaces: false, all: false }).map(({ label }) => label)).toEqual([
      'Name',
      'Age',
    ]);
  });

  it('leaves the name and the age of events to the toggle, as the server does', () => {
    const events = [column('Last Seen'), column('Type'), column('Message'), column('Name', 1)];
    const labels = (all: boolean) =>
      tableColumns(events, { namespaces: true, all }).map(({ label }) => label);
    expect(labels(false)).toEqual(['Namespace', 'Last Seen', 'Type', 'Message']);
    expect(labels(true)).toEqual(['Name', 'Namespace', 'Last Seen', 'Type', 'Message']);
    expect(countHidden(events)).toBe(1);
  });

  it('points at the cell of each column', () => {
    const [, ready, , age] = tableColumns(PODS, { namespaces: false, all: false });
    expect([ready?.field, age?.field]).toEqual([1, 'age']);
  });

  it('counts what is hidden', () => {
    expect(countHidden(PODS)).toBe(2);
  });
});

describe('columnTracks', () => {
  const rows = (name: string): Row[] => [{ uid: '1', name, deleting: false, cells: [name] }];
  const columns = tableColumns([column('Name')], { namespaces: false, all: false });

  const width = (name: string) =>
    Number(/^36px minmax\(\d+px, (\d+)fr\)/.exec(columnTracks(columns, rows(name)).template)?.[1]);

  it('gives long names more room, within limits', () => {
    expect(width('a')).toBeLessThan(width('a'.repeat(40)));
    expect(width('a'.repeat(4000))).toBe(380);
  });

  it('does not change with a character more', () => {
    expect(columnTracks(columns, rows('a'.repeat(37)))).toEqual(columnTracks(columns, rows('a'.repeat(38))));
  });

  it('says below which width it scrolls', () => {
    const { template, least } = columnTracks(columns, rows('a'.repeat(40)));
    const narrowest = [...template.matchAll(/minmax\((\d+)px/g)].map((match) => Number(match[1]));
    expect(least).toBe(narrowest.reduce((sum, one) => sum + one, 36));
  });
});
