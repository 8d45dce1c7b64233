/** The real app: a fabric added by hand is tested, opened and there after a restart; a kubeconfig that changes is followed. */
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, test } from 'vitest';
import { startFakeCluster } from '../main/fabric/fake-cluster.ts';
import { config } from '../main/kube/kubeconfig-files.ts';
import { launchApp, whyNoWindow } from './launch-app.ts';

const missing = whyNoWindow();

const kubeconfig = (...names: string[]): string =>
  config(
    ['{name: c, cluster: {server: "https://127.0.0.1:1"}}'],
    ['{name: u, user: {token: t}}'],
    names.map((name) => `{name: ${name}, context: {cluster: c, user: u}}`),
  );

describe.skipIf(missing)(`settings of fabrics${missing ? ` (${missing})` : ''}`, () => {
  const home = mkdtempSync(join(tmpdir(), 'hedgerow-settings-e2e-'));
  afterAll(() => rmSync(home, { recursive: true, force: true }));
  const file = join(home, 'kubeconfig.yaml');

  const field = (page: Page, name: string) =>
    page.getByRole('dialog').getByRole('textbox', { name, exact: true });
  const press = (page: Page, name: string) =>
    page.getByRole('dialog').getByRole('button', { name, exact: true }).click();

  test('are kept, applied and followed', async () => {
    const cluster = await startFakeCluster();
    writeFileSync(file, kubeconfig('first'));
    const launched = await launchApp({ kubeconfig: file, home });
    const { page } = launched;
    try {
      await page.getByRole('button', { name: 'Add a fabric', exact: true }).click();
      await field(page, 'Name').fill('lab-west');
      await field(page, 'Server').fill('http://10.0.0.1:8001');
      await press(page, 'Test');
      await page.getByText('anybody on the way can read and change what is sent', { exact: false }).waitFor();
      await field(page, 'Server').fill(cluster.server.url);
      await press(page, 'Test');
      await page.getByText(/^(Connected|Layer .* fails)/).waitFor();
      await press(page, 'Add fabric');
      await page.getByRole('button', { name: 'Open lab-west' }).waitFor();

      // As kubectl saves it: the file is replaced while the app looks at it.
      writeFileSync(`${file}.new`, kubeconfig('first', 'second'));
      renameSync(`${file}.new`, file);
      await page.getByRole('button', { name: 'Open second' }).waitFor();
      writeFileSync(file, 'contexts: [');
      await page.getByText(/stay as they were when it was last read/).waitFor();
      expect(await page.getByRole('button', { name: 'Open second' }).count()).toBe(1);
      writeFileSync(file, kubeconfig('second'));
      await page.getByRole('button', { name: 'Open first' }).waitFor({ state: 'detached' });

      await page.getByRole('button', { name: 'Open lab-west' }).click();
      await page.getByRole('navigation').getByText('Live', { exact: true }).waitFor();
    } finally {
      await launched.close();
    }
  });

  test('outlast the app; a token is never written in the clear, and its fabric says so where it is lost', async () => {
    const token = 'token-that-nobody-may-read';
    const first = await launchApp({ kubeconfig: file, home });
    try {
      // It was open, so it is opened again.
      await first.page.getByRole('button', { name: 'Add fabric by hand' }).click();
      await field(first.page, 'Name').fill('lab-east');
      await field(first.page, 'Server').fill('https://127.0.0.1:1');
      await field(first.page, 'Token').fill(token);
      await press(first.page, 'Add fabric');
      await first.page.getByRole('dialog').waitFor({ state: 'detached' });
    } finally {
      await first.close();
    }
    const folder = join(home, 'hedgerow');
    const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
    expect(files).toContain('fabrics.json');
    for (const name of files) expect(readFileSync(join(folder, name), 'utf8')).not.toContain(token);
    const kept =
      files.includes('fabric-secrets.json') &&
      /blob/.test(readFileSync(join(folder, 'fabric-secrets.json'), 'utf8'));
    const second = await launchApp({ kubeconfig: file, home });
    try {
      const tile = second.page.getByRole('navigation').getByText(kept ? 'Not opened' : /Cannot open/);
      await tile.first().waitFor();
    } finally {
      await second.close();
    }
  });
});
