// The window in use, in a real browser engine: dialogs, menus, themes, sidebar, fabrics, welcome.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { driveWindow, type DrivenWindow } from './harness/drive.ts';
import { findBrowser } from './harness/open.ts';

const browser = findBrowser();
const missing = 'missing' in browser ? browser.missing : undefined;

describe.skipIf(missing)(`window in use${missing ? ` (${missing})` : ''}`, { timeout: 60_000 }, () => {
  let app: DrivenWindow;

  beforeAll(async () => {
    if ('path' in browser) app = await driveWindow(browser.path);
  }, 180_000);
  afterAll(() => app.close());

  describe('overlays', () => {
    beforeEach(() => app.open('five'));

    it('lists all keys that work with ?', async () => {
      await app.page.keyboard.press('?');
      const dialog = app.page.getByRole('dialog', { name: 'All keys' });
      await dialog.getByText('Next finding', { exact: true }).waitFor();
      await app.shoot('keys-dark-1440');
      expect(await app.askAxe()).toEqual([]);
      await app.page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    });

    it('lists the blind spots and copies what to ask for', async () => {
      await app.page.getByRole('button', { name: '9 of 141 checks could not run' }).click();
      await app.page.getByRole('dialog').getByText('The server refuses list on secrets').waitFor();
      await app.shoot('blind-spots-dark-1440');
      expect(await app.askAxe()).toEqual([]);
      await app.page.getByRole('button', { name: 'Copy what to ask for' }).click();
      expect(JSON.stringify(await app.calls('clipboard.write'))).toContain('list secrets (core API)');
    });

    it('shows the state of each watch', async () => {
      await app.page.getByRole('button', { name: '67 watches' }).click();
      await app.page.getByRole('cell', { name: 'Denied' }).waitFor();
      await app.shoot('watches-dark-1440');
      expect(await app.askAxe()).toEqual([]);
    });

    it('changes the theme from the menu', async () => {
      await app.page.getByRole('button', { name: 'Theme and settings' }).click();
      await app.page.getByRole('menuitemradio', { name: 'Light' }).click();
      await app.page.locator('html[data-theme=light]').waitFor();
    });

    it('uses the high-contrast tokens where the system asks for more contrast', async () => {
      await app.page.emulateMedia({ contrast: 'more' });
      await app.page.locator('html[data-theme=hc]').waitFor();
      await app.shoot('five-hc-1440');
      expect(await app.askAxe()).toEqual([]);
    });

    it('draws selection and severity in forced colours too', async () => {
      await app.page.emulateMedia({ forcedColors: 'active' });
      await app.shoot('five-forced-1440');
      const outline = await app.page
        .getByRole('option', { selected: true })
        .evaluate((element) => getComputedStyle(element).outlineStyle);
      await app.page.emulateMedia({ forcedColors: 'none' });
      expect(outline).toBe('solid');
    });
  });

  it('collapses the sidebar with Ctrl B and remembers it', async () => {
    await app.open('five');
    await app.page.keyboard.press('Control+b');
    await app.page.getByRole('button', { name: 'Expand the sidebar' }).waitFor();
    expect(await app.calls('settings.set')).toEqual([{ sidebarCollapsed: true }]);
    await app.shoot('collapsed-dark-1440');
    expect(await app.askAxe()).toEqual([]);
  });

  it('opens the sidebar over the content in a narrow window, and closes it with Esc', async () => {
    await app.open('five', 1024, 640);
    await app.page.keyboard.press('Control+b');
    await app.page.getByRole('button', { name: 'Collapse the sidebar' }).waitFor();
    await app.shoot('overlaid-dark-1024');
    await app.page.keyboard.press('Escape');
    await app.page.getByRole('button', { name: 'Expand the sidebar' }).waitFor();
    expect(await app.calls('settings.set')).toEqual([]);
  });

  it('opens a context of the welcome screen with Enter', async () => {
    await app.open('welcome');
    await app.page.keyboard.press('Enter');
    await app.page.locator('html[data-ready=findings]').waitFor();
    expect(await app.calls('fabric.open')).toEqual([{ fabric: 'prod-fra1' }]);
  });

  it('closes a fabric and returns to what is open', async () => {
    await app.open('five');
    await app.page.getByRole('button', { name: 'Close prod-fra1' }).click({ force: true });
    await app.page.getByRole('banner').getByText('lab-east').waitFor();
    expect(await app.calls('fabric.close')).toEqual([{ fabric: 'prod-fra1' }]);
  });
});
