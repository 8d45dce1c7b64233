// Users of a real cluster who may do nothing at first: ServiceAccounts with a token, and users with a client certificate.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { parse, stringify } from 'yaml';
import type { Report } from '../../src-main/headless/report.ts';
import type { Cluster } from '../cluster/use-cluster.ts';

const CLI = fileURLToPath(new URL('../../src-main/cli.ts', import.meta.url));

/** A name that no other test of the run has. */
export const uniqueName = (prefix: string): string => `${prefix}-${randomBytes(3).toString('hex')}`;

/** A namespace that goes when the test ends. */
export async function makeNamespace(cluster: Cluster, prefix: string): Promise<string> {
  const name = uniqueName(prefix);
  await cluster.kubectl(['create', 'namespace', name]);
  onTestFinished(async () => {
    await cluster.kubectlRaw(['delete', 'namespace', name, '--wait=false']);
  });
  return name;
}

export interface TestUser {
  /** As the server names it. */
  readonly user: string;
  readonly kubeconfig: string;
}

/** A kubeconfig of the cluster with another user; its path. */
export function writeConfig(cluster: Cluster, user: object, namespace?: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'hedgerow-rbac-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const config = parse(readFileSync(cluster.kubeconfig, 'utf8')) as {
    users: { name: string; user: object }[];
    contexts: { context: object }[];
  };
  config.users = config.users.map(({ name }) => ({ name, user }));
  config.contexts = config.contexts.map((each) => ({ ...each, context: { ...each.context, namespace } }));
  const file = join(folder, 'kubeconfig');
  writeFileSync(file, stringify(config), { mode: 0o600 });
  return file;
}

/** A ServiceAccount with a token of ten minutes; `context` is the namespace that its kubeconfig names. */
export async function makeAccount(cluster: Cluster, namespace: string, context?: string): Promise<TestUser> {
  const name = uniqueName('robot');
  await cluster.kubectl(['create', 'serviceaccount', name, '-n', namespace]);
  const token = (await cluster.kubectl(['create', 'token', name, '-n', namespace, '--duration=10m'])).trim();
  return {
    user: `system:serviceaccount:${namespace}:${name}`,
    kubeconfig: writeConfig(cluster, { token }, context),
  };
}

/** A user with a client certificate, in no group of their own. */
export function makeUser(cluster: Cluster, user = uniqueName('oncall'), organizations?: string[]): TestUser {
  const { certificate, key } = cluster.issueCertificate({
    name: uniqueName('user'),
    commonName: user,
    ...(organizations && { organizations }),
  });
  return {
    user,
    kubeconfig: writeConfig(cluster, {
      'client-certificate-data': readFileSync(certificate).toString('base64'),
      'client-key-data': readFileSync(key).toString('base64'),
    }),
  };
}

/** The kubeconfig of a token that the server does not know. */
export const makeStranger = (cluster: Cluster): string => writeConfig(cluster, { token: 'not-a-token' });

/** A Role that lets a user list pods in a namespace, and nothing else. */
export async function letListPods(cluster: Cluster, namespace: string, user: string): Promise<void> {
  const role = uniqueName('pod-lister');
  await cluster.kubectl(['create', 'role', role, '-n', namespace, '--verb=list', '--resource=pods']);
  await cluster.kubectl(['create', 'rolebinding', role, '-n', namespace, `--role=${role}`, `--user=${user}`]);
}

export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A headless command as a process. */
export function runCommand(args: readonly string[]): Promise<Run> {
  const { KUBECONFIG: _own, ...env } = process.env;
  const child = spawn(process.execPath, [CLI, ...args], { env });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  child.stderr.on('data', (chunk) => (err += String(chunk)));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

/** What `diagnose` says; it must have come through. */
export async function diagnose(kubeconfig: string, namespace?: string): Promise<Report> {
  const scope = namespace === undefined ? [] : ['--namespace', namespace];
  const { code, out, err } = await runCommand([
    'diagnose',
    '--kubeconfig',
    kubeconfig,
    ...scope,
    '-o',
    'json',
  ]);
  if (code !== 0) throw new Error(`diagnose ends with ${String(code)}: ${err}${out}`);
  return JSON.parse(out) as Report;
}

/** The YAML of `rbac`. */
export async function roleFor(kubeconfig: string, ...flags: string[]): Promise<string> {
  const { code, out, err } = await runCommand(['rbac', '--kubeconfig', kubeconfig, ...flags]);
  if (code !== 0) throw new Error(`rbac ends with ${String(code)}: ${err}`);
  return out;
}
