/** What we may do ourselves: the server's list of our rules, and its word on each question that matters. */
import { AppFailure } from '../../shared/errors.ts';
import type { Scenario } from '../../shared/model/scenario.ts';
import type { CellAnswer } from '../../shared/rbac/matrix.ts';
import { subresourceQuestions } from '../../shared/rbac/matrix.ts';
import { needsFor, questionsOfNeed, type ServedKind } from '../../shared/rbac/needs.ts';
import { furthestReach, type AccessQuestion, type PolicyRule } from '../../shared/rbac/rules.ts';
import { clean, enumerate } from '../../shared/scenarios/words.ts';
import { askRules } from '../kube/access-rules.ts';
import type { KubeClient } from '../kube/contract.ts';
import { list, record, text } from '../../shared/cluster/narrow.ts';
import { spotCheck, type SpotCheck } from './spot-checks.ts';

export interface AccessSource {
  readonly answer: (question: AccessQuestion) => CellAnswer;
  readonly incomplete: boolean;
  readonly problems: readonly string[];
}

export interface OwnAccessOptions {
  readonly client: KubeClient;
  readonly scenarios: readonly Scenario[];
  readonly served: readonly ServedKind[];
  /** Undefined: all namespaces. */
  readonly namespace: string | undefined;
  /** Namespace of the context, which is looked at even where namespaces may not be listed. */
  readonly home: string | undefined;
  readonly signal?: AbortSignal;
}

/** So many namespaces are looked at one by one, to tell where a cluster-wide denial does not hold. */
const MOST_NAMESPACES = 30;
const NAMES_ONLY = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json';

const keyOf = ({ verb, group, resource, subresource, namespace, name }: AccessQuestion) =>
  JSON.stringify([verb, group, resource, subresource ?? '', namespace ?? '', name ?? '']);

interface Heard {
  readonly rules: readonly PolicyRule[];
  /** False where more may be allowed than the rules say. */
  readonly whole: boolean;
  readonly problem?: string;
}

/** The rules in a namespace; a failure is a problem to tell, no reason to give up. */
async function hear(client: KubeClient, namespace: string | undefined, signal?: AbortSignal): Promise<Heard> {
  try {
    const { rules, incomplete, error } = await askRules(client, namespace, signal);
    if (!incomplete) return { rules, whole: true };
    const why = error === '' ? 'it does not say why' : clean(error, 200);
    return { rules, whole: false, problem: `The server says that its list of rules is not whole: ${why}.` };
  } catch (cause) {
    if (!(cause instanceof AppFailure) || cause.error.code === 'cancelled') throw cause;
    return { rules: [], whole: false, problem: `The rules could not be asked for: ${cause.error.message}` };
  }
}

async function namespaceNames(client: KubeClient, home: string | undefined, signal?: AbortSignal) {
  const own = home === undefined ? [] : [home];
  try {
    const answer = await client.getJson<unknown>('/api/v1/namespaces', {
      accept: NAMES_ONLY,
      query: { limit: MOST_NAMESPACES },
      ...(signal && { signal }),
    });
    const names = list(record(answer).items).map((each) => text(record(record(each).metadata).name));
    const more = text(record(record(answer).metadata).continue) !== '';
    return { names: [...new Set([...own, ...names])].filter((name) => name !== ''), all: !more };
  } catch (cause) {
    if (!(cause instanceof AppFailure) || cause.error.code === 'cancelled') throw cause;
    return { names: own, all: false };
  }
}

interface Places {
  readonly rules: ReadonlyMap<string, readonly PolicyRule[]>;
  /** True where these are all namespaces of the cluster. */
  readonly all: boolean;
}

async function rulesByNamespace({ client, home, signal }: OwnAccessOptions): Promise<Places> {
  const { names, all } = await namespaceNames(client, home, signal);
  const heard = await Promise.all(
    names.map(async (name) => [name, (await hear(client, name, signal)).rules] as const),
  );
  return { rules: new Map(heard), all };
}

function inSome({ rules, all }: Places, question: AccessQuestion): CellAnswer | undefined {
  const open = [...rules]
    .filter(([, each]) => furthestReach(each, question) === 'allowed')
    .map(([name]) => name);
  if (open.length === 0) return undefined;
  const shut = [...rules.keys()].filter((name) => !open.includes(name));
  if (!all || open.length <= shut.length)
    return {
      state: 'partly',
      says: `Only in ${open.length === 1 ? 'namespace' : 'namespaces'} ${enumerate(open)}`,
    };
  return { state: 'partly', says: `In ${open.length} of ${rules.size} namespaces, not ${enumerate(shut)}` };
}

function fromCheck(check: SpotCheck | undefined): CellAnswer | undefined {
  if (check?.answer === undefined) return undefined;
  const { allowed, reason } = check.answer;
  const words = clean(reason, 200);
  if (allowed) return { state: 'allowed', says: words === '' ? 'The server allows it' : words };
  return { state: 'denied', says: words === '' ? 'No role allows it' : words };
}

/**
 * Asks for the rules, then reviews every need and every subresource that the rules do not allow: rules say little of
 * other authorizers. Without a namespace it also looks at the namespaces one by one.
 */
export async function ownAccess(options: OwnAccessOptions): Promise<AccessSource> {
  const { client, scenarios, served, namespace, signal } = options;
  const [heard, places] = await Promise.all([
    hear(client, namespace, signal),
    namespace === undefined ? rulesByNamespace(options) : { rules: new Map(), all: true },
  ]);
  const needed = needsFor('diagnose', scenarios, served).flatMap((need) => questionsOfNeed(need, namespace));
  const open = [...needed, ...subresourceQuestions(served, namespace)].filter(
    (question) => furthestReach(heard.rules, question) !== 'allowed',
  );
  const distinct = [...new Map(open.map((question) => [keyOf(question), question])).values()];
  const checks = await spotCheck(client, distinct, signal);
  const known = new Map(checks.map((check) => [keyOf(check.question), check]));
  const failed = checks.find(({ error }) => error !== undefined)?.error;
  const answer = (question: AccessQuestion): CellAnswer => {
    const reach = furthestReach(heard.rules, question);
    if (reach === 'allowed') return { state: 'allowed', says: 'A role allows it' };
    const word = fromCheck(known.get(keyOf(question)));
    if (word?.state === 'allowed') return word;
    if (reach === 'partly') return { state: 'partly', says: 'Only for some names' };
    const somewhere = namespace === undefined ? inSome(places, question) : undefined;
    if (somewhere !== undefined) return somewhere;
    if (word !== undefined) return word;
    return heard.whole
      ? { state: 'denied', says: 'No role allows it' }
      : { state: 'unknown', says: 'The list of rules is not whole' };
  };
  return {
    answer,
    incomplete: !heard.whole,
    problems: [
      ...(heard.problem === undefined ? [] : [heard.problem]),
      ...(failed === undefined ? [] : [`Some questions could not be asked: ${failed.message}`]),
    ],
  };
}
