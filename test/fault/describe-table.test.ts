/** README shows the fault table as it is. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { describeFaults, MARKERS } from './describe-table.ts';
import { FAULT_TABLE } from './fault-table.ts';

const README = fileURLToPath(new URL('../../README.md', import.meta.url));

/** However wide its columns are drawn. */
const cells = (table: string): string[][] =>
  table
    .trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim().replace(/^-+$/, '-')));

it('README holds the fault table that the tests run', () => {
  const text = readFileSync(README, 'utf8');
  const [, after = ''] = text.split(MARKERS.begin);
  const [block = ''] = after.split(MARKERS.end);
  expect(cells(block)).toEqual(cells(describeFaults(FAULT_TABLE)));
});

it('every row has a name of its own', () => {
  const names = FAULT_TABLE.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
