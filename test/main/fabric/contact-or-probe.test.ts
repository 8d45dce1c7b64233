/** The first contact with a probe beside it: when there is a probe, which of the two decides, and that nothing stays open. */
import { describe, expect, test, vi } from 'vitest';
import { contactOrProbe } from '../../../src-main/fabric/contact-or-probe.ts';
import type { ContextAccess } from '../../../src-main/kube/contract.ts';
import { clientOf, sendJson, startServer, version, type Answer } from '../kube/scripted-server.ts';
import { apiServer } from '../probe/api-server.ts';
import { contextTo } from './fake-cluster.ts';

async function meet(answer: Answer, timeoutMs = 20_000) {
  const server = await startServer(answer);
  const { access } = contextTo(server.url);
  const client = clientOf(server.url);
  const endsAt = performance.now() + timeoutMs;
  const met = await contactOrProbe({ access: access as ContextAccess, client, endsAt });
  return { server, client, met };
}

describe('contactOrProbe', () => {
  test('a server that answers at once is not probed', async () => {
    const { server, met } = await meet(version);
    expect(met).toMatchObject({ ok: true, contact: { version: 'v1.35.4' } });
    expect(server.asked.map(({ path }) => path)).toEqual(['/version']);
  });

  test('a contact that fails is probed at once, and the probe names the layer', async () => {
    const { met } = await meet((_asked, response) => {
      response.writeHead(503, { 'content-type': 'text/html' }).end('<html>no upstream</html>');
    });
    expect(met).toMatchObject({ ok: false, error: { code: 'server-error' }, probe: { failed: 'api' } });
  });

  test('a slow contact that comes about in the end wins over the probe beside it', async () => {
    let strangers = 0;
    const slow: Answer = (asked, response) => {
      strangers += 1;
      // The second request is the probe's: only then is the first one answered.
      if (strangers === 1) held = () => version(asked, response);
      else if (strangers === 2) held();
    };
    let held = (): void => undefined;
    const { server, client, met } = await meet(slow, 3000);
    expect(met).toMatchObject({ ok: true });
    await client.close();
    await vi.waitFor(() => expect(server.asked.every(({ socket }) => socket.destroyed)).toBe(true));
  });

  test('strangers that are shown a page do not end a contact that is under way', async () => {
    let asked = 0;
    let answerFirst = (): void => undefined;
    const { met } = await meet((one, response) => {
      asked += 1;
      if (asked === 1) answerFirst = () => version(one, response);
      else {
        response.writeHead(302, { location: 'https://sso.example/' }).end();
        // The redirect is on its way before the answer.
        response.once('close', () => setImmediate(answerFirst));
      }
    }, 6000);
    expect(met.ok).toBe(true);
  });

  test('without any answer the time is kept, and the layer named', async () => {
    const { met } = await meet(() => undefined, 800);
    expect(met).toMatchObject({ ok: false, error: { code: 'timeout' }, probe: { failed: 'api' } });
  });

  test('a refused sign-in is told with who refused', async () => {
    const { met } = await meet((asked, response) => {
      if (asked.path === '/version')
        sendJson(response, { kind: 'Status', code: 401, reason: 'Unauthorized' }, 401);
      else apiServer()(asked, response);
    });
    expect(met).toMatchObject({ ok: false, error: { code: 'unauthorized' }, probe: { failed: 'auth' } });
  });
});
