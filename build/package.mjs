// Makes a package of the app, unpacked, for this machine's system (`npm run package`), without the network; prints its executable.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from './bundle.mjs';
import { findRuntime } from './electron-runtime.mjs';
import { ROOT } from './paths.mjs';
import { SetupError, fail, say } from './terminal.mjs';

const SHIMS = 'registry-runtime';

// The registry runtime carries an older Node, whose gaps are filled before the app's first module is
// loaded. The app itself knows nothing of it.
const FOR_REGISTRY_RUNTIME = {
  files: [{ from: 'build/registry-app', to: SHIMS, filter: ['packaged-main.mjs', 'shims.mjs'] }],
  extraMetadata: { main: `${SHIMS}/packaged-main.mjs` },
};

// What Electron brings to run apps in development.
function removeDevelopmentApp({ appOutDir, packager }) {
  const resources = packager.getResourcesDir(appOutDir);
  for (const name of ['app', 'default_app.asar'])
    rmSync(join(resources, name), { recursive: true, force: true });
  rmSync(join(appOutDir, 'version'), { force: true });
}

function executableOf({ appOutDir, packager }) {
  const { productFilename } = packager.appInfo;
  if (process.platform === 'darwin')
    return join(appOutDir, `${productFilename}.app`, 'Contents', 'MacOS', productFilename);
  return join(appOutDir, process.platform === 'win32' ? `${productFilename}.exe` : packager.executableName);
}

async function makePackage() {
  const runtime = findRuntime();
  if (!runtime)
    throw new SetupError('The Electron runtime is not set up yet. Run `npm run package`, which does it.');
  if (runtime.source !== 'official') {
    say(
      `This package is for trying out: it holds Electron ${runtime.version} (${runtime.source}), not the declared version.`,
    );
  }
  await bundle(undefined, { clean: true });
  const { Platform, build } = await import('electron-builder');
  let executable;
  const needsShims = existsSync(join(runtime.dist, 'resources', 'app', 'shims.mjs'));
  // electron-builder adds this to what electron-builder.yml says.
  const config = {
    ...(needsShims ? FOR_REGISTRY_RUNTIME : {}),
    electronDist: runtime.dist,
    ...(runtime.version === 'unknown' ? {} : { electronVersion: runtime.version }),
    afterExtract: removeDevelopmentApp,
    afterPack: (context) => {
      executable = executableOf(context);
    },
  };
  await build({
    targets: Platform.current().createTarget('dir'),
    config,
    publish: 'never',
    projectDir: ROOT,
  });
  return executable;
}

// electron-builder reports on stdout, where only the result belongs.
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);
await makePackage().then((executable) => write(`${executable}\n`), fail);
