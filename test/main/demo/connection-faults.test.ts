/** Faults of the way to a demo fabric: each acts on real clients, and leaves nothing behind once it is taken back. */
import https from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDemo, type RunningDemo } from '../../../src-main/demo/demo-server.ts';
import type { FabricServer } from '../../../src-main/demo/demo-fabric-server.ts';
import { DEMO_FABRICS } from '../../../src-main/demo/fabrics/fabrics.ts';
import { readClaims } from '../../../src-main/kube/jwt.ts';

const reports: string[] = [];
let demo: RunningDemo;
let edge: FabricServer;

beforeAll(async () => {
  const fabrics = DEMO_FABRICS.filter(({ name }) => name === 'demo-edge');
  demo = await startDemo({ fabrics, report: (sentence) => reports.push(sentence) });
  const [only] = demo.fabrics;
  if (only === undefined) throw new Error('there is no demo-edge');
  edge = only;
}, 60_000);
afterAll(async () => {
  await demo.stop();
  expect(reports).toEqual([]);
});

const tokenNow = () => edge.contexts[0]?.token ?? '';
const active = () => edge.faults().flatMap((fault) => (fault.active ? [fault.id] : []));

/** The status of a list of pods, or the code by which the connection fails. */
function ask(token = tokenNow()): Promise<number | string> {
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${token}` };
    const request = https.get(
      `${edge.server}/api/v1/pods`,
      { ca: demo.authority, headers, agent: false },
      (response) => {
        response.resume();
        response.once('close', () => resolve(response.statusCode ?? 0));
      },
    );
    request.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

describe('demo-edge, one fault after the other', () => {
  it('begins with a token whose time is over, by its own words, and a slow server', () => {
    expect(active()).toEqual(['expire-token', 'slow-down']);
    const claims = readClaims(tokenNow());
    expect(claims?.notAfter).toBeLessThan(Date.now());
    expect(claims).toMatchObject({ issuer: 'https://id.demo.internal', subject: 'demo-admin' });
  });

  it('refuses that token; taken back, the kubeconfig holds a fresh one, and the old one stays worthless', async () => {
    edge.setFault('slow-down', false);
    const [before, expired] = [demo.kubeconfig, tokenNow()];
    expect(await ask()).toBe(401);
    edge.setFault('expire-token', false);
    expect(demo.kubeconfig).not.toBe(before);
    expect(demo.kubeconfig).toContain(tokenNow());
    expect(readClaims(tokenNow())?.notAfter).toBeGreaterThan(Date.now());
    expect([await ask(), await ask(expired)]).toEqual([200, 401]);
    expect(active()).toEqual([]);
  });

  it('ends a token that was good', async () => {
    const good = tokenNow();
    edge.setFault('expire-token', true);
    expect([await ask(good), await ask()]).toEqual([401, 401]);
    edge.setFault('expire-token', false);
    expect(await ask()).toBe(200);
  });

  it('serves with the certificate of another authority, and with its own again', async () => {
    edge.setFault('swap-certificate', true);
    expect(await ask()).toMatch(/SELF_SIGNED|UNABLE_TO_VERIFY|CERT_SIGNATURE/);
    edge.setFault('swap-certificate', false);
    expect(await ask()).toBe(200);
  });

  it('is throttled, and no longer', async () => {
    edge.setFault('throttle', true);
    expect(await ask()).toBe(429);
    edge.setFault('throttle', false);
    expect(await ask()).toBe(200);
  });

  it('waits while it is slow, and answers what waits once it is not', async () => {
    edge.setFault('slow-down', true);
    const late = ask();
    edge.setFault('slow-down', false);
    expect(await late).toBe(200);
  });

  it('does nothing a second time', () => {
    edge.setFault('throttle', true);
    edge.setFault('throttle', true);
    const token = tokenNow();
    edge.setFault('expire-token', false);
    expect(tokenNow()).toBe(token);
    edge.setFault('throttle', false);
    expect(active()).toEqual([]);
  });

  it('is as at first after a reset, whatever was in place', async () => {
    edge.setFault('throttle', true);
    edge.setFault('swap-certificate', true);
    await edge.reset();
    expect(active()).toEqual(['expire-token', 'slow-down']);
    edge.setFault('slow-down', false);
    expect(await ask()).toBe(401);
    edge.setFault('expire-token', false);
    expect(await ask()).toBe(200);
    await edge.reset();
    expect(active()).toEqual(['expire-token', 'slow-down']);
  });
});
