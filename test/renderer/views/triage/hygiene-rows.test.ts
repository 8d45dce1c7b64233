/** The rows of the hygiene tab: grouped by rule, filtered by words and fields. */
import { describe, expect, it } from 'vitest';
import {
  describeUnchecked,
  filterHygiene,
  hygieneRows,
} from '../../../../src-renderer/views/triage/hygiene-rows.ts';
import { LINT_WORDS } from '../../../../shared/lint/words.ts';
import { LINT_RULES, type LintRow, type LintRule } from '../../../../shared/model/lint.ts';

function row(rule: LintRule, name: string, namespace = 'shop'): LintRow {
  const subject = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name };
  return { id: `${rule} ${name}`, rule, subject, path: 'spec', observed: 'none' };
}

const rows = [row('privileged', 'agent', 'tools'), row('no-probes', 'web'), row('no-probes', 'cart')];

describe('hygiene rows', () => {
  it('put each rule above its objects, with their number', () => {
    expect(hygieneRows(rows).map((one) => (one.kind === 'rule' ? [one.rule, one.count] : one.key))).toEqual([
      ['privileged', 1],
      'privileged agent',
      ['no-probes', 2],
      'no-probes web',
      'no-probes cart',
    ]);
  });

  it.each([
    ['', ['agent', 'web', 'cart']],
    ['ns:shop', ['web', 'cart']],
    ['probes', ['web', 'cart']],
    ['name:ca', ['cart']],
    ['rule:privileged ns:shop', []],
    ['PRIVILEGED', ['agent']],
    ['constructor:x', []],
  ])('that match %j are %j', (query, names) => {
    expect(filterHygiene(rows, query).map(({ subject }) => subject.name)).toEqual(names);
  });

  it('say what was not read', () => {
    expect(describeUnchecked({ notChecked: [] })).toBe('');
    expect(describeUnchecked({ notChecked: ['Role', 'Pod'] })).toBe('Not read, so not checked: Role, Pod.');
  });

  it('have words for every rule', () => {
    expect(Object.keys(LINT_WORDS).sort()).toEqual([...LINT_RULES].sort());
  });
});
