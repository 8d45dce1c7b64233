/** What Hedgerow must be allowed for each purpose: no more than is used, kind by kind, without wildcards. */
import { KINDS } from '../kinds/kinds.ts';
import type { KindId } from '../model/kube.ts';
import type { RbacPurpose } from '../model/plan.ts';
import type { Scenario } from '../model/scenario.ts';
import { RECOVERY_VERBS } from './recovery-verbs.ts';
import type { AccessQuestion, PolicyRule } from './rules.ts';

/** One resource and what is done with it. */
export interface Need {
  readonly group: string;
  /** `pods`, or `pods/log`. */
  readonly resource: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  /** Objects of these names alone; empty: all. */
  readonly names: readonly string[];
  /** Ids of the scenarios that read it; empty where the app itself does. */
  readonly scenarios: readonly string[];
}

/** What is known of a served kind (discovery). */
export interface ServedKind {
  readonly group: string;
  readonly resource: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

const READ_VERBS: readonly string[] = ['get', 'list', 'watch'];
/** The diagnosis lists and watches Secrets to know their names and keys; it never fetches a single one. */
const SECRET_VERBS = ['list', 'watch'];

/** Needs of the app itself, beside the kinds of scenarios. Discovery and reviews about oneself are everybody's. */
const OWN_NEEDS: readonly Need[] = [
  // Log lines that findings quote.
  { group: '', resource: 'pods/log', namespaced: true, verbs: ['get'], names: [], scenarios: [] },
  // Its uid is the identity of the cluster.
  {
    group: '',
    resource: 'namespaces',
    namespaced: false,
    verbs: ['get'],
    names: ['kube-system'],
    scenarios: [],
  },
];

const keyOf = ({ group, resource }: { group: string; resource: string }) => `${resource}.${group}`;

/** The kinds that scenarios read, subjects included, with the scenarios that read each. */
export function readKinds(scenarios: readonly Scenario[]): Map<KindId, string[]> {
  const read = new Map<KindId, string[]>();
  for (const { id, subject, needs, mayRead } of scenarios) {
    for (const kind of [subject, ...needs, ...mayRead])
      read.set(kind, [...new Set([...(read.get(kind) ?? []), id])]);
  }
  return read;
}

function diagnosisNeeds(scenarios: readonly Scenario[]): Need[] {
  const needs = [...readKinds(scenarios)].map(([kind, ids]): Need => {
    const { group, resource, namespaced } = KINDS[kind];
    const verbs = kind === 'Secret' ? SECRET_VERBS : READ_VERBS;
    return { group, resource, namespaced, verbs, names: [], scenarios: ids };
  });
  const own = OWN_NEEDS.filter((need) => !needs.some((other) => keyOf(other) === keyOf(need)));
  return [...needs, ...own];
}

/** Every served kind but Secrets can be looked at; those as far as the diagnosis reads them. */
function viewNeeds(served: readonly ServedKind[]): Need[] {
  return served.flatMap(({ group, resource, namespaced, verbs }) => {
    const reads = READ_VERBS.filter((verb) => verbs.includes(verb));
    if (reads.length === 0 || keyOf({ group, resource }) === 'secrets.') return [];
    return [{ group, resource, namespaced, verbs: reads, names: [], scenarios: [] }];
  });
}

function recoveryNeeds(read: readonly Need[]): Need[] {
  return RECOVERY_VERBS.flatMap(({ kind, resource, verbs }) => {
    const target = read.find((need) => keyOf(need) === kind && need.names.length === 0);
    if (target === undefined) return [];
    return [{ ...target, resource: resource ?? target.resource, verbs, scenarios: [] }];
  });
}

/**
 * The needs of a purpose, each resource once or more. `served` is what the server has: what it does not serve is left
 * out, and `view` covers the kinds that can be listed; undefined where that is not known.
 * `denials` begins as `diagnose`: which of them are denied is for the server to say.
 */
export function needsFor(
  purpose: RbacPurpose,
  scenarios: readonly Scenario[],
  served: readonly ServedKind[] | undefined,
): Need[] {
  const read = diagnosisNeeds(scenarios);
  const added =
    purpose === 'recover' ? recoveryNeeds(read) : purpose === 'view' ? viewNeeds(served ?? []) : [];
  const known = served === undefined ? undefined : new Set(served.map(keyOf));
  const isServed = ({ group, resource }: Need) =>
    known?.has(keyOf({ group, resource: resource.split('/')[0] ?? '' })) !== false;
  return [...read, ...added].filter(isServed);
}

/** Each verb of a need as a question; in `namespace` where the kind has one. */
export function questionsOfNeed(need: Need, namespace: string | undefined): AccessQuestion[] {
  const [resource = '', subresource] = need.resource.split('/');
  const place = need.namespaced ? namespace : undefined;
  const names = need.names.length === 0 ? [undefined] : need.names;
  return need.verbs.flatMap((verb) =>
    names.map((name) => ({ verb, group: need.group, resource, subresource, namespace: place, name })),
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const sorted = (values: Iterable<string>): string[] => [...new Set(values)].sort(compare);

/**
 * The fewest rules that say exactly the needs: verbs united per resource, resources of one group with equal verbs in
 * one rule; sorted, core group first.
 */
export function rulesOf(needs: readonly Need[]): PolicyRule[] {
  const verbs = new Map<
    string,
    { group: string; resource: string; names: readonly string[]; verbs: string[] }
  >();
  for (const { group, resource, names, verbs: wanted } of needs) {
    const key = JSON.stringify([group, resource, sorted(names)]);
    const known = verbs.get(key);
    verbs.set(key, {
      group,
      resource,
      names: sorted(names),
      verbs: sorted([...(known?.verbs ?? []), ...wanted]),
    });
  }
  // A right on all objects holds for the named ones too.
  for (const [key, each] of verbs) {
    const whole = verbs.get(JSON.stringify([each.group, each.resource, []]));
    if (whole === undefined || each.names.length === 0) continue;
    const rest = each.verbs.filter((verb) => !whole.verbs.includes(verb));
    if (rest.length === 0) verbs.delete(key);
    else verbs.set(key, { ...each, verbs: rest });
  }
  const rules = new Map<string, PolicyRule>();
  for (const { group, resource, names, verbs: allowed } of verbs.values()) {
    const key = JSON.stringify([group, names, allowed]);
    const resources = sorted([...(rules.get(key)?.resources ?? []), resource]);
    rules.set(key, { apiGroups: [group], resources, resourceNames: names, verbs: allowed });
  }
  return [...rules.entries()].sort(([a], [b]) => compare(a, b)).map(([, rule]) => rule);
}
