/** Joins findings with rows and kinds: the worst finding of each object and of each kind. */
import type { Finding, FindingId, Severity } from '../../../shared/model/finding.ts';
import { SEVERITIES } from '../../../shared/model/finding.ts';
import type { Ref } from '../../../shared/model/ref.ts';
import { groupOf } from '../../state/ref-resource.ts';

export interface Health {
  readonly severity: Severity;
  /** True where the finding rests on stale data. */
  readonly unverified: boolean;
  readonly summary: string;
}

export interface HealthIndex {
  readonly byUid: ReadonlyMap<string, Health>;
  /** By `group/Kind`, since a finding may name another served version. */
  readonly byKind: ReadonlyMap<string, Severity>;
}

/** The key of `byKind`. */
export function healthKey(group: string, kind: string): string {
  return `${group}/${kind}`;
}

function isWorse(a: Severity, b: Severity | undefined): boolean {
  return b === undefined || SEVERITIES.indexOf(a) < SEVERITIES.indexOf(b);
}

/** Every object that is subject or member of a finding, with its worst one. */
export function indexHealth(findings: Iterable<Finding>): HealthIndex {
  const byUid = new Map<string, Health>();
  const byKind = new Map<string, Severity>();
  const note = (ref: Ref, finding: Finding): void => {
    const key = healthKey(groupOf(ref.apiVersion), ref.kind);
    if (isWorse(finding.severity, byKind.get(key))) byKind.set(key, finding.severity);
    if (ref.uid === undefined || !isWorse(finding.severity, byUid.get(ref.uid)?.severity)) return;
    const { severity, status, summary } = finding;
    byUid.set(ref.uid, { severity, unverified: status === 'unverified', summary });
  };
  for (const finding of findings) {
    note(finding.subject, finding);
    for (const member of finding.members) note(member, finding);
  }
  return { byUid, byKind };
}

/** What the drawer's banner says of one object's worst finding. */
export interface FindingLink {
  /** The finding to open in Triage: the one at the end of the chain of causes. */
  readonly id: FindingId;
  readonly severity: Severity;
  readonly relation: 'effect' | 'root';
  readonly summary: string;
}

/** Follows a finding up its chain of causes; a chain that is broken or goes round ends where it does. */
export function linkFinding(id: FindingId, byId: ReadonlyMap<FindingId, Finding>): FindingLink | undefined {
  const own = byId.get(id);
  if (!own) return undefined;
  const seen = new Set<FindingId>([id]);
  let root = own;
  while (root.rootCause !== null && !seen.has(root.rootCause)) {
    const next = byId.get(root.rootCause);
    if (!next) break;
    seen.add(next.id);
    root = next;
  }
  const relation = root === own ? 'root' : 'effect';
  return { id: root.id, severity: own.severity, relation, summary: root.summary };
}
