/** A user who may see little learns what that costs and how to mend it; an administrator sets Hedgerow up with an account. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { canRun } from '../cluster/can-run.ts';
import { startCluster, type Cluster } from '../cluster/use-cluster.ts';
import { makeAccount, makeNamespace } from '../contract/rbac-users.ts';
import { launchApp, whyNoWindow, type LaunchedApp } from './launch-app.ts';
import { becomes, findingsShown } from './world.ts';

const missing = [canRun().controlPlane, whyNoWindow() ?? true].find((one) => one !== true);

async function cluster(): Promise<Cluster> {
  const started = await startCluster();
  onTestFinished(() => started.stop());
  return started;
}

async function open(kubeconfig: string, context: string): Promise<LaunchedApp> {
  const opened = await launchApp({ kubeconfig, flags: ['--context', context] });
  onTestFinished(() => opened.close());
  await findingsShown(opened.page);
  return opened;
}

describe.skipIf(missing)(`access${missing ? ` (${String(missing)})` : ''}`, () => {
  test('a role that may only list pods: triage works there, the gaps are told, and the role closes them', async () => {
    const server = await cluster();
    const namespace = await makeNamespace(server, 'narrow');
    const { user, kubeconfig } = await makeAccount(server, namespace, namespace);
    const account = user.split(':').at(-1) ?? '';
    await server.kubectl(['create', 'role', 'lister', '-n', namespace, '--verb=list', '--resource=pods']);
    const subject = `--serviceaccount=${namespace}:${account}`;
    await server.kubectl(['create', 'rolebinding', 'lister', '-n', namespace, '--role=lister', subject]);

    const { app, page } = await open(kubeconfig, server.name);
    const status = page.getByRole('contentinfo');
    // It may list and not watch: that is no reason to call the fabric unreadable.
    await becomes(status.getByText('Live', { exact: true }), 'visible');
    await becomes(page.getByRole('heading', { name: /is seen in part/ }), 'visible');

    await page.getByRole('button', { name: /^Access/ }).click();
    await becomes(page.getByRole('grid').getByText('configmaps'), 'visible');
    await page.getByRole('button', { name: 'Copy YAML' }).click();
    await expect
      .poll(() => app.evaluate(({ clipboard }) => clipboard.readText()), { timeout: 10_000 })
      .toContain('ClusterRoleBinding');
    await server.apply(await app.evaluate(({ clipboard }) => clipboard.readText()));

    // Whoever was refused asks again at once with "Try now" or by itself in minutes; a new start does, too.
    const again = await open(kubeconfig, server.name);
    await becomes(again.page.getByRole('heading', { name: /is seen in part/ }), 'hidden');
    await becomes(again.page.getByText(/could not run/), 'hidden');
  }, 240_000);

  test('an account of its own: shown, tried, confirmed, written down, and it works', async () => {
    const server = await cluster();
    const { page } = await open(server.kubeconfig, server.name);
    await page.getByRole('button', { name: /^Access/ }).click();
    await page.getByRole('button', { name: 'Set up an account for Hedgerow' }).click();
    await page.getByRole('button', { name: 'Review the plan' }).click();
    const dialog = page.getByRole('dialog');
    await becomes(dialog.getByText('Namespace hedgerow').first(), 'visible');

    // Read-only until unlocked, and Enter alone never writes.
    await page.keyboard.press('Enter');
    expect(await server.kubectl(['get', 'namespaces', '-o', 'name'])).not.toContain('namespace/hedgerow');
    await dialog.getByRole('button', { name: /Unlock for/ }).click();
    await becomes(dialog.getByText(/Writes unlocked/), 'visible');
    await page.keyboard.press('Control+Enter');
    await becomes(dialog.getByText('Done, and noted in the journal'), 'visible', 60_000);
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    expect(await server.kubectl(['get', 'serviceaccounts', '-n', 'hedgerow', '-o', 'name'])).toContain(
      'serviceaccount/hedgerow',
    );

    await page.getByRole('navigation').getByTitle(`${server.name} as hedgerow`).click();
    await becomes(page.getByRole('contentinfo').getByText('Live', { exact: true }), 'visible', 60_000);
    await becomes(page.getByText(/could not run/), 'hidden');
  }, 240_000);
});
