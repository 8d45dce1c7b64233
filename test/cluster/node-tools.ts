// Finds containerd, runc, the CNI plugins and a static busybox; what is missing comes from Debian's packages.
import { execFileSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './binary.ts';
import type { Progress } from './binary.ts';
import { withLock } from './lock.ts';

/** Where the node's tools are. */
export interface NodeTools {
  /** Search path that holds containerd, its shim, ctr and runc. */
  path: string;
  ctr: string;
  cniPlugins: string;
  busybox: string;
}

// The tools of each package, with the folders in which others than Debian put them as well.
const PACKAGES = {
  containerd: { files: ['containerd', 'containerd-shim-runc-v2', 'ctr'], folders: [] },
  runc: { files: ['runc'], folders: [] },
  'containernetworking-plugins': {
    files: ['bridge', 'host-local', 'loopback'],
    folders: ['/usr/lib/cni', '/opt/cni/bin', '/usr/libexec/cni'],
  },
  'busybox-static': { files: ['busybox'], folders: [] },
} as const;

type PackageName = keyof typeof PACKAGES;

const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether an ELF file names no program interpreter: it runs in an image that holds nothing else. */
function isStatic(file: string): boolean {
  const elf = readFileSync(file);
  const offset = Number(elf.readBigUInt64LE(32));
  const size = elf.readUInt16LE(54);
  const count = elf.readUInt16LE(56);
  const INTERPRETER = 3;
  return !Array.from({ length: count }, (_, i) => elf.readUInt32LE(offset + i * size)).includes(INTERPRETER);
}

const unpackedFolder = (): string => cacheFolder('node-tools');

/** The folder in which all files of a package are; undefined if there is none. */
function findPackage(name: PackageName): string | undefined {
  const { files, folders } = PACKAGES[name];
  const own = SYSTEM_FOLDERS.concat('/usr/lib/cni').map((folder) => join(unpackedFolder(), name, folder));
  return [...folders, ...SYSTEM_FOLDERS, ...own].find((folder) => {
    const all = files.map((file) => join(folder, file));
    return all.every(isExecutable) && (name !== 'busybox-static' || all.every(isStatic));
  });
}

const packageNames = (): PackageName[] => Object.keys(PACKAGES) as PackageName[];

/** Packages whose tools this machine does not have. */
export function missingPackages(): string[] {
  return packageNames().filter((name) => findPackage(name) === undefined);
}

/** Whether missing tools can be fetched: on Debian and its descendants. */
export function canFetchPackages(): boolean {
  return ['apt-get', 'dpkg-deb'].every((tool) =>
    SYSTEM_FOLDERS.some((folder) => existsSync(join(folder, tool))),
  );
}

/**
 * The node's tools. Missing ones are downloaded as Debian packages and unpacked into the user's cache:
 * nothing is installed, so no service starts and no package that is there (Docker's containerd) has to go.
 */
export async function ensureNodeTools(progress: Progress): Promise<NodeTools> {
  if (missingPackages().length > 0) {
    await withLock(join(unpackedFolder(), 'lock'), async () => {
      const missing = missingPackages();
      if (missing.length === 0) return;
      if (!canFetchPackages()) {
        throw new Error(
          `The node needs ${missing.join(', ')}, and only Debian's packages can be fetched. Install them and start again.`,
        );
      }
      progress(`Downloading ${missing.join(', ')} from the Debian archive.`);
      for (const name of missing) fetchPackage(name);
      await Promise.resolve();
    });
  }
  const folder = (name: PackageName): string => {
    const found = findPackage(name);
    if (found === undefined) throw new Error(`The package ${name} holds no tools that run on this machine.`);
    return found;
  };
  return {
    path: [...new Set([folder('containerd'), folder('runc'), ...SYSTEM_FOLDERS])].join(':'),
    ctr: join(folder('containerd'), 'ctr'),
    cniPlugins: folder('containernetworking-plugins'),
    busybox: join(folder('busybox-static'), 'busybox'),
  };
}

function fetchPackage(name: string): void {
  const work = mkdtempSync(join(unpackedFolder(), 'fetch-'));
  const apt = (...args: string[]): void => {
    execFileSync('apt-get', ['-q', ...args], { cwd: work, stdio: ['ignore', 'ignore', 'pipe'] });
  };
  try {
    // `download` refuses to drop privileges into a folder of root's, and says so; that is no error.
    const download = (): void => {
      apt('-o', 'APT::Sandbox::User=root', 'download', name);
    };
    try {
      download();
    } catch {
      apt('update');
      download();
    }
    const file = readdirSync(work).find((entry) => entry.endsWith('.deb'));
    if (file === undefined) throw new Error(`The Debian archive gave no package ${name}.`);
    mkdirSync(join(work, 'unpacked'));
    execFileSync('dpkg-deb', ['-x', join(work, file), join(work, 'unpacked')]);
    rmSync(join(unpackedFolder(), name), { recursive: true, force: true });
    renameSync(join(work, 'unpacked'), join(unpackedFolder(), name));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
