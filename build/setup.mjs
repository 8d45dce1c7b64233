// Prepares a machine that has Node and npm only: npm packages, the Electron runtime, its libraries. Run before
// `npm start`, `npm test` and `npm run package`; needs nothing but Node's own modules and does nothing when all is there.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureDependencies } from './dependencies.mjs';
import { ensureRuntime } from './electron-runtime.mjs';
import { ensureLibraries } from './linux-libraries.mjs';
import { isMain, pinnedNode } from './paths.mjs';
import { SetupError, fail, say } from './terminal.mjs';

// Electron's installer and @electron/fuses do not run on an older one.
const OLDEST_NODE = 22;

async function prepareElectron(command) {
  const runtime = await ensureRuntime();
  if (command !== 'package') await ensureLibraries(runtime.executable);
}

/**
 * Prepares the machine for `command`: 'start' opens a window; 'package' copies the runtime and never
 * starts it; 'test' goes on without a window, its tests skip by name what cannot run. Throws SetupError.
 */
export async function setUp(command) {
  await ensureDependencies();
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
    const { status } = spawnSync(pinnedNode(), [fileURLToPath(import.meta.url), command], {
      stdio: 'inherit',
    });
    if (status !== 0) process.exit(status ?? 1);
    return;
  }
  try {
    await prepareElectron(command);
  } catch (error) {
    if (command !== 'test' || !(error instanceof SetupError)) throw error;
    say(`${error.message}\nTests of the app's window will be skipped.`);
  }
}

if (isMain(import.meta.url)) {
  const event = process.argv[2] ?? process.env.npm_lifecycle_event?.replace(/^pre/, '') ?? 'start';
  await setUp(['start', 'package', 'test'].includes(event) ? event : 'start').catch(fail);
}
