// A window of the harness with what the tests of its use need: opening a data set, roles, calls, pictures, axe.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from 'playwright-core';
import type { FabricControl } from './fabric-bridge.ts';
import type { HarnessControl } from './fake-bridge.ts';
import { openHarness } from './open.ts';

declare global {
  interface Window {
    harness?: HarnessControl;
    fabrics?: FabricControl;
  }
}

/** The open window; `page` is the page in it. */
export interface DrivenWindow {
  readonly page: Page;
  /** Loads a data set, dark and without motion, and waits for the mark that it is on screen. */
  open(data: string, width?: number, height?: number): Promise<void>;
  /** Loads a data set in one of the views, and waits for its heading. */
  openView(data: string, view: 'Connection' | 'Access', width?: number, height?: number): Promise<void>;
  readonly list: () => Locator;
  /** The sentence of the open finding. */
  readonly heading: () => Locator;
  /** The inputs of all calls of one name, in order. */
  calls(name: string): Promise<unknown[]>;
  /** Saves a picture under the folder that HEDGEROW_SHOTS names, if it names one. */
  shoot(name: string): Promise<void>;
  /** What axe has against the page, one line each. */
  askAxe(): Promise<string[]>;
  close(): Promise<void>;
}

/** Opens the harness in the browser engine at `path`. */
export async function driveWindow(path: string): Promise<DrivenWindow> {
  const harness = await openHarness(path);
  const { page } = harness;
  page.setDefaultTimeout(10_000);
  return {
    page,
    async open(data, width = 1440, height = 900) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce', contrast: 'no-preference' });
      await page.goto(`${harness.url}/?data=${data}`);
      await page.locator('html[data-ready]').waitFor();
      await page.mouse.move(width - 5, 5);
    },
    async openView(data, view, width = 1440, height = 900) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce', contrast: 'no-preference' });
      await page.goto(`${harness.url}/?data=${data}&view=${view.toLowerCase()}`);
      await page.getByRole('heading', { level: 1, name: view }).waitFor();
      await page.mouse.move(width - 5, 5);
    },
    list: () => page.getByRole('listbox'),
    heading: () => page.getByRole('region', { name: 'Finding' }).getByRole('heading', { level: 1 }),
    calls: (name) =>
      page.evaluate(
        (wanted) =>
          (window.harness?.calls ?? []).filter((one) => one.name === wanted).map((one) => one.input),
        name,
      ),
    async shoot(name) {
      const folder = process.env['HEDGEROW_SHOTS'];
      if (!folder) return;
      mkdirSync(folder, { recursive: true });
      await page.screenshot({ path: join(folder, `${name}.png`) });
    },
    async askAxe() {
      // Legacy mode needs no second page, which Electron does not give.
      const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
    },
    close: () => harness.close(),
  };
}
