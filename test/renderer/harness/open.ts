// Opens the harness in a browser engine: the app's own Electron, or the Chromium that HEDGEROW_CHROMIUM names.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, chromium, type Page } from 'playwright-core';
import { startVirtualDisplay } from '../../../build/virtual-display.mjs';
import { buildHarness, serveFolder } from './build.ts';

const APP = fileURLToPath(new URL('app', import.meta.url));
const RUNTIME = fileURLToPath(new URL('../../../build/runtime.mjs', import.meta.url));

export interface Harness {
  readonly page: Page;
  readonly url: string;
  close(): Promise<void>;
}

/** Path of the Electron executable, or why none can open a window, as a sentence. */
export function findBrowser(): { readonly path: string } | { readonly missing: string } {
  const given = process.env['HEDGEROW_CHROMIUM'];
  if (given) return { path: given };
  const { status, stdout, stderr } = spawnSync(process.execPath, [RUNTIME, '--startable'], {
    encoding: 'utf8',
  });
  return status === 0 ? { path: stdout.trim() } : { missing: stderr.trim() };
}

async function openPage(path: string, folder: string): Promise<{ page: Page; close: () => Promise<void> }> {
  if (process.env['HEDGEROW_CHROMIUM']) {
    const browser = await chromium.launch({ executablePath: path, args: ['--no-sandbox'] });
    const page = await browser.newPage();
    return { page, close: () => browser.close() };
  }
  const needsDisplay =
    process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY'];
  const display = needsDisplay ? await startVirtualDisplay({ width: 1600, height: 1000 }) : undefined;
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(ELECTRON_RUN|NODE_OPTIONS|VITEST)/.test(name)),
  );
  const app = await _electron.launch({
    executablePath: path,
    args: [
      ...(process.platform === 'linux' ? ['--no-sandbox', '--disable-gpu'] : []),
      APP,
      `--user-data-dir=${folder}`,
    ],
    env: { ...(env as Record<string, string>), ...display?.env },
  });
  return {
    page: await app.firstWindow(),
    close: async () => {
      await app.close();
      await display?.stop();
    },
  };
}

/** Bundles, serves and opens the harness. */
export async function openHarness(path: string): Promise<Harness> {
  const folder = mkdtempSync(join(tmpdir(), 'hedgerow-harness-'));
  await buildHarness(join(folder, 'site'));
  const server = await serveFolder(join(folder, 'site'));
  const opened = await openPage(path, join(folder, 'profile'));
  return {
    page: opened.page,
    url: server.url,
    async close() {
      await opened.close();
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
