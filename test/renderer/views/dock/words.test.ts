// The sentences of the dock: how a stream stands and how a shell ended.
import { describe, expect, it } from 'vitest';
import type { AppError } from '../../../../shared/errors.ts';
import type { SourceState } from '../../../../src-renderer/state/logs.svelte.ts';
import { clampHeight, resizeByKey } from '../../../../src-renderer/views/dock/dock-height.ts';
import {
  describeBlank,
  describeSources,
  restartSentence,
} from '../../../../src-renderer/views/dock/log-words.ts';
import { exitSentence, terminalWords } from '../../../../src-renderer/views/dock/shell-words.ts';

const ERROR: AppError = {
  code: 'timeout',
  message: 'The kubelet on w07 did not answer in 10 s.',
  hint: 'Try again.',
  retryable: true,
};

function source(state: SourceState['state'], error?: AppError): SourceState {
  return { pod: 'web-1', container: 'main', state, ...(error ? { error } : {}) };
}

describe('describeSources', () => {
  it.each<[SourceState[], boolean, string]>([
    [[], false, ''],
    [[source('open')], false, '1 container followed'],
    [
      [source('open'), source('open'), source('ended'), source('failed')],
      false,
      '2 containers followed, 1 ended, 1 failed',
    ],
    [[source('lost')], false, '1 container reconnecting'],
    [[source('ended'), source('ended')], true, '2 containers read'],
  ])('%o', (sources, previous, text) => {
    expect(describeSources(sources, previous)).toBe(text);
  });
});

describe('describeBlank', () => {
  const base = { phase: 'open' as const, error: null, sources: [], lines: 0, previous: false };

  it.each([
    ['opening', { ...base, phase: 'opening' as const }, 'Opening the log'],
    ['no container yet', base, 'Waiting for lines'],
    ['silent', { ...base, sources: [source('open')] }, 'Waiting for lines'],
    ['with lines', { ...base, lines: 1, sources: [source('failed', ERROR)] }, undefined],
    ['refused', { ...base, phase: 'failed' as const, error: ERROR }, 'The log cannot be read'],
    ['reconnecting', { ...base, sources: [source('lost', ERROR)] }, 'Reconnecting'],
    ['all failed', { ...base, sources: [source('failed', ERROR)] }, 'The log cannot be read'],
    ['ended silently', { ...base, sources: [source('ended')] }, 'The log is empty'],
    ['previous', { ...base, previous: true, sources: [source('ended')] }, 'The previous log is empty'],
    ['cut', { ...base, phase: 'closed' as const }, 'The stream ended before a line came'],
  ])('%s', (_, facts, title) => {
    expect(describeBlank(facts)?.title).toBe(title);
  });

  it('says why and what to do', () => {
    const sources = [source('failed', ERROR), source('failed', ERROR)];
    expect(describeBlank({ ...base, sources })?.text).toBe(
      'The kubelet on w07 did not answer in 10 s. Try again. 1 more failed.',
    );
  });
});

it.each([
  [
    { exitCode: 1, reason: 'Error' },
    'main of web-1 restarted after exit code 1 (Error); its earlier log is above',
  ],
  [{ exitCode: 0 }, 'main of web-1 restarted after exit code 0; its earlier log is above'],
  [{}, 'main of web-1 restarted; its earlier log is above'],
])('restartSentence %o', (more, text) => {
  expect(restartSentence({ type: 'restart', pod: 'web-1', container: 'main', ...more })).toBe(text);
});

it.each([
  [{ code: 0, reason: '' }, 'Shell ended with exit code 0'],
  [{ code: 0, reason: 'Success' }, 'Shell ended with exit code 0'],
  [{ code: 137, reason: 'OOMKilled' }, 'Shell ended with exit code 137: OOMKilled'],
  [{ code: null, reason: 'The stream closed.' }, 'The stream closed.'],
  [{ code: 3, reason: 'The shell ended with exit code 3' }, 'Shell ended with exit code 3'],
  [{ code: null, reason: ' ' }, 'Shell ended without an exit code'],
])('exitSentence %o', (exit, text) => {
  expect(exitSentence(exit)).toBe(text);
});

it.each([
  [{ code: 0, reason: 'Signed in to prod' }, 'Signed in to prod'],
  [{ code: 4, reason: 'kubelogin ended with exit code 4' }, 'Sign-in ended with exit code 4'],
])('exitSentence of a sign-in %o', (exit, text) => {
  expect(exitSentence(exit, 'Sign-in')).toBe(text);
});

it('terminalWords names where a terminal is, without hostile characters', () => {
  const shell = {
    id: 'a',
    kind: 'shell',
    fabric: 'prod',
    namespace: 'shop',
    pod: 'web-1',
    container: 'main',
  } as const;
  expect(terminalWords(shell).open).toBe('Connected to main of web-1');
  expect(terminalWords({ id: 'b', kind: 'sign-in', fabric: 'prod\u202e' }).opening).toBe(
    'Starting the sign-in of prod\ufffd',
  );
});

it.each([
  [326, 900, 326],
  [0, 900, 120],
  [5000, 900, 640],
  [326, 300, 120],
  [326.4, 900, 326],
])('clampHeight %d of %d', (wanted, room, height) => {
  expect(clampHeight(wanted, room)).toBe(height);
});

it.each([
  ['ArrowUp', 350],
  ['ArrowDown', 302],
  ['Home', 120],
  ['End', 640],
  ['x', undefined],
])('resizeByKey %s', (key, height) => {
  expect(resizeByKey(326, key, 900)).toBe(height);
});
