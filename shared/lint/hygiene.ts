/** lint/hygiene: what is no failure now, and would be better otherwise. On demand, and never among the findings. */
import { record } from '../cluster/narrow.ts';
import { referencesOf } from '../cluster/references.ts';
import { refKey, refOf } from '../cluster/refs.ts';
import type { ObjectSource } from '../cluster/source.ts';
import { isReadable } from '../diagnosis/gates.ts';
import { compareTexts } from '../diagnosis/rank.ts';
import type { KindId, KubeObject } from '../model/kube.ts';
import { LINT_LIMIT, LINT_RULES, type LintReport, type LintRow } from '../model/lint.ts';
import type { Ref } from '../model/ref.ts';
import { remarksOnConfigMap } from './configmap-rules.ts';
import { boundRoles, remarksOnRole } from './role-rules.ts';
import { TEMPLATE_KINDS, templatesOf, type Template } from './templates.ts';
import { remarksOnTemplate, type Remark } from './workload-rules.ts';

const RBAC_KINDS: readonly KindId[] = ['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding'];

export type HygieneSource = Pick<ObjectSource, 'all' | 'knowledgeOf'>;

/** All rules over everything that is read. Takes some milliseconds per thousand pods: call it when somebody asks. */
export function reportHygiene(source: HygieneSource): LintReport {
  const rows: LintRow[] = [];
  const add = (subject: Ref, remarks: readonly Remark[]): void => {
    for (const remark of remarks)
      rows.push({ id: `${remark.rule} ${refKey(subject)} ${remark.path}`, subject, ...remark });
  };
  const templates = templatesOf(source);
  for (const template of templates) add(template.ref, remarksOnTemplate(template));
  const bound = boundRoles(source);
  for (const kind of ['Role', 'ClusterRole'] as const)
    for (const role of source.all(kind)) add(refOf(role), remarksOnRole(role, bound));
  const isNamed = namedIn(source, templates);
  for (const map of source.all('ConfigMap')) add(refOf(map), remarksOnConfigMap(map, isNamed(map)));
  const place = new Map(LINT_RULES.map((rule, index) => [rule, index]));
  rows.sort(
    (a, b) =>
      (place.get(a.rule) ?? 0) - (place.get(b.rule) ?? 0) ||
      compareTexts(a.subject.namespace ?? '', b.subject.namespace ?? '') ||
      compareTexts(a.subject.name, b.subject.name) ||
      compareTexts(a.id, b.id),
  );
  const notChecked = [...TEMPLATE_KINDS, ...RBAC_KINDS, 'ConfigMap' as const].filter(
    (kind) => !isKnown(kind, source),
  );
  return { rows: rows.slice(0, LINT_LIMIT), total: rows.length, notChecked };
}

function isKnown(kind: KindId, source: HygieneSource): boolean {
  return isReadable(source.knowledgeOf(kind).all);
}

/** Whether a pod or a template names a ConfigMap; nobody can tell while pods or workloads are not all read. */
function namedIn(
  source: HygieneSource,
  templates: readonly Template[],
): (map: KubeObject) => boolean | undefined {
  if (!TEMPLATE_KINDS.every((kind) => isKnown(kind, source))) return () => undefined;
  const named = new Set<string>();
  const note = (namespace: string | undefined, spec: unknown): void => {
    for (const { kind, name } of referencesOf(record(spec)))
      if (kind === 'ConfigMap') named.add(`${namespace ?? ''}/${name}`);
  };
  for (const { ref, spec } of templates) note(ref.namespace, spec);
  // Pods of an older revision still read what the template no longer names.
  for (const pod of source.all('Pod')) note(pod.metadata.namespace, pod.spec);
  return ({ metadata }) => named.has(`${metadata.namespace ?? ''}/${metadata.name}`);
}
