// Pure parts of the detail: log window, gaps, logs and shell, facts of a failure.
import { describe, expect, it } from 'vitest';
import type { ContainerInfo } from '../../../../shared/ipc.ts';
import { installWindow } from '../../fake-window.ts';
import { excerptWindow } from '../../../../src-renderer/views/triage/excerpt.ts';
import { failureFacts, writeFailure } from '../../../../src-renderer/views/triage/failure.ts';
import { gapsOf } from '../../../../src-renderer/views/triage/gaps.ts';
import { makeBlindSpot, makeFabric, makeFinding, makeLink, makeRef } from '../../make-finding.ts';

installWindow();
const { logTargetOf, podOf, shellContainer } =
  await import('../../../../src-renderer/views/triage/pod-access.ts');

describe('excerptWindow', () => {
  const pod = makeRef('Pod', 'web', 'shop');
  const log = (count: number, firstError?: number) => ({
    pod,
    container: 'main',
    previous: false,
    lines: Array.from({ length: count }, (_, index) => ({ number: index + 1, text: 'x' })),
    ...(firstError === undefined ? {} : { firstError }),
  });
  const numbers = (shown: ReturnType<typeof excerptWindow>) => shown.map(({ line }) => line.number);

  it('shows a few lines around the first error, never fewer than fit', () => {
    expect(numbers(excerptWindow(log(60, 40), false))).toEqual([38, 39, 40, 41, 42, 43, 44, 45]);
    expect(numbers(excerptWindow(log(60, 0), false))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(numbers(excerptWindow(log(60, 59), false))).toEqual([53, 54, 55, 56, 57, 58, 59, 60]);
    expect(excerptWindow(log(60, 40), false).filter((line) => line.first)).toHaveLength(1);
  });

  it('shows the end where no line names an error, and all on demand', () => {
    expect(numbers(excerptWindow(log(60), false))).toEqual([53, 54, 55, 56, 57, 58, 59, 60]);
    expect(excerptWindow(log(60, 40), true)).toHaveLength(60);
    expect(excerptWindow(log(3), false)).toHaveLength(3);
  });
});

it('explains what was not checked by blind spots that concern the finding', () => {
  const finding = makeFinding('x', { scenario: 'pod/secret-missing', notChecked: ['Secret', 'Event'] });
  const spots = [makeBlindSpot(), makeBlindSpot({ scenarios: ['other'], reason: 'Elsewhere.' })];
  expect(gapsOf(finding, spots)).toEqual(['The server refuses list on secrets.', 'Event could not be read.']);
  expect(gapsOf(makeFinding('y'), spots)).toEqual([]);
});

describe('logs and shell', () => {
  const container = (
    name: string,
    running: boolean,
    kind: ContainerInfo['kind'] = 'main',
  ): ContainerInfo => ({ name, running, kind, restarts: 0 });

  it('offers the logs of a workload, else of the pod it is about, else none', () => {
    const pod = makeRef('Pod', 'web-1', 'shop');
    expect(logTargetOf(makeFinding('a', { subject: makeRef('Deployment', 'web', 'shop') }))?.ref.kind).toBe(
      'Deployment',
    );
    expect(
      logTargetOf(makeFinding('b', { subject: makeRef('Service', 'web', 'shop'), members: [pod] }))?.ref,
    ).toBe(pod);
    expect(logTargetOf(makeFinding('c', { subject: makeRef('Node', 'n1') }))).toBeUndefined();
    expect(logTargetOf(makeFinding('d', { subject: makeRef('Pod', 'gone', 'shop', null) }))).toBeUndefined();
  });

  it('looks into the pod of the excerpt first', () => {
    const pod = makeRef('Pod', 'web-2', 'shop');
    const log = { pod, container: 'main', previous: true, lines: [] };
    expect(podOf(makeFinding('a', { log }))).toBe(pod);
    expect(podOf(makeFinding('a', { subject: makeRef('Node', 'n1') }))).toBeUndefined();
  });

  it('opens a shell in the ill container if it runs, else in the first that does', () => {
    const finding = makeFinding('a', { part: 'app' });
    expect(shellContainer(finding, [container('side', true), container('app', true)])).toBe('app');
    expect(shellContainer(finding, [container('app', false), container('side', true)])).toBe('side');
    expect(
      shellContainer(finding, [container('app', false), container('init', true, 'init')]),
    ).toBeUndefined();
    expect(shellContainer(finding, [])).toBeUndefined();
  });
});

it('lists the facts of a failure once, and copies them', () => {
  const fabric = makeFabric('lab', makeLink('failed'), { server: 'https://x:6443', insecureTls: true });
  const error = {
    code: 'unauthorized',
    message: 'lab refuses the token.',
    hint: 'Sign in again.',
    status: 401,
    retryable: false,
    details: { server: 'https://x:6443', user: 'oncall' },
  } as const;
  expect(failureFacts(fabric, error)).toEqual([
    ['Context', 'lab'],
    ['Server', 'https://x:6443'],
    ['Sign-in', 'Token'],
    ['Kubeconfig', 'config'],
    ['Certificate checks', 'off'],
    ['HTTP status', '401'],
    ['User', 'oncall'],
  ]);
  expect(writeFailure(fabric, error)).toMatch(
    /^lab refuses the token\.\nNext step: Sign in again\.\n\nContext: lab\n/,
  );
  expect(writeFailure(fabric, undefined)).toContain('Hedgerow cannot connect to lab.');
});
