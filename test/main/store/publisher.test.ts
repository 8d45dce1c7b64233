/** Subscriptions of a page against a small API server: complete first messages, deltas, renewal and an end without a trace. */
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { PushName, Pushes, ResourceId } from '../../../shared/ipc.ts';
import { Fabrics } from '../../../src-main/fabric/fabrics.ts';
import { Publisher, type Send } from '../../../src-main/store/publisher.ts';
import { build, buildPod } from '../../shared/objects.ts';
import { contextTo, startFakeCluster, type FakeCluster } from '../fabric/fake-cluster.ts';
import { sickPod, sickScenario } from '../fabric/sick-pod.ts';

vi.setConfig({ testTimeout: 20_000 });
const SOON = { timeout: 10_000, interval: 20 };
const PODS: ResourceId = { group: '', version: 'v1', resource: 'pods' };
const SECRETS: ResourceId = { group: '', version: 'v1', resource: 'secrets' };

async function pageOn(cluster: FakeCluster, open = true) {
  const sent: { [P in PushName]: Pushes[P][] } = {
    fabrics: [],
    findings: [],
    rows: [],
    object: [],
    connection: [],
  };
  const fabrics = new Fabrics({
    load: () => Promise.resolve({ sources: [], contexts: [contextTo(cluster.server.url)], problems: [] }),
    scenarios: [sickScenario],
    now: Date.now,
    onList: () => undefined,
  });
  await fabrics.load();
  const send: Send = (name, message) => (sent[name] as unknown[]).push(message);
  const publisher = new Publisher(fabrics, send);
  onTestFinished(async () => {
    publisher.clear();
    await fabrics.closeAll();
  });
  const fabric = fabrics.get('test');
  if (open) {
    fabric.open();
    await vi.waitFor(() => expect(fabric.link.phase).toBe('live'), SOON);
  }
  return { sent, publisher, fabric };
}

describe('findings', () => {
  test('all at first, then what changes, with seq by one; nothing after unwatch', async () => {
    const cluster = await startFakeCluster([sickPod('a'), buildPod('b')]);
    const { sent, publisher } = await pageOn(cluster);
    const sub = publisher.watchFindings('test');
    await vi.waitFor(() => expect(sent.findings.at(-1)?.order).toHaveLength(1), SOON);
    expect(sent.findings[0]).toMatchObject({ sub, seq: 1, reset: true });
    cluster.put(sickPod('b'));
    await vi.waitFor(() => expect(sent.findings.at(-1)?.order).toHaveLength(2), SOON);
    expect(sent.findings.map(({ seq }) => seq)).toEqual(sent.findings.map((_, index) => index + 1));
    const added = sent.findings
      .filter(({ reset }) => !reset)
      .flatMap(({ upsert }) => upsert.map(({ subject }) => subject.name));
    expect(added).toContain('b');
    publisher.unwatch(sub);
    const count = sent.findings.length;
    cluster.remove(sickPod('b'));
    const second = publisher.watchFindings('test');
    await vi.waitFor(
      () =>
        expect(sent.findings.at(-1)).toMatchObject({ sub: second, order: [expect.any(String) as string] }),
      SOON,
    );
    expect(sent.findings.slice(count).every((message) => message.sub === second)).toBe(true);
  });

  test('of a fabric that is closed are none, and not synced', async () => {
    const { sent, publisher } = await pageOn(await startFakeCluster([sickPod('a')]), false);
    publisher.watchFindings('test');
    await vi.waitFor(() => expect(sent.findings).toHaveLength(1), SOON);
    expect(sent.findings[0]).toMatchObject({ upsert: [], synced: false, complete: false });
  });

  test('an unknown fabric is refused', async () => {
    const { publisher } = await pageOn(await startFakeCluster(), false);
    expect(() => publisher.watchFindings('nope')).toThrow('There is no context nope');
    expect(publisher.size).toBe(0);
  });
});

describe('object', () => {
  async function view(cluster: FakeCluster, resource: ResourceId, name: string) {
    const page = await pageOn(cluster);
    const sub = page.publisher.watchObject('test', resource, 'shop', name);
    return { ...page, sub, last: () => page.sent.object.at(-1) };
  }

  test('shows YAML, marks, relations, events and containers, and follows changes', async () => {
    const cluster = await startFakeCluster([sickPod('a')]);
    const { last, sent } = await view(cluster, PODS, 'a');
    await vi.waitFor(() => expect(last()?.object?.marks).toHaveLength(1), SOON);
    const object = last()?.object;
    expect(object?.yaml).toContain('phase: Failed');
    expect(object?.yaml.split('\n')[(object.marks[0]?.line ?? 0) - 1]).toContain('phase: Failed');
    expect(object?.containers.map(({ name }) => name)).toEqual(['main']);
    expect(object?.findings).toHaveLength(1);
    expect(object?.events).toEqual([]);
    cluster.put(buildPod('a', { phase: 'Running' }));
    await vi.waitFor(() => expect(last()?.object?.yaml).toContain('phase: Running'), SOON);
    cluster.remove(buildPod('a'));
    await vi.waitFor(() => expect(last()?.object).toBeNull(), SOON);
    expect(sent.object.map(({ seq }) => seq)).toEqual(sent.object.map((_, index) => index + 1));
  });

  test('never lets a secret value out', async () => {
    const cluster = await startFakeCluster([build('Secret', 's', { data: { token: 'aHVudGVyMg==' } })]);
    const { last, sent } = await view(cluster, SECRETS, 's');
    await vi.waitFor(() => expect(last()?.object?.masked).toBe(true), SOON);
    expect(last()?.object?.yaml).toContain('token: ••••••••');
    expect(JSON.stringify(sent)).not.toContain('aHVudGVyMg');
  });

  test('of a refused kind says so', async () => {
    const cluster = await startFakeCluster();
    cluster.deny(['Secret']);
    const { publisher, sent } = await pageOn(cluster);
    publisher.watchObject('test', SECRETS, undefined, 's');
    await vi.waitFor(() => expect(sent.object.at(-1)?.state.phase).toBe('denied'), SOON);
    expect(sent.object.at(-1)).toMatchObject({ object: null, error: { code: 'forbidden' } });
  });

  test('denied events are told, not left out', async () => {
    const cluster = await startFakeCluster([sickPod('a')]);
    cluster.deny(['Event']);
    const { last } = await view(cluster, PODS, 'a');
    await vi.waitFor(() => expect(last()?.object?.events).toHaveProperty('denied'), SOON);
  });
});

describe('the end', () => {
  test('clear ends every watch a page had; the diagnosis goes on', async () => {
    const cluster = await startFakeCluster([sickPod('a')]);
    const { publisher, fabric } = await pageOn(cluster);
    const before = cluster.watches;
    publisher.watchObject('test', PODS, 'shop', 'a');
    publisher.watchFindings('test');
    await vi.waitFor(() => expect(cluster.watches).toBe(before + 1), SOON);
    publisher.clear();
    expect(publisher.size).toBe(0);
    await vi.waitFor(() => expect(cluster.watches).toBe(before), SOON);
    expect(fabric.link.phase).toBe('live');
  });

  test('a subscription outlives a closed fabric and begins anew when it is opened', async () => {
    const cluster = await startFakeCluster([sickPod('a')]);
    const { publisher, fabric, sent } = await pageOn(cluster);
    publisher.watchObject('test', PODS, 'shop', 'a');
    await vi.waitFor(() => expect(sent.object.at(-1)?.object).not.toBeNull(), SOON);
    await fabric.close();
    await vi.waitFor(
      () => expect(sent.object.at(-1)).toMatchObject({ object: null, state: { phase: 'idle' } }),
      SOON,
    );
    fabric.open();
    await vi.waitFor(() => expect(sent.object.at(-1)?.object?.ref.name).toBe('a'), SOON);
  });
});

describe('the connection', () => {
  test('is sent whole: closed, open, lost and back, with seq by one', async () => {
    const cluster = await startFakeCluster([buildPod('a')]);
    const { sent, publisher, fabric } = await pageOn(cluster, false);
    const sub = publisher.watchConnection('test');
    await vi.waitFor(() => expect(sent.connection).toHaveLength(1), SOON);
    expect(sent.connection[0]).toMatchObject({
      sub,
      seq: 1,
      view: { watches: [], status: { state: 'unknown' } },
    });
    fabric.open();
    await vi.waitFor(() => expect(sent.connection.at(-1)?.view.watches).toHaveLength(3), SOON);
    await vi.waitFor(() => expect(sent.connection.at(-1)?.view.health).toHaveLength(4), SOON);
    expect(sent.connection.at(-1)?.view).toMatchObject({
      fabric: 'test',
      identity: { state: 'pinned' },
      status: { state: 'connected' },
      breaker: { state: 'closed', failures: 0 },
      timeoutMs: 30_000,
    });
    expect(sent.connection.at(-1)?.view.requests.some(({ verb }) => verb === 'list')).toBe(true);
    await cluster.server.close();
    await vi.waitFor(() => expect(sent.connection.at(-1)?.view.status.state).toBe('failed'), SOON);
    await vi.waitFor(() => expect(sent.connection.at(-1)?.view.probe?.failed).toBe('tcp'), SOON);
    await cluster.server.listen();
    await fabric.retry();
    await vi.waitFor(() => expect(sent.connection.at(-1)?.view.status.state).toBe('connected'), SOON);
    expect(sent.connection.map(({ seq }) => seq)).toEqual(sent.connection.map((_, index) => index + 1));
    publisher.unwatch(sub);
    const count = sent.connection.length;
    await fabric.close();
    expect(sent.connection).toHaveLength(count);
  });

  test('tells of events that nobody else tells of, and sends nothing twice', async () => {
    const cluster = await startFakeCluster([buildPod('a')]);
    const { sent, publisher } = await pageOn(cluster);
    publisher.watchConnection('test');
    await vi.waitFor(() => expect(sent.connection.at(-1)?.view.health).toHaveLength(4), SOON);
    cluster.put(buildPod('b'));
    const pods = () => sent.connection.at(-1)?.view.watches.find(({ resource }) => resource === 'pods');
    await vi.waitFor(() => expect(pods()?.events).toBe(1), SOON);
    expect(pods()?.lastEventAt).toBeGreaterThanOrEqual(pods()?.startedAt ?? Infinity);
    const texts = sent.connection.map(({ view }) => JSON.stringify(view));
    expect(texts.every((text, index) => text !== texts[index - 1])).toBe(true);
  });
});
