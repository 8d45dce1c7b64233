// Shells of the dock in a real browser engine, fed over message ports as by the main process.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import type { ShellMessage } from '../../shared/streams.ts';
import { findBrowser, openHarness, type Harness } from './harness/open.ts';
import { askAxe, openRow, shoot, showResources, type Place } from './harness/resources-page.ts';

const browser = findBrowser();
const missing = 'missing' in browser ? browser.missing : undefined;

const POD = 'payments-api-7c9f6d8b5-x2k8p';

/** Sends text, or another message, on the shell opened last. */
async function tell(page: Page, message: string | Exclude<ShellMessage, { type: 'data' }>): Promise<void> {
  await page.evaluate((given) => {
    const shell = window.resources?.shells.at(-1);
    shell?.send(typeof given === 'string' ? { type: 'data', bytes: new TextEncoder().encode(given) } : given);
  }, message);
}

describe.skipIf(missing)(`Shells of the dock${missing ? ` (${missing})` : ''}`, { timeout: 60_000 }, () => {
  let harness: Harness;

  beforeAll(async () => {
    if (!('path' in browser)) return;
    harness = await openHarness(browser.path);
    harness.page.setDefaultTimeout(30_000);
  }, 180_000);
  afterAll(() => harness.close());

  async function openShell(place: Place = {}): Promise<Page> {
    const { page } = harness;
    await showResources(harness, place);
    await openRow(page, POD);
    await page.keyboard.press('s');
    await page.getByText(`Connected to payments of ${POD}`).waitFor();
    return page;
  }

  it('runs a shell: types, resizes, ends with its code, starts again', async () => {
    const page = await openShell();
    await page.getByText('Address: 10.20.12.15').waitFor();
    await page.keyboard.type('ls');
    await page.locator('.xterm-rows').getByText('/ # ls').waitFor();
    await shoot(page, 'shell-dark');
    expect(await askAxe(page)).toEqual([]);
    await page.getByRole('separator', { name: 'Height of the dock' }).focus();
    await page.keyboard.press('ArrowUp');
    const requests = () =>
      page.evaluate(() => window.resources?.shells.at(-1)?.requests.map((one) => one.type));
    await expect
      .poll(async () => (await requests())?.filter((type) => type === 'resize').length)
      .toBeGreaterThan(1);
    expect(await requests()).toContain('credit');
    await tell(page, { type: 'exit', code: 0, reason: '' });
    await page.getByText('Shell ended with exit code 0').waitFor();
    await shoot(page, 'shell-ended');
    expect(await askAxe(page)).toEqual([]);
    await page.getByRole('button', { name: 'Start again' }).click();
    await page.getByText(`Connected to payments of ${POD}`).waitFor();
    expect(await page.evaluate(() => window.resources?.shells.length)).toBe(2);
  });

  it('takes the theme and fits a small window', async () => {
    const page = await openShell({ theme: 'light', width: 1024, height: 640 });
    await page.getByText('Address: 10.20.12.15').waitFor();
    await shoot(page, 'shell-light-small');
    expect(await askAxe(page, 'light')).toEqual([]);
  });

  it('does not let a program reach the title, the clipboard or the links', async () => {
    const page = await openShell();
    const title = await page.title();
    await tell(
      page,
      '\u001b]0;pwned\u0007\u001b]2;pwned\u0007\u001b]52;c;cHduZWQ=\u0007\u001b]8;;https://evil.example\u0007click\u001b]8;;\u0007\u001b]10;?\u0007\u001b[21t done',
    );
    await page.locator('.xterm-rows').getByText('click done').waitFor();
    expect(await page.title()).toBe(title);
    const calls = await page.evaluate(() => window.resources?.calls.map((one) => String(one.name)));
    expect(calls).not.toContain('clipboard.write');
    const sent = await page.evaluate(
      () => window.resources?.shells.at(-1)?.requests.filter((one) => one.type === 'input').length,
    );
    expect(sent).toBe(0);
    expect(await page.locator('.xterm-rows a').count()).toBe(0);
  });

  it('says why a shell cannot be opened', async () => {
    const page = await openShell();
    await tell(page, {
      type: 'failed',
      error: {
        code: 'forbidden',
        message: 'You may not create pods/exec in payments.',
        hint: 'Ask for create on pods/exec.',
        retryable: false,
      },
    });
    await page.getByText('You may not create pods/exec in payments. Ask for create on pods/exec.').waitFor();
    await page.getByRole('button', { name: 'Start again' }).waitFor();
  });

  it('goes on while it is hidden, and ends its streams with their tabs', async () => {
    const page = await openShell();
    await page.keyboard.press('Control+`');
    await page.getByRole('region', { name: 'Dock' }).waitFor({ state: 'hidden' });
    await tell(page, 'while hidden');
    await page.keyboard.press('l');
    await page.getByRole('tab', { name: `Logs ${POD}` }).focus();
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('tab', { name: `Shell ${POD} / payments`, selected: true }).waitFor();
    await page.locator('.xterm-rows').getByText('while hidden').waitFor();
    await page.keyboard.press('Delete');
    await page.getByRole('tab', { name: `Logs ${POD}`, selected: true }).waitFor();
    const last = () => page.evaluate(() => window.resources?.shells.at(-1)?.requests.at(-1)?.type);
    await expect.poll(last).toBe('close');
    await page.keyboard.press('Delete');
    await page.getByRole('region', { name: 'Dock' }).waitFor({ state: 'hidden' });
    await expect
      .poll(() => page.evaluate(() => window.resources?.logs.at(-1)?.requests.at(-1)?.type))
      .toBe('close');
  });
});
