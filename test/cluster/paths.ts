// Where a test cluster keeps its state, and how it is named.
import { lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

/** Files and folders of one cluster. Everything is under `state`; nothing else on the machine is written. */
export interface ClusterPaths {
  name: string;
  state: string;
  /** Written last, when the cluster is ready. */
  kubeconfig: string;
  /** The cluster's description, {@link ClusterRecord} as JSON; there once the cluster is ready. */
  record: string;
  /** Unix socket of the supervisor. */
  control: string;
  pids: string;
  logs: string;
  pki: string;
  etcd: string;
  auditLog: string;
  tokens: string;
  /** kubeconfig files of single users. */
  users: string;
  kubectlCache: string;
}

const clusterRecordSchema = z.object({
  name: z.string(),
  /** URL of the API server. */
  server: z.string(),
  kubeconfig: z.string(),
  etcd: z.string(),
  /** From start to ready, ms. */
  readyMs: z.number(),
  /** The components' binary. */
  binary: z.string(),
  /** User name → bearer token. */
  tokens: z.record(z.string(), z.string()),
  node: z
    .object({
      name: z.string(),
      /** Index of the bridge and its subnet. */
      network: z.number(),
      /** host:port of the registry whose images fail in known ways. */
      registry: z.string(),
      /** Path of containerd's socket, as seen from outside of the node. */
      containerd: z.string(),
      ctr: z.string(),
    })
    .optional(),
});

/** What a running cluster says of itself. */
export type ClusterRecord = z.infer<typeof clusterRecordSchema>;

const NAME = /^[a-z0-9]([a-z0-9-]{0,22}[a-z0-9])?$/;

/** Folder of all clusters of this user. Created on demand, for this user only. */
function clustersRoot(): string {
  const uid = process.getuid?.() ?? 0;
  const root = join(tmpdir(), `hedgerow-cluster-${String(uid)}`);
  mkdirSync(root, { recursive: true, mode: 0o700 });
  const found = lstatSync(root);
  if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o077) !== 0) {
    throw new Error(`${root} belongs to somebody else or is open to others. Remove it and start again.`);
  }
  return root;
}

/** Paths of the cluster `name`; throws when that is no name a cluster can have. */
export function clusterPaths(name: string): ClusterPaths {
  if (!NAME.test(name)) {
    throw new Error(
      `"${name}" cannot name a cluster. Use up to 24 lower-case letters, digits and hyphens, such as "fabric-1".`,
    );
  }
  return pathsIn(join(clustersRoot(), name), name);
}

/** Paths below a state folder. */
export function pathsIn(state: string, name: string): ClusterPaths {
  const paths = {
    name,
    state,
    kubeconfig: join(state, 'kubeconfig'),
    record: join(state, 'cluster.json'),
    control: join(state, 'control.sock'),
    pids: join(state, 'pids'),
    logs: join(state, 'logs'),
    pki: join(state, 'pki'),
    etcd: join(state, 'etcd'),
    auditLog: join(state, 'logs', 'audit.log'),
    tokens: join(state, 'tokens.csv'),
    users: join(state, 'users'),
    kubectlCache: join(state, 'kubectl-cache'),
  };
  // The kernel's limit on a socket's path is 107 bytes; the longest is containerd's.
  if (Buffer.byteLength(join(state, 'run/containerd/containerd.sock.ttrpc')) > 107) {
    throw new Error(`${state} is too long a path for Unix sockets. Set TMPDIR to a shorter one.`);
  }
  return paths;
}

/** Names of all clusters of this user that have a state folder. */
export function listClusterNames(): string[] {
  return readdirSync(clustersRoot(), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && NAME.test(entry.name))
    .map((entry) => entry.name)
    .sort();
}

/** The record of a ready cluster; undefined if it is not ready or its file cannot be read. */
export function readClusterRecord(paths: ClusterPaths): ClusterRecord | undefined {
  try {
    return clusterRecordSchema.parse(JSON.parse(readFileSync(paths.record, 'utf8')));
  } catch {
    return undefined;
  }
}
