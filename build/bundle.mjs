// Bundles the app's processes and the headless command with Vite, each only when its sources changed.
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { checkoutId } from './dependencies.mjs';
import { withLock } from './lock.mjs';
import { ROOT, isMain } from './paths.mjs';
import { TARGETS, isFresh, readStamp, writeStamp } from './stamp.mjs';
import { fail, longStep } from './terminal.mjs';

const DAY_MS = 86_400_000;
const APP_TARGETS = ['main', 'preload', 'renderer', 'demo'];

// The oldest runtime that must run the bundles: Electron 33 carries Node 20 and Chrome 130.
const NODE = 'node20';
const CHROME = 'chrome130';

const COMMON = {
  configFile: false,
  logLevel: 'warn',
  publicDir: false,
};

function common(outDir) {
  return { outDir, emptyOutDir: true, sourcemap: true, reportCompressedSize: false };
}

/** One file with everything in it but Electron and Node's own modules. */
function nodeConfig(target, outDir, format) {
  return {
    ...COMMON,
    root: ROOT,
    build: {
      ...common(outDir),
      ssr: join(ROOT, TARGETS[target].source),
      target: NODE,
      minify: false,
      rolldownOptions: {
        // The last two are native accelerators that `ws` uses if they are installed; they never are.
        external: ['electron', /^electron\//, 'bufferutil', 'utf-8-validate'],
        output: {
          format,
          entryFileNames: TARGETS[target].output.split('/').at(-1),
          // A sandboxed preload must be one file; elsewhere what few start-ups need is read only when needed.
          codeSplitting: target !== 'preload',
        },
      },
    },
    ssr: { noExternal: true, target: 'node' },
  };
}

async function rendererConfig(outDir) {
  const { svelte } = await import('@sveltejs/vite-plugin-svelte');
  return {
    ...COMMON,
    root: join(ROOT, 'src-renderer'),
    base: './',
    plugins: [svelte({ configFile: false })],
    build: {
      ...common(outDir),
      target: CHROME,
      // The content security policy allows no inline script and no data: URL.
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      // Loaded from disk: one large file is faster than many small ones. The limit is in kB.
      chunkSizeWarningLimit: 10_000,
    },
  };
}

function configOf(target, outDir) {
  if (target === 'renderer') return rendererConfig(outDir);
  return nodeConfig(target, outDir, target === 'preload' ? 'cjs' : 'es');
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

// Each file is replaced by a rename, the entry last, and files of earlier builds stay for a day: an app
// that runs from this folder still finds the parts that it loads later.
function publish(made, target, keepMs) {
  const entry = join(ROOT, TARGETS[target].output);
  const folder = dirname(entry);
  const names = filesIn(made).sort(
    (a, b) => Number(join(folder, a) === entry) - Number(join(folder, b) === entry),
  );
  for (const name of names) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    renameSync(join(made, name), join(folder, name));
  }
  const current = new Set(names);
  for (const name of filesIn(folder)) {
    const file = join(folder, name);
    if (!current.has(name) && Date.now() - statSync(file).mtimeMs >= keepMs) rmSync(file, { force: true });
  }
}

// What is native cannot be bundled: it lies beside the main bundle as packages, where Node looks first.
// There is no build of it for every system; the app then says that it cannot open a terminal.
const NATIVE = ['@lydell/node-pty', `@lydell/node-pty-${process.platform}-${process.arch}`];

function copyNative(folder) {
  for (const name of NATIVE) {
    const from = join(ROOT, 'node_modules', name);
    const isNeeded = (file) => !/\.d\.ts$|README\.md$/.test(file);
    if (existsSync(from))
      cpSync(from, join(folder, 'node_modules', name), {
        recursive: true,
        dereference: true,
        filter: isNeeded,
      });
  }
}

async function bundleOne(target, keepMs) {
  const { build } = await import('vite');
  const stamp = readStamp(target);
  const made = join(ROOT, 'out', `.making-${target}-${process.pid}`);
  try {
    await build(await configOf(target, made));
    if (target === 'main') {
      // The window's icon, where the main process finds it beside itself, packaged or not.
      copyFileSync(join(ROOT, 'build', 'icon-512.png'), join(made, 'icon.png'));
      copyNative(made);
    }
    publish(made, target, keepMs);
    writeStamp(target, stamp);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/**
 * Bundles those of `targets` whose sources changed. `clean` also removes the files of earlier builds,
 * as a package needs it; no app may run from the folder then. Throws what Vite throws.
 */
export async function bundle(targets = APP_TARGETS, { clean = false } = {}) {
  if (!clean && targets.every(isFresh)) return;
  await withLock(`bundle-${checkoutId()}`, async () => {
    const stale = targets.filter((target) => clean || !isFresh(target));
    if (stale.length === 0) return;
    await longStep(`Bundling ${stale.join(', ')}`, () =>
      Promise.all(stale.map((target) => bundleOne(target, clean ? 0 : DAY_MS))),
    );
  });
}

if (isMain(import.meta.url)) {
  await bundle(process.argv.length > 2 ? process.argv.slice(2) : undefined).catch(fail);
}
