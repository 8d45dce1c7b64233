/** The findings of one moment as the rules see them: by subject, by pod, and with the causes found so far. */
import { refKey, refOf } from '../cluster/refs.ts';
import type { ClusterView } from '../cluster/view.ts';
import type { Finding, FindingId } from '../model/finding.ts';
import type { Pod } from '../model/kube.ts';
import type { Ref } from '../model/ref.ts';

/** The pods that show a failure: the members of a group, or the pod itself. */
export function podsOf({ subject, members }: Finding): readonly Ref[] {
  if (members.length > 0) return members;
  return subject.kind === 'Pod' ? [subject] : [];
}

export class FindingGraph {
  readonly view: ClusterView;
  /** Sorted by id, so that the same findings always give the same chains. */
  readonly findings: readonly Finding[];
  readonly #byId: ReadonlyMap<FindingId, Finding>;
  readonly #bySubject = new Map<string, Finding[]>();
  readonly #byPod = new Map<string, Finding[]>();
  readonly #causes = new Map<FindingId, Finding>();

  constructor(findings: readonly Finding[], view: ClusterView) {
    this.view = view;
    this.findings = [...findings].sort((a, b) => (a.id < b.id ? -1 : 1));
    this.#byId = new Map(this.findings.map((finding) => [finding.id, finding]));
    for (const finding of this.findings) {
      append(this.#bySubject, refKey(finding.subject), finding);
      for (const pod of podsOf(finding)) append(this.#byPod, refKey(pod), finding);
    }
  }

  byId(id: FindingId): Finding | undefined {
    return this.#byId.get(id);
  }

  about(subject: Ref): readonly Finding[] {
    return this.#bySubject.get(refKey(subject)) ?? [];
  }

  aboutPod(pod: Pod): readonly Finding[] {
    return this.#byPod.get(refKey(refOf(pod))) ?? [];
  }

  causeOf(finding: Finding): Finding | undefined {
    return this.#causes.get(finding.id);
  }

  /** Hangs a finding under its cause, unless it has one already or that would close a circle. */
  link(effect: Finding, cause: Finding): void {
    if (this.#causes.has(effect.id)) return;
    for (let up: Finding | undefined = cause; up !== undefined; up = this.causeOf(up)) {
      if (up.id === effect.id) return;
    }
    this.#causes.set(effect.id, cause);
  }
}

function append(map: Map<string, Finding[]>, key: string, finding: Finding): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [finding]);
  else list.push(finding);
}
