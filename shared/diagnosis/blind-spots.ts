/** What the diagnosis could not look at, and the permission or act that would help. */
import type { KindKnowledge, ObjectSource } from '../cluster/source.ts';
import type { Knowledge } from '../cluster/view.ts';
import { KIND_IDS, KINDS, type KindRow } from '../kinds/kinds.ts';
import type { BlindSpot } from '../model/finding.ts';
import type { KindId } from '../model/kube.ts';
import { formatRef } from '../model/ref.ts';
import type { Scenario } from '../model/scenario.ts';
import { clean, enumerate } from '../scenarios/words.ts';
import { isReadable, needsOf } from './gates.ts';
import { compareTexts } from './rank.ts';
import type { Failure } from './subjects.ts';

const NAMED_OBJECTS = 3;

interface Scope {
  readonly scenarios: readonly Scenario[];
  readonly source: Pick<ObjectSource, 'knowledgeOf'>;
  /** Namespaces the diagnosis is limited to; all when missing. */
  readonly namespaces: readonly string[] | undefined;
}

/** A place where a kind cannot be read; no namespace stands for the whole cluster. */
interface Gap {
  readonly namespace: string | undefined;
  readonly knowledge: Knowledge;
}

/**
 * One blind spot per kind that a scenario reads and that is not readable everywhere.
 *
 * @param final whether a kind not listed yet counts: it does in an answer after which no other comes
 */
export function kindBlindSpots(scope: Scope, final: boolean): BlindSpot[] {
  return KIND_IDS.flatMap((kind) => {
    const concerned = scope.scenarios.filter((scenario) => readsOf(scenario).includes(kind));
    if (concerned.length === 0) return [];
    const gaps = gapsOf(kind, scope).filter(({ knowledge }) => final || knowledge === 'denied');
    return gaps.length === 0
      ? []
      : [describeGaps(KINDS[kind], gaps, scope.source.knowledgeOf(kind), concerned)];
  });
}

/** One blind spot per scenario that could not cope with an object. */
export function failureBlindSpots(scenarios: readonly Scenario[], failures: readonly Failure[]): BlindSpot[] {
  return scenarios.flatMap((scenario) => {
    const own = failures
      .filter(({ scenario: id, subject }) => id === scenario.id && subject.kind === scenario.subject)
      .sort((a, b) => compareTexts(formatRef(a.subject), formatRef(b.subject)));
    if (own.length === 0) return [];
    const { id, group, resource } = KINDS[scenario.subject];
    const names = own.map(({ subject }) => formatRef(subject));
    const what = clean(own[0]?.message, 120);
    return {
      kind: id,
      group,
      resource,
      verb: 'read',
      reason: `${enumerate(names, NAMED_OBJECTS)} could not be checked for ${scenario.id}: a field has an unexpected form (${what}).`,
      fix: 'Look at the YAML of the object for a field whose type differs from what the API documents.',
      scenarios: [scenario.id],
    };
  });
}

/** How many checks there are: scenarios that share an id are one. */
export function countChecks(scenarios: readonly Scenario[]): number {
  return new Set(scenarios.map(({ id }) => id)).size;
}

/** How many checks had all they need in at least one place they are to look at; the gaps are blind spots. */
export function countRan(scope: Scope): number {
  const { scenarios } = scope;
  const lacking = new Set(scenarios.filter((scenario) => !canRun(scenario, scope)).map(({ id }) => id));
  return countChecks(scenarios) - lacking.size;
}

function canRun(scenario: Scenario, scope: Scope): boolean {
  const needs = needsOf(scenario);
  const places = KINDS[scenario.subject].namespaced ? placesOf(needs, scope) : [undefined];
  return places.some((place) => needs.every((kind) => isReadable(knowledgeAt(kind, place, scope))));
}

/** The namespaces of which something of its own is known about these kinds; without any, the cluster as a whole. */
function placesOf(kinds: readonly KindId[], { source, namespaces }: Scope): readonly (string | undefined)[] {
  if (namespaces !== undefined) return namespaces;
  return [undefined, ...new Set(kinds.flatMap((kind) => [...source.knowledgeOf(kind).namespaces.keys()]))];
}

function knowledgeAt(kind: KindId, namespace: string | undefined, { source }: Scope): Knowledge {
  const { all, namespaces } = source.knowledgeOf(kind);
  return (namespace === undefined ? undefined : namespaces.get(namespace)) ?? all;
}

function readsOf(scenario: Scenario): KindId[] {
  return [...needsOf(scenario), ...scenario.mayRead];
}

function gapsOf(kind: KindId, scope: Scope): Gap[] {
  const { source, namespaces } = scope;
  const known = source.knowledgeOf(kind);
  const everywhere: Gap = { namespace: undefined, knowledge: known.all };
  const places = (namespaces ?? [...known.namespaces.keys()]).map((namespace) => {
    return { namespace, knowledge: knowledgeAt(kind, namespace, scope) };
  });
  // Limited to namespaces, nothing outside was asked for: a node's pods elsewhere are no gap then.
  const asked = namespaces === undefined ? [everywhere, ...places] : places;
  return (KINDS[kind].namespaced ? asked : [everywhere]).filter(({ knowledge }) => !isReadable(knowledge));
}

function describeGaps(
  row: KindRow,
  gaps: readonly Gap[],
  known: KindKnowledge,
  scenarios: readonly Scenario[],
): BlindSpot {
  const named = gaps.flatMap(({ namespace }) => namespace ?? []).sort();
  const readable = [...known.namespaces]
    .filter(([, knowledge]) => isReadable(knowledge))
    .map(([name]) => name);
  const [only] = named.length === 1 && readable.length > 0 ? named : [];
  const where = describePlace(named, readable);
  const denied = gaps.some(({ knowledge }) => knowledge === 'denied');
  const said = known.reasons.get(only ?? '') ?? known.reasons.get(named[0] ?? '') ?? {};
  const api = row.group === '' ? row.resource : `${row.resource}.${row.group}`;
  const verb = said.verb ?? 'list';
  return {
    kind: row.id,
    group: row.group,
    resource: row.resource,
    ...(only === undefined ? {} : { namespace: only }),
    verb,
    ...(denied && said.leftOut !== true && { denied: true as const }),
    reason:
      said.reason ??
      (denied ? `RBAC refuses to ${verb} ${api}${where}.` : `The list of ${api}${where} is not complete.`),
    fix:
      said.fix ??
      (denied
        ? `Grant the verbs list and watch on ${api}${where}.`
        : 'Diagnose again when the API server answers that list.'),
    scenarios: [...new Set(scenarios.map(({ id }) => id))].sort(),
  };
}

function describePlace(named: readonly string[], readable: readonly string[]): string {
  if (readable.length === 0) return '';
  if (named.length === 0) return ` outside ${words(readable)}`;
  return ` in ${words(named)}`;
}

function words(namespaces: readonly string[]): string {
  return `${namespaces.length === 1 ? 'namespace' : 'namespaces'} ${enumerate([...namespaces].sort(), NAMED_OBJECTS)}`;
}
