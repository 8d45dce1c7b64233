// The connection view in use, in a real browser engine: probing, retrying, signing in, accepting, exporting.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { driveWindow, type DrivenWindow } from './harness/drive.ts';
import { findBrowser } from './harness/open.ts';

const browser = findBrowser();
const missing = 'missing' in browser ? browser.missing : undefined;

describe.skipIf(missing)(`connection in use${missing ? ` (${missing})` : ''}`, { timeout: 60_000 }, () => {
  let app: DrivenWindow;

  beforeAll(async () => {
    if ('path' in browser) app = await driveWindow(browser.path);
  }, 180_000);
  afterAll(() => app.close());

  const button = (name: string) => app.page.getByRole('button', { name, exact: true });
  const layer = (name: string) =>
    app.page
      .getByRole('list', { name: 'Layers of the connection' })
      .getByRole('listitem')
      .filter({ hasText: name });

  it('names the layer that fails, the check, and that the network is fine', async () => {
    await app.openView('connTls', 'Connection');
    await app.page.getByRole('heading', { level: 2, name: 'its API server certificate expired' }).waitFor();
    await app.page.getByText('conn/tls-untrusted', { exact: true }).waitFor();
    // A demo on this computer is no proof.
    await app.page.getByText('lab-west and stage-ams are reachable, so your network is fine').waitFor();
    expect(await layer('TLS').textContent()).toContain('failed');
    expect(await layer('Discovery').textContent()).toContain('not tried');
    await app.page
      .getByRole('region', { name: 'Certificate the server presented' })
      .getByText('expired 12 min ago')
      .waitFor();
    await app.shoot('connection-tls-dark-1440');
  });

  it('probes with r, copies the report with c, and saves the probe as JSON', async () => {
    await app.openView('connTls', 'Connection');
    await layer('TLS').waitFor();
    await app.page.keyboard.press('r');
    await app.page.waitForFunction(() =>
      window.harness?.calls.some((one) => one.name === 'connection.probe'),
    );
    await app.page.keyboard.press('c');
    await app.page.getByText('Report copied').first().waitFor();
    expect(JSON.stringify(await app.calls('clipboard.write'))).toContain('- TLS: failed');
    await button('Export probe').click();
    await app.page.waitForFunction(() => window.harness?.calls.some((one) => one.name === 'file.save'));
    const [saved] = (await app.calls('file.save')) as { name: string; text: string }[];
    expect(saved?.name).toBe('probe-prod-fra1.json');
    expect(JSON.parse(saved?.text ?? '')).toMatchObject({ fabric: 'prod-fra1', probe: { failed: 'tls' } });
  });

  it('retries, stops retrying, and says why an act failed', async () => {
    await app.openView('connTls', 'Connection');
    await button('Retry now').click();
    await button('Stop retrying').click();
    await app.page.waitForFunction(() =>
      window.harness?.calls.some((one) => one.name === 'fabric.stopRetrying'),
    );
    expect(await app.calls('fabric.retry')).toEqual([{ fabric: 'prod-fra1' }]);
    await app.page.evaluate(() =>
      window.fabrics?.failNext('connection.probe', {
        code: 'internal',
        message: 'The probe could not be started.',
        retryable: true,
      }),
    );
    await app.page.keyboard.press('r');
    await app.page
      .getByRole('region', { name: 'The last action failed' })
      .getByText('The probe could not be started.')
      .waitFor();
  });

  it('follows what is pushed, without losing the place', async () => {
    await app.openView('connTls', 'Connection');
    await layer('TLS').waitFor();
    await app.page.getByRole('region', { name: 'State of the connection' }).focus();
    await app.page.evaluate(() => window.fabrics?.setConnection('prod-fra1', { probing: true }));
    await app.page.getByText('Probing every layer now').waitFor();
    await app.page.evaluate(() =>
      window.fabrics?.setConnection('prod-fra1', {
        probing: false,
        breaker: { state: 'half-open', failures: 5 },
      }),
    );
    await app.page
      .getByRole('list', { name: 'State of the breaker' })
      .locator('[aria-current]', { hasText: 'Half-open' })
      .waitFor();
    expect(await app.page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
      'State of the connection',
    );
    expect(await app.calls('connection.watch')).toHaveLength(1);
  });

  it('signs in after a refusal, from the view and from the notice', async () => {
    await app.openView('connPaused', 'Connection');
    await button('Sign in').first().click();
    await app.page.getByText('Signed in to prod-fra1').first().waitFor();
    await app.page.keyboard.press('g');
    await app.page.keyboard.press('t');
    const notice = app.page.getByRole('region', { name: 'Sign-in needed' });
    await notice.getByRole('button', { name: 'Connection' }).click();
    await app.page.getByRole('heading', { level: 1, name: 'Connection' }).waitFor();
    expect(await notice.count()).toBe(0);
    expect(await app.calls('fabric.signIn')).toEqual([{ fabric: 'prod-fra1' }]);
  });

  it('compares a changed cluster, accepts it, and may write again', async () => {
    await app.open('connChanged');
    await app.page.getByRole('button', { name: 'Read-only, blocked' }).click();
    await app.page.getByRole('menu').getByText('Another cluster answers under this name.').waitFor();
    expect(
      await app.page.getByRole('menuitem', { name: 'Unlock for 10 min' }).getAttribute('aria-disabled'),
    ).toBe('true');
    expect(await app.askAxe()).toEqual([]);
    await app.page.keyboard.press('Escape');
    await button('Compare and accept').click();
    await app.page.getByRole('region', { name: 'Recorded' }).getByText('4f0c2d1e').waitFor();
    await app.page.getByRole('region', { name: 'Answers now' }).getByText('b7e1aa02').waitFor();
    await button('Accept this cluster').click();
    await app.page.getByRole('region', { name: 'Identity of the cluster' }).getByText('b7e1aa02').waitFor();
    await app.page.getByRole('button', { name: 'Read-only', exact: true }).click();
    await app.page.getByRole('menuitem', { name: 'Unlock for 30 min' }).click();
    await app.page.getByRole('button', { name: /^Writes unlocked, (29|30) min$/ }).click();
    await app.page.getByRole('menuitem', { name: 'Lock now' }).click();
    await app.page.getByRole('button', { name: 'Read-only', exact: true }).waitFor();
    expect(await app.calls('fabric.unlock')).toEqual([{ fabric: 'prod-fra1', minutes: 30 }]);
  });

  it('proposes another port, which opens the settings and changes nothing', async () => {
    await app.openView('connPort', 'Connection');
    await app.page.getByText('Kubernetes v1.35.2 answers on port 443').waitFor();
    await app.page.getByText('Hedgerow uses another port only when you enter it.').waitFor();
    await button('Use it in the settings').click();
    await app.page.getByRole('dialog').first().waitFor();
    expect(await app.calls('fabric.configure')).toEqual([]);
  });

  it('shows the failing layer in the failed triage screen, and leads to the connection', async () => {
    await app.open('connDns');
    await layer('DNS').waitFor();
    await app.page
      .getByRole('region', { name: 'Triage' })
      .getByRole('button', { name: 'Connection' })
      .click();
    await app.page.getByRole('heading', { level: 1, name: 'Connection' }).waitFor();
  });

  it('leads from a denied watch to the access view', async () => {
    await app.openView('connLive', 'Connection');
    await app.page.getByRole('row', { name: 'secrets' }).getByRole('button', { name: 'See access' }).click();
    await app.page.getByRole('heading', { level: 1, name: 'Access' }).waitFor();
  });

  it('draws a few of 5,000 watches, and keeps hidden characters out', async () => {
    await app.openView('connHuge', 'Connection', 1024, 640);
    const table = app.page.getByRole('table', { name: 'Watch health' });
    await table.waitFor();
    expect(await table.getAttribute('aria-rowcount')).toBe('5001');
    expect(await table.getByRole('row').count()).toBeLessThan(60);
    expect(await app.page.locator('body').textContent()).not.toMatch(/[\u202a-\u202e]/);
  });

  it('says that a connection cannot be followed, and tries again', async () => {
    await app.openView('connError', 'Connection');
    await app.page.getByText('The connection of prod-fra1 cannot be shown').waitFor();
    await button('Try again').click();
    await app.page.waitForFunction(
      () => window.harness?.calls.filter((one) => one.name === 'connection.watch').length === 2,
    );
  });

  it('contacts nothing for a fabric that is not open', async () => {
    await app.openView('connNone', 'Connection');
    await app.page.getByRole('navigation').getByRole('button', { name: 'prod-fra1' }).first().click();
    await app.page.getByText('Nothing was contacted').waitFor();
    await app.shoot('connection-none-dark-1440');
    expect(await app.askAxe()).toEqual([]);
    expect(await app.calls('connection.watch')).not.toContainEqual({ fabric: 'prod-fra1' });
    await app.page.keyboard.press('r');
    expect(await app.calls('connection.probe')).toEqual([]);
  });
});
