/** The context of a program that runs in a pod: the pod's service account. */
import { readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import type { KubeContext, Kubeconfig } from './contract.ts';

/** Where Kubernetes mounts the account (Kubernetes documentation, "Accessing the Kubernetes API from a Pod"). */
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const NAME = 'in-cluster';

/** One context named `in-cluster`; undefined where this is no pod or its account is not mounted. */
export async function readInCluster(
  env: Readonly<Record<string, string | undefined>>,
  serviceAccount = SERVICE_ACCOUNT,
): Promise<Kubeconfig | undefined> {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } = env;
  if (host === '') return undefined;
  const tokenFile = join(serviceAccount, 'token');
  const readable = (path: string): Promise<string | undefined> =>
    readFile(path, 'utf8').catch(() => undefined);
  const [token, authority, namespace] = await Promise.all(
    ['token', 'ca.crt', 'namespace'].map((name) => readable(join(serviceAccount, name))),
  );
  if (token === undefined || authority === undefined) return undefined;
  const server = `https://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const context: KubeContext = {
    id: NAME,
    server,
    ...(namespace !== undefined && namespace !== '' && { namespace: namespace.trim() }),
    signIn: 'token file',
    source: NAME,
    origin: 'in-cluster',
    colour: 'none',
    environment: '',
    current: true,
    insecureTls: false,
    access: {
      fabric: NAME,
      source: NAME,
      namespace: namespace?.trim(),
      cluster: {
        name: NAME,
        server,
        caFile: join(serviceAccount, 'ca.crt'),
        insecure: false,
        disableCompression: false,
      },
      user: { name: NAME, tokenFile },
    },
  };
  return { sources: [NAME], current: NAME, contexts: [context], problems: [] };
}
