/** What a ServiceAccount may do: its bindings walked, or the server asked where these may not be read. */
import { AppFailure } from '../../shared/errors.ts';
import type { ResourceId } from '../../shared/ipc.ts';
import { grantsOf, judge, type Caller } from '../../shared/rbac/grants.ts';
import { subresourceQuestions } from '../../shared/rbac/matrix.ts';
import type { ServedKind } from '../../shared/rbac/needs.ts';
import type { AccessQuestion } from '../../shared/rbac/rules.ts';
import { clean } from '../../shared/scenarios/words.ts';
import { createObjectCodec } from '../kube/codec.ts';
import type { KubeClient } from '../kube/contract.ts';
import { listPages } from '../kube/list-pages.ts';
import { collectionPath } from '../kube/resource-url.ts';
import type { AccessSource } from './own-access.ts';
import { spotCheck } from './spot-checks.ts';

export interface AccountAccessOptions {
  readonly client: KubeClient;
  readonly caller: Caller;
  readonly served: readonly ServedKind[];
  readonly namespace: string | undefined;
  readonly signal: AbortSignal;
}

const PAGE = { pageSize: 500, timeoutMs: 30_000 };
/** Where the bindings may not be read, so many questions are asked at most. */
const MOST_QUESTIONS = 300;

interface Listed {
  readonly items: readonly unknown[];
  readonly problem?: string;
}

async function listAll(
  client: KubeClient,
  resource: string,
  namespace: string | undefined,
  signal: AbortSignal,
): Promise<Listed> {
  const id: ResourceId = { group: 'rbac.authorization.k8s.io', version: 'v1', resource };
  try {
    const codec = createObjectCodec((item) => item);
    const path = collectionPath(id, namespace);
    const { items } = await listPages({
      client,
      path,
      codec,
      query: {},
      signal,
      ...PAGE,
      onPage: () => undefined,
    });
    return { items: items.map(({ value }) => value) };
  } catch (cause) {
    if (!(cause instanceof AppFailure) || cause.error.code === 'cancelled') throw cause;
    return { items: [], problem: `${resource} could not be listed: ${cause.error.message}` };
  }
}

const keyOf = ({ verb, group, resource, subresource, namespace }: AccessQuestion) =>
  JSON.stringify([verb, group, resource, subresource ?? '', namespace ?? '']);

/** Reviews of another user, for all verbs of all kinds: they take a right of their own, so the first answer decides. */
async function askAbout({ client, caller, served, namespace, signal }: AccountAccessOptions) {
  const questions = [
    ...subresourceQuestions(served, namespace),
    ...served.flatMap(({ group, resource, namespaced, verbs }) =>
      ['list', 'get', 'watch', 'create', 'patch', 'delete']
        .filter((verb) => verbs.includes(verb))
        .map((verb) => ({ verb, group, resource, namespace: namespaced ? namespace : undefined })),
    ),
  ].slice(0, MOST_QUESTIONS);
  const [first] = await spotCheck(client, questions.slice(0, 1), signal, caller);
  if (first?.answer === undefined) return new Map<string, boolean>();
  const checks = await spotCheck(client, questions, signal, caller);
  return new Map(
    checks.flatMap(({ question, answer }) =>
      answer === undefined ? [] : [[keyOf(question), answer.allowed] as const],
    ),
  );
}

/** Never says "denied" on the strength of bindings that it could not read. */
export async function accountAccess(options: AccountAccessOptions): Promise<AccessSource> {
  const { client, caller, namespace, signal } = options;
  const [clusterRoles, roles, clusterRoleBindings, roleBindings] = await Promise.all([
    listAll(client, 'clusterroles', undefined, signal),
    listAll(client, 'roles', namespace, signal),
    listAll(client, 'clusterrolebindings', undefined, signal),
    listAll(client, 'rolebindings', namespace, signal),
  ]);
  const lists = [clusterRoles, roles, clusterRoleBindings, roleBindings];
  const unread = lists.flatMap(({ problem }) => problem ?? []);
  const grants = grantsOf(
    {
      clusterRoles: clusterRoles.items,
      roles: roles.items,
      clusterRoleBindings: clusterRoleBindings.items,
      roleBindings: roleBindings.items,
    },
    caller,
  );
  const asked = unread.length === 0 ? new Map<string, boolean>() : await askAbout(options);
  const whole = unread.length === 0;
  return {
    incomplete: !whole,
    problems: [
      ...unread,
      ...(whole ? grants.flatMap(({ fault }) => (fault === undefined ? [] : `${fault}.`)) : []),
    ],
    answer: (question) => {
      const { reach, says } = judge(grants, question);
      if (reach === 'allowed') return { state: 'allowed', says };
      const word = asked.get(keyOf(question));
      if (word === true) return { state: 'allowed', says: `The server allows it to ${clean(caller.user)}` };
      if (reach === 'partly') return { state: 'partly', says };
      if (whole || word === false) return { state: 'denied', says };
      return { state: 'unknown', says: 'Not all roles and bindings may be read' };
    },
  };
}
