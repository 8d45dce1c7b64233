// A bridge, a subnet and a cgroup for each node on this machine.
import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** What belongs to one node; all of it follows from its index. */
export interface NodeNetwork {
  /** 0 to 510; the subnet of 511 is what clusters without a node name. */
  index: number;
  bridge: string;
  subnet: string;
  /** The machine's address on the bridge; the kubelet listens there. Nothing routes to it from elsewhere. */
  ip: string;
  /** Loopback address of the node's name server. */
  dns: string;
  cgroup: string;
}

/** The names and addresses of index `index`. Subnets are of 198.18.0.0/15, which RFC 2544 keeps for test beds. */
export function networkOf(index: number): NodeNetwork {
  const prefix = `198.${String(18 + (index >> 8))}.${String(index & 255)}`;
  return {
    index,
    bridge: `hedgerow${String(index)}`,
    subnet: `${prefix}.0/24`,
    ip: `${prefix}.1`,
    dns: `127.53.${String(index >> 8)}.${String(index & 255)}`,
    cgroup: `/hedgerow-${String(index)}`,
  };
}

const ip = (...args: string[]): void => {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
};

/** Takes a free index by making its bridge: the kernel lets only one do so. */
export function claimNetwork(): NodeNetwork {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const network = networkOf(randomInt(0, 511));
    const prefix = network.ip.slice(0, network.ip.lastIndexOf('.') + 1);
    const addresses = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
    if (addresses.some(({ address }) => address.startsWith(prefix))) continue;
    try {
      ip('link', 'add', network.bridge, 'type', 'bridge');
    } catch (error) {
      if (existsSync(`/sys/class/net/${network.bridge}`)) continue;
      throw new Error(`The node's network bridge cannot be made: ${(error as Error).message}`, {
        cause: error,
      });
    }
    ip('addr', 'add', `${network.ip}/24`, 'dev', network.bridge);
    ip('link', 'set', network.bridge, 'up');
    for (const hierarchy of cgroupHierarchies()) createCgroup(hierarchy, network.cgroup);
    return network;
  }
  throw new Error('No subnet of 198.18.0.0/15 is free for the node. End other test clusters first.');
}

const CGROUPS = '/sys/fs/cgroup';

/** Folders of the cgroup hierarchies: the one of version 2, or those of version 1's controllers. */
function cgroupHierarchies(): string[] {
  const entries = existsSync(CGROUPS) ? readdirSync(CGROUPS, { withFileTypes: true }) : [];
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(CGROUPS, name));
  return existsSync(join(CGROUPS, 'cgroup.procs')) ? [CGROUPS] : folders;
}

/** Makes the node's own cgroup; the kubelet expects to find it. */
function createCgroup(hierarchy: string, path: string): void {
  const folder = join(hierarchy, path);
  mkdirSync(folder, { recursive: true });
  // Version 1: an empty cpuset takes no process.
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    if (!existsSync(join(hierarchy, 'cpuset.sched_load_balance')) || !existsSync(join(folder, file)))
      continue;
    writeFileSync(join(folder, file), readFileSync(join(hierarchy, file)));
  }
}

/** Removes the bridge and the cgroups of a node whose processes are gone. */
export async function releaseNetwork(index: number): Promise<void> {
  const network = networkOf(index);
  if (existsSync(`/sys/class/net/${network.bridge}`)) ip('link', 'del', network.bridge);
  for (const hierarchy of cgroupHierarchies()) await removeCgroup(join(hierarchy, network.cgroup));
}

/** Removes a cgroup with all below it. The kernel may need a moment until the ended processes have left. */
async function removeCgroup(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await removeCgroup(join(folder, entry.name));
  }
  const end = Date.now() + 3_000;
  for (;;) {
    try {
      rmdirSync(folder);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      if (Date.now() > end) throw error;
    }
    await delay(20);
  }
}
