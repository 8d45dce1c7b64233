/** Lays the app's own settings of a fabric over what its kubeconfig says. */
import { readFile } from 'node:fs/promises';
import type { AppError } from '../../shared/errors.ts';
import { NO_SETTINGS, type FabricSettings } from '../../shared/model/fabric-settings.ts';
import type { ClusterEntry, ContextAccess, KubeContext } from '../kube/contract.ts';

const isSet = (settings: FabricSettings): boolean => JSON.stringify(settings) !== JSON.stringify(NO_SETTINGS);

/**
 * The authority in base64: what the kubeconfig names and the fabric's own beside it. Where the kubeconfig names none the
 * own one is trusted alone, as a kubeconfig's would be.
 */
async function withAuthority(cluster: ClusterEntry, pem: string): Promise<ClusterEntry> {
  const { caData, caFile, ...rest } = cluster;
  const named =
    caData !== undefined
      ? Buffer.from(caData, 'base64').toString('utf8')
      : caFile !== undefined
        ? await readFile(caFile, 'utf8')
        : '';
  const both = [named.trim(), pem.trim()].filter((each) => each !== '').join('\n');
  // To name an authority is to ask for checks: one of the two must give way, and it is the weaker one.
  return { ...rest, insecure: false, caData: Buffer.from(`${both}\n`).toString('base64') };
}

/** The same host on another port: credentials go nowhere else. */
function onPort(server: string, port: number): string {
  const url = new URL(server);
  url.port = String(port);
  return url.href.replace(/\/+$/, '');
}

async function overlayCluster(cluster: ClusterEntry, settings: FabricSettings): Promise<ClusterEntry> {
  const { port, proxy, tlsServerName, ca } = settings;
  const changed: ClusterEntry = {
    ...cluster,
    ...(port !== 0 && { server: onPort(cluster.server, port) }),
    ...(proxy !== '' && { proxyUrl: proxy, proxyFrom: 'app' }),
    ...(tlsServerName !== '' && { serverName: tlsServerName }),
  };
  return ca === '' ? changed : withAuthority(changed, ca);
}

/** What a client needs, with the settings laid over it. Throws the file system's error for an authority's file. */
async function overlayAccess(access: ContextAccess, settings: FabricSettings): Promise<ContextAccess> {
  const { user } = access;
  const { namespace, execPath } = settings;
  return {
    ...access,
    ...(namespace !== '' && { namespace }),
    cluster: await overlayCluster(access.cluster, settings),
    user:
      execPath !== '' && user.exec !== undefined ? { ...user, exec: { ...user.exec, path: execPath } } : user,
  };
}

/** The context with its settings; one that has a problem keeps it. Never throws. */
export async function applySettings(context: KubeContext, settings: FabricSettings): Promise<KubeContext> {
  if (!isSet(settings)) return context;
  const { colour, environment, namespace, readOnly, watchKinds, timeoutMs } = settings;
  const base: KubeContext = {
    ...context,
    colour,
    environment,
    ...(namespace !== '' && { namespace }),
    own: { readOnly, watchKinds, timeoutMs },
  };
  const { access, ...rest } = base;
  if (access === undefined) return base;
  try {
    const changed = await overlayAccess(access, settings);
    const { server, insecure } = changed.cluster;
    return { ...rest, server, insecureTls: insecure, access: changed };
  } catch (cause) {
    return { ...rest, problem: authorityFault(access, cause) };
  }
}

function authorityFault({ fabric, source, cluster }: ContextAccess, cause: unknown): AppError {
  const errno = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason';
  return {
    code: 'context-broken',
    message: `certificate-authority of context ${fabric} is ${cluster.caFile ?? ''}, which cannot be read (${errno}).`,
    hint: `Correct the path or the permissions of the file, which kubeconfig ${source} names.`,
    fabric,
    retryable: false,
    details: { file: source, context: fabric, entry: 'certificate-authority', errno },
  };
}
