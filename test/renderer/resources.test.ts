// The Resources view in a real browser engine: its states, its keys, and what it does while data changes.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBrowser, openHarness, type Harness } from './harness/open.ts';
import { askAxe, openRow, shoot, showResources, type Place } from './harness/resources-page.ts';
import { podRow } from './harness/rows.ts';

const browser = findBrowser();
const missing = 'missing' in browser ? browser.missing : undefined;

const STATES: readonly { readonly rows: string; readonly text: string }[] = [
  { rows: 'five', text: '8 of 8' },
  { rows: 'zero', text: 'No pods' },
  { rows: 'many', text: '5,000 of 5,000' },
  { rows: 'long', text: '30 of 30' },
  { rows: 'hostile', text: '3 of 3' },
  { rows: 'loading', text: 'Pods: 3,500 of about 5,000' },
  { rows: 'stale', text: 'does not answer' },
  { rows: 'denied', text: 'You may not list pods in all namespaces' },
  { rows: 'absent', text: 'This cluster does not serve pods' },
  { rows: 'failed', text: 'Cannot list pods' },
];

describe.skipIf(missing)(`Resources${missing ? ` (${missing})` : ''}`, { timeout: 60_000 }, () => {
  let harness: Harness;

  beforeAll(async () => {
    if (!('path' in browser)) return;
    harness = await openHarness(browser.path);
    harness.page.setDefaultTimeout(30_000);
  }, 180_000);
  afterAll(() => harness.close());

  it.for(STATES)('$rows is reached and accessible', async ({ rows, text }) => {
    for (const theme of ['dark', 'light'] as const) {
      await showResources(harness, { rows, theme });
      await harness.page.getByText(text).first().waitFor();
      await shoot(harness.page, `table-${rows}-${theme}`);
      expect(await askAxe(harness.page, theme)).toEqual([]);
    }
  });

  it.for(['YAML', 'Events', 'Relations'])('the drawer is accessible at %s', async (tab) => {
    for (const theme of ['dark', 'light'] as const) {
      await showResources(harness, { theme });
      await openRow(harness.page, 'payments-api-7c9f6d8b5-x2k8p');
      await harness.page.getByRole('tab', { name: tab }).click();
      await shoot(harness.page, `drawer-${tab.toLowerCase()}-${theme}`);
      expect(await askAxe(harness.page, theme)).toEqual([]);
    }
  });

  it.for<Place>([
    { width: 1024, height: 640 },
    { width: 1024, height: 640, theme: 'light' },
    { width: 1024, height: 640, rows: 'long' },
    { width: 720, height: 450 },
    { width: 512, height: 320 },
  ])('fits $width by $height', async (place) => {
    const { page } = harness;
    await showResources(harness, place);
    const row = page.getByRole('row').nth(1);
    await row.waitFor();
    await shoot(page, `small-${place.rows ?? 'five'}-${place.theme ?? 'dark'}-${place.width ?? 0}`);
    await row.click();
    await page.getByRole('complementary', { name: /^Pod / }).waitFor();
    await shoot(page, `small-${place.rows ?? 'five'}-${place.theme ?? 'dark'}-${place.width ?? 0}-drawer`);
    const size = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.scrollHeight,
    ]);
    expect(size).toEqual([place.width, place.height]);
    expect(await askAxe(page)).toEqual([]);
  });

  it('keeps the kinds aside in a narrow window', async () => {
    const { page } = harness;
    await showResources(harness, { width: 720, height: 450 });
    await page.getByRole('button', { name: 'Choose a kind (:)' }).click();
    await page.getByRole('treeitem', { name: /^Pods/ }).waitFor();
    await shoot(page, 'small-kinds-720');
    expect(await askAxe(page)).toEqual([]);
    await page.keyboard.type('nodes');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Nodes' }).waitFor();
    await page.getByRole('tree', { name: 'Kinds' }).waitFor({ state: 'detached' });
  });

  it('is driven by keys alone', async () => {
    const { page } = harness;
    await showResources(harness);
    await page.getByRole('row', { name: /x2k8p/ }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await page.keyboard.press('Enter');
    const drawer = page.getByRole('complementary', { name: 'Pod payments-api-7c9f6d8b5-h9v2c' });
    await drawer.waitFor();
    await drawer.getByRole('tab', { name: 'Events denied' }).waitFor();
    await page.keyboard.press('j');
    await page.getByRole('complementary', { name: 'Pod payments-api-7c9f6d8b5-x2k8p' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('complementary', { name: /^Pod / }).waitFor({ state: 'detached' });
    await page.keyboard.press(':');
    await page.keyboard.type('deploy');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Deployments' }).waitFor();
    expect(await page.locator(':focus').getAttribute('data-id')).toBe('apps/deployments');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press(' ');
    await page.getByRole('heading', { name: 'Pods' }).waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('treeitem', { name: /Workloads/, expanded: false }).waitFor();
  });

  it('filters by words and tokens, and says how many are left', async () => {
    const { page } = harness;
    await showResources(harness);
    await page.getByText('8 of 8').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('ns:payments status:crash ');
    await page.getByText('3 of 8').waitFor();
    await page.getByText('status: crash').waitFor();
    await page.keyboard.type('h9v');
    await page.getByText('1 of 8').waitFor();
    await page.keyboard.type('x');
    await page.getByText('No row matches this filter.').waitFor();
    await shoot(page, 'filter-none');
    expect(await askAxe(page)).toEqual([]);
    await page.getByRole('button', { name: 'Clear the filter' }).click();
    await page.getByText('8 of 8').waitFor();
  });

  it('sorts by a header, and shows the hidden columns when asked', async () => {
    const { page } = harness;
    await showResources(harness);
    const names = () =>
      page
        .getByRole('row')
        .evaluateAll((rows) => rows.slice(1).map((row) => row.children[1]?.textContent.trim()));
    await page.getByRole('button', { name: 'Restarts' }).click();
    await page
      .getByRole('columnheader', { name: 'Restarts' })
      .and(page.locator('[aria-sort=ascending]'))
      .waitFor();
    await page.getByRole('button', { name: 'Restarts' }).click();
    await page.locator('[aria-sort=descending]').waitFor();
    await expect.poll(async () => (await names())[0]).toMatch(/^kafka-2/);
    await page.getByRole('button', { name: '2 columns hidden' }).click();
    await page.getByRole('columnheader', { name: 'Node' }).waitFor();
  });

  it('keeps rows in place under the pointer, and shows what waits when asked', async () => {
    const { page } = harness;
    await showResources(harness);
    const row = page.getByRole('row', { name: /ledger-db-0/ });
    await row.hover();
    const before = await row.boundingBox();
    const fresh = podRow('aaa', 'aaa-first', '1/1', 'Running', '0', 1000);
    await page.evaluate(
      (upsert) =>
        window.resources?.pushRows({ upsert: [upsert], remove: ['Pod-shop-checkout-5d7f8b6c9-2qkfw'] }),
      fresh,
    );
    await page.getByRole('button', { name: '1 new' }).waitFor();
    await page.getByRole('row', { name: /checkout.*gone/ }).waitFor();
    await shoot(page, 'table-held');
    expect(await row.boundingBox()).toEqual(before);
    await page.getByRole('button', { name: '1 new' }).click();
    await page.getByRole('row', { name: /aaa-first/ }).waitFor();
    await page.getByRole('row', { name: /checkout/ }).waitFor({ state: 'detached' });
  });

  it('keeps the last content of an object that is deleted', async () => {
    const { page } = harness;
    await showResources(harness);
    await openRow(page, 'payments-api-7c9f6d8b5-x2k8p');
    await page.evaluate(() =>
      window.resources?.pushObject({ yaml: 'kind: Pod\nmetadata:\n  name: changed\n', resourceVersion: '9' }),
    );
    await page.getByText('Version 9').waitFor();
    await page.evaluate(() => window.resources?.pushObject(null));
    await page.getByText(/Deleted: gone at .* This is its last known content./).waitFor();
    await page.locator('.cm-content').getByText('changed').waitFor();
    await shoot(page, 'drawer-deleted');
    expect(await askAxe(page)).toEqual([]);
  });

  it('goes from an object to its root cause, and from a relation to that object', async () => {
    const { page } = harness;
    await showResources(harness);
    await openRow(page, 'payments-api-7c9f6d8b5-x2k8p');
    await page.getByRole('tab', { name: 'Relations' }).click();
    await page.getByRole('button', { name: 'payments-api-7c9f6d8b5', exact: true }).click();
    await page.getByRole('heading', { name: 'Replica sets' }).waitFor();
    await page.getByRole('complementary', { name: 'ReplicaSet payments-api-7c9f6d8b5' }).waitFor();
    await page
      .getByRole('button', { name: /Effect of ConfigMap payments\/payments-database does not exist/ })
      .click();
    await page
      .getByRole('heading', { name: /ConfigMap payments\/payments-database does not exist/ })
      .first()
      .waitFor();
  });

  it('searches the YAML with Ctrl F and steps through marked lines', async () => {
    const { page } = harness;
    await showResources(harness);
    await openRow(page, 'payments-api-7c9f6d8b5-x2k8p');
    await page.getByRole('button', { name: 'Next marked line' }).click();
    await page.getByText(/^Line \d+: It restarts about every 2 min$/).waitFor();
    await page.keyboard.press('Control+f');
    await page.keyboard.type('qosClass');
    await page.locator('.cm-searchMatch').first().waitFor();
    await shoot(page, 'drawer-search');
    expect(await askAxe(page)).toEqual([]);
  });

  it('asks for one namespace when one is picked', async () => {
    const { page } = harness;
    await showResources(harness);
    await page.getByRole('button', { name: 'All namespaces' }).click();
    await page.getByRole('option', { name: 'ledger' }).waitFor();
    await shoot(page, 'namespaces');
    expect(await askAxe(page)).toEqual([]);
    await page.keyboard.type('ledg');
    await page.keyboard.press('Enter');
    await page.getByText('2 of 2').waitFor();
    await page.getByRole('columnheader', { name: 'Namespace' }).waitFor({ state: 'detached' });
  });

  it('shows hostile names harmlessly', async () => {
    const { page } = harness;
    await showResources(harness, { rows: 'hostile' });
    await page.getByText('3 of 3').waitFor();
    const found = await page.evaluate(() => ({
      text: document.querySelector('[role=grid]')?.textContent ?? '',
      images: document.images.length,
    }));
    expect(found.images).toBe(0);
    expect(found.text).not.toMatch(/(?![\t\n])[\p{Cc}\p{Cf}]/u);
  });
});
