/** Which kinds a set of scenarios reads: these and no others are listed and watched for the diagnosis. */
import type { KindId } from '../../shared/model/kube.ts';
import { KINDS } from '../../shared/kinds/kinds.ts';
import type { ResourceId } from '../../shared/ipc.ts';
import type { Scenario } from '../../shared/model/scenario.ts';

/** Subjects, needs and what may be read, each once. */
export function neededKinds(scenarios: readonly Scenario[]): KindId[] {
  return [...new Set(scenarios.flatMap(({ subject, needs, mayRead }) => [subject, ...needs, ...mayRead]))];
}

/** The collection of a kind in the first version that is known to be understood. */
export function resourceOfKind(kind: KindId): ResourceId {
  const { group, versions, resource } = KINDS[kind];
  return { group, version: versions[0] ?? 'v1', resource };
}
