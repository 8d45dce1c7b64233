/** The page's side of a stream is not trusted: odd requests are dropped, a closed port ends it once, credits hold it back. */
import { describe, expect, test } from 'vitest';
import type { StreamRequest } from '../../../shared/streams.ts';
import { CreditGate, serveRequests } from '../../../src-main/streams/port.ts';
import { fakePort } from './fake-port.ts';

describe('serveRequests', () => {
  function serve() {
    const port = fakePort();
    const got: StreamRequest[] = [];
    serveRequests(port, (request) => got.push(request));
    return { port, got };
  }

  test('hands over valid requests and starts the port', () => {
    const { port, got } = serve();
    expect(port.started).toBe(true);
    const bytes = new TextEncoder().encode('ls');
    for (const request of [
      { type: 'credit', count: 3 },
      { type: 'input', bytes },
      { type: 'resize', columns: 80, rows: 24 },
    ])
      port.say(request);
    expect(got).toEqual([
      { type: 'credit', count: 3 },
      { type: 'input', bytes },
      { type: 'resize', columns: 80, rows: 24 },
    ]);
  });

  test.each([
    [null],
    ['close'],
    [{ type: 'credit', count: -1 }],
    [{ type: 'credit', count: Infinity }],
    [{ type: 'credit', count: 1.5 }],
    [{ type: 'resize', columns: 0, rows: 10 }],
    [{ type: 'resize', columns: 1e9, rows: 10 }],
    [{ type: 'input', bytes: 'text' }],
    [{ type: 'input', bytes: new Uint8Array(2_000_000) }],
    [{ type: '__proto__' }],
    [[]],
  ])('drops %j', (data) => {
    const { port, got } = serve();
    port.say(data);
    expect(got).toEqual([]);
  });

  test('closes once, whoever says so, and nothing comes after', () => {
    const { port, got } = serve();
    port.say({ type: 'close' });
    port.hangUp();
    port.say({ type: 'credit', count: 1 });
    expect(got).toEqual([{ type: 'close' }]);
  });
});

describe('CreditGate', () => {
  test('lets through while there is credit, then waits for more', async () => {
    const gate = new CreditGate(2);
    await gate.ready();
    gate.take(2);
    let passed = false;
    const waiting = gate.ready().then(() => {
      passed = true;
    });
    await Promise.resolve();
    expect(passed).toBe(false);
    gate.add(1);
    await waiting;
    expect(passed).toBe(true);
  });

  test('one credit after an overdraft is not enough', () => {
    const gate = new CreditGate(1);
    gate.take(3);
    gate.add(1);
    expect(gate.open).toBe(false);
    gate.add(2);
    expect(gate.open).toBe(true);
  });

  test('closed, it holds nobody', async () => {
    const gate = new CreditGate(0);
    const waiting = gate.ready();
    gate.close();
    await expect(waiting).resolves.toBeUndefined();
    await expect(gate.ready()).resolves.toBeUndefined();
  });
});
