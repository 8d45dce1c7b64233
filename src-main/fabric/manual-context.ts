/** Turns a fabric that was added by hand into a context: from its own fields, or from the one file it names. */
import { stat } from 'node:fs/promises';
import type { AppError } from '../../shared/errors.ts';
import type { ManualFabric } from '../../shared/model/fabric-settings.ts';
import type { KubeContext } from '../kube/contract.ts';
import { loadKubeconfig, type KubeconfigPlaces } from '../kube/kubeconfig.ts';
import { BY_HAND } from './fabric-origin.ts';

/** A fabric by hand with its token and the id under which it is known. */
export interface ManualSource {
  readonly id: string;
  readonly manual: ManualFabric & { readonly insecure?: boolean | undefined };
  readonly token: string | undefined;
  /** Why the token that was stored cannot be had, as a clause: `it was kept for an earlier session only`. */
  readonly tokenLost?: string | undefined;
  readonly lastGood?: KubeconfigPlaces['lastGood'];
}

function broken(
  id: string,
  says: string,
  hint: string,
  details: Readonly<Record<string, string>> = {},
): AppError {
  return {
    code: 'context-broken',
    message: `Fabric ${id} ${says}.`,
    hint,
    fabric: id,
    retryable: false,
    details: { context: id, ...details },
  };
}

function baseOf({ id, manual }: ManualSource) {
  return {
    id,
    name: manual.name,
    source: manual.kubeconfig === '' ? BY_HAND : manual.kubeconfig,
    current: false,
    origin: 'manual',
    colour: 'none',
    environment: '',
    insecureTls: false,
    signIn: 'none',
    ...(manual.namespace !== '' && { namespace: manual.namespace }),
  } as const;
}

function ownContext(source: ManualSource): KubeContext {
  const { id, manual, token, tokenLost } = source;
  const { server, ca, namespace, insecure = false } = manual;
  const base = { ...baseOf(source), server, signIn: token === undefined ? 'none' : 'token' } as const;
  const again = 'Open its settings and enter the token again.';
  if (tokenLost !== undefined)
    return { ...base, problem: broken(id, `has no token any more: ${tokenLost}`, again, { server }) };
  if (!URL.canParse(server))
    return {
      ...base,
      problem: broken(id, 'has no usable server', 'Open its settings and correct the server.'),
    };
  // Plain HTTP carries no credentials, so that there it is none that is missing.
  if (token === undefined && server.startsWith('https:'))
    return { ...base, problem: broken(id, 'has no token', again, { server }) };
  return {
    ...base,
    insecureTls: insecure,
    access: {
      fabric: id,
      source: BY_HAND,
      namespace: namespace === '' ? undefined : namespace,
      cluster: {
        name: id,
        server: server.replace(/\/+$/, ''),
        caData: ca === '' || insecure ? undefined : Buffer.from(ca).toString('base64'),
        insecure,
        disableCompression: false,
      },
      user: { name: id, ...(token !== undefined && { token }) },
    },
  };
}

async function unusable(file: string): Promise<string | undefined> {
  try {
    // A pipe or a device would be waited for without end.
    return (await stat(file)).isFile() ? undefined : 'is no regular file';
  } catch (cause) {
    const errno = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason';
    return errno === 'ENOENT' || errno === 'ENOTDIR' ? undefined : `cannot be read (${errno})`;
  }
}

async function referredContext(source: ManualSource): Promise<KubeContext> {
  const { id, manual, lastGood } = source;
  const { kubeconfig: file, context: name, namespace } = manual;
  const base = baseOf(source);
  const where = { file };
  const correct = 'Open its settings and name a kubeconfig file and a context in it.';
  const fault = await unusable(file);
  if (fault !== undefined)
    return {
      ...base,
      problem: broken(id, `takes its configuration from ${file}, which ${fault}`, correct, where),
    };
  // This file alone, whatever KUBECONFIG, the home folder or a pod's account hold.
  const read = await loadKubeconfig({ explicit: [file], env: {}, ...(lastGood && { lastGood }) });
  const found = read.contexts.find((each) => each.id === name);
  if (found === undefined) {
    const [problem] = read.problems;
    if (problem !== undefined) return { ...base, problem: { ...problem, fabric: id } };
    const says = `takes its configuration from context ${name} of ${file}, which does not exist`;
    return { ...base, problem: broken(id, says, correct, where) };
  }
  const known = {
    ...base,
    signIn: found.signIn,
    insecureTls: found.insecureTls,
    ...(found.server !== undefined && { server: found.server }),
    ...(base.namespace === undefined && found.namespace !== undefined && { namespace: found.namespace }),
  };
  if (found.access === undefined)
    return {
      ...known,
      problem:
        found.problem === undefined
          ? broken(id, 'has no configuration', correct, where)
          : { ...found.problem, fabric: id },
    };
  return {
    ...known,
    access: { ...found.access, fabric: id, namespace: namespace === '' ? found.access.namespace : namespace },
  };
}

/**
 * The context of a fabric that was added by hand. Never throws: without a usable configuration of its own it has a
 * problem, and nothing else is looked at in its place. Reads the file that it names and those named there, no other.
 */
export function manualContext(source: ManualSource): Promise<KubeContext> {
  return source.manual.kubeconfig === '' ? Promise.resolve(ownContext(source)) : referredContext(source);
}
