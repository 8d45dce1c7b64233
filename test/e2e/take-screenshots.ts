/** `npm run screenshots`: takes the pictures of README from the demo in the real app, so that they show what it looks like today. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launchApp } from './launch-app.ts';
import { findingsShown, rootCauses } from './world.ts';

const FOLDER = join(import.meta.dirname, '../../build/screenshots');
const SIZE = { width: 1440, height: 900 };

type Theme = 'dark' | 'light';

interface Picture {
  readonly name: string;
  readonly theme: Theme;
  /** Leads from the triage view of demo-lab to what is pictured. */
  readonly go: (page: Page) => Promise<void>;
}

async function showFabric(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation').getByRole('button', { name }).first().click();
  await findingsShown(page);
}

async function openView(page: Page, name: string): Promise<void> {
  await page
    .getByRole('navigation')
    .getByRole('button', { name: new RegExp(`^${name}`) })
    .click();
}

const PICTURES: readonly Picture[] = [
  { name: 'triage', theme: 'dark', go: (page) => showFabric(page, 'demo-prod') },
  {
    name: 'faults',
    theme: 'dark',
    go: async (page) => {
      await showFabric(page, 'demo-lab');
      await page.getByRole('button', { name: /^Break something/ }).click();
      await page.getByRole('menuitemcheckbox', { name: 'Ship a bad image' }).hover();
    },
  },
  {
    name: 'logs',
    theme: 'dark',
    go: async (page) => {
      await showFabric(page, 'demo-lab');
      await rootCauses(page)
        .getByRole('option', { name: /shop\/checkout/ })
        .first()
        .click();
      await page.getByRole('button', { name: 'Open logs' }).first().click();
      await page.getByRole('log').waitFor();
    },
  },
  {
    name: 'resources',
    theme: 'light',
    go: async (page) => {
      await showFabric(page, 'demo-prod');
      await openView(page, 'Resources');
      await page.getByRole('treeitem', { name: /^Pods/ }).first().click();
      await page.getByRole('row').nth(10).waitFor();
    },
  },
];

async function setTheme(page: Page, theme: Theme): Promise<void> {
  await page.getByRole('button', { name: 'Theme and settings' }).click();
  await page.getByRole('menuitemradio', { name: theme === 'dark' ? 'Dark' : 'Light' }).click();
  await page.keyboard.press('Escape');
  await page.locator(`html[data-theme=${theme}]`).waitFor();
}

async function take(picture: Picture): Promise<string> {
  const opened = await launchApp({ flags: ['--demo'] });
  const { app, page } = opened;
  try {
    await app.evaluate(({ BrowserWindow }, { width, height }) => {
      BrowserWindow.getAllWindows()[0]?.setContentSize(width, height);
    }, SIZE);
    await page.waitForFunction((width) => window.innerWidth === width, SIZE.width);
    await findingsShown(page);
    await setTheme(page, picture.theme);
    await picture.go(page);
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    const file = join(FOLDER, `${picture.name}.png`);
    await page.screenshot({ path: file, animations: 'disabled' });
    return file;
  } finally {
    await opened.close();
  }
}

mkdirSync(FOLDER, { recursive: true });
for (const picture of PICTURES) process.stdout.write(`${await take(picture)}\n`);
