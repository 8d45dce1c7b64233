// The access view in use, in a real browser engine: the matrix by keys, subjects, the role and the journal.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { driveWindow, type DrivenWindow } from './harness/drive.ts';
import { findBrowser } from './harness/open.ts';

const browser = findBrowser();
const missing = 'missing' in browser ? browser.missing : undefined;

describe.skipIf(missing)(`access in use${missing ? ` (${missing})` : ''}`, { timeout: 60_000 }, () => {
  let app: DrivenWindow;

  beforeAll(async () => {
    if ('path' in browser) app = await driveWindow(browser.path);
  }, 180_000);
  afterAll(() => app.close());

  const grid = () => app.page.getByRole('grid', { name: 'Access by kind and verb' });
  const focused = () =>
    app.page.evaluate(
      () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '',
    );
  const button = (name: string) => app.page.getByRole('button', { name, exact: true });

  describe('the matrix', () => {
    beforeEach(async () => {
      await app.openView('access', 'Access');
      await grid().waitFor();
    });

    it('keeps each cell a cell, with a name, where neighbours are drawn as one', async () => {
      const row = grid().getByRole('row', { name: 'persistentvolumes' });
      expect(await row.getByRole('gridcell').count()).toBe(7);
      expect(await row.getByRole('gridcell', { name: 'list: denied and needed' }).count()).toBe(1);
      expect(await row.getByText('denied', { exact: true }).count()).toBe(1);
      // One tab stop in the whole grid.
      expect(await grid().locator('[tabindex="0"]').count()).toBe(1);
    });

    it('moves with j k h l and arrows, over the names of groups, and explains with Enter', async () => {
      await app.page.keyboard.press('j');
      await app.page.keyboard.press('j');
      await app.page.keyboard.press('l');
      await app.page.waitForFunction(
        () => document.activeElement?.getAttribute('aria-label') === 'get: denied and needed',
      );
      await app.page.keyboard.press('Enter');
      const why = app.page.getByRole('region', { name: 'Why' });
      await why.getByText('No rule allows get on persistentvolumes').waitFor();
      await why.getByText('storage/pv-released').waitFor();
      await app.shoot('access-why-dark-1440');
      expect(await app.askAxe()).toEqual([]);
      await app.page.keyboard.press('ArrowDown');
      await why.getByText('ClusterRole view via ClusterRoleBinding viewers').waitFor();
      await app.page.keyboard.press('h');
      await app.page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'rowheader');
      await app.page.keyboard.press('Control+End');
      await app.page.waitForFunction(() => document.activeElement?.textContent.includes('switches'));
      await app.page.keyboard.press('Escape');
      await why.waitFor({ state: 'detached' });
    });

    it('explains a cell on a click', async () => {
      await grid()
        .getByRole('row', { name: 'events' })
        .getByRole('gridcell', { name: 'watch: partly allowed' })
        .click();
      await app.page
        .getByRole('region', { name: 'Why' })
        .getByText('Allowed in 11 of 12 namespaces')
        .waitFor();
      expect(await focused()).toBe('watch: partly allowed');
    });

    it('asks again with r', async () => {
      const before = (await app.calls('access.review')).length;
      await app.page.keyboard.press('r');
      await app.page.waitForFunction(
        (count) => (window.harness?.calls.filter((one) => one.name === 'access.review').length ?? 0) > count,
        before,
      );
    });
  });

  it('shows another subject, and a namespace', async () => {
    await app.openView('access', 'Access');
    await app.page.getByRole('button', { name: 'Me: oncall' }).click();
    const dialog = app.page.getByRole('dialog', { name: 'Whose access to show' });
    await dialog
      .getByRole('combobox', { name: 'Namespace' })
      .or(dialog.getByRole('textbox', { name: 'Namespace' }))
      .first()
      .fill('shop');
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Builder');
    expect(await dialog.getByRole('button', { name: 'Show its access' }).isDisabled()).toBe(true);
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('builder');
    expect(await app.askAxe()).toEqual([]);
    await app.page.keyboard.press('Enter');
    await app.page.getByText('system:serviceaccount:shop:builder').waitFor();
    await app.page.getByRole('button', { name: 'All namespaces' }).click();
    await app.page.getByRole('option', { name: 'All namespaces' }).waitFor();
    await app.page.keyboard.type('payments');
    await app.page.getByRole('option', { name: 'Use payments' }).waitFor();
    await app.page.keyboard.press('Enter');
    await app.page.waitForFunction(() =>
      window.harness?.calls.some(
        (one) =>
          one.name === 'access.review' && (one.input as { namespace?: string }).namespace === 'payments',
      ),
    );
    expect((await app.calls('access.review')).at(-1)).toEqual({
      fabric: 'prod-fra1',
      subject: { of: 'service account', namespace: 'shop', name: 'builder' },
      namespace: 'payments',
    });
  });

  it('copies the role, its kubectl line, saves it, and says why it cannot be created here', async () => {
    await app.openView('access', 'Access');
    await grid().waitFor();
    await app.page.getByText('You cannot apply it yourself').waitFor();
    await app.page.keyboard.press('c');
    await app.page.getByText('YAML copied').first().waitFor();
    await button('Copy the kubectl line').click();
    await button('Save as file').click();
    await app.page.waitForFunction(() => window.harness?.calls.some((one) => one.name === 'file.save'));
    const copied = JSON.stringify(await app.calls('clipboard.write'));
    expect(copied).toContain('kind: ClusterRole');
    expect(copied).toContain('apply -f hedgerow-denials.yaml');
    expect(await button('Create it here').isDisabled()).toBe(true);
    await app.page.getByRole('radio', { name: 'In default' }).check();
    await app.page.getByRole('radio', { name: 'Diagnose' }).check();
    await app.page.waitForFunction(
      () => window.harness?.calls.filter((one) => one.name === 'access.fix').length === 3,
    );
    expect((await app.calls('access.fix')).at(-1)).toEqual({
      fabric: 'prod-fra1',
      purpose: 'diagnose',
      namespace: 'default',
    });
  });

  it('lists blind spots with what each costs, and what was written', async () => {
    await app.openView('plan', 'Access');
    await app.page.getByRole('radio', { name: 'Blind spots 3' }).check();
    await app.page.getByRole('region', { name: 'Blind spots' }).getByText('costs 3 checks').first().waitFor();
    expect(await app.askAxe()).toEqual([]);
    await app.page.getByRole('radio', { name: 'Journal' }).check();
    await app.page.getByText('Create the role that diagnoses').waitFor();
    expect(await app.askAxe()).toEqual([]);
  });

  it('draws a few of 5,000 kinds, and reaches the last one', async () => {
    await app.openView('accessMany', 'Access', 1024, 640);
    await grid().waitFor();
    expect(await grid().getByRole('row').count()).toBeLessThan(60);
    await app.page.keyboard.press('j');
    await app.page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'rowheader');
    await app.page.keyboard.press('Control+End');
    await app.page.waitForFunction(() => document.activeElement?.textContent.endsWith('4999'));
  });

  it('says that the server refuses the question, and asks again', async () => {
    await app.openView('accessRefused', 'Access');
    await app.page.getByText('The server does not tell what is allowed').waitFor();
    await app.page.getByRole('button', { name: 'Try again' }).first().click();
    await app.page.waitForFunction(
      () => window.harness?.calls.filter((one) => one.name === 'access.review').length === 2,
    );
  });

  it('shows matrix or role below 960 px', async () => {
    await app.openView('access', 'Access', 800, 640);
    await grid().waitFor();
    expect(await app.page.getByRole('button', { name: 'Copy YAML' }).count()).toBe(0);
    await app.page.getByRole('radio', { name: 'Role' }).check();
    await app.page.getByRole('button', { name: 'Copy YAML' }).waitFor();
    expect(await grid().count()).toBe(0);
  });
});
