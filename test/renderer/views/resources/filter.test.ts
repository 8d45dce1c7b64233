// The filter language of the table: tokens, quotes and free text.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Row, RowColumn } from '../../../../shared/ipc.ts';
import type { Severity } from '../../../../shared/model/finding.ts';
import {
  formatTerm,
  joinTokens,
  parseComparison,
  parseFilter,
  parseTerm,
  splitDraft,
  splitTokens,
} from '../../../../src-renderer/views/resources/filter.ts';
import { compileFilter, fieldOf } from '../../../../src-renderer/views/resources/match-row.ts';

const HOUR = 3_600_000;
const NOW = 100 * HOUR;

function column(name: string, type = 'string', priority = 0): RowColumn {
  return { name, type, description: '', priority };
}

const COLUMNS: readonly RowColumn[] = [
  column('Name'),
  column('Ready'),
  column('Status'),
  column('Restarts'),
  column('Age'),
  column('Last Seen'),
  column('Node', 'string', 1),
];

function row(uid: string, namespace: string, name: string, ...cells: Row['cells']): Row {
  return { uid, name, namespace, created: NOW - Number(uid) * HOUR, deleting: false, cells };
}

const ROWS: readonly Row[] = [
  row('1', 'shop', 'web-1', 'web-1', '1/1', 'Running', '0', '1h', '5s', 'w07'),
  row('2', 'shop', 'web-2', 'web-2', '0/1', 'CrashLoopBackOff', '7 (3m ago)', '2h', '5s', 'w08'),
  row('3', 'shop-staging', 'api', 'api', '0/1', 'Init:0/1', '12', '3h', '5m', 'w10'),
  row('4', 'ledger', 'db-0', 'db-0', '1/1', 'Running', '1', '4h', '<none>', 'w07'),
];
const SEVERITY: Readonly<Record<string, Severity>> = { 2: 'critical', 3: 'medium' };

function isKey(key: string): boolean {
  return fieldOf(key, COLUMNS) !== undefined;
}

/** Uids of the rows that a filter shows. */
function select(text: string): string[] {
  const test = compileFilter(parseFilter(text, isKey), {
    columns: COLUMNS,
    severityOf: (uid) => SEVERITY[uid],
    arrivedOf: () => undefined,
    now: NOW,
    namespaces: new Set(ROWS.flatMap(({ namespace }) => namespace ?? [])),
  });
  return ROWS.filter(test).map(({ uid }) => uid);
}

describe('splitTokens', () => {
  it.each([
    ['', []],
    ['a b', ['a', 'b']],
    ['ns:a,b web', ['ns:a,b', 'web']],
    ['ns: a, b web', ['ns:a,b', 'web']],
    ['status:"not ready" x', ['status:"not ready"', 'x']],
    ['"two words"', ['"two words"']],
    ['"open', ['"open']],
    ['web, x', ['web,', 'x']],
  ])('%s', (text, tokens) => {
    expect(splitTokens(text)).toEqual(tokens);
  });
});

describe('the filter', () => {
  it.each([
    ['', ['1', '2', '3', '4']],
    ['web', ['1', '2']],
    ['WEB crash', ['2']],
    ['w07', ['1', '4']],
    ['ledger', ['4']],
    ['ns:shop', ['1', '2']],
    ['ns:sho', ['1', '2', '3']],
    ['ns:shop,ledger', ['1', '2', '4']],
    ['ns: shop, ledger', ['1', '2', '4']],
    ['-ns:shop', ['3', '4']],
    ['status:running', ['1', '4']],
    ['stat:running', ['1', '4']],
    ['-status:running', ['2', '3']],
    ['status:crash,init', ['2', '3']],
    ['Init:0/1', ['3']],
    ['"init:0/1"', ['3']],
    ['restarts:>1', ['2', '3']],
    ['restarts:>=1', ['2', '3', '4']],
    ['restarts:<1', ['1']],
    ['age:>2h', ['3', '4']],
    ['age:<=2h', ['1', '2']],
    ['last-seen:>1m', ['3']],
    ['lastseen:>1m', ['3']],
    ['health:ill', ['2', '3']],
    ['health:ok', ['1', '4']],
    ['health:critical', ['2']],
    ['health:>=medium', ['2', '3']],
    ['health:>medium', ['2']],
    ['node:w10', ['3']],
    ['restarts:>x', []],
    ['status:', ['1', '2', '3', '4']],
    ['nosuch:Running', []],
    ['sort:restarts web', ['1', '2']],
    ['__proto__:x', []],
    ['constructor:x', []],
  ])('%s', (text, uids) => {
    expect(select(text)).toEqual(uids);
  });

  it.each([
    ['sort:restarts', { key: 'restarts', descending: false }],
    ['sort:-age', { key: 'age', descending: true }],
    ['sort: health', { key: 'health', descending: false }],
    ['sort:nosuch', undefined],
    ['sort:', undefined],
  ])('reads %s', (text, sort) => {
    expect(parseFilter(text, isKey).sort).toEqual(sort);
  });

  it('never fails, and shows only rows it was given, for any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z:,"<>=\- 0-9]*$/)), (text) => {
        expect(ROWS.map(({ uid }) => uid)).toEqual(expect.arrayContaining(select(text)));
      }),
      { numRuns: 500 },
    );
  });
});

describe('chips', () => {
  it('says what a term means', () => {
    const term = parseTerm('-ns:shop,ledger', isKey);
    expect(term && formatTerm(term)).toBe('not ns: shop, ledger');
  });

  it.each([
    ['ns:shop ', ['ns:shop'], ''],
    ['web ns:shop api', ['ns:shop'], 'web api'],
    ['ns:shop,', [], 'ns:shop,'],
    ['status:', [], 'status:'],
    ['web ', [], 'web '],
    ['10.0.0.1:80 ', [], '10.0.0.1:80 '],
  ])('takes finished terms out of %o', (text, tokens, draft) => {
    expect(splitDraft(text, (token) => (parseTerm(token, isKey)?.values.length ?? 0) > 0)).toEqual({
      tokens,
      draft,
    });
  });

  it('keeps what the filter means', () => {
    const piece = fc.constantFrom(
      'ns:shop',
      'status:running',
      'web',
      '-ns:ledger',
      'sort:age',
      '"a b"',
      'Init:0/1',
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join(' ');
        const { tokens, draft } = splitDraft(
          text,
          (token) => (parseTerm(token, isKey)?.values.length ?? 0) > 0,
        );
        expect(select(joinTokens(tokens, draft))).toEqual(select(text));
      }),
    );
  });
});

describe('parseComparison', () => {
  it.each([
    ['>3', { operator: '>', operand: '3' }],
    ['<= 2h', { operator: '<=', operand: '2h' }],
    ['3', undefined],
    ['>', undefined],
    ['>>3', undefined],
  ])('%s', (text, comparison) => {
    expect(parseComparison(text)).toEqual(comparison);
  });
});
