// Every state of the renderer in a real browser engine: it is reached, it is accessible, and it shows no hostile text.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBrowser, openHarness, type Harness } from './harness/open.ts';

const browser = findBrowser();
const missing = 'missing' in browser ? browser.missing : undefined;
const SHOTS = process.env['HEDGEROW_SHOTS'];

interface State {
  readonly data: string;
  /** The mark on the document, or a text where the state has none. */
  readonly ready?: 'findings' | 'welcome' | 'failed';
  readonly text: string;
  /** Triage where it says none. */
  readonly view?: 'connection' | 'access';
}

const STATES: readonly State[] = [
  { data: 'five', ready: 'findings', text: '5 root causes explain 7 symptoms' },
  { data: 'zero', ready: 'findings', text: '141 checks ran, all data live since' },
  { data: 'unverified', ready: 'findings', text: 'This is not a clean bill of health.' },
  { data: 'many', ready: 'findings', text: 'symptoms' },
  { data: 'long', ready: 'findings', text: '1 root cause explains 7 symptoms' },
  { data: 'hostile', ready: 'findings', text: '1 root cause explains 1 symptom' },
  { data: 'stale', ready: 'findings', text: 'Findings are unverified, none is marked resolved.' },
  { data: 'staleEmpty', ready: 'findings', text: 'Contact with prod-fra1 is lost.' },
  { data: 'denied', ready: 'findings', text: 'You may not read anything in prod-fra1' },
  { data: 'failed', ready: 'failed', text: 'refuses the connection' },
  { data: 'failedFinding', ready: 'failed', text: 'prod-fra1 cannot be reached' },
  { data: 'connecting', text: 'Connecting to' },
  { data: 'syncing', text: 'Reading 3,500 of about 5,000 objects' },
  { data: 'insecure', ready: 'findings', text: 'Certificate checks are off for prod-fra1.' },
  { data: 'demo', ready: 'findings', text: 'Demo: demo-prod is simulated on this computer.' },
  { data: 'unreadable', text: 'The findings of prod-fra1 cannot be shown' },
  { data: 'welcome', ready: 'welcome', text: '4 found in 2 files, none contacted yet' },
  { data: 'nothing', ready: 'welcome', text: 'No kubeconfig was found.' },
  { data: 'no-bridge', text: 'Hedgerow runs as a desktop app.' },
  { data: 'connChanged', ready: 'findings', text: 'Another cluster answers as prod-fra1.' },
  { data: 'connPaused', ready: 'findings', text: 'prod-fra1 is paused since' },
  { data: 'connDns', ready: 'failed', text: 'Name server 10.9.0.2 does not know' },
  { data: 'connLive', view: 'connection', text: 'prod-fra1 answers, and 65 of 67 watches are live.' },
  { data: 'connTls', view: 'connection', text: 'its API server certificate expired 12 minutes ago' },
  { data: 'connDns', view: 'connection', ready: 'failed', text: 'does not resolve' },
  { data: 'connPort', view: 'connection', ready: 'failed', text: 'Kubernetes v1.35.2 answers on port 443' },
  { data: 'connPaused', view: 'connection', text: 'Sign in in a terminal' },
  { data: 'connStopped', view: 'connection', text: 'You stopped the retries' },
  { data: 'connChanged', view: 'connection', text: 'Accept this cluster' },
  { data: 'connConnecting', view: 'connection', text: 'Probing every layer now' },
  { data: 'connHuge', view: 'connection', text: 'Show all 417 characters' },
  { data: 'access', view: 'access', text: '4 denied kinds switch off 9 of 141 checks' },
  { data: 'accessAll', view: 'access', text: '13 denied kinds' },
  { data: 'accessNone', view: 'access', text: 'No kind is known' },
  { data: 'accessMany', view: 'access', text: '1,667 denied kinds' },
  { data: 'accessIncomplete', view: 'access', text: 'list of rules is not whole' },
  { data: 'accessRefused', view: 'access', text: 'The server does not tell what is allowed' },
  { data: 'accessStale', view: 'access', text: 'Contact is lost, so it may have changed since.' },
];

const THEMES = ['dark', 'light'] as const;

describe.skipIf(missing)(`screens${missing ? ` (${missing})` : ''}`, () => {
  let harness: Harness;

  beforeAll(async () => {
    if ('path' in browser) harness = await openHarness(browser.path);
  }, 180_000);
  afterAll(() => harness.close());

  async function show(
    state: State,
    theme: (typeof THEMES)[number],
    width: number,
    height: number,
  ): Promise<void> {
    const { page, url } = harness;
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await page.goto(`${url}/?data=${state.data}&view=${state.view ?? 'triage'}`);
    if (state.ready) await page.locator(`html[data-ready="${state.ready}"]`).waitFor();
    await page.getByText(state.text).first().waitFor();
    if (SHOTS) {
      mkdirSync(SHOTS, { recursive: true });
      await page.screenshot({
        path: join(SHOTS, `${state.view ?? 'triage'}-${state.data}-${theme}-${String(width)}.png`),
      });
    }
  }

  it.for(STATES)('$data $view is reached and accessible', { timeout: 60_000 }, async (state) => {
    for (const theme of THEMES) {
      await show(state, theme, 1440, 900);
      // Legacy mode needs no second page, which Electron does not give.
      const axe = new AxeBuilder({ page: harness.page }).setLegacyMode(true);
      // Between the themes only colours differ.
      const { violations } = await (theme === 'dark' ? axe : axe.withRules(['color-contrast'])).analyze();
      const words = violations.map(
        ({ id, nodes }) => `${theme} ${id}: ${nodes.map(({ html }) => html).join(' | ')}`,
      );
      expect(words).toEqual([]);
    }
  });

  it.for(STATES)(
    '$data $view fits a window of 1024 by 640, and one of 512 by 320 (200 %)',
    { timeout: 60_000 },
    async (state) => {
      for (const [width, height] of [
        [1024, 640],
        [512, 320],
      ] as const) {
        await show(state, 'dark', width, height);
        const size = await harness.page.evaluate(() => [
          document.documentElement.scrollWidth,
          document.documentElement.scrollHeight,
        ]);
        expect(size).toEqual([width, height]);
      }
    },
  );

  it('shows hostile text harmlessly, in text and in attributes', { timeout: 60_000 }, async () => {
    await show({ data: 'hostile', ready: 'findings', text: '1 root cause' }, 'dark', 1440, 900);
    const found = await harness.page.evaluate(() => {
      const texts: string[] = [];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (node instanceof Element) for (const { value } of node.attributes) texts.push(value);
        else texts.push(node.nodeValue ?? '');
      }
      const hidden = /(?![\t\n\u200c\u200d])[\p{Cc}\p{Cf}]/u;
      return { hidden: texts.filter((text) => hidden.test(text)), images: document.images.length };
    });
    expect(found).toEqual({ hidden: [], images: 0 });
  });
});
