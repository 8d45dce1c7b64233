// Drives the Resources view and the dock in the harness: goes there, opens an object, takes pictures, asks axe.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import type { Harness } from './open.ts';

const SHOTS = process.env['HEDGEROW_SHOTS'];

export interface Place {
  /** Data set of the tables. */
  readonly rows?: string;
  /** How a log begins: `sample` or `silent`. */
  readonly logs?: string;
  /** Data set of the findings and the fabrics. */
  readonly data?: string;
  readonly theme?: 'dark' | 'light';
  readonly width?: number;
  readonly height?: number;
}

/** Goes to the Resources view of the first fabric. */
export async function showResources({ page, url }: Harness, place: Place = {}): Promise<void> {
  const { rows = 'five', logs = 'sample', data = 'five', theme = 'dark', width = 1440, height = 900 } = place;
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  await page.goto(`${url}/?data=${data}&resources=${rows}&logs=${logs}`);
  await page.locator('html[data-ready="findings"]').waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await page.getByRole('region', { name: /^(Pods|Objects)$/ }).waitFor();
}

/** Opens the drawer of the row that holds this text, and waits for its YAML. */
export async function openRow(page: Page, text: string): Promise<void> {
  await page.getByRole('row', { name: text }).click();
  await page.locator('.cm-content').getByText(text).first().waitFor();
}

/** What axe has to say, as short texts; in the light theme only about colours, which is all that differs. */
export async function askAxe(page: Page, theme: 'dark' | 'light' = 'dark'): Promise<string[]> {
  // Legacy mode needs no second page, which Electron does not give.
  const axe = new AxeBuilder({ page }).setLegacyMode(true);
  const { violations } = await (theme === 'dark' ? axe : axe.withRules(['color-contrast'])).analyze();
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`,
  );
}

/** Takes a picture where HEDGEROW_SHOTS names a folder. */
export async function shoot(page: Page, name: string): Promise<void> {
  if (!SHOTS) return;
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`) });
}
