/** Bindings that name a role or a ServiceAccount that does not exist. */
import { records, text } from '../cluster/narrow.ts';
import { refOf, refTo } from '../cluster/refs.ts';
import type { ClusterView } from '../cluster/view.ts';
import type { Diagnosis, Severity } from '../model/finding.ts';
import type { ClusterRoleBinding, RoleBinding } from '../model/rbac.ts';
import type { Instant, Ref } from '../model/ref.ts';
import { formatRef } from '../model/ref.ts';
import { isYoung } from './pods.ts';
import { existenceOf, isBuiltIn, isTerminating, roleOf } from './rbac-objects.ts';
import { similarNames } from './similar-names.ts';
import { clean, enumerate, nameObject } from './words.ts';

type Binding = RoleBinding | ClusterRoleBinding;

/** Something a binding names that is not there. */
interface Gap {
  readonly part: string;
  readonly path: string;
  readonly ref: Ref;
  readonly severity: Severity;
  readonly means: string;
}

/** Where cloud providers bind accounts of add-ons that need not be switched on. */
const PROVIDERS = 'kube-system';

/**
 * What dangles in a binding. Users and groups are names to the API server and cannot be missing; bindings of the API
 * server itself are left out, and so are namespaces being deleted and what was applied within the last minute.
 */
export function diagnoseBinding(binding: Binding, cluster: ClusterView, now: Instant): Diagnosis[] {
  const { namespace, deletionTimestamp } = binding.metadata;
  if (deletionTimestamp !== undefined || isBuiltIn(binding)) return [];
  const gaps = [...roleGaps(binding, cluster), ...subjectGaps(binding, cluster)];
  if (gaps.length === 0 || isTerminating(namespace, cluster) || isYoung(binding, cluster, now)) return [];
  return gaps.map((gap) => describe(binding, gap, cluster));
}

function roleGaps(binding: Binding, cluster: ClusterView): Gap[] {
  const role = roleOf(binding, cluster);
  if (role?.existence !== 'missing') return [];
  const means = 'Without the role the binding grants nothing to anybody.';
  return [{ part: 'roleRef', path: 'roleRef.name', ref: role.ref, severity: 'low', means }];
}

function subjectGaps(binding: Binding, cluster: ClusterView): Gap[] {
  return records(binding.subjects).flatMap((subject, index): Gap[] => {
    if (subject.kind !== 'ServiceAccount') return [];
    const namespace = text(subject.namespace) || binding.metadata.namespace;
    const name = text(subject.name);
    if (namespace === undefined || name === '' || isTerminating(namespace, cluster)) return [];
    if (existenceOf('ServiceAccount', namespace, name, cluster) !== 'missing') return [];
    const gone = existenceOf('Namespace', undefined, namespace, cluster) === 'missing';
    return [
      {
        part: `subject ${clean(namespace, 64)}/${clean(name)}`,
        path: `subjects[${index}].name`,
        ref: refTo('v1', 'ServiceAccount', namespace, name),
        severity: gone || namespace === PROVIDERS ? 'info' : 'low',
        means: gone
          ? `There is no namespace ${clean(namespace, 64)} either: the binding was probably left behind.`
          : 'The binding waits for it: whoever creates an account of this name gets the role.',
      },
    ];
  });
}

function describe(
  binding: Binding,
  { part, path, ref, severity, means }: Gap,
  cluster: ClusterView,
): Diagnosis {
  const missing = clean(formatRef(ref), 320);
  const kind = ref.kind as 'Role' | 'ClusterRole' | 'ServiceAccount';
  const similar = similarNames(ref.name, cluster.names(kind, ref.namespace)).map((name) => clean(name));
  const slip = similar.length === 0 ? '' : ` There is ${enumerate(similar)}: a slip in the name?`;
  return {
    part,
    severity,
    summary: `${nameObject(binding)} names ${missing}, which does not exist`,
    cause: `${means}${slip}`,
    advice: adviceFor(binding, kind, missing),
    evidence: [{ ref: refOf(binding), path, observed: clean(ref.name), why: `No ${kind} has this name.` }],
    confidence: 'high',
    blames: [ref],
  };
}

function adviceFor(binding: Binding, kind: string, missing: string): string {
  if (kind === 'ServiceAccount')
    return `Delete the subject, or the binding if nothing uses it any more; or create ${missing}.`;
  return `Create ${missing}, or delete ${nameObject(binding)} and bind a role that exists: the role of a binding cannot be changed.`;
}
