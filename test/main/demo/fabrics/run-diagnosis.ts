/** Diagnoses a demo world with the app's own engine, as a caller with full or limited rights sees it. */
import { buildLogExcerpt } from '../../../../shared/diagnosis/log-excerpt.ts';
import { createEngine } from '../../../../shared/diagnosis/engine.ts';
import type { LogRequest } from '../../../../shared/diagnosis/log-desk.ts';
import type { LogAnswer } from '../../../../shared/cluster/view.ts';
import { KIND_IDS, KINDS } from '../../../../shared/kinds/kinds.ts';
import type { DiagnosisResult, Finding } from '../../../../shared/model/finding.ts';
import type { KubeObject } from '../../../../shared/model/kube.ts';
import { SCENARIOS } from '../../../../shared/scenarios/index.ts';
import type { Caller } from '../../../../src-main/demo/model.ts';
import type { Registry } from '../../../../src-main/demo/registry/contract.ts';
import { authorize } from '../../../../src-main/demo/rbac/authorize.ts';
import { prepareFor } from '../../../../src-main/kube/prepare.ts';
import { createObjectStore } from '../../../../src-main/store/object-store.ts';

/** The log of one container, as the kubelet serves it. */
export type ReadLog = (request: LogRequest) => string;

const MAX_ROUNDS = 4;

export function diagnose(registry: Registry, readLog: ReadLog, caller?: Caller): DiagnosisResult {
  const store = createObjectStore();
  for (const id of KIND_IDS) {
    const { group, versions, resource: plural } = KINDS[id];
    const resource = registry.catalogue.find(group, versions[0] ?? 'v1', plural);
    if (resource === undefined) throw new RangeError(`${id} is not served`);
    const attributes = { verb: 'list', group, resource: plural };
    const allowed = caller === undefined || authorize(registry, caller, attributes).allowed;
    // A viewer's store copies what it is given; what the registry handed out must not be changed.
    if (allowed)
      for (const object of registry.list(resource)) store.upsert(id, prepareFor(KINDS[id])(copy(object)));
    store.setKnowledge(id, allowed ? 'known' : 'denied');
  }
  const engine = createEngine({ scenarios: SCENARIOS, store });
  let result = engine.diagnose(registry.now(), { final: true });
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const requests = engine.wantedLogs();
    for (const request of requests) engine.setLog(request, answer(request, readLog));
    if (requests.length === 0) break;
    result = engine.diagnose(registry.now(), { final: true });
  }
  engine.dispose();
  return result;
}

function copy(object: unknown): KubeObject {
  return structuredClone(object) as KubeObject;
}

function answer(request: LogRequest, readLog: ReadLog): LogAnswer {
  const { pod, container, previous } = request;
  try {
    return { state: 'ready', excerpt: buildLogExcerpt({ pod, container, previous, text: readLog(request) }) };
  } catch (cause) {
    return { state: 'unreadable', reason: cause instanceof Error ? cause.message : String(cause) };
  }
}

/** `scenario Kind namespace/name` of each finding that nothing else explains. */
export function rootsOf({ findings }: DiagnosisResult): string[] {
  return findings
    .filter(({ rootCause }) => rootCause === null)
    .map(nameOf)
    .sort();
}

export function nameOf({
  scenario,
  subject,
}: Pick<Finding, 'scenario'> & {
  readonly subject: { kind: string; namespace?: string; name: string };
}): string {
  return `${scenario} ${subject.kind} ${subject.namespace ?? ''}/${subject.name}`;
}

/** The findings below a root, itself not included, sorted. */
export function effectsOf(result: DiagnosisResult, root: string): string[] {
  const byId = new Map(result.findings.map((finding) => [finding.id, finding]));
  const top = result.findings.find((finding) => nameOf(finding) === root && finding.rootCause === null);
  const below = (finding: Finding): Finding[] =>
    finding.effects.flatMap((id) => {
      const effect = byId.get(id);
      return effect === undefined ? [] : [effect, ...below(effect)];
    });
  return top === undefined ? [] : below(top).map(nameOf).sort();
}
