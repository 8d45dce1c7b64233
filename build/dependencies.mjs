// Installs the npm dependencies of the lockfile whenever node_modules is not what the lockfile says.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withLock } from './lock.mjs';
import { findOnPath, pinnedNode, ROOT } from './paths.mjs';
import { dependenciesAreCurrent, writeInstalledStamp } from './stamp.mjs';
import { SetupError, firstLines, longStep, run } from './terminal.mjs';

const LOCKFILE = join(ROOT, 'package-lock.json');
const INSTALLED = join(ROOT, 'node_modules', '.package-lock.json');
// The tools of the project (vitest, electron-store, dependency-cruiser) need at least this one.
const OLDEST_TOOL_NODE = 22;

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** A name for this checkout's locks: two checkouts may install side by side. */
export function checkoutId() {
  return createHash('sha256').update(ROOT).digest('hex').slice(0, 12);
}

// npm keeps a record of what it put into node_modules. Comparing it with the lockfile spares a
// developer who ran `npm install` by hand a second installation.
function installedMatches(lock) {
  try {
    const wanted = JSON.parse(lock).packages;
    const found = JSON.parse(read(INSTALLED)).packages;
    return Object.entries(wanted).every(([path, { version, optional, devOptional }]) => {
      if (path === '') return true;
      if (found[path] === undefined) return Boolean(optional || devOptional);
      return found[path].version === version && existsSync(join(ROOT, path));
    });
  } catch {
    return false;
  }
}

// The node that npm itself runs on, not the pinned one: that one is inside of node_modules, which
// `npm ci` removes first.
function npmCommand() {
  const { npm_execpath: cli, npm_node_execpath: node } = process.env;
  if (cli?.endsWith('.js') && node && existsSync(node)) {
    const own = node.startsWith(join(ROOT, 'node_modules'));
    return [own ? 'node' : node, [cli]];
  }
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm', []];
}

/** Runs npm with these arguments, quietly. Works inside and outside of an npm script. */
export function runNpm(args, options = {}) {
  const [command, first] = npmCommand();
  const modules = join(ROOT, 'node_modules');
  const env = { ...process.env, npm_config_loglevel: 'error' };
  // Scripts of dependencies must not run on the pinned Node while it is being replaced.
  env.PATH = (env.PATH ?? '')
    .split(process.platform === 'win32' ? ';' : ':')
    .filter((folder) => !folder.startsWith(modules))
    .join(process.platform === 'win32' ? ';' : ':');
  return run(command, [...first, ...args], { cwd: ROOT, env, shell: command.endsWith('.cmd'), ...options });
}

async function install() {
  // On Windows the running node.exe inside of node_modules cannot be removed, which `npm ci` would do.
  const running = process.platform === 'win32' && dirname(process.execPath).startsWith(ROOT);
  const result = await runNpm([running ? 'install' : 'ci', '--no-audit', '--no-fund']);
  if (result.code !== 0) {
    throw new SetupError(
      `The npm packages could not be installed. npm said:\n${firstLines(result.stderr || result.stdout)}`,
    );
  }
}

async function pinnedNodeRuns() {
  if (!existsSync(pinnedNode())) return false;
  return (await run(pinnedNode(), ['--version'], { timeoutMs: 20_000 })).code === 0;
}

// The package `node` fetches its binary in an install script, which a user may have turned off.
async function ensurePinnedNode() {
  if (await pinnedNodeRuns()) return true;
  await runNpm(['rebuild', 'node', '--ignore-scripts=false', '--foreground-scripts']);
  if (await pinnedNodeRuns()) return true;
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= OLDEST_TOOL_NODE) return false;
  throw new SetupError(
    `Hedgerow's tools need Node ${OLDEST_TOOL_NODE} or newer. This machine has ${process.versions.node}, and the ` +
      "package `node`, which brings its own, could not be installed. Allow npm's install scripts, or install a newer Node.",
  );
}

/** Makes node_modules what the lockfile says; does nothing if it is. Throws SetupError. */
export async function ensureDependencies() {
  if (dependenciesAreCurrent()) return;
  if (!existsSync(LOCKFILE)) throw new SetupError(`${LOCKFILE} is missing. Check it out again.`);
  if (npmCommand()[0] === 'npm' && !findOnPath('npm')) {
    throw new SetupError('npm is missing. Install Node.js 20 or newer with npm, then try again.');
  }
  await withLock(`dependencies-${checkoutId()}`, async () => {
    if (dependenciesAreCurrent()) return;
    const lock = read(LOCKFILE);
    if (!installedMatches(lock)) await longStep("Installing Hedgerow's npm packages", install);
    const pinned = await ensurePinnedNode();
    writeInstalledStamp(pinned);
  });
}
