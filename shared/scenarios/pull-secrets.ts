/** The pull secrets a pod has, by its spec and its ServiceAccount, and what is wrong with them as far as that is seen. */
import { records, text } from '../cluster/narrow.ts';
import { refOf, refTo } from '../cluster/refs.ts';
import type { ClusterView } from '../cluster/view.ts';
import type { Evidence } from '../model/finding.ts';
import type { Pod } from '../model/kube.ts';
import type { Ref } from '../model/ref.ts';
import { DEFAULT_ACCOUNT } from './rbac-objects.ts';
import { clean } from './words.ts';

export interface PullSecrets {
  readonly names: readonly string[];
  /** Those that do not exist: proven by a list of Secrets. */
  readonly missing: readonly Ref[];
  /** Those of a type that holds no registry credentials. */
  readonly wrongType: readonly string[];
  readonly evidence: readonly Evidence[];
}

const TYPES: ReadonlySet<string> = new Set(['kubernetes.io/dockerconfigjson', 'kubernetes.io/dockercfg']);

/** Reads Secrets and ServiceAccounts only by name; of a Secret its existence and type, never a value. */
export function pullSecretsOf(pod: Pod, cluster: ClusterView): PullSecrets {
  const { namespace } = pod.metadata;
  const account = text(pod.spec?.serviceAccountName) || DEFAULT_ACCOUNT;
  const fromPod = namesIn(pod.spec?.imagePullSecrets);
  const fromAccount = namesIn(cluster.get('ServiceAccount', namespace, account)?.imagePullSecrets);
  const names = [...new Set([...fromPod, ...fromAccount])];
  const missing: Ref[] = [];
  const wrongType: string[] = [];
  const evidence: Evidence[] = [];
  if (names.length === 0) {
    const path = 'spec.imagePullSecrets';
    evidence.push({
      ref: refOf(pod),
      path,
      observed: 'none',
      why: 'It pulls without credentials of its own.',
    });
  }
  for (const name of names) {
    const secret = cluster.get('Secret', namespace, name);
    const path = fromPod.includes(name)
      ? 'spec.imagePullSecrets'
      : `ServiceAccount ${clean(account, 63)}: imagePullSecrets`;
    if (secret === undefined) {
      const known = cluster.knowledge('Secret', namespace) === 'known';
      if (known) missing.push(refTo('v1', 'Secret', namespace, name));
      const why = known
        ? 'It names a Secret that does not exist.'
        : 'Whether this Secret exists was not checked.';
      evidence.push({ ref: refOf(pod), path, observed: clean(name), why });
    } else if (!TYPES.has(text(secret.type))) {
      wrongType.push(name);
      const why = 'A pull secret has type kubernetes.io/dockerconfigjson.';
      evidence.push({ ref: refOf(secret), path: 'type', observed: clean(secret.type) || 'Opaque', why });
    } else {
      const why = 'The pull secret exists and has the right type; what it holds is not read.';
      evidence.push({ ref: refOf(secret), path: 'type', observed: clean(secret.type), why });
    }
  }
  return { names, missing, wrongType, evidence };
}

function namesIn(list: unknown): string[] {
  return records(list)
    .map(({ name }) => text(name))
    .filter((name) => name !== '');
}
