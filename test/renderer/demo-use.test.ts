// The demo in use, in a real browser engine: its banner, the menu of faults, and the way into it from the first screen.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { driveWindow, type DrivenWindow } from './harness/drive.ts';
import { findBrowser } from './harness/open.ts';

const browser = findBrowser();
const missing = 'missing' in browser ? browser.missing : undefined;

describe.skipIf(missing)(`demo in use${missing ? ` (${missing})` : ''}`, { timeout: 60_000 }, () => {
  let app: DrivenWindow;

  beforeAll(async () => {
    if ('path' in browser) app = await driveWindow(browser.path);
  }, 180_000);
  afterAll(() => app.close());

  const faults = () => app.page.getByRole('button', { name: /^Break something/ });

  it('plants a fault by keyboard, says how many are planted, and takes it back', async () => {
    await app.open('demo');
    await faults().focus();
    await app.page.keyboard.press('Enter');
    const fault = app.page.getByRole('menuitemcheckbox', { name: /Ship a bad image/ });
    await fault.waitFor();
    await app.shoot('demo-faults-dark-1440');
    expect(await app.askAxe()).toEqual([]);
    await fault.press('Enter');
    await app.page.getByRole('button', { name: 'Break something (1 planted)' }).click();
    await app.page.getByRole('menuitemcheckbox', { name: /Ship a bad image/, checked: true }).click();
    await app.page.getByRole('button', { name: 'Break something', exact: true }).waitFor();
    expect(await app.calls('demo.set')).toEqual([
      { fabric: 'demo-prod', fault: 'bad-image', active: true },
      { fabric: 'demo-prod', fault: 'bad-image', active: false },
    ]);
  });

  it('resets the fabric and closes the demo', async () => {
    await app.open('demo');
    await faults().click();
    await app.page.getByRole('menuitem', { name: /Reset the fabric/ }).click();
    await app.page.getByRole('button', { name: 'Close the demo' }).click();
    await expect.poll(() => app.calls('demo.close')).toEqual([null]);
    expect(await app.calls('demo.reset')).toEqual([{ fabric: 'demo-prod' }]);
  });

  it('opens from the first screen', async () => {
    await app.open('nothing');
    await app.page.getByRole('button', { name: 'Open the demo' }).click();
    await expect.poll(() => app.calls('demo.open')).toEqual([null]);
  });
});
