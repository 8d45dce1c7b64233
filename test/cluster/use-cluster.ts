// The one helper with which tests get a real cluster.
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { basename, dirname, join } from 'node:path';
import { compactEtcd } from './control-plane.ts';
import { issueCertificates, writeKubeconfig } from './credentials.ts';
import type { CertificateRequest } from './credentials.ts';
import { runKubectl } from './kubectl.ts';
import type { KubectlResult, KubectlTarget } from './kubectl.ts';
import { endCluster, launchCluster } from './launch.ts';
import { clusterPaths, pathsIn, readClusterRecord } from './paths.ts';
import type { ClusterPaths, ClusterRecord } from './paths.ts';
import { poll } from './poll.ts';

/** A state that `kubectl get` is to show. */
export interface KubectlCondition {
  /** What to get, such as `['pod/web', '-n', 'shop']`. */
  get: string[];
  /** Without braces, such as `.status.phase`. */
  jsonpath: string;
  /** The text it must give, or a pattern for it. */
  is: string | RegExp;
}

/** A user of the token file; all but `admin-token` may do nothing until a test binds them a role. */
export type TokenUser = 'admin-token' | 'viewer' | 'limited' | 'nobody';

type Component = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler' | 'kubelet';

/** A running cluster. All times are ms. */
export interface Cluster {
  name: string;
  /** Path of the administrator's kubeconfig. */
  kubeconfig: string;
  server: string;
  adminToken: string;
  tokens: Readonly<Record<string, string>>;
  /** Set if the cluster has a real node: its name, and host:port of the registry whose images fail (registry.ts). */
  node: ClusterRecord['node'];
  /** The state folder; HEDGEROW_TEST_CLUSTER may name it. */
  state: string;
  /** One JSON line per request of a user that is no part of the cluster (audit.k8s.io/v1 Event). */
  auditLog: string;
  /** Runs kubectl as administrator; resolves to its output, rejects with its words if it fails. */
  kubectl(args: string[], input?: string): Promise<string>;
  /** As `kubectl`, but a failure is a result as well. */
  kubectlRaw(args: string[], input?: string): Promise<KubectlResult>;
  /** `kubectl apply` of YAML or JSON text. */
  apply(manifest: string): Promise<void>;
  /** Waits until the condition holds; resolves to what the function returned, or the text found. */
  waitFor<T>(condition: () => Promise<T>, timeoutMs?: number): Promise<T>;
  waitFor(condition: KubectlCondition, timeoutMs?: number): Promise<string>;
  /** Writes a kubeconfig of a token user and returns its path. */
  kubeconfigFor(user: TokenUser): string;
  /** Kills the API server: connections are refused. */
  stopApiServer(): Promise<void>;
  /** Starts it again on the same port with the same data; resolves when it is ready. */
  startApiServer(): Promise<void>;
  /** Freezes the API server: connections stay open, nothing is answered. */
  pauseApiServer(): Promise<void>;
  resumeApiServer(): Promise<void>;
  /** Ends the controller manager: objects stay as they are written, on nodes that do not exist too. */
  stopControllers(): Promise<void>;
  /** Ends the scheduler: pods stay where their spec puts them, the others nowhere. */
  stopScheduler(): Promise<void>;
  /** Freezes the kubelet: after the grace period (50 s) the node is NotReady. */
  pauseKubelet(): Promise<void>;
  resumeKubelet(): Promise<void>;
  /** Compacts etcd: continue tokens from before answer 410 Gone, at the latest 15 s later. Resolves to the revision. */
  compact(): Promise<number>;
  /**
   * Issues a certificate of the cluster's authority, or of another one that no kubeconfig trusts.
   * A validity in the past makes an expired one. Returns the paths of the PEM files.
   */
  issueCertificate(
    request: CertificateRequest,
    authority?: 'own' | 'other',
  ): { certificate: string; key: string };
  /** Ends the cluster and removes all of it. For a shared cluster this does nothing. */
  stop(): Promise<void>;
}

/** How a cluster is to be. */
export interface StartOptions {
  /** A name of its own by default. */
  name?: string;
  node?: boolean;
  /** Further flags of the API server, such as `--etcd-compaction-interval=10s`. */
  apiServerArgs?: string[];
}

const DEFAULT_TIMEOUT_MS = 60_000;

async function control(paths: ClusterPaths, component: Component, verb: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const sent = request(
      { socketPath: paths.control, path: `/${component}/${verb}`, method: 'POST', agent: false },
      (answer) => {
        let body = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        answer.on('end', () => {
          if (answer.statusCode === 204) resolve();
          else reject(new Error(`Cannot ${verb} ${component}: ${body}`));
        });
      },
    );
    sent.on('error', reject).end();
  });
}

function createCluster(paths: ClusterPaths, record: ClusterRecord, stop: () => Promise<void>): Cluster {
  const target: KubectlTarget = {
    binary: record.binary,
    kubeconfig: record.kubeconfig,
    cache: paths.kubectlCache,
  };
  const kubectlRaw = (args: string[], input?: string): Promise<KubectlResult> =>
    runKubectl(target, args, input);
  const kubectl = async (args: string[], input?: string): Promise<string> => {
    const { code, stdout, stderr } = await kubectlRaw(args, input);
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: exit ${String(code)}: ${stderr.trim()}`);
    return stdout;
  };
  const matches = (text: string, is: string | RegExp): boolean =>
    typeof is === 'string' ? text === is : is.test(text);
  async function waitFor<T>(
    condition: (() => Promise<T>) | KubectlCondition,
    timeoutMs = DEFAULT_TIMEOUT_MS,
  ) {
    if (typeof condition === 'function') return poll(condition, timeoutMs, () => 'What the test waits for');
    let last = '';
    const { get, jsonpath, is } = condition;
    await poll(
      async () => {
        last = await kubectl(['get', ...get, '-o', `jsonpath={${jsonpath}}`]);
        return matches(last, is);
      },
      timeoutMs,
      () => `${get.join(' ')}: ${jsonpath} = ${String(is)} (it is "${last}")`,
    );
    return last;
  }
  return {
    name: record.name,
    kubeconfig: record.kubeconfig,
    server: record.server,
    adminToken: record.tokens['admin-token'] ?? '',
    tokens: record.tokens,
    node: record.node,
    state: paths.state,
    auditLog: paths.auditLog,
    kubectl,
    kubectlRaw,
    apply: async (manifest) => {
      await kubectl(['apply', '-f', '-'], manifest);
    },
    waitFor,
    kubeconfigFor: (user) => {
      const token = record.tokens[user];
      if (token === undefined) throw new Error(`The cluster has no user "${user}".`);
      const file = join(paths.users, user);
      writeKubeconfig(file, paths, record.server, user, { token });
      return file;
    },
    stopApiServer: () => control(paths, 'kube-apiserver', 'stop'),
    startApiServer: async () => {
      await control(paths, 'kube-apiserver', 'start');
      await poll(
        async () => (await kubectlRaw(['get', '--raw', '/readyz'])).code === 0,
        DEFAULT_TIMEOUT_MS,
        () => "The API server's start",
      );
    },
    pauseApiServer: () => control(paths, 'kube-apiserver', 'pause'),
    resumeApiServer: () => control(paths, 'kube-apiserver', 'resume'),
    stopControllers: () => control(paths, 'kube-controller-manager', 'stop'),
    stopScheduler: () => control(paths, 'kube-scheduler', 'stop'),
    pauseKubelet: () => control(paths, 'kubelet', 'pause'),
    resumeKubelet: () => control(paths, 'kubelet', 'resume'),
    compact: () => compactEtcd(paths, record.etcd),
    issueCertificate: (request, authority = 'own') => {
      const folder = authority === 'own' ? paths.pki : join(paths.state, 'other-authority');
      const name = `issued-${request.name}`;
      issueCertificates(record.binary, folder, [{ ...request, name }]);
      return { certificate: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
    },
    stop,
  };
}

/** Starts a cluster for the caller alone. It ends with `stop()`, or with this process, however that ends. */
export async function startCluster(options: StartOptions = {}): Promise<Cluster> {
  const name = options.name ?? `test-${randomBytes(4).toString('hex')}`;
  const { node = false, apiServerArgs = [] } = options;
  const launched = await launchCluster({ name, node, detach: false, apiServerArgs }, (sentence) => {
    process.stderr.write(`${sentence}\n`);
  });
  return createCluster(launched.paths, launched.record, () => endCluster(launched.paths));
}

/** Attaches to a cluster that runs, by its state folder or its name. */
export function attachCluster(stateOrName: string): Cluster {
  const paths = stateOrName.includes('/')
    ? pathsIn(join(dirname(stateOrName), basename(stateOrName)), basename(stateOrName))
    : clusterPaths(stateOrName);
  const record = readClusterRecord(paths);
  if (!record) throw new Error(`No cluster runs with its state in ${paths.state}.`);
  return createCluster(paths, record, () => Promise.resolve());
}

/**
 * The cluster of the whole test run, which global-setup.ts started, or one of the caller's own.
 * Others use it at the same time: keep to a namespace of your own, and neither stop nor pause its parts.
 */
export async function useSharedCluster(options: StartOptions = {}): Promise<Cluster> {
  const shared = process.env.HEDGEROW_TEST_CLUSTER;
  return shared ? attachCluster(shared) : startCluster(options);
}
