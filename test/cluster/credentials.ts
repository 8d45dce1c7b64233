// Certificates, tokens and kubeconfig files of one cluster.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import type { ClusterPaths } from './paths.ts';

/** A certificate to issue: PEM files `<name>.crt` and `<name>.key`. Validity in hours from now. */
export interface CertificateRequest {
  name: string;
  commonName: string;
  organizations?: string[];
  hosts?: string[];
  notBeforeHours?: number;
  notAfterHours?: number;
}

/** Issues certificates into `folder`, signed by its ca.crt, which is made if it is not there. */
export function issueCertificates(binary: string, folder: string, requests: CertificateRequest[]): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const complete = requests.map((request) => ({ notBeforeHours: -1, notAfterHours: 24 * 365, ...request }));
  execFileSync(binary, ['certificates', folder], {
    input: JSON.stringify(complete),
    stdio: ['pipe', 'ignore', 'pipe'],
  });
}

/** Certificates every cluster needs. */
export function issueClusterCertificates(
  binary: string,
  paths: ClusterPaths,
  nodeName: string,
  nodeIp?: string,
): void {
  const server = [
    '127.0.0.1',
    'localhost',
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    '10.96.0.1',
  ];
  const requests: CertificateRequest[] = [
    { name: 'apiserver', commonName: 'kube-apiserver', hosts: server },
    { name: 'etcd', commonName: 'etcd', hosts: ['127.0.0.1'] },
    { name: 'service-account', commonName: 'service-accounts' },
    { name: 'admin', commonName: 'admin', organizations: ['system:masters'] },
    { name: 'apiserver-kubelet-client', commonName: 'kube-apiserver', organizations: ['system:masters'] },
    { name: 'kube-controller-manager', commonName: 'system:kube-controller-manager' },
    { name: 'kube-scheduler', commonName: 'system:kube-scheduler' },
  ];
  if (nodeIp !== undefined) {
    requests.push(
      { name: 'kubelet', commonName: `system:node:${nodeName}`, organizations: ['system:nodes'] },
      { name: 'kubelet-server', commonName: nodeName, hosts: [nodeIp, nodeName] },
    );
  }
  issueCertificates(binary, paths.pki, requests);
}

// User → groups. The API server reads its tokens at start only, so all are made beforehand.
// `viewer`, `limited` and `nobody` may do nothing until a test binds them a role.
const TOKEN_USERS: Readonly<Record<string, string[]>> = {
  'admin-token': ['system:masters'],
  viewer: [],
  limited: [],
  nobody: [],
};

/** Makes the tokens, writes the API server's token file, and returns user → token. */
export function issueTokens(paths: ClusterPaths): Record<string, string> {
  const tokens: Record<string, string> = {};
  const rows = Object.entries(TOKEN_USERS).map(([user, groups]) => {
    const token = randomBytes(24).toString('hex');
    tokens[user] = token;
    return `${token},${user},uid-${user},"${groups.join(',')}"`;
  });
  writeFileSync(paths.tokens, `${rows.join('\n')}\n`, { mode: 0o600 });
  return tokens;
}

type UserEntry = { token: string } | { 'client-certificate-data': string; 'client-key-data': string };

const base64File = (file: string): string => readFileSync(file).toString('base64');

/** A kubeconfig user that authenticates with an issued certificate. */
export function certificateUser(paths: ClusterPaths, name: string): UserEntry {
  return {
    'client-certificate-data': base64File(join(paths.pki, `${name}.crt`)),
    'client-key-data': base64File(join(paths.pki, `${name}.key`)),
  };
}

/** Writes a kubeconfig of one context, named like the cluster, in one step: a reader sees all of it or none. */
export function writeKubeconfig(
  file: string,
  paths: ClusterPaths,
  server: string,
  userName: string,
  user: UserEntry,
): void {
  const { name } = paths;
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [
      { name, cluster: { server, 'certificate-authority-data': base64File(join(paths.pki, 'ca.crt')) } },
    ],
    users: [{ name: userName, user }],
    contexts: [{ name, context: { cluster: name, user: userName } }],
  };
  writeAtomically(file, stringify(config));
}

/** Writes a file for this user only, in one step. */
export function writeAtomically(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const unfinished = `${file}.${String(process.pid)}.tmp`;
  writeFileSync(unfinished, content, { mode: 0o600 });
  renameSync(unfinished, file);
}
