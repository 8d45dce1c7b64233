/** Two fabrics side by side: whatever happens to the one, the other stays live and misses no event. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { canRun } from '../cluster/can-run.ts';
import { startCluster, useSharedCluster, type Cluster } from '../cluster/use-cluster.ts';
import { accessOf } from '../contract/kube-client.ts';
import { askDirectly, type Direct } from '../fault/direct.ts';
import type { Upstream } from '../fault/exchange.ts';
import { startFaultProxy, type FaultProxy } from '../fault/fault-proxy.ts';
import { upstreamOf } from '../fault/through.ts';
import { base64 } from '../main/kube/certificates.ts';
import { launchApp, whyNoWindow, type LaunchedApp } from './launch-app.ts';
import { becomes, findingsShown, rootCauses, uniqueName } from './world.ts';

const missing = [canRun().controlPlane, whyNoWindow() ?? true].find((one) => one !== true);
/** So many objects are there at a time: as many as a table shows without scrolling. */
const KEPT = 20;
/** Between two changes, ms. */
const PACE = 100;

async function serverOf(cluster: Cluster): Promise<Upstream & { readonly token: string }> {
  const access = await accessOf(cluster.kubeconfigFor('admin-token'));
  return { ...upstreamOf(access), token: cluster.adminToken };
}

/** A kubeconfig of contexts that sign in by token. */
function writeContexts(file: string, contexts: Readonly<Record<string, Upstream>>): void {
  const entries = Object.entries(contexts);
  writeFileSync(
    file,
    stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': entries[0]?.[0],
      clusters: entries.map(([name, { server, ca }]) => ({
        name,
        cluster: { server, 'certificate-authority-data': base64(ca) },
      })),
      users: entries.map(([name, { token }]) => ({ name, user: { token } })),
      contexts: entries.map(([name]) => ({ name, context: { cluster: name, user: name } })),
    }),
    { mode: 0o600 },
  );
}

describe.skipIf(missing)(`two fabrics${missing ? ` (${String(missing)})` : ''}`, () => {
  const namespace = uniqueName('beside');
  const folder = mkdtempSync(join(tmpdir(), 'hedgerow-two-'));
  /** What was begun, to be ended in reverse. */
  const ends: (() => unknown)[] = [() => rmSync(folder, { recursive: true })];
  let alpha: Cluster;
  let beta: Cluster;
  let third: Cluster;
  let proxy: FaultProxy;
  let direct: Direct;
  let opened: LaunchedApp;
  let stopWriting = false;
  let writing = Promise.resolve();

  beforeAll(async () => {
    [alpha, beta, third] = await Promise.all([startCluster(), startCluster(), useSharedCluster()]);
    ends.push(() => Promise.all([alpha.stop(), beta.stop(), third.stop()]));
    const [first, second] = await Promise.all([serverOf(alpha), serverOf(beta)]);
    proxy = await startFaultProxy({ server: first.server, ca: first.ca });
    ends.push(() => proxy.close());
    direct = askDirectly(second);
    ends.push(() => direct.close());
    await direct.ask('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
    const kubeconfig = join(folder, 'kubeconfig');
    writeContexts(kubeconfig, {
      alpha: { server: proxy.server, ca: proxy.ca, token: first.token },
      beta: second,
    });
    opened = await launchApp({ kubeconfig, flags: ['--context', 'beta'] });
    ends.push(() => opened.close());
    await findingsShown(opened.page);
  }, 240_000);

  afterAll(async () => {
    stopWriting = true;
    await writing;
    for (const end of ends.reverse()) await end();
  });

  const rail = () => opened.page.getByRole('navigation', { name: 'Fabrics and views' });
  const tile = (fabric: string): Locator =>
    rail()
      .getByRole('button', { name: new RegExp(`^(?!Close ).*\\b${fabric}\\b`) })
      .first();
  const status = () => opened.page.getByRole('contentinfo');
  const isLive = () => becomes(status().getByText('Live', { exact: true }), 'visible', 90_000);
  const isStale = () => becomes(status().getByText('Stale', { exact: true }), 'visible', 60_000);
  const view = (name: string) =>
    rail()
      .getByRole('button', { name: new RegExp(`^${name}\\b`) })
      .click();

  /** The finding about the connection of the fabric on screen is there, with this scenario. */
  async function isTold(scenario: string): Promise<void> {
    await view('Triage');
    const option = rootCauses(opened.page).getByRole('option', { name: /Fabric alpha/ });
    await becomes(option, 'visible', 60_000);
    await option.first().click();
    await becomes(opened.page.getByText(scenario), 'visible');
  }

  /** Something changes in the other cluster, all the time. */
  async function keepWriting(): Promise<void> {
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    for (let count = 0; !stopWriting; count++) {
      await direct.ask('POST', path, { metadata: { name: `written-${count}` } });
      if (count >= KEPT) await direct.ask('DELETE', `${path}/written-${count - KEPT}`);
      await delay(PACE);
    }
  }

  /** Requests of the app for ConfigMaps at the other API server, as its audit log tells them. */
  function asked(verb: string): number {
    const lines = readFileSync(beta.auditLog, 'utf8').split('\n');
    return lines.filter(
      (line) =>
        line.includes('"userAgent":"hedgerow"') &&
        line.includes(`"verb":"${verb}"`) &&
        line.includes('"resource":"configmaps"') &&
        line.includes('"stage":"ResponseComplete"'),
    ).length;
  }

  test('both are live, and changes of the other begin', async () => {
    await isLive();
    // Every word that its tile shows from now on is kept.
    await tile('beta').evaluate((element) => {
      const seen: string[] = [];
      Object.assign(window, { seenOfBeta: seen });
      new MutationObserver(() => seen.push(element.textContent)).observe(element, {
        subtree: true,
        childList: true,
        characterData: true,
      });
    });
    writing = keepWriting();
    await tile('alpha').click();
    await isLive();
    await becomes(tile('beta').getByText('Live', { exact: true }), 'visible');
  });

  test('its API server killed: stale; started again: live', async () => {
    await alpha.stopApiServer();
    await isStale();
    await isTold('HH-K8S-001');
    await becomes(tile('beta').getByText('Live', { exact: true }), 'visible');
    await alpha.startApiServer();
    await isLive();
  }, 240_000);

  test('a certificate of another authority: stale and told so; put right: live', async () => {
    await proxy.set({ do: 'certificate', presented: 'other authority' });
    await isStale();
    await isTold('conn/tls-untrusted');
    await becomes(tile('beta').getByText('Live', { exact: true }), 'visible');
    await proxy.clear();
    await status().getByRole('button', { name: 'Try now' }).click();
    await isLive();
  }, 240_000);

  test('another cluster behind the same address: read-only until it is accepted', async () => {
    const { page } = opened;
    proxy.lead(await serverOf(third));
    await becomes(page.getByText('Another cluster answers as alpha.'), 'visible', 90_000);
    await becomes(tile('alpha').getByText('Another cluster, read-only'), 'visible');
    await becomes(page.getByRole('button', { name: 'Read-only, blocked' }), 'visible');
    await isTold('conn/cluster-identity-changed');
    await page.getByRole('button', { name: 'Compare and accept' }).click();
    await page.getByRole('button', { name: 'Accept this cluster' }).click();
    await becomes(tile('alpha').getByText('Live', { exact: true }), 'visible', 60_000);
    await becomes(page.getByRole('button', { name: 'Read-only', exact: true }), 'visible');
  }, 240_000);

  test('the other was live all the time, and shows what is there', async () => {
    const { page } = opened;
    stopWriting = true;
    await writing;
    const seen = await page.evaluate(() => (window as unknown as { seenOfBeta: string[] }).seenOfBeta);
    expect(seen.filter((text) => !/Live/.test(text))).toEqual([]);
    // One list and one watch, never opened again: nothing was missed that a later list would have mended.
    expect({ ended: asked('watch'), listed: asked('list') }).toEqual({ ended: 0, listed: 1 });
    const names = (await direct.list(`/api/v1/namespaces/${namespace}/configmaps`)).map(({ name }) => name);
    await tile('beta').click();
    await view('Resources');
    await page.getByRole('treeitem', { name: /^Config and storage/ }).click();
    await page.getByRole('treeitem', { name: /^Config maps/ }).click();
    await page.getByRole('textbox', { name: 'Filter rows' }).fill(`ns:${namespace}`);
    const rows = page.getByRole('row').filter({ hasText: /written-|kube-root-ca/ });
    await expect.poll(() => rows.count(), { timeout: 60_000 }).toBe(names.length);
    const shown = (await rows.allTextContents()).map(
      (text) => /written-\d+|kube-root-ca\.crt/.exec(text)?.[0],
    );
    expect(shown.sort()).toEqual(names.sort());
  }, 120_000);
});
