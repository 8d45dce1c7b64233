// etcd, API server, controller manager and scheduler on loopback.
import { request } from 'node:https';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Components } from './components.ts';
import { certificateUser, writeKubeconfig } from './credentials.ts';
import type { ClusterPaths } from './paths.ts';

/** What the control plane needs to know before it starts. */
export interface ControlPlanePlan {
  binary: string;
  paths: ClusterPaths;
  ports: { etcd: number; etcdPeer: number; apiServer: number };
  /** Address the API server gives out for the Service `kubernetes`. It must not be loopback; nothing listens there. */
  advertiseAddress: string;
  /** Further flags of the API server. */
  apiServerArgs: string[];
}

// Requests of people and tests are kept, those of the cluster itself are not: a test can prove what a user asked for.
const AUDIT_POLICY = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [
    { level: 'None', users: ['system:apiserver', 'system:kube-scheduler', 'system:kube-controller-manager'] },
    { level: 'None', userGroups: ['system:nodes', 'system:serviceaccounts'] },
    { level: 'None', nonResourceURLs: ['/healthz*', '/livez*', '/readyz*'] },
    { level: 'Metadata' },
  ],
};

/** Starts etcd and the API server, the rest as soon as it answers. Resolves when service accounts exist. */
export async function startControlPlane(components: Components, plan: ControlPlanePlan): Promise<void> {
  const { binary, paths, ports } = plan;
  const server = `https://127.0.0.1:${String(ports.apiServer)}`;
  writeFileSync(join(paths.state, 'audit-policy.json'), JSON.stringify(AUDIT_POLICY));
  components.start({ name: 'etcd', command: binary, args: ['etcd', ...etcdFlags(paths, ports)] });
  components.start({
    name: 'kube-apiserver',
    command: binary,
    args: ['kube-apiserver', ...apiServerFlags(plan)],
  });
  await waitForPath(paths, server, '/readyz');
  for (const name of ['kube-controller-manager', 'kube-scheduler']) {
    const kubeconfig = join(paths.pki, `${name}.kubeconfig`);
    writeKubeconfig(kubeconfig, paths, server, name, certificateUser(paths, name));
    const flags = name === 'kube-scheduler' ? [] : controllerManagerFlags(paths);
    const args = [name, `--kubeconfig=${kubeconfig}`, '--leader-elect=false', '--secure-port=0', ...flags];
    components.start({ name, command: binary, args });
  }
  await waitForPath(paths, server, '/api/v1/namespaces/default/serviceaccounts/default');
}

function etcdFlags(paths: ClusterPaths, ports: ControlPlanePlan['ports']): string[] {
  const client = `https://127.0.0.1:${String(ports.etcd)}`;
  const peer = `https://127.0.0.1:${String(ports.etcdPeer)}`;
  const certificate = ['cert-file=etcd.crt', 'key-file=etcd.key', 'trusted-ca-file=ca.crt'].map((flag) => {
    const [key = '', file = ''] = flag.split('=');
    return `${key}=${join(paths.pki, file)}`;
  });
  return [
    '--name=etcd',
    `--data-dir=${paths.etcd}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=etcd=${peer}`,
    '--client-cert-auth',
    '--peer-client-cert-auth',
    ...certificate.flatMap((flag) => [`--${flag}`, `--peer-${flag}`]),
    // The data need not outlive a power cut.
    '--unsafe-no-fsync',
    '--log-level=warn',
  ];
}

function apiServerFlags(plan: ControlPlanePlan): string[] {
  const { paths, ports } = plan;
  const pki = (name: string): string => join(paths.pki, name);
  return [
    `--etcd-servers=https://127.0.0.1:${String(ports.etcd)}`,
    `--etcd-cafile=${pki('ca.crt')}`,
    `--etcd-certfile=${pki('etcd.crt')}`,
    `--etcd-keyfile=${pki('etcd.key')}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${String(ports.apiServer)}`,
    `--advertise-address=${plan.advertiseAddress}`,
    `--tls-cert-file=${pki('apiserver.crt')}`,
    `--tls-private-key-file=${pki('apiserver.key')}`,
    `--client-ca-file=${pki('ca.crt')}`,
    `--token-auth-file=${paths.tokens}`,
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    '--allow-privileged',
    '--service-cluster-ip-range=10.96.0.0/16',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-signing-key-file=${pki('service-account.key')}`,
    `--service-account-key-file=${pki('service-account.key')}`,
    '--kubelet-preferred-address-types=InternalIP',
    `--kubelet-certificate-authority=${pki('ca.crt')}`,
    `--kubelet-client-certificate=${pki('apiserver-kubelet-client.crt')}`,
    `--kubelet-client-key=${pki('apiserver-kubelet-client.key')}`,
    `--audit-policy-file=${join(paths.state, 'audit-policy.json')}`,
    `--audit-log-path=${paths.auditLog}`,
    '--audit-log-maxsize=50',
    '--audit-log-maxbackup=1',
    '--profiling=false',
    ...plan.apiServerArgs,
  ];
}

function controllerManagerFlags(paths: ClusterPaths): string[] {
  return [
    '--use-service-account-credentials',
    // By default it starts its controllers at 20 requests a second, for 4 s.
    '--kube-api-qps=500',
    '--kube-api-burst=1000',
    `--service-account-private-key-file=${join(paths.pki, 'service-account.key')}`,
    `--root-ca-file=${join(paths.pki, 'ca.crt')}`,
    `--cluster-signing-cert-file=${join(paths.pki, 'ca.crt')}`,
    `--cluster-signing-key-file=${join(paths.pki, 'ca.key')}`,
  ];
}

// etcd's JSON gateway gives 64-bit numbers as strings.
const rangeSchema = z.object({ header: z.object({ revision: z.string() }) });

/** One HTTPS request as the cluster's administrator (or with another issued certificate). */
async function adminRequest(
  paths: ClusterPaths,
  url: string,
  options: { certificate?: string; method?: string; body?: string; timeoutMs?: number } = {},
): Promise<{ status: number; body: string }> {
  const certificate = options.certificate ?? 'admin';
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: options.method ?? 'GET',
        agent: false,
        timeout: options.timeoutMs ?? 5_000,
        ca: readFileSync(join(paths.pki, 'ca.crt')),
        cert: readFileSync(join(paths.pki, `${certificate}.crt`)),
        key: readFileSync(join(paths.pki, `${certificate}.key`)),
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, body });
        });
        response.on('error', reject);
      },
    );
    sent.on('timeout', () => sent.destroy(new Error(`${url} did not answer in time.`)));
    sent.on('error', reject);
    sent.end(options.body);
  });
}

/** Polls a path of the API server until it answers 200 and `accepts` its body. Rejects after `timeoutMs`. */
export async function waitForPath(
  paths: ClusterPaths,
  server: string,
  path: string,
  accepts: (body: string) => boolean = () => true,
  timeoutMs = 90_000,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  let last = 'no answer';
  while (Date.now() < end) {
    try {
      const { status, body } = await adminRequest(paths, `${server}${path}`);
      if (status === 200 && accepts(body)) return;
      last = `status ${String(status)}: ${body.slice(0, 300)}`;
    } catch (error) {
      last = (error as Error).message;
    }
    await delay(50);
  }
  throw new Error(`${path} was not ready after ${String(timeoutMs / 1000)} s. Last: ${last}`);
}

/**
 * Compacts etcd up to its newest revision, as the API server does every five minutes. Continue tokens and exact
 * resource versions from before answer 410 as soon as the API server has noticed: it looks every 15 s. Its watch
 * cache goes on serving watches from every resource version it has seen; those expire when it is started again.
 * @returns the revision.
 */
export async function compactEtcd(paths: ClusterPaths, etcd: string): Promise<number> {
  const post = async (path: string, body: object): Promise<string> => {
    const answer = await adminRequest(paths, `${etcd}${path}`, {
      certificate: 'etcd',
      method: 'POST',
      body: JSON.stringify(body),
    });
    if (answer.status !== 200) throw new Error(`etcd refused ${path}: ${answer.body}`);
    return answer.body;
  };
  // The key in which API servers tell each other up to where one of them has compacted.
  const key = Buffer.from('compact_rev_key').toString('base64');
  const range = rangeSchema.parse(JSON.parse(await post('/v3/kv/range', { key, limit: 1 })));
  const { revision } = range.header;
  await post('/v3/kv/put', { key, value: Buffer.from(revision).toString('base64') });
  await post('/v3/kv/compaction', { revision, physical: true });
  return Number(revision);
}
