// The dialog of a fabric in use, in a real browser engine: adding by hand, changing, testing, removing; by keyboard.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { driveWindow, type DrivenWindow } from './harness/drive.ts';
import { findBrowser } from './harness/open.ts';

const browser = findBrowser();
const missing = 'missing' in browser ? browser.missing : undefined;

describe.skipIf(missing)(`settings of fabrics${missing ? ` (${missing})` : ''}`, { timeout: 60_000 }, () => {
  let app: DrivenWindow;

  beforeAll(async () => {
    if ('path' in browser) app = await driveWindow(browser.path);
  }, 180_000);
  afterAll(() => app.close());

  const dialog = () => app.page.getByRole('dialog');
  const field = (name: string | RegExp) =>
    dialog().getByRole('textbox', { name, exact: typeof name === 'string' });
  const button = (name: string | RegExp) =>
    dialog().getByRole('button', { name, exact: typeof name === 'string' });
  const gone = () => dialog().waitFor({ state: 'detached' });
  const focused = (selector: string) =>
    app.page.waitForFunction((wanted) => document.activeElement?.matches(wanted) === true, selector);

  describe('from the first screen', () => {
    beforeEach(() => app.open('welcome'));

    it('a fabric is added by keyboard alone, with what is wrong beside its field', async () => {
      await app.shoot('welcome-cards-dark-1440');
      await app.page.keyboard.press('n');
      await field('Name').waitFor();
      await focused('input[type=text]');
      await app.page.keyboard.type('lab-west');
      await app.page.keyboard.press('Enter');
      await dialog().getByText('Write the address as https://host:port.').waitFor();
      await dialog().getByText('Give a token, or take the credentials from a kubeconfig.').waitFor();
      // The first field that needs correction has the focus and says why.
      await focused('[aria-invalid="true"]');
      await app.shoot('fabric-add-errors-dark-1440');
      expect(await app.askAxe()).toEqual([]);
      await app.page.keyboard.type('https://10.0.0.10:6443');
      await field('Token').fill('tok-123');
      expect(await field('Token').getAttribute('type')).toBe('password');
      await field('Token').press('Enter');
      await gone();
      expect((await app.calls('fabric.save')).at(-1)).toMatchObject({
        manual: { name: 'lab-west', server: 'https://10.0.0.10:6443', kubeconfig: '' },
        token: 'tok-123',
        settings: { colour: 'none', proxy: '' },
      });
      await app.page.getByRole('button', { name: 'Open lab-west' }).waitFor();
      await app.page.getByRole('cell', { name: 'Added by hand' }).waitFor();
      await app.shoot('welcome-by-hand-dark-1440');
    });

    it('a kubeconfig and a context stand in for server and token', async () => {
      await app.page.getByRole('button', { name: 'Add a fabric', exact: true }).click();
      await field('Name').fill('lab-west');
      await dialog().getByRole('radio', { name: 'A kubeconfig file' }).check();
      await button('Choose a kubeconfig file').click();
      await expect.poll(() => field('Kubeconfig file').inputValue()).toBe('/home/me/lab.yaml');
      await field('Context').fill('lab');
      await app.shoot('fabric-add-kubeconfig-dark-1440');
      await button('Add fabric').click();
      await gone();
      expect(await app.calls('fabric.save')).toMatchObject([
        { manual: { server: '', ca: '', kubeconfig: '/home/me/lab.yaml', context: 'lab' } },
      ]);
    });

    it('the settings of a context that cannot be opened are reached, with its program', async () => {
      await app.page.getByRole('button', { name: 'Settings of old-ams' }).click();
      await button('Choose the program').click();
      await expect.poll(() => field('Program for credentials').inputValue()).toBe('/usr/local/bin/kubelogin');
      await app.page.keyboard.press('Escape');
      await gone();
      expect(await app.calls('fabric.configure')).toEqual([]);
    });
  });

  describe('of a fabric on screen', () => {
    beforeEach(async () => {
      await app.open('five');
      await app.page.keyboard.press('g');
      await app.page.keyboard.press('c');
      await app.page.getByRole('button', { name: 'Endpoint, proxy, CA' }).click();
      await field('TLS server name').waitFor();
    });

    it('are changed and sent whole', async () => {
      await dialog().getByRole('radio', { name: 'Violet' }).check();
      await field('Environment').fill('LAB');
      await dialog()
        .getByRole('checkbox', { name: /Read-only for good/ })
        .check();
      await dialog().getByRole('radio', { name: 'None', exact: true }).last().check();
      await dialog().getByRole('checkbox', { name: 'All that the checks read' }).uncheck();
      await dialog().getByRole('checkbox', { name: 'Secret', exact: true }).uncheck();
      await dialog().getByRole('combobox', { name: 'Limit for an answer' }).selectOption('60 s');
      await app.shoot('fabric-settings-dark-1440');
      expect(await app.askAxe()).toEqual([]);
      await button('Save').click();
      await gone();
      const [sent] = (await app.calls('fabric.configure')) as { settings: { watchKinds: string[] } }[];
      expect(sent).toMatchObject({
        fabric: 'prod-fra1',
        settings: {
          colour: 'violet',
          environment: 'LAB',
          readOnly: true,
          proxy: 'direct',
          timeoutMs: 60_000,
        },
      });
      expect(sent?.settings.watchKinds).toContain('Pod');
      expect(sent?.settings.watchKinds).not.toContain('Secret');
    });

    it('are tested without being saved; the layer that fails is named', async () => {
      await button('Test').click();
      await dialog().getByText('Layer TLS fails').waitFor();
      await dialog().getByText('Give the certificate authority of the cluster', { exact: false }).waitFor();
      await app.shoot('fabric-test-failed-dark-1440');
      expect(await app.askAxe()).toEqual([]);
      expect(await app.calls('fabric.configure')).toEqual([]);
    });

    it('name a missing proxy without a call', async () => {
      await dialog().getByRole('radio', { name: 'This one' }).check();
      await button('Save').click();
      await focused('[aria-invalid="true"]');
      await field('Port').fill('70000');
      await button('Save').click();
      await dialog().getByText('A port is a number from 1 to 65535.').waitFor();
      await field('Port').fill('8443');
      await field('Address of the proxy').fill('nonsense');
      await button('Save').click();
      await dialog().getByText('Write the proxy as http://host:port.').waitFor();
    });

    it('are forgotten after their name was typed', async () => {
      await button('Forget settings').click();
      const act = button('Forget its settings');
      expect(await act.isDisabled()).toBe(true);
      await field(/Type the name/).fill('prod-fra');
      expect(await act.isDisabled()).toBe(true);
      await field(/Type the name/).fill('prod-fra1');
      await app.shoot('fabric-remove-dark-1440');
      expect(await app.askAxe()).toEqual([]);
      await act.click();
      await gone();
      expect(await app.calls('fabric.remove')).toEqual([{ fabric: 'prod-fra1' }]);
    });

    it('keep the focus inside, and give it back', async () => {
      for (let step = 0; step < 40; step++) {
        await app.page.keyboard.press('Tab');
        expect(await app.page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null)).toBe(
          true,
        );
      }
      await app.page.keyboard.press('Escape');
      await gone();
      await app.page.waitForFunction(
        () => document.activeElement?.textContent.includes('Endpoint, proxy, CA') === true,
      );
    });
  });

  it('without a keychain it is said where a token is kept', async () => {
    await app.open('welcome&keychain=none');
    await app.page.keyboard.press('n');
    await field('Name').fill('lab-west');
    await field('Server').fill('https://10.0.0.10:6443');
    await field('Token').fill('tok-123');
    await button('Test').click();
    await dialog()
      .getByText(/Connected as system:serviceaccount:fab:hedgerow/)
      .waitFor();
    await app.shoot('fabric-test-ok-dark-1440');
    await button('Add fabric').click();
    await gone();
    await app.page.getByRole('button', { name: 'Settings of lab-west' }).click();
    await dialog()
      .getByText(/No keychain can be used on this computer/)
      .waitFor();
    expect(await field('Token').inputValue()).toBe('');
    await button('Remove').click();
    await field(/Type the name/).fill('lab-west');
    await field(/Type the name/).press('Enter');
    await gone();
    await app.page.getByRole('button', { name: 'Open lab-west' }).waitFor({ state: 'detached' });
  });

  it.for(['dark', 'light'] as const)('is accessible and fits small windows, %s', async (theme) => {
    for (const [width, height] of [
      [1440, 900],
      [1024, 640],
      [512, 320],
    ] as const) {
      await app.open('long', width, height);
      await app.page.emulateMedia({ colorScheme: theme });
      await app.page.evaluate(() => undefined);
      if (width > 1200) await app.page.getByRole('button', { name: 'Add fabric by hand' }).click();
      else {
        await app.page.keyboard.press('g');
        await app.page.keyboard.press('c');
        await app.page.getByRole('button', { name: 'Endpoint, proxy, CA' }).click();
      }
      await dialog().getByRole('checkbox', { name: 'All that the checks read' }).waitFor();
      await app.shoot(`fabric-dialog-${theme}-${String(width)}`);
      expect(await app.askAxe()).toEqual([]);
      const box = await dialog().boundingBox();
      expect(
        box && box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height,
      ).toBe(true);
    }
  });
});
