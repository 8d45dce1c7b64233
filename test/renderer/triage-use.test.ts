// Triage in use, in a real browser engine: keys, folding, filter, holding still, logs and shells.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { driveWindow, type DrivenWindow } from './harness/drive.ts';
import { findBrowser } from './harness/open.ts';

const browser = findBrowser();
const missing = 'missing' in browser ? browser.missing : undefined;

describe.skipIf(missing)(`triage in use${missing ? ` (${missing})` : ''}`, { timeout: 60_000 }, () => {
  let app: DrivenWindow;

  beforeAll(async () => {
    if ('path' in browser) app = await driveWindow(browser.path);
  }, 180_000);
  afterAll(() => app.close());

  describe('triage by keyboard', () => {
    beforeEach(() => app.open('five'));

    it('selects the worst root with its effects unfolded, and moves with j, k and arrows', async () => {
      expect(await app.heading().textContent()).toContain(
        'ConfigMap payments/payments-database does not exist',
      );
      expect(await app.page.getByRole('option').count()).toBe(9);
      await app.page.keyboard.press('j');
      expect(await app.heading().textContent()).toContain('3 of 6 pods of Deployment payments/payments-api');
      await app.page.keyboard.press('k');
      await app.list().focus();
      await app.page.keyboard.press('ArrowDown');
      await app.page.keyboard.press('ArrowDown');
      expect(await app.heading().textContent()).toContain('3 of 6 endpoints ready');
      await app.page.keyboard.press('End');
      expect(await app.heading().textContent()).toContain('Node fra1-w02 is cordoned');
      await app.page.keyboard.press('Home');
      expect(await app.heading().textContent()).toContain('payments-database does not exist');
    });

    it('folds with ←, unfolds with →, and shows the counted rest', async () => {
      await app.list().focus();
      await app.page.keyboard.press('ArrowLeft');
      expect(await app.page.getByRole('option').count()).toBe(5);
      await app.page.keyboard.press('ArrowRight');
      await app.page.getByRole('option', { name: '4 more' }).click();
      expect(await app.page.getByRole('option').count()).toBe(12);
      await app.page.keyboard.press('ArrowLeft');
      expect(await app.page.getByRole('option', { selected: true }).textContent()).toContain(
        'Critical: ConfigMap payments/payments-database does not exist',
      );
    });

    it('goes to the detail with Enter and back with Esc', async () => {
      await app.list().focus();
      await app.page.keyboard.press('Enter');
      await app.page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Finding');
      await app.page.keyboard.press('Escape');
      await app.page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'listbox');
    });

    it('filters with / and shows what is left of all', async () => {
      await app.page.keyboard.press('/');
      await app.page.keyboard.type('kind:node');
      await app.page.getByText('1 of 5').waitFor();
      expect(await app.page.getByRole('option').count()).toBe(1);
      await app.page.keyboard.press('Escape');
      await app.page.getByRole('option', { name: 'checkout' }).waitFor();
      await app.page.getByRole('textbox', { name: 'Filter the findings' }).fill('nothing like this');
      await app.page.getByText('No finding matches this filter.').waitFor();
    });

    it('copies the summary, opens logs, and opens a shell where a container runs', async () => {
      await app.page.keyboard.press('j');
      await app.page.getByRole('button', { name: 'Open shell' }).first().waitFor();
      await app.shoot('finding-dark-1440');
      await app.page.keyboard.press('c');
      await app.page.getByText('Summary copied').first().waitFor();
      expect(JSON.stringify(await app.calls('clipboard.write'))).toContain('[CRITICAL] 3 of 6 pods');
      await app.page.getByRole('button', { name: 'Open logs' }).click();
      await app.page.waitForFunction(() => window.harness?.calls.some((one) => one.name === 'logs.open'));
      expect(await app.calls('logs.open')).toMatchObject([
        {
          fabric: 'prod-fra1',
          previous: true,
          target: { containers: ['payments'], ref: { kind: 'Deployment' } },
        },
      ]);
    });

    it('switches views with g r and g t, and fabrics with Alt 2', async () => {
      await app.page.keyboard.press('g');
      await app.page.keyboard.press('r');
      await app.page.locator('[aria-current="page"]', { hasText: 'Resources' }).waitFor();
      await app.page.keyboard.press('g');
      await app.page.keyboard.press('t');
      await app.list().waitFor();
      await app.page.keyboard.press('Alt+2');
      await app.page.getByRole('banner').getByText('lab-east').waitFor();
    });

    it('leaves letters alone while typing and when they are switched off', async () => {
      await app.page.getByRole('textbox', { name: 'Filter the findings' }).focus();
      await app.page.keyboard.press('?');
      expect(await app.page.getByRole('dialog').count()).toBe(0);
      await app.page.keyboard.press('Escape');
      await app.page.keyboard.press('Escape');
      await app.page.getByRole('button', { name: 'Theme and settings' }).click();
      await app.shoot('settings-dark-1440');
      await app.page.getByRole('menuitemcheckbox', { name: 'Single-letter shortcuts' }).click();
      await app.page.keyboard.press('Escape');
      await app.page.getByRole('menu').waitFor({ state: 'detached' });
      const before = await app.heading().textContent();
      await app.page.keyboard.press('j');
      expect(await app.heading().textContent()).toBe(before);
      expect(await app.calls('settings.set')).toEqual([{ letterKeys: false }]);
    });

    it('visits every pane with F6', async () => {
      const seen: (string | null)[] = [];
      for (let step = 0; step < 4; step += 1) {
        await app.page.keyboard.press('F6');
        seen.push(
          await app.page.evaluate(
            () =>
              document.activeElement?.closest('[data-pane]')?.getAttribute('aria-label') ??
              document.activeElement?.tagName ??
              null,
          ),
        );
      }
      expect(seen).toEqual(['Fabrics and views', 'Root causes', 'Finding', 'FOOTER']);
    });
  });

  describe('holding still', () => {
    beforeEach(() => app.open('five'));

    async function addWorst(): Promise<void> {
      await app.page.evaluate(() => {
        const control = window.harness;
        const known = control?.data.fabrics[0]?.diagnosis?.findings ?? [];
        const [worst] = known;
        if (control && worst) {
          const fresh = { ...worst, id: 'fresh', summary: 'Node fra1-w09 is not ready', effects: [] };
          control.setFindings('prod-fra1', [fresh, ...known]);
        }
      });
    }

    it('moves no row under the pointer, and re-ranks through the pill', async () => {
      await app.list().hover();
      const before = await app.page.getByRole('option').first().textContent();
      await addWorst();
      const pill = app.page.getByRole('button', { name: '1 new' });
      await pill.waitFor();
      expect(await app.page.getByRole('option').first().textContent()).toBe(before);
      await app.shoot('pill-dark-1440');
      await pill.click();
      await app.page.getByRole('option', { name: 'Node fra1-w09' }).waitFor();
      expect(await app.page.getByRole('option').first().textContent()).toContain('New');
    });

    it('takes new findings at once while nobody points at the list, and says so to a screen reader', async () => {
      await addWorst();
      await app.page.getByRole('option', { name: 'Node fra1-w09' }).waitFor();
      expect(await app.page.locator('[aria-live=polite]').textContent()).toContain(
        'New critical finding: Node fra1-w09',
      );
    });

    it('keeps an open finding that is gone, and says that it is gone', async () => {
      await app.page.evaluate(() => {
        const known = window.harness?.data.fabrics[0]?.diagnosis?.findings ?? [];
        window.harness?.setFindings('prod-fra1', known.slice(-2));
      });
      await app.page.getByText('No longer observed').waitFor();
      expect(await app.heading().textContent()).toContain('payments-database does not exist');
    });

    it('goes on showing what is new after another fabric was on screen', async () => {
      for (const fabric of ['lab-east', 'prod-fra1']) {
        await app.page.getByRole('navigation').getByRole('button', { name: fabric }).first().click();
        await app.page.getByRole('banner').getByText(fabric).waitFor();
      }
      // The list must not be held still.
      await app.page.getByRole('banner').hover();
      await addWorst();
      await app.page.getByRole('option', { name: 'Node fra1-w09' }).waitFor();
    });

    it('subscribes again after a gap in the messages', async () => {
      await app.page.evaluate(() => window.harness?.skipMessage());
      await addWorst();
      await app.page.getByRole('option', { name: 'Node fra1-w09' }).waitFor();
      expect(await app.calls('findings.watch')).toHaveLength(2);
    });
  });

  it('shows list or detail below 960 px', async () => {
    await app.open('five', 800, 640);
    expect(await app.page.getByRole('region', { name: 'Finding' }).count()).toBe(0);
    await app.page.getByRole('option', { name: 'checkout' }).click();
    await app.page.getByRole('region', { name: 'Finding' }).waitFor();
    expect(await app.list().count()).toBe(0);
    await app.shoot('detail-dark-800');
    await app.page.getByRole('button', { name: 'Back to the list' }).click();
    await app.list().waitFor();
  });

  it('draws a few of 5,000 findings, and reaches the last one', async () => {
    await app.open('many');
    expect(await app.page.getByRole('option').count()).toBeLessThan(60);
    await app.list().focus();
    await app.page.keyboard.press('End');
    await app.page.getByRole('option', { name: 'Info' }).last().waitFor();
    expect(await app.heading().textContent()).toContain('web-0998');
  });

  it('goes from an object of the evidence to Resources', async () => {
    await app.open('five');
    await app.page.getByRole('row', { name: 'envFrom' }).getByRole('button').click();
    await app.page.locator('[aria-current="page"]', { hasText: 'Resources' }).waitFor();
  });
});
