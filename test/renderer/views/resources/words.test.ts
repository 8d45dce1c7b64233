// The sentences of the table: counts, empty and denied.
import { describe, expect, it } from 'vitest';
import type { AppError } from '../../../../shared/errors.ts';
import type { Relation } from '../../../../shared/ipc.ts';
import type { WatchState } from '../../../../shared/model/fabric.ts';
import { describeObject } from '../../../../src-renderer/views/resources/drawer-words.ts';
import { groupRelations } from '../../../../src-renderer/views/resources/relations.ts';
import {
  describeLoading,
  describeStaleness,
  describeTable,
} from '../../../../src-renderer/views/resources/table-words.ts';
import { kind } from './kinds.ts';

const NOW = new Date(2026, 10, 21, 14, 32, 8).getTime();
const PODS = kind('v1', 'pods', 'Pod');
const DENIED: AppError = {
  code: 'forbidden',
  message: 'pods is forbidden',
  retryable: false,
  details: { verb: 'watch' },
};
const LOST: AppError = {
  code: 'unreachable',
  message: 'fra1 does not answer',
  hint: 'Check the VPN.',
  retryable: true,
};

function watch(phase: WatchState['phase'], more: Partial<WatchState> = {}): WatchState {
  return { phase, since: NOW, objects: 0, reconnects: 0, ...more };
}

function facts(more: Partial<Parameters<typeof describeTable>[0]> = {}): Parameters<typeof describeTable>[0] {
  return {
    kind: PODS,
    namespace: 'shop',
    watch: watch('live', { asOf: NOW }),
    error: null,
    rows: 0,
    oldFrom: null,
    now: NOW,
    ...more,
  };
}

describe('describeTable', () => {
  it.each([
    ['rows', facts({ rows: 1 }), 'rows', ''],
    ['old rows while contact is lost', facts({ rows: 1, watch: watch('stale') }), 'rows', ''],
    ['nothing there', facts(), 'empty', 'No pods in namespace shop'],
    ['nothing in the cluster', facts({ namespace: undefined }), 'empty', 'No pods'],
    ['not yet known', facts({ watch: null }), 'loading', ''],
    ['listing', facts({ watch: watch('listing') }), 'loading', ''],
    [
      'stale and nothing kept',
      facts({ watch: watch('stale') }),
      'failed',
      'Cannot tell whether there are pods in namespace shop',
    ],
    ['stale with a reason', facts({ watch: watch('stale', { error: LOST }) }), 'failed', 'Cannot list pods'],
    [
      'denied',
      facts({ watch: watch('denied', { error: DENIED }) }),
      'denied',
      'You may not watch pods in namespace shop',
    ],
    [
      'denied everywhere',
      facts({ namespace: undefined, watch: watch('denied') }),
      'denied',
      'You may not list pods in all namespaces',
    ],
    [
      'refused at once',
      facts({ watch: null, error: DENIED }),
      'denied',
      'You may not watch pods in namespace shop',
    ],
    [
      'denied wins over old rows',
      facts({ rows: 3, watch: watch('denied') }),
      'denied',
      'You may not list pods in namespace shop',
    ],
    ['not connected', facts({ watch: watch('idle', { error: LOST }) }), 'failed', 'Cannot list pods'],
    ['not begun', facts({ watch: watch('idle') }), 'loading', ''],
    ['absent', facts({ watch: watch('absent') }), 'absent', 'This cluster does not serve pods'],
    ['failed', facts({ watch: null, error: LOST }), 'failed', 'Cannot list pods'],
  ])('%s', (_, given, show, title) => {
    const state = describeTable(given);
    expect(state.show).toBe(show);
    expect('title' in state ? state.title : '').toBe(title);
  });

  it('says what to do about a failure', () => {
    expect(describeTable(facts({ watch: null, error: LOST }))).toMatchObject({
      text: 'fra1 does not answer Check the VPN.',
    });
  });

  it('neutralises what the server says', () => {
    const error = { ...LOST, message: 'a\u202eb\u001b[31mc' };
    expect(describeTable(facts({ watch: null, error }))).toMatchObject({
      text: expect.stringContaining('a\ufffdbc') as string,
    });
  });
});

describe('describeLoading', () => {
  it.each([
    [{ rows: 0, watch: null }, 'Reading pods'],
    [
      { rows: 3500, watch: watch('listing', { objects: 3500, expected: 5000 }) },
      'Pods: 3,500 of about 5,000',
    ],
    [{ rows: 500, watch: watch('listing', { objects: 500 }) }, 'Pods: 500 so far'],
  ])('%o', (given, text) => {
    expect(describeLoading({ kind: PODS, ...given })).toBe(text);
  });
});

describe('describeStaleness', () => {
  it.each([
    ['live', facts({ rows: 1 }), undefined],
    [
      'old rows while listing again',
      facts({ rows: 1, oldFrom: NOW - 5000, watch: watch('listing') }),
      'Data from 14:32:03. The list is read again.',
    ],
    [
      'old rows, not connected',
      facts({ rows: 1, oldFrom: NOW - 5000, watch: watch('idle', { error: LOST }) }),
      'Data from 14:32:03. fra1 does not answer',
    ],
    [
      'stale without a reason',
      facts({ rows: 1, watch: watch('stale') }),
      'Data before contact was lost. Contact is lost.',
    ],
    [
      'stale',
      facts({ rows: 1, watch: watch('stale', { asOf: NOW - 5000, error: LOST }) }),
      'Data from 14:32:03. fra1 does not answer',
    ],
    ['stale without rows', facts({ watch: watch('stale') }), undefined],
    ['subscription lost', facts({ rows: 1, error: LOST }), 'Updates stopped: fra1 does not answer'],
  ])('%s', (_, given, text) => {
    expect(describeStaleness(given)).toBe(text);
  });
});

describe('describeObject', () => {
  const target = {
    fabric: 'f',
    ref: { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web' },
    resource: { group: '', version: 'v1', resource: 'pods' },
  };
  const base = { target, served: true, hasView: false, error: null, goneAt: null, watch: null, now: NOW };
  const unserved = { fabric: 'f', ref: target.ref };

  it.each([
    ['loads', base, { live: false }],
    ['live', { ...base, hasView: true, watch: watch('live') }, { live: true }],
    [
      'deleted',
      { ...base, hasView: true, goneAt: NOW },
      { notice: { text: 'Deleted: gone at 14:32:08. This is its last known content.' } },
    ],
    [
      'stale',
      { ...base, hasView: true, watch: watch('stale', { asOf: NOW }) },
      { notice: { text: 'Content from 14:32:08. Contact is lost.' } },
    ],
    ['not connected', { ...base, hasView: true, watch: watch('idle') }, { notice: { glyph: 'stale' } }],
    ['stopped', { ...base, hasView: true, error: LOST }, { notice: { glyph: 'failed' } }],
    ['never there', { ...base, goneAt: NOW }, { blank: { title: 'Pod shop/web does not exist' } }],
    [
      'not found',
      { ...base, error: { ...LOST, code: 'not-found' as const } },
      { blank: { title: 'Pod shop/web does not exist' } },
    ],
    [
      'denied',
      { ...base, error: DENIED },
      { blank: { title: 'You may not read Pod shop/web', denied: true } },
    ],
    ['failed', { ...base, error: LOST }, { blank: { title: 'Cannot read Pod shop/web', retry: true } }],
    ['not served', { ...base, target: unserved }, { blank: { title: 'This cluster does not serve Pod' } }],
    ['discovery pending', { ...base, target: unserved, served: false }, { live: false }],
  ])('%s', (_, given, words) => {
    expect(describeObject(given)).toMatchObject(words);
  });
});

describe('groupRelations', () => {
  it('goes up the chain first and puts missing objects on top', () => {
    const relation = (
      word: Relation['relation'],
      name: string,
      exists: Relation['exists'] = true,
    ): Relation => ({
      relation: word,
      ref: { apiVersion: 'v1', kind: 'ConfigMap', name },
      exists,
    });
    const groups = groupRelations([
      relation('owned', 'a'),
      relation('uses', 'b'),
      relation('uses', 'c', false),
      relation('owner', 'd'),
    ]);
    expect(groups.map((group) => [group.relation, group.relations.map(({ ref }) => ref.name)])).toEqual([
      ['owner', ['d']],
      ['uses', ['c', 'b']],
      ['owned', ['a']],
    ]);
  });
});
