/** The demo in the real app: it opens by itself, shows what is planted, and each fault from its menu is found and cured. */
import { afterAll, beforeAll, describe, test } from 'vitest';
import { DEMO_FABRICS } from '../../src-main/demo/fabrics/fabrics.ts';
import type { DemoFabric, Expected } from '../../src-main/demo/fabrics/fabric.ts';
import { FAULTS } from '../../src-main/demo/fabrics/faults.ts';
import { launchApp, whyNoWindow, type LaunchedApp } from './launch-app.ts';
import { becomes, findingsShown, rootCauses } from './world.ts';

const missing = whyNoWindow();
/** From the click to the finding on screen, ms: what the demo promises. */
const FOUND_MS = 3000;

const lab = DEMO_FABRICS.find(({ name }) => name === 'demo-lab');
const edge = DEMO_FABRICS.find(({ name }) => name === 'demo-edge');
const prod = DEMO_FABRICS.find(({ name }) => name === 'demo-prod');
const faults = FAULTS.filter(({ fabric, acts }) => fabric === 'demo-lab' && acts === 'on objects');

describe.skipIf(missing)(`the demo${missing ? ` (${missing})` : ''}`, () => {
  let opened: LaunchedApp;

  beforeAll(async () => {
    opened = await launchApp();
    await findingsShown(opened.page);
  }, 120_000);
  afterAll(() => opened.close());

  const option = ({ subject }: Expected) =>
    rootCauses(opened.page).getByRole('option', {
      name: new RegExp(`${subject.kind} (${subject.namespace}/)?${subject.name}\\b`),
    });
  // A caller who may not read everything is told so, by a finding of its own.
  const countOf = (fabric: DemoFabric | undefined) => {
    const gaps = fabric?.defaultCaller === 'viewer' ? 1 : 0;
    return new RegExp(`^${String((fabric?.roots.length ?? 0) + gaps)} root causes explain`);
  };
  const menu = () => opened.page.getByRole('button', { name: /^Break something/ });

  async function choose(title: string): Promise<void> {
    await menu().click();
    await opened.page.getByRole('menuitemcheckbox', { name: title }).click();
  }

  async function show(fabric: string): Promise<void> {
    await opened.page
      .getByRole('navigation')
      .getByRole('button', { name: new RegExp(`^${fabric}|${fabric}\\b`) })
      .first()
      .click();
    await findingsShown(opened.page);
  }

  test('opens without a kubeconfig, says that it is a demo, and names every planted root and nothing else', async () => {
    const { page } = opened;
    await becomes(page.getByText('Demo: demo-lab is simulated on this computer.'), 'visible');
    for (const root of lab?.roots ?? []) await becomes(option(root), 'visible');
    await becomes(page.getByText(countOf(lab)), 'visible');
    await show('demo-prod');
    for (const root of prod?.roots ?? []) await becomes(option(root), 'visible');
    await becomes(page.getByText(countOf(prod)), 'visible');
    await becomes(page.getByRole('button', { name: '2 blind spots' }), 'visible');
    await show('demo-lab');
  });

  // One after the other, all of them planted in the end; a finding stays for 30 s once its reason is gone.
  test.for(faults)('$title: found within 3 s', async ({ title, finds }) => {
    if (finds === undefined) throw new Error(`${title} names no finding`);
    await choose(title);
    await becomes(option(finds), 'visible', FOUND_MS);
  });

  test('all of them taken back: nothing is left but what was planted at first', async () => {
    for (const { title } of faults) await choose(title);
    for (const { finds } of faults) if (finds !== undefined) await becomes(option(finds), 'hidden', 90_000);
    await becomes(opened.page.getByText(countOf(lab)), 'visible', 60_000);
  });

  test('demo-edge: says that its token has expired, then that it is slow, and is well once both are taken back', async () => {
    const { page } = opened;
    await page
      .getByRole('navigation')
      .getByRole('button', { name: /demo-edge\b/ })
      .first()
      .click();
    const says = (words: RegExp) => rootCauses(page).getByRole('option', { name: words });
    await becomes(says(/demo-edge refuses the sign-in: the token expired/), 'visible');
    await choose('Expire the token');
    // The first contact is given up after 30 s.
    await becomes(says(/demo-edge gets no answer/), 'visible', 90_000);
    await choose('Slow the API server down');
    for (const root of edge?.roots ?? []) await becomes(option(root), 'visible', 60_000);
    await show('demo-lab');
  });

  test('drop the connection: stale within 3 s, live again once it is taken back', async () => {
    const status = opened.page.getByRole('contentinfo');
    await choose('Drop the connection');
    await becomes(status.getByText('Stale', { exact: true }), 'visible', FOUND_MS);
    await choose('Drop the connection');
    await becomes(status.getByText('Live', { exact: true }), 'visible', 60_000);
  });

  test('reset: what was broken is whole again, and the planted roots are back', async () => {
    const [fault] = faults;
    if (fault?.finds === undefined) throw new Error('no fault to plant');
    await choose(fault.title);
    await becomes(option(fault.finds), 'visible');
    await menu().click();
    await opened.page.getByRole('menuitem', { name: 'Reset the fabric' }).click();
    await becomes(option(fault.finds), 'hidden', 60_000);
    for (const root of lab?.roots ?? []) await becomes(option(root), 'visible', 60_000);
    await becomes(opened.page.getByRole('contentinfo').getByText('Live', { exact: true }), 'visible', 60_000);
  });

  test('its server killed: started again, said so, and live', async () => {
    const pid = await opened.app.evaluate(
      ({ app }) => app.getAppMetrics().find(({ name }) => name === 'Hedgerow demo')?.pid,
    );
    if (pid === undefined) throw new Error('the process of the demo was not found');
    process.kill(pid, 'SIGKILL');
    await becomes(opened.page.getByText(/The demo server ended unexpectedly/), 'visible');
    for (const root of lab?.roots ?? []) await becomes(option(root), 'visible', 60_000);
    await becomes(opened.page.getByRole('contentinfo').getByText('Live', { exact: true }), 'visible', 60_000);
  });
});
