/** The four checks of a cluster's health: API server, nodes, custom kinds and our own permissions. */
import { AppFailure } from '../../shared/errors.ts';
import type { HealthCheck, HealthCheckName } from '../../shared/model/connection.ts';
import type { Scenario } from '../../shared/model/scenario.ts';
import type { ObjectOf } from '../../shared/model/kube.ts';
import { KINDS } from '../../shared/kinds/kinds.ts';
import { enumerate } from '../../shared/scenarios/words.ts';
import type { AccessQuestion } from '../../shared/rbac/rules.ts';
import { askAccess } from '../kube/access.ts';
import { neededKinds } from './needed-kinds.ts';
import type { Session } from './session.ts';

export type CheckResult = Pick<HealthCheck, 'state' | 'says'>;
export type Check = (session: Session, scenarios: readonly Scenario[]) => Promise<CheckResult>;

/** Limit for each answer: a check that waits says so instead, ms. */
const LIMIT = { timeoutMs: 10_000 };

const isRefused = (cause: unknown): boolean =>
  cause instanceof AppFailure && (cause.error.code === 'forbidden' || cause.error.code === 'not-served');

/** `/readyz` tells of etcd and controllers, too; older servers or strict roles leave `/livez` or `/version`. */
async function checkApiServer({ client }: Session): Promise<CheckResult> {
  for (const path of ['/readyz', '/livez', '/version']) {
    try {
      await client.getBytes(path, { ...LIMIT, accept: '*/*' });
      return { state: 'ok', says: `${path} answers` };
    } catch (cause) {
      if (isRefused(cause)) continue;
      const { message, code } = cause instanceof AppFailure ? cause.error : client.toAppError(cause);
      const missing = code === 'not-found' || code === 'not-kubernetes';
      if (!missing) return { state: 'failed', says: message };
    }
  }
  return { state: 'denied', says: 'Neither /readyz, /livez nor /version may be read' };
}

/** Resolves with `work`, or when that takes too long. */
async function orLate(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, LIMIT.timeoutMs);
    timer.unref();
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}

function isReady(node: ObjectOf<'Node'>): boolean {
  return node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

/** From what the watch has; no request. A list that runs is waited for. */
async function checkNodes({ store, watches }: Session): Promise<CheckResult> {
  const watch = watches.find(({ kind }) => kind === 'Node');
  if (watch === undefined) return { state: 'unknown', says: 'Nodes are not watched on this fabric' };
  await orLate(watch.reflector.synced);
  const { all, reasons } = store.knowledgeOf('Node');
  if (all === 'denied')
    return { state: 'denied', says: reasons.get('')?.reason ?? 'Nodes may not be listed' };
  if (all !== 'known') return { state: 'unknown', says: 'Nodes are not listed yet' };
  const nodes = [...store.all('Node')] as ObjectOf<'Node'>[];
  const ready = nodes.filter(isReady).length;
  const says = `${String(ready)} of ${String(nodes.length)} nodes are ready`;
  return { state: ready === nodes.length && ready > 0 ? 'ok' : 'failed', says };
}

/** Which of Hedgehog's groups are served. Without any it is a plain Kubernetes cluster, and that is no fault. */
async function checkCustomKinds(session: Session): Promise<CheckResult> {
  const custom = (await session.kinds()).filter(({ custom }) => custom);
  const groups = [...new Set(custom.map(({ group }) => group))].sort();
  const own = groups.filter((group) => group.endsWith('.githedgehog.com'));
  const others = groups.length - own.length;
  const more = others === 0 ? '' : `; ${String(others)} other custom ${others === 1 ? 'group' : 'groups'}`;
  return {
    state: 'ok',
    says:
      own.length === 0
        ? `No Hedgehog kinds are served here${more}`
        : `${enumerate(own, 6)} ${own.length === 1 ? 'is' : 'are'} served${more}`,
  };
}

/** What watches do not prove by themselves: a log, and a list of the kinds that most scenarios read. */
function questionsFor(scenarios: readonly Scenario[]): AccessQuestion[] {
  const read = new Set(neededKinds(scenarios));
  const kinds = (['Pod', 'Event', 'Node', 'Deployment'] as const).filter((kind) => read.has(kind));
  const lists = kinds.map((kind) => {
    const { group, resource } = KINDS[kind];
    return { verb: 'list', group, resource };
  });
  return [...lists, { verb: 'get', group: '', resource: 'pods', subresource: 'log' }];
}

async function checkPermissions(session: Session, scenarios: readonly Scenario[]): Promise<CheckResult> {
  const questions = questionsFor(scenarios);
  const answers = await Promise.all(questions.map((question) => askAccess(session.client, question)));
  const refused = questions.filter((_question, index) => answers[index]?.allowed !== true);
  const names = refused.map(
    ({ verb, resource, subresource }) =>
      `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}`,
  );
  const denied = session.watches.filter(({ reflector }) => reflector.state.phase === 'denied').length;
  const watches =
    denied === 0 ? '' : `; ${String(denied)} watched ${denied === 1 ? 'kind is' : 'kinds are'} refused`;
  if (names.length === 0 && denied === 0)
    return { state: 'ok', says: 'All that a diagnosis reads first may be read in all namespaces' };
  const what =
    names.length === 0 ? 'The main kinds may be read' : `Not in all namespaces: ${enumerate(names, 6)}`;
  return { state: 'denied', says: `${what}${watches}` };
}

export const CHECKS: Readonly<Record<HealthCheckName, Check>> = {
  'api-server': checkApiServer,
  nodes: checkNodes,
  crds: checkCustomKinds,
  permissions: checkPermissions,
};
