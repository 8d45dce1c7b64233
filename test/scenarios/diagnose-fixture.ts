/** Diagnoses one fixture as a cluster of which all is known that the fixture does not except. */
import { createEngine } from '../../shared/diagnosis/engine.ts';
import type { LogRequest } from '../../shared/diagnosis/log-desk.ts';
import { buildLogExcerpt } from '../../shared/diagnosis/log-excerpt.ts';
import type { LogAnswer } from '../../shared/cluster/view.ts';
import { KIND_IDS, KINDS } from '../../shared/kinds/kinds.ts';
import type { DiagnosisResult } from '../../shared/model/finding.ts';
import type { Scenario } from '../../shared/model/scenario.ts';
import { DumpLogs } from '../../src-main/dump/dump-logs.ts';
import { Gathered, kindOf } from '../../src-main/dump/gather-objects.ts';
import { parseObjects } from '../../src-main/dump/parse-objects.ts';
import { resolveUids } from '../../src-main/dump/resolve-uids.ts';
import { walkFolder } from '../../src-main/dump/walk-folder.ts';
import { prepareFor } from '../../src-main/kube/prepare.ts';
import type { ObjectStore } from '../../src-main/store/contract.ts';
import { createObjectStore } from '../../src-main/store/object-store.ts';
import type { Expectation } from './expectation.ts';

export interface Fixture {
  readonly name: string;
  readonly text: string;
  readonly expectation: Expectation;
  /** Folder with container logs. */
  readonly logFolder?: string;
}

/** The engine's final answer, once every log it asked for is answered. */
export async function diagnoseFixture(
  fixture: Fixture,
  scenarios: readonly Scenario[],
): Promise<DiagnosisResult> {
  const { expectation, logFolder } = fixture;
  const { store, newest } = fill(fixture);
  const now = expectation.now ?? newest;
  if (now === undefined) throw new Error(`${fixture.name} speaks of no time: say what now is`);
  const files = new DumpLogs(logFolder === undefined ? [] : await walkFolder(logFolder, refuse));
  const engine = createEngine({ scenarios, store });
  let result = engine.diagnose(now, { final: true });
  for (let wanted = engine.wantedLogs(); wanted.length > 0; wanted = engine.wantedLogs()) {
    for (const request of wanted)
      engine.setLog(request, answer(request, expectation) ?? (await files.read(request)));
    result = engine.diagnose(now, { final: true });
  }
  return result;
}

function fill({ name, text, expectation }: Fixture): { store: ObjectStore; newest: number | undefined } {
  const gathered = new Gathered(refuse);
  for (const object of parseObjects(name, text, refuse)) gathered.add(object, name);
  const objects = gathered.objects;
  resolveUids(objects);
  const store = createObjectStore();
  for (const object of objects) {
    const kind = kindOf(object);
    if (kind !== undefined) store.upsert(kind, prepareFor(KINDS[kind])(object));
  }
  for (const kind of KIND_IDS) store.setKnowledge(kind, 'known');
  for (const knowledge of ['denied', 'unknown', 'absent'] as const) {
    for (const kind of expectation[knowledge]) {
      if (store.count(kind) > 0) throw new Error(`${name} holds a ${kind}, so it cannot be ${knowledge}`);
      store.setKnowledge(kind, knowledge);
    }
  }
  return { store, newest: gathered.newest };
}

function answer(request: LogRequest, { logs }: Expectation): LogAnswer | undefined {
  const { pod, container, previous } = request;
  const log = logs.find(
    (one) =>
      one.pod === `${pod.namespace}/${pod.name}` && one.container === container && one.previous === previous,
  );
  if (log === undefined) return undefined;
  if (log.text === undefined) return { state: 'unreadable', reason: log.unreadable ?? 'not found' };
  return { state: 'ready', excerpt: buildLogExcerpt({ pod, container, previous, text: log.text }) };
}

/** A fixture is ours: whatever is skipped in it is a mistake. */
function refuse(sentence: string): never {
  throw new Error(sentence);
}
