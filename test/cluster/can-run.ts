// Says what of the test cluster this machine can run.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { isBuilt } from './binary.ts';
import { canFetchPackages, missingPackages } from './node-tools.ts';

/** `true`, or the reason why not, as a sentence. */
export type Ability = true | string;

/** What this machine can run. */
export interface Abilities {
  controlPlane: Ability;
  node: Ability;
}

// go.mod asks for it. An older one from 1.21 on fetches it by itself, if it may.
const GO_VERSION = [1, 25] as const;

function inPath(tool: string): boolean {
  return (process.env.PATH ?? '').split(':').some((folder) => existsSync(`${folder}/${tool}`));
}

/** Whether a Go of this version can build the cluster. `toolchain` is Go's setting GOTOOLCHAIN. */
export function isGoRecentEnough(version: string, toolchain: string): boolean {
  const found = /^go(\d+)\.(\d+)/.exec(version);
  const minor = Number(found?.[2]);
  if (Number(found?.[1]) !== GO_VERSION[0] || Number.isNaN(minor)) return false;
  return minor >= GO_VERSION[1] || (minor >= 21 && toolchain !== 'local');
}

function goAbility(): Ability {
  try {
    const [version = '', toolchain = ''] = execFileSync('go', ['env', 'GOVERSION', 'GOTOOLCHAIN'], {
      encoding: 'utf8',
    }).split('\n');
    if (isGoRecentEnough(version, toolchain)) return true;
    return `The test cluster is built with Go ${GO_VERSION.join('.')} or newer; this machine has ${version}.`;
  } catch {
    return `The test cluster is built with Go ${GO_VERSION.join('.')} or newer; this machine has no Go.`;
  }
}

function controlPlaneAbility(): Ability {
  if (process.platform !== 'linux') return 'The test cluster runs on Linux only.';
  if (!inPath('setpriv')) return 'The test cluster needs setpriv (Debian package util-linux).';
  return isBuilt() ? true : goAbility();
}

function nodeAbility(): Ability {
  if (process.getuid?.() !== 0) return 'A real node needs root.';
  const missingTools = ['unshare', 'ip', 'readlink', 'tr'].filter((tool) => !inPath(tool));
  if (missingTools.length > 0)
    return `A real node needs ${missingTools.join(', ')} (Debian: util-linux, iproute2).`;
  if (!existsSync('/dev/kmsg')) return 'A real node needs /dev/kmsg, which this machine does not have.';
  const packages = missingPackages();
  if (packages.length > 0 && !canFetchPackages()) {
    return `A real node needs ${packages.join(', ')}, which can be fetched on Debian and Ubuntu only.`;
  }
  return true;
}

/** What this machine can run, each with the reason if it cannot. Takes about 20 ms. */
export function canRun(): Abilities {
  const controlPlane = controlPlaneAbility();
  return { controlPlane, node: controlPlane === true ? nodeAbility() : controlPlane };
}
