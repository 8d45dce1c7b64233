/** One complete diagnosis of a dump: for `diagnose --from`. */
import { createEngine } from '../../shared/diagnosis/engine.ts';
import type { Instant } from '../../shared/model/ref.ts';
import type { Scenario } from '../../shared/model/scenario.ts';
import type { Outcome } from '../headless/report.ts';
import { readDump } from './read-dump.ts';

export interface DumpDiagnosisOptions {
  readonly folder: string;
  readonly namespace?: string | undefined;
  readonly scenarios: readonly Scenario[];
  /** The present; the newest time in the dump when missing. */
  readonly now?: Instant | undefined;
  /** Takes one sentence per thing that is skipped. */
  readonly warn: (sentence: string) => void;
}

/** A log may lead to the wish for another one, but not for ever. */
const MAX_ROUNDS = 4;

/** @throws AppFailure where the folder is missing or holds no Kubernetes object */
export async function diagnoseDump(options: DumpDiagnosisOptions): Promise<Outcome> {
  const { folder, namespace, scenarios, warn } = options;
  const begun = performance.now();
  const { name, store, newest, readLog } = await readDump({ folder, namespace, warn });
  const read = performance.now();
  const now = options.now ?? newest ?? Date.now();
  const namespaces = namespace === undefined ? undefined : [namespace];
  const engine = createEngine({ scenarios, store, namespaces });
  let result = engine.diagnose(now, { final: true });
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const requests = engine.wantedLogs();
    if (requests.length === 0) break;
    for (const request of requests) engine.setLog(request, await readLog(request));
    result = engine.diagnose(now, { final: true });
  }
  engine.dispose();
  const timings = {
    connectMs: 0,
    syncMs: Math.round(read - begun),
    diagnoseMs: Math.round(performance.now() - read),
  };
  return { fabric: name, result, diagnosed: true, now, timings };
}
