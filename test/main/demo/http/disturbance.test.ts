/** An API server that answers late, or turns clients away, until it is told to stop. */
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { startServer, type Harness } from './harness.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await startServer();
});
afterAll(() => harness.close());

it('holds answers back while it is slow, and gives them all once it no longer is', async () => {
  const { disturbance } = harness.server;
  disturbance.slow = true;
  onTestFinished(() => {
    disturbance.slow = false;
  });
  let answered = 0;
  const asked = ['/version', '/api/v1/namespaces'].map((path) =>
    harness.ask(path).then(({ code }) => {
      answered += 1;
      return code;
    }),
  );
  await expect.poll(() => disturbance.waiting).toBe(2);
  expect(answered).toBe(0);
  disturbance.slow = false;
  expect(await Promise.all(asked)).toEqual([200, 200]);
  expect(disturbance.waiting).toBe(0);
});

it('keeps nothing of a client that has given up', async () => {
  const { disturbance } = harness.server;
  disturbance.slow = true;
  onTestFinished(() => {
    disturbance.slow = false;
  });
  const asked = harness.ask('/version').catch(() => 'broken');
  await expect.poll(() => disturbance.waiting).toBe(1);
  harness.server.dropConnections();
  expect(await asked).toBe('broken');
  await expect.poll(() => disturbance.waiting).toBe(0);
});

it('turns everybody away while it throttles, says when to come again, and answers for its health', async () => {
  const { disturbance } = harness.server;
  disturbance.throttling = true;
  onTestFinished(() => {
    disturbance.throttling = false;
  });
  const { code, headers, body } = await harness.ask('/api/v1/namespaces');
  expect([code, headers['retry-after'], body.reason]).toEqual([429, '5', 'TooManyRequests']);
  expect(headers['x-kubernetes-pf-flowschema-uid']).toMatch(/^[0-9a-f-]{36}$/);
  expect((await harness.ask('/livez')).code).toBe(200);
  disturbance.throttling = false;
  expect((await harness.ask('/api/v1/namespaces')).code).toBe(200);
});
