/** The door between page and main process: hostile calls are refused in a sentence, and no handler sees them. */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { AppFailure } from '../../shared/errors.ts';
import type { CallName, Handlers } from '../../shared/ipc.ts';
import { answerCall, serveCalls, type Door } from '../../src-main/ipc.ts';
import { CALL_SCHEMAS } from '../../src-main/ipc-schemas.ts';

const NAMES = Object.keys(CALL_SCHEMAS) as CallName[];

function doorOf(handle: (name: string, input: unknown) => unknown = () => null) {
  const called: [string, unknown][] = [];
  const handlers = Object.fromEntries(
    NAMES.map((name) => [
      name,
      (input: unknown) => {
        called.push([name, input]);
        return handle(name, input);
      },
    ]),
  ) as unknown as Handlers;
  const report = vi.fn();
  const door: Door = { handlers, report, trusts: (frame) => frame !== null };
  return { door, called, report };
}

const PODS = { group: '', version: 'v1', resource: 'pods' };
const LOGS = {
  fabric: 'a',
  target: { namespace: 'n', ref: { apiVersion: 'v1', kind: 'Pod', name: 'p' }, containers: [] },
  previous: false,
  follow: true,
  tailLines: 100,
};

describe('answerCall', () => {
  test.each<[CallName, unknown]>([
    ['fabrics.list', null],
    ['fabric.open', { fabric: 'a' }],
    ['rows.watch', { fabric: 'a', resource: PODS }],
    ['rows.watch', { fabric: 'a', resource: PODS, namespace: undefined }],
    ['object.watch', { fabric: 'a', resource: PODS, namespace: 'n', name: 'p' }],
    ['settings.set', { theme: 'dark' }],
    ['settings.set', {}],
    ['logs.open', LOGS],
  ])('%s takes %j', async (name, input) => {
    const { door, called } = doorOf(() => 'answer');
    expect(await answerCall(door, name, input)).toEqual({ ok: true, value: 'answer' });
    expect(called).toEqual([[name, input]]);
  });

  test.each<[unknown, unknown]>([
    ['no.such.call', null],
    ['__proto__', null],
    ['constructor', null],
    [undefined, null],
    [{ toString: () => 'fabrics.list' }, null],
    ['fabric.open', null],
    ['fabric.open', { fabric: '' }],
    ['fabric.open', { fabric: 5 }],
    ['fabric.open', { fabric: 'x'.repeat(5000) }],
    ['rows.watch', { fabric: 'a', resource: 'pods' }],
    ['rows.watch', { fabric: 'a', resource: { ...PODS, resource: '' } }],
    ['settings.set', { theme: 'pink' }],
    ['settings.set', { theme: 'dark', kubeconfig: '/etc/shadow' }],
    ['settings.set', { theme: undefined }],
    ['kinds.counts', { fabric: 'a', resources: Array.from({ length: 501 }, () => PODS) }],
    ['logs.open', { ...LOGS, tailLines: 0 }],
    ['logs.open', { ...LOGS, tailLines: 1e9 }],
    ['shell.open', { fabric: 'a', namespace: 'n', pod: 'p', container: 'c', columns: -1, rows: 2 }],
  ])('refuses %j %j', async (name, input) => {
    const { door, called } = doorOf();
    const answer = await answerCall(door, name, input);
    expect(answer).toMatchObject({ ok: false, error: { code: 'bad-request' } });
    expect(called).toEqual([]);
  });

  test('whatever comes, it answers and never throws', async () => {
    const { door } = doorOf();
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.constantFrom(...NAMES), fc.anything()),
        fc.anything(),
        async (name, input) => {
          const answer = await answerCall(door, name, input);
          return typeof answer.ok === 'boolean';
        },
      ),
    );
  });

  test('unknown fields of an argument do not reach the handler', async () => {
    const { door, called } = doorOf();
    await answerCall(door, 'fabric.open', { fabric: 'a', extra: 1 });
    expect(called).toEqual([['fabric.open', { fabric: 'a' }]]);
  });

  test('a failure with a sentence is passed on; an unexpected one becomes a plain sentence and is reported', async () => {
    const error = { code: 'not-found', message: 'Pod p does not exist.', retryable: false } as const;
    const known = doorOf(() => Promise.reject(new AppFailure(error)));
    expect(await answerCall(known.door, 'fabrics.list', null)).toEqual({ ok: false, error });
    expect(known.report).not.toHaveBeenCalled();

    const cause = new TypeError("Cannot read properties of undefined (reading 'secret-token')");
    const unknown = doorOf(() => {
      throw cause;
    });
    const answer = await answerCall(unknown.door, 'fabrics.list', null);
    expect(answer).toMatchObject({ ok: false, error: { code: 'internal' } });
    expect(JSON.stringify(answer)).not.toMatch(/secret-token|TypeError|\bat /);
    expect(unknown.report).toHaveBeenCalledWith('fabrics.list', cause);
  });
});

describe('serveCalls', () => {
  test('answers the trusted frame only', async () => {
    const { door, called } = doorOf(() => 'answer');
    let listener: ((event: never, ...args: unknown[]) => unknown) | undefined;
    serveCalls({ handle: (_channel, given) => (listener = given as never) }, door);
    const ask = (senderFrame: unknown) => listener?.({ senderFrame } as never, 'fabrics.list', null);
    expect(await ask({ url: 'app://hedgerow/index.html' })).toEqual({ ok: true, value: 'answer' });
    expect(await ask(null)).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    expect(called).toHaveLength(1);
  });
});
