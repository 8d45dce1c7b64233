// Logs of the dock in a real browser engine, fed over message ports as by the main process.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import type { LogMessage, StreamRequest } from '../../shared/streams.ts';
import { findBrowser, openHarness, type Harness } from './harness/open.ts';
import { askAxe, openRow, shoot, showResources, type Place } from './harness/resources-page.ts';

const browser = findBrowser();
const missing = 'missing' in browser ? browser.missing : undefined;

const POD = 'payments-api-7c9f6d8b5-x2k8p';

/** Sends messages on the log opened last. */
async function feed(page: Page, ...messages: LogMessage[]): Promise<void> {
  await page.evaluate((all) => {
    for (const message of all) window.resources?.logs.at(-1)?.send(message);
  }, messages);
}

function lines(count: number, from = 0): LogMessage {
  const entries = Array.from({ length: count }, (_, index) => ({
    pod: POD,
    container: 'payments',
    time: new Date(1_763_600_000_000 + (from + index) * 10).toISOString(),
    text: `INFO line ${String(from + index)}`,
  }));
  return { type: 'lines', entries };
}

describe.skipIf(missing)(`Logs of the dock${missing ? ` (${missing})` : ''}`, { timeout: 60_000 }, () => {
  let harness: Harness;

  beforeAll(async () => {
    if (!('path' in browser)) return;
    harness = await openHarness(browser.path);
    harness.page.setDefaultTimeout(30_000);
  }, 180_000);
  afterAll(() => harness.close());

  async function openLog(place: Place = {}): Promise<Page> {
    const { page } = harness;
    await showResources(harness, place);
    await openRow(page, POD);
    await page.keyboard.press('l');
    await page.getByRole('tab', { name: `Logs ${POD}` }).waitFor();
    return page;
  }

  it('merges the lines of all pods, and is accessible', async () => {
    for (const theme of ['dark', 'light'] as const) {
      const page = await openLog({ theme });
      const log = page.getByRole('log');
      await log.getByText('POST /v1/charges').waitFor();
      await log
        .getByText(`payments of ${POD} restarted after exit code 1 (Error); its earlier log is above`)
        .waitFor();
      await page.getByText('3 containers followed').waitFor();
      await shoot(page, `logs-${theme}`);
      expect(await askAxe(page, theme)).toEqual([]);
    }
  });

  it('fits a small window', async () => {
    const page = await openLog({ width: 1024, height: 640 });
    await page.getByRole('log').getByText('POST /v1/charges').waitFor();
    await shoot(page, 'logs-small');
    expect(
      await page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.scrollHeight,
      ]),
    ).toEqual([1024, 640]);
    expect(await askAxe(page)).toEqual([]);
  });

  it('goes to the first error, and finds text forwards and backwards', async () => {
    const page = await openLog();
    await page.getByRole('log').getByText('POST /v1/charges').waitFor();
    await page.keyboard.press('e');
    await page.locator('.line.current').getByText('dial tcp').waitFor();
    await page.getByRole('log').click();
    await page.keyboard.press('Control+f');
    await page.keyboard.type('STARTING');
    await page.getByText('– of 2').waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('1 of 2').waitFor();
    await page.keyboard.press('Shift+Enter');
    await page.getByText('2 of 2').waitFor();
    await shoot(page, 'logs-search');
    expect(await askAxe(page)).toEqual([]);
  });

  it('filters by level and by container, and keeps stack frames with their error', async () => {
    const page = await openLog();
    await page.getByText('11 lines').waitFor();
    await page.getByRole('button', { name: 'All levels' }).click();
    await page.getByRole('menuitemradio', { name: 'Error and above' }).click();
    await page.getByText('4 of 11 lines').waitFor();
    await page.getByRole('log').getByText('at store.connect').waitFor();
    await page.getByRole('button', { name: /All 3 containers/ }).click();
    await page.getByRole('menuitemcheckbox', { name: /x2k8p/ }).click();
    await page.getByText('No line matches these filters.').waitFor();
    await shoot(page, 'logs-filtered');
    expect(await askAxe(page)).toEqual([]);
  });

  it('asks for the previous log', async () => {
    const page = await openLog();
    await page.getByText('11 lines').waitFor();
    await page.getByRole('button', { name: 'Previous', exact: true }).click();
    await page.getByText('1 container read').waitFor();
    const inputs = await page.evaluate(() => window.resources?.logs.map((one) => one.input));
    expect(inputs).toMatchObject([
      { previous: false, follow: true },
      { previous: true, follow: false },
    ]);
    const closed = await page.evaluate(() => window.resources?.logs[0]?.requests.at(-1));
    expect(closed).toEqual({ type: 'close' });
  });

  it('follows until someone scrolls up, then counts what is new and stays where it is', async () => {
    const page = await openLog({ logs: 'silent' });
    await page.getByText('Waiting for lines').waitFor();
    await shoot(page, 'logs-waiting');
    await feed(page, { type: 'container', pod: POD, container: 'payments', state: 'open' }, lines(500));
    const log = page.getByRole('log');
    await log.getByText('line 499').waitFor();
    await log.hover();
    await page.mouse.wheel(0, -2000);
    await page.getByText('Paused').waitFor();
    const top = () => log.evaluate((element) => element.getBoundingClientRect().top);
    const seen = await log.evaluate(
      (element) =>
        document.elementFromPoint(
          element.getBoundingClientRect().left + 200,
          element.getBoundingClientRect().top + 30,
        )?.textContent,
    );
    await feed(page, lines(40, 500));
    await page.getByRole('button', { name: '40 new lines' }).waitFor();
    await shoot(page, 'logs-paused');
    expect(await askAxe(page)).toEqual([]);
    const after = await log.evaluate(
      (element) =>
        document.elementFromPoint(
          element.getBoundingClientRect().left + 200,
          element.getBoundingClientRect().top + 30,
        )?.textContent,
    );
    expect(after).toBe(seen);
    expect(await top()).toBeGreaterThan(0);
    await page.getByRole('button', { name: '40 new lines' }).click();
    await log.getByText('line 539').waitFor();
  });

  it('credits each message once it is on screen', async () => {
    const page = await openLog({ logs: 'silent' });
    await page.getByText('Waiting for lines').waitFor();
    await feed(
      page,
      { type: 'container', pod: POD, container: 'payments', state: 'open' },
      lines(5),
      lines(5, 5),
      lines(5, 10),
    );
    await page.getByRole('log').getByText('line 14').waitFor();
    const credited = () =>
      page.evaluate(() => {
        const requests: readonly StreamRequest[] = window.resources?.logs.at(-1)?.requests ?? [];
        return requests.reduce((sum, one) => sum + (one.type === 'credit' ? one.count : 0), 0);
      });
    await expect.poll(credited).toBe(4);
  });

  it('keeps the newest 50,000 lines and says what is gone', async () => {
    const page = await openLog({ logs: 'silent' });
    await page.getByText('Waiting for lines').waitFor();
    await feed(page, ...Array.from({ length: 13 }, (_, index) => lines(4000, index * 4000)));
    await page.getByText('2,000 older lines dropped; the newest 50,000 are kept').waitFor();
    await page.getByRole('log').getByText('line 51999').waitFor();
    expect(await page.locator('.line').count()).toBeLessThan(100);
  });

  it('wraps long lines', async () => {
    const page = await openLog();
    await page.getByText('11 lines').waitFor();
    const height = () =>
      page.locator('.line', { hasText: 'POST /v1/charges' }).evaluate((element) => element.clientHeight);
    expect(await height()).toBe(18);
    await page.getByRole('button', { name: 'Wrap long lines' }).click();
    await expect.poll(height).toBeGreaterThan(18);
    await shoot(page, 'logs-wrapped');
    await page.getByRole('button', { name: 'Wrap long lines' }).click();
  });

  it('tells in a sentence what failed, what reconnects and what ended', async () => {
    const page = await openLog({ logs: 'silent' });
    await page.getByText('Waiting for lines').waitFor();
    const error = {
      code: 'timeout',
      message: 'The kubelet on fra1-w07 did not answer in 10 s.',
      hint: 'Try again.',
      retryable: false,
    } as const;
    const container = { type: 'container', pod: POD, container: 'payments' } as const;
    await feed(page, { ...container, state: 'failed', error });
    await page.getByText('The log cannot be read').waitFor();
    await shoot(page, 'logs-failed');
    expect(await askAxe(page)).toEqual([]);
    await feed(page, { ...container, state: 'failed', error: { ...error, retryable: true } });
    await page.getByRole('heading', { name: 'Reconnecting' }).waitFor();
    await feed(page, { ...container, state: 'open' }, lines(3), { ...container, state: 'ended' });
    await page.getByText('1 container ended').waitFor();
    await page.getByText('Ended', { exact: true }).waitFor();
  });
});
