// Finds the shared libraries that Electron needs and Linux lacks, and installs them where that is allowed.
import { setTimeout as wait } from 'node:timers/promises';
import { findOnPath } from './paths.mjs';
import { SetupError, firstLines, longStep, run, say } from './terminal.mjs';

// Packages of Debian and Ubuntu; their dependencies bring all other libraries.
const LIBRARIES = ['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1', 'libxss1', 'libatk-bridge2.0-0'];
const DISPLAY = ['xvfb'];

/** File names of the shared libraries that the dynamic linker does not find for this executable. */
export async function missingLibraries(executable) {
  if (process.platform !== 'linux' || !findOnPath('ldd')) return [];
  const { stdout } = await run('ldd', [executable], { env: { ...process.env, LC_ALL: 'C' } });
  return [...stdout.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1]);
}

/** True if there is no screen to open a window on, so that a virtual one is needed. */
export function hasNoDisplay() {
  return process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;
}

/**
 * Makes sure that `executable` can start: its libraries, and Xvfb where there is no display. As root
 * on Debian or Ubuntu it installs what is missing; elsewhere it throws a SetupError that names the one
 * command to run.
 */
export async function ensureLibraries(executable) {
  if (process.platform !== 'linux') return;
  const missing = await missingLibraries(executable);
  const packages = [
    ...(missing.length > 0 ? LIBRARIES : []),
    ...(hasNoDisplay() && !findOnPath('Xvfb') ? DISPLAY : []),
  ];
  if (packages.length === 0) return;
  const what = describe(missing, packages);
  if (!findOnPath('apt-get')) {
    throw new SetupError(
      `Electron cannot start: this machine lacks ${what}. Install them with its package manager, then try again.`,
    );
  }
  if (process.getuid() !== 0) {
    const names = await existingNames(packages);
    throw new SetupError(
      `Electron cannot start: this machine lacks ${what}. Run this command, then try again:\n` +
        `  sudo apt-get install --no-install-recommends ${names.join(' ')}`,
    );
  }
  say(`Electron needs ${what}.`);
  await longStep('Installing them with apt-get', () => install(packages));
  const still = await missingLibraries(executable);
  if (still.length > 0) {
    throw new SetupError(`Electron still lacks ${still.join(', ')} after installing ${packages.join(', ')}.`);
  }
}

function describe(libraries, packages) {
  const named = libraries.slice(0, 3);
  if (libraries.length > named.length) named.push(`${libraries.length - named.length} more libraries`);
  if (packages.includes('xvfb')) named.push('Xvfb, a virtual display');
  return new Intl.ListFormat('en').format(named);
}

// Debian 13 and Ubuntu 24.04 renamed some libraries for 64-bit time.
async function existingNames(packages) {
  return Promise.all(
    packages.map(async (name) => {
      const renamed = `${name}t64`;
      return (await run('apt-cache', ['show', '--quiet', renamed])).code === 0 ? renamed : name;
    }),
  );
}

async function install(packages) {
  await apt(['update']);
  await apt(['install', '-y', '--no-install-recommends', ...(await existingNames(packages))]);
}

// `update` takes a lock that apt does not wait for, hence the repetition.
async function apt(args, attempts = 5) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
  const result = await run('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=300', ...args], { env });
  if (result.code === 0) return;
  if (attempts > 1 && /Could not get lock|Unable to lock/.test(result.stderr)) {
    await wait(3000);
    return apt(args, attempts - 1);
  }
  throw new SetupError(`apt-get ${args[0]} failed. It said:\n${firstLines(result.stderr || result.stdout)}`);
}
