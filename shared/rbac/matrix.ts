/** The matrix of who may do what: one row per resource, one cell per verb, and what a denial costs the diagnosis. */
import { countChecks } from '../diagnosis/blind-spots.ts';
import { KINDS } from '../kinds/kinds.ts';
import { ACCESS_VERBS, type AccessAnswerState, type AccessCell, type AccessRow } from '../model/access.ts';
import type { KindId } from '../model/kube.ts';
import type { Scenario } from '../model/scenario.ts';
import { needsFor, type Need, type ServedKind } from './needs.ts';
import type { AccessQuestion } from './rules.ts';

/** The state of one cell, and the words for why. */
export interface CellAnswer {
  readonly state: AccessAnswerState;
  readonly says: string;
}

export interface MatrixParts {
  readonly served: readonly ServedKind[];
  /** Scenarios whose needs are marked; none for somebody who does not diagnose. */
  readonly scenarios: readonly Scenario[];
  readonly namespace: string | undefined;
  readonly answer: (question: AccessQuestion) => CellAnswer;
}

/** Subresources worth a row of their own, beside their kind. Discovery does not list them among the kinds. */
const SUBRESOURCES: readonly {
  readonly kind: string;
  readonly sub: string;
  readonly verbs: readonly string[];
}[] = [
  { kind: 'pods.', sub: 'log', verbs: ['get'] },
  { kind: 'pods.', sub: 'exec', verbs: ['create'] },
  { kind: 'pods.', sub: 'eviction', verbs: ['create'] },
  { kind: 'pods.', sub: 'ephemeralcontainers', verbs: ['patch'] },
  { kind: 'serviceaccounts.', sub: 'token', verbs: ['create'] },
  { kind: 'deployments.apps', sub: 'scale', verbs: ['get', 'patch'] },
  { kind: 'statefulsets.apps', sub: 'scale', verbs: ['get', 'patch'] },
];

interface RowPlan {
  readonly kind: ServedKind;
  readonly sub: string | undefined;
  readonly verbs: readonly string[];
}

function plans(served: readonly ServedKind[]): RowPlan[] {
  return served.flatMap((kind) => {
    const subs = SUBRESOURCES.filter((each) => each.kind === `${kind.resource}.${kind.group}`);
    const reads = kind.verbs.includes('get') || kind.verbs.includes('list');
    return [
      ...(reads ? [{ kind, sub: undefined, verbs: kind.verbs }] : []),
      ...subs.map(({ sub, verbs }) => ({ kind, sub, verbs })),
    ];
  });
}

const nameOf = ({ kind, sub }: RowPlan) => (sub === undefined ? kind.resource : `${kind.resource}/${sub}`);

function questionOf({ kind, sub }: RowPlan, verb: string, namespace: string | undefined): AccessQuestion {
  const { group, resource } = kind;
  return { verb, group, resource, subresource: sub, namespace: kind.namespaced ? namespace : undefined };
}

/** The questions about subresources, which a list of rules answers least well. */
export function subresourceQuestions(
  served: readonly ServedKind[],
  namespace: string | undefined,
): AccessQuestion[] {
  return plans(served)
    .filter(({ sub }) => sub !== undefined)
    .flatMap((plan) => plan.verbs.map((verb) => questionOf(plan, verb, namespace)));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** All rows, core group first; a verb that the kind does not know has no cell. */
export function matrixRows({ served, scenarios, namespace, answer }: MatrixParts): AccessRow[] {
  const needs = scenarios.length === 0 ? [] : needsFor('diagnose', scenarios, served);
  return plans(served)
    .map((plan): AccessRow => {
      const resource = nameOf(plan);
      const own = needs.filter((need) => need.group === plan.kind.group && need.resource === resource);
      const cells = ACCESS_VERBS.filter((verb) => plan.verbs.includes(verb)).map((verb): AccessCell => {
        // A need for one object is met by the right on that object.
        const need = own.find(({ verbs }) => verbs.includes(verb));
        const question = questionOf(plan, verb, namespace);
        const whole = answer(question);
        const name = need?.names[0];
        const named = name === undefined || whole.state === 'allowed' ? whole : answer({ ...question, name });
        const state = named.state === 'allowed' && whole.state !== 'allowed' ? 'partly' : whole.state;
        const met = named.state === 'allowed';
        return {
          verb,
          state,
          needed: need !== undefined && (name === undefined || !met),
          says: met && state === 'partly' ? `Only ${name ?? ''}: ${named.says}` : whole.says,
        };
      });
      return {
        group: plan.kind.group,
        resource,
        namespaced: plan.kind.namespaced,
        cells,
        blocks: isOpen(cells) ? [] : readersOf(own),
      };
    })
    .sort((a, b) => compare(a.group, b.group) || compare(a.resource, b.resource));
}

const isOpen = (cells: readonly AccessCell[]) =>
  cells.every(({ needed, state, verb }) => !needed || verb === 'get' || state === 'allowed');

const readersOf = (needs: readonly Need[]) =>
  [...new Set(needs.flatMap(({ scenarios }) => scenarios))].sort();

/** How many checks cannot run as a whole, for a kind that they need may not be listed anywhere; of all there are. */
export function countLost(
  rows: readonly AccessRow[],
  scenarios: readonly Scenario[],
): { checks: number; total: number } {
  const closed = new Set(
    rows
      .filter(({ cells }) =>
        cells.some(({ verb, state }) => verb === 'list' && (state === 'denied' || state === 'unknown')),
      )
      .map(({ group, resource }) => `${resource}.${group}`),
  );
  const isClosed = (kind: KindId) => closed.has(`${KINDS[kind].resource}.${KINDS[kind].group}`);
  const lost = scenarios.filter(({ subject, needs }) => [subject, ...needs].some(isClosed));
  // Scenarios that share an id are one check.
  return { checks: countChecks(lost), total: countChecks(scenarios) };
}
