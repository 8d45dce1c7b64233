/** A fabric whose credential command asks questions: paused, signed in to in a terminal of the app, then live. */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canRun } from '../cluster/can-run.ts';
import { useSharedCluster, type Cluster } from '../cluster/use-cluster.ts';
import { launchApp, whyNoWindow, type LaunchedApp } from './launch-app.ts';
import { becomes, findingsShown } from './world.ts';

const missing = [canRun().controlPlane, whyNoWindow() ?? true].find((one) => one !== true);
const FABRIC = 'guarded';
const API = 'client.authentication.k8s.io/v1';

describe.skipIf(missing)(`an interactive sign-in${missing ? ` (${String(missing)})` : ''}`, () => {
  let cluster: Cluster;
  let folder = '';
  let opened: LaunchedApp;

  /** Asks for a word; the right one yields the administrator's token. */
  function writePlugin(): string {
    const file = join(folder, 'ask for it');
    const credential = { kind: 'ExecCredential', apiVersion: API, status: { token: cluster.adminToken } };
    const script = [
      '#!/bin/sh',
      `printf 'Word of the day: ' >&2`,
      'read word',
      `[ "$word" = swordfish ] || { echo "no, not $word" >&2; exit 4; }`,
      `echo '${JSON.stringify(credential)}'`,
    ];
    writeFileSync(file, `${script.join('\n')}\n`);
    chmodSync(file, 0o700);
    return file;
  }

  function writeKubeconfig(command: string): string {
    const admin = parse(readFileSync(cluster.kubeconfig, 'utf8')) as { clusters: { name: string }[] };
    const file = join(folder, 'kubeconfig');
    const exec = { apiVersion: API, command, interactiveMode: 'Always', provideClusterInfo: false };
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': FABRIC,
      clusters: admin.clusters,
      users: [{ name: 'joe', user: { exec } }],
      contexts: [{ name: FABRIC, context: { cluster: admin.clusters[0]?.name, user: 'joe' } }],
    };
    writeFileSync(file, stringify(config));
    return file;
  }

  beforeAll(async () => {
    cluster = await useSharedCluster();
    folder = mkdtempSync(join(tmpdir(), 'e2e-sign-in-'));
    opened = await launchApp({
      kubeconfig: writeKubeconfig(writePlugin()),
      flags: ['--context', FABRIC],
      env: { XDG_RUNTIME_DIR: folder },
    });
  }, 180_000);

  afterAll(async () => {
    await opened.close();
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('says that it needs one, asks in a terminal, and goes on with the answer', async () => {
    const { page } = opened;
    const notice = page.getByRole('region', { name: 'Sign-in needed' });
    await becomes(notice.getByText('needs a terminal'), 'visible');
    await notice.getByRole('button', { name: 'Sign in in a terminal' }).click();
    const dock = page.getByRole('region', { name: 'Dock' });
    const screen = dock.locator('.xterm-rows');

    await screen.getByText('Word of the day:').waitFor();
    await page.keyboard.type('herring');
    await screen.getByText('Word of the day: herring').waitFor();
    await page.keyboard.press('Enter');
    await becomes(dock.getByText('Sign-in ended with exit code 4'), 'visible');
    await becomes(screen.getByText('no, not herring'), 'visible');

    await dock.getByRole('button', { name: 'Start again' }).click();
    await screen.getByText('Word of the day:').nth(1).waitFor();
    await page.keyboard.type('swordfish');
    await page.keyboard.press('Enter');
    await becomes(dock.getByText(`Signed in to ${FABRIC}`), 'visible');

    await findingsShown(page);
    await becomes(page.getByRole('contentinfo').getByText('Live').first(), 'visible');
    await becomes(notice, 'hidden');
    expect(await page.content()).not.toContain(cluster.adminToken);
    expect(opened.printed()).not.toContain(cluster.adminToken);
    // The file that held the answer is gone.
    expect(readdirSync(folder).filter((name) => name.startsWith('hedgerow-'))).toEqual([]);
  });
});
