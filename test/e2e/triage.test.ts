/** An engineer opens a real cluster: a pod that truly crashes appears with its log, and goes when it is deleted. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canRun } from '../cluster/can-run.ts';
import { useSharedCluster, type Cluster } from '../cluster/use-cluster.ts';
import { launchApp, whyNoWindow, type LaunchedApp } from './launch-app.ts';
import {
  becomes,
  crashingDeployment,
  dropNamespace,
  findingsShown,
  rootCauses,
  runningDeployment,
  uniqueName,
} from './world.ts';

const missing = [canRun().node, whyNoWindow() ?? true].find((one) => one !== true);

describe.skipIf(missing)(`triage on a real cluster${missing ? ` (${String(missing)})` : ''}`, () => {
  const namespace = uniqueName('triage');
  let cluster: Cluster;
  let opened: LaunchedApp;

  beforeAll(async () => {
    cluster = await useSharedCluster({ node: true });
    await cluster.apply(runningDeployment(namespace));
    opened = await launchApp({ kubeconfig: cluster.kubeconfig, flags: ['--context', cluster.name] });
    await findingsShown(opened.page);
  }, 180_000);

  afterAll(async () => {
    await opened.close();
    await dropNamespace(cluster, namespace);
  });

  test('a crashing pod appears by itself, with exit code, cause and the first error of its log', async () => {
    const { page } = opened;
    await cluster.apply(crashingDeployment(namespace));
    // Other tests break things in this cluster too; a person who cares about one namespace filters for it.
    const filter = page.getByRole('textbox', { name: 'Filter the findings' });
    await filter
      .or(rootCauses(page))
      .or(page.getByText(/^No active findings/))
      .first()
      .waitFor();
    await filter.fill(`ns:${namespace}`, { timeout: 60_000 });
    const row = rootCauses(page).getByRole('option', {
      name: new RegExp(`Deployment ${namespace}/orders.*exits with 3`),
    });
    await becomes(row, 'visible', 60_000);
    await row.first().click();
    const finding = page.getByRole('region', { name: 'Cause, next step and evidence' });
    await becomes(
      finding.getByText('pod/crash-loop-back-off').or(page.getByText('pod/crash-loop-back-off')),
      'visible',
    );
    const log = page.getByRole('region', { name: /^Log of the (previous )?container$/ });
    await becomes(log.getByText('ERROR config missing: /etc/app/config.yaml'), 'visible');
    await becomes(log.getByText('first error'), 'visible');
  }, 90_000);

  test('its Deployment without available pods is folded under it as an effect, not listed as a root', async () => {
    const { page } = opened;
    const options = rootCauses(page).getByRole('option', { name: new RegExp(`${namespace}/orders`) });
    await becomes(options.filter({ hasText: '1 effect' }), 'visible', 60_000);
    await options.first().click();
    await page.keyboard.press('ArrowRight');
    await becomes(
      rootCauses(page).getByRole('option', { name: /effect: Deployment .* 0 of 1 replica/ }),
      'visible',
    );
    const names = await options.allTextContents();
    expect(names.filter((name) => !/^\s*\w+ effect:/.test(name))).toHaveLength(1);
  }, 90_000);

  test('the previous log opens in the dock and names the error', async () => {
    const { page } = opened;
    await page.getByRole('button', { name: 'Open logs' }).click();
    const dock = page.getByRole('region', { name: 'Dock' });
    await becomes(dock.getByRole('log').getByText('ERROR config missing: /etc/app/config.yaml'), 'visible');
    await dock.getByRole('tab', { name: /^Logs orders/ }).press('Delete');
    await becomes(dock.getByRole('log'), 'hidden');
  }, 60_000);

  test('deleting the Deployment clears its findings', async () => {
    const { page } = opened;
    await cluster.kubectl(['delete', 'deployment', 'orders', '-n', namespace, '--wait=false']);
    await becomes(
      rootCauses(page).getByRole('option', { name: new RegExp(`Deployment ${namespace}/orders`) }),
      'hidden',
      60_000,
    );
  }, 90_000);

  test('a shell in a running pod runs a command and says how it ended', async () => {
    const { page } = opened;
    await page.getByRole('button', { name: 'Resources', exact: true }).click();
    await page.getByRole('treeitem', { name: /^Pods/ }).click();
    await page
      .getByRole('textbox', { name: 'Filter rows' })
      .or(page.getByLabel('Filter rows'))
      .first()
      .fill(`ns:${namespace} steady`);
    await page.getByRole('row', { name: /steady/ }).dblclick();
    await page.getByRole('button', { name: /shell/i }).first().click();
    await becomes(page.getByText(/Connected to main/), 'visible');
    await page.keyboard.type('echo "sum is $((40 + 2))"\n');
    await becomes(page.locator('.xterm-rows').getByText('sum is 42', { exact: true }), 'visible');
    await page.keyboard.type('exit 4\n');
    await becomes(page.getByText(/exit code 4/), 'visible');
  }, 90_000);
});
