// A plan in use, in a real browser engine: nothing is written by accident, and what was written is told.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { driveWindow, type DrivenWindow } from './harness/drive.ts';
import { findBrowser } from './harness/open.ts';

const browser = findBrowser();
const missing = 'missing' in browser ? browser.missing : undefined;

describe.skipIf(missing)(`plan in use${missing ? ` (${missing})` : ''}`, { timeout: 60_000 }, () => {
  let app: DrivenWindow;

  beforeAll(async () => {
    if ('path' in browser) app = await driveWindow(browser.path);
  }, 180_000);
  afterAll(() => app.close());

  const dialog = () => app.page.getByRole('dialog', { name: 'Create the role that closes the denials' });
  const button = (name: string) => dialog().getByRole('button', { name, exact: true });

  async function openPlan(data = 'plan'): Promise<void> {
    await app.openView(data, 'Access');
    await app.page.getByRole('button', { name: 'Create it here' }).click();
    await dialog().waitFor();
  }

  describe('a plan that can run', () => {
    beforeEach(() => openPlan());

    it('shows the difference, the request and the undo, and writes nothing while locked', async () => {
      await dialog()
        .getByRole('region', { name: 'Difference of ClusterRole hedgerow-denials' })
        .getByText('- persistentvolumes')
        .waitFor();
      await dialog().getByText('POST /apis/rbac.authorization.k8s.io/v1/clusterroles?dryRun=All').waitFor();
      await dialog().getByRole('region', { name: 'Undo' }).getByText('Delete ClusterRole').waitFor();
      expect(await button('Create 2 objects').isDisabled()).toBe(true);
      await app.page.keyboard.press('Control+Enter');
      expect(await app.calls('plan.run')).toEqual([]);
      expect(await app.askAxe()).toEqual([]);
    });

    it('writes with Ctrl Enter, never with Enter alone, and tells what is allowed then', async () => {
      await button('Unlock for 10 min').click();
      await dialog().getByText('Writes unlocked for prod-fra1').waitFor();
      await button('Create 2 objects').focus();
      await app.page.keyboard.press('Enter');
      await app.page.keyboard.press('Enter');
      expect(await app.calls('plan.run')).toEqual([]);
      await app.shoot('plan-review-dark-1440');
      await app.page.keyboard.press('Control+Enter');
      await dialog().getByText('Done, and noted in the journal').waitFor();
      await dialog()
        .getByRole('list', { name: 'Access after the run' })
        .getByText('list persistentvolumes')
        .waitFor();
      await app.shoot('plan-done-dark-1440');
      expect(await app.askAxe()).toEqual([]);
      expect(await app.calls('plan.run')).toEqual([{ fabric: 'prod-fra1', hash: 'sha256:4f0c' }]);
      await button('Close').last().click();
      await dialog().waitFor({ state: 'detached' });
    });

    it('asks the server again what is allowed after a run', async () => {
      const before = (await app.calls('access.review')).length;
      await button('Unlock for 10 min').click();
      await button('Create 2 objects').click();
      await dialog().getByText('Done, and noted in the journal').waitFor();
      expect((await app.calls('access.review')).length).toBe(before + 1);
    });

    it('can be cancelled before it writes, and not while it does', async () => {
      await app.page.keyboard.press('Escape');
      await dialog().waitFor({ state: 'detached' });
      await app.page.getByRole('button', { name: 'Create it here' }).click();
      await button('Unlock for 10 min').click();
      await app.page.evaluate(() => window.fabrics?.hold('plan.run'));
      await button('Create 2 objects').click();
      await dialog().getByText('Under way').waitFor();
      await app.page.keyboard.press('Escape');
      expect(await button('Cancel').isDisabled()).toBe(true);
      await app.page.evaluate(() => window.fabrics?.release('plan.run'));
      await dialog().getByText('Done, and noted in the journal').waitFor();
    });

    it('tells what stood in the way of a write, and prepares it again', async () => {
      await button('Unlock for 10 min').click();
      await app.page.evaluate(() =>
        window.fabrics?.failNext('plan.run', {
          code: 'conflict',
          message: 'ClusterRole hedgerow-denials was created by somebody else since the dry-run.',
          hint: 'Prepare the plan again to see what is there now.',
          retryable: false,
        }),
      );
      await button('Create 2 objects').click();
      await dialog().getByRole('alert').getByText('was created by somebody else').waitFor();
      expect(await button('Create 2 objects').isDisabled()).toBe(true);
      await button('Prepare the plan again').click();
      await dialog().getByText('Waits for you').waitFor();
      expect(await app.calls('plan.prepare')).toHaveLength(2);
    });

    it('says why it cannot be unlocked', async () => {
      await app.page.evaluate(() =>
        window.fabrics?.failNext('fabric.unlock', {
          code: 'bad-request',
          message: 'prod-fra1 is set to read-only in its settings.',
          retryable: false,
        }),
      );
      await button('Unlock for 10 min').click();
      await dialog().getByText('prod-fra1 is set to read-only in its settings.').waitFor();
      expect(await button('Create 2 objects').isDisabled()).toBe(true);
    });
  });

  it('stops where something else is there, and shows the difference', async () => {
    await openPlan('planDiffers');
    await dialog().getByRole('alert').getByText('binds another user').waitFor();
    await dialog()
      .getByText('removed: name: somebody-else')
      .or(dialog().getByText('somebody-else'))
      .first()
      .waitFor();
    await button('Unlock for 10 min').click();
    await app.page.keyboard.press('Control+Enter');
    expect(await app.calls('plan.run')).toEqual([]);
    expect(await app.askAxe()).toEqual([]);
  });

  it('says that a plan could not be prepared', async () => {
    await app.openView('plan', 'Access');
    await app.page.evaluate(() =>
      window.fabrics?.failNext('plan.prepare', {
        code: 'timeout',
        message: 'The server did not answer in 30 s.',
        retryable: true,
      }),
    );
    await app.page.getByRole('button', { name: 'Create it here' }).click();
    await app.page
      .getByRole('dialog', { name: 'Preparing the plan' })
      .getByText('The server did not answer in 30 s.')
      .waitFor();
  });

  it('sets up an account through a form and a plan', async () => {
    await app.openView('plan', 'Access');
    await app.page.getByRole('button', { name: 'Set up an account for Hedgerow' }).click();
    const form = app.page.getByRole('dialog', { name: 'Set up an account for Hedgerow' });
    await form.getByRole('textbox', { name: 'Namespace' }).fill('Bad Name');
    expect(await form.getByRole('button', { name: 'Review the plan' }).isDisabled()).toBe(true);
    await form.getByRole('textbox', { name: 'Namespace' }).fill('triage');
    await form.getByRole('radio', { name: '1 d' }).check();
    expect(await app.askAxe()).toEqual([]);
    await form.getByRole('button', { name: 'Review the plan' }).click();
    await dialog().waitFor();
    expect(await app.calls('plan.prepare')).toEqual([
      {
        fabric: 'prod-fra1',
        request: {
          plan: 'setup-rbac',
          namespace: 'triage',
          serviceAccount: 'hedgerow',
          purpose: 'diagnose',
          tokenSeconds: 86_400,
        },
      },
    ]);
  });

  it('fits a window of 1024 by 640, and one at 200 %', async () => {
    for (const [width, height] of [
      [1024, 640],
      [512, 320],
    ] as const) {
      await openPlan();
      await app.page.setViewportSize({ width, height });
      await dialog().getByText('Waits for you').waitFor();
      const box = await dialog().boundingBox();
      expect(box?.y).toBeGreaterThanOrEqual(0);
      expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(height);
      await app.shoot(`plan-dark-${String(width)}`);
      await app.page.keyboard.press('Escape');
    }
  });
});
