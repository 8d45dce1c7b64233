// A fabric of the app behind a fault proxy of its own before a real API server: set up, looked at, compared.
import { SCENARIOS } from '../../shared/scenarios/index.ts';
import type { Scenario } from '../../shared/model/scenario.ts';
import type { LinkPhase } from '../../shared/model/fabric.ts';
import type { KubeContext } from '../../src-main/kube/contract.ts';
import { Fabric } from '../../src-main/fabric/fabric.ts';
import { poll } from '../cluster/poll.ts';
import { askDirectly } from '../fault/direct.ts';
import type { Direct, Held } from '../fault/direct.ts';
import { startFaultProxy } from '../fault/fault-proxy.ts';
import type { FaultProxy } from '../fault/fault-proxy.ts';
import type { Expected } from '../fault/fault-table.ts';
import { accessThrough, upstreamOf } from '../fault/through.ts';
import { accessOf } from './kube-client.ts';

/** For what must come, on a busy machine, ms. */
const LONG = 120_000;
/** The limit for an answer in the settings of the fabric: 30 s and more would take too long here. */
const ANSWER_MS = 5000;
/** Few watches, so that many fabrics fit beside each other. */
const FEW = SCENARIOS.filter(({ id }) => id === 'config/configmap-missing');

/** The real API server, and what goes past the proxies. */
export interface Ground {
  readonly upstream: ReturnType<typeof upstreamOf>;
  readonly context: KubeContext;
  readonly direct: Direct;
  /** Where the journal is kept. */
  readonly home: string;
}

/** `kubeconfig` must sign in by token. */
export async function prepareGround(kubeconfig: string, home: string): Promise<Ground> {
  const access = await accessOf(kubeconfig);
  const upstream = { ...upstreamOf(access), token: access.user.token ?? '' };
  const context: KubeContext = {
    id: access.fabric,
    signIn: 'token',
    source: kubeconfig,
    current: true,
    insecureTls: false,
    origin: 'kubeconfig',
    colour: 'none',
    environment: '',
    access,
  };
  return { upstream, context, direct: askDirectly(upstream), home };
}

export interface Stand {
  readonly ground: Ground;
  readonly proxy: FaultProxy;
  readonly fabric: Fabric;
  readonly namespace: string;
  close(): Promise<void>;
}

export const collection = (namespace: string): string => `/api/v1/namespaces/${namespace}/configmaps`;
export const configMap = (namespace: string, name: string, value: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
  data: { [value]: 'x' },
});

/** A fabric behind a proxy of its own, not opened yet, with a namespace to change things in. */
export async function setUp(
  ground: Ground,
  namespace: string,
  scenarios: readonly Scenario[] = FEW,
): Promise<Stand> {
  const { upstream, context, direct } = ground;
  await direct.ask('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
  for (const name of ['kept', 'changed', 'removed']) {
    await direct.ask('POST', collection(namespace), configMap(namespace, name, 'before'));
  }
  const { token: _own, ...server } = upstream;
  const proxy = await startFaultProxy(server);
  const { access } = context;
  if (access === undefined) throw new Error('The context has no access.');
  const fabric = new Fabric({
    context: {
      ...context,
      id: namespace,
      access: accessThrough(proxy, { ...access, fabric: namespace }),
      own: { readOnly: false, watchKinds: [], timeoutMs: ANSWER_MS },
    },
    scenarios,
    now: Date.now,
  });
  return {
    ground,
    proxy,
    fabric,
    namespace,
    async close() {
      await fabric.close();
      await until('All connections of the client end', () => proxy.sockets.clients === 0);
      await proxy.close();
      await direct.ask('DELETE', `/api/v1/namespaces/${namespace}`);
    },
  };
}

/** Asks until it holds; the error says what did not, and what was there instead. */
export async function until(what: string, holds: () => unknown, say: () => string = () => ''): Promise<void> {
  await poll(
    () => Promise.resolve(holds()),
    LONG,
    () => `${what} (${say()})`,
  );
}

const connectionFindings = ({ fabric }: Stand): string[] =>
  fabric.answer.findings.filter(({ subject }) => subject.kind === 'Fabric').map(({ scenario }) => scenario);

/** What is on screen of the connection, as one line. */
export function look(stand: Stand): string {
  const { phase, error, watches } = stand.fabric.link;
  const told = connectionFindings(stand).join(' + ') || 'nothing';
  return `link ${phase}, told ${told}, watches ${JSON.stringify(watches)}, ${error?.message ?? 'no error'}`;
}

/** Waits until link and finding are as expected. */
export async function sees(stand: Stand, { link, told }: Pick<Expected, 'link' | 'told'>): Promise<void> {
  const findings = told === 'nothing' ? '' : told;
  await until(
    `Link ${link}, told ${told}`,
    () => stand.fabric.link.phase === link && connectionFindings(stand).join() === findings,
    () => look(stand),
  );
}

/** Waits until nothing is told of the connection any more, but for what is told of a while that is over. */
export async function isLive(stand: Stand, lingers?: string): Promise<void> {
  await until(
    'Link live, told nothing',
    () =>
      stand.fabric.link.phase === ('live' satisfies LinkPhase) &&
      connectionFindings(stand).every((told) => told === lingers),
    () => look(stand),
  );
}

const held = (items: readonly Held[]): string[] =>
  items.map(({ name, uid, resourceVersion }) => `${name} ${uid} ${resourceVersion}`).sort();

function inStore({ fabric, namespace }: Stand): string[] {
  const objects = [...(fabric.session?.store.all('ConfigMap') ?? [])];
  return held(
    objects.flatMap(({ metadata: { name, uid = '', resourceVersion = '', namespace: where } }) =>
      where === namespace ? [{ name, uid, resourceVersion }] : [],
    ),
  );
}

/** Waits until the store holds exactly what a fresh list of the real server holds. */
export async function isComplete(stand: Stand): Promise<void> {
  const { ground, namespace } = stand;
  let difference = '';
  await poll(
    async () => {
      const [stored, real] = [inStore(stand), held(await ground.direct.list(collection(namespace)))];
      difference = `stored ${stored.join()}; real ${real.join()}`;
      return stored.join() === real.join();
    },
    LONG,
    () => `The store equals a fresh list (${difference})`,
  );
}

/** What happens in the cluster meanwhile: one object more, one less and one changed. */
export async function change({ ground, namespace }: Stand, made: string, removed: string): Promise<void> {
  const path = collection(namespace);
  await ground.direct.ask('POST', path, configMap(namespace, made, 'x'));
  await ground.direct.ask('PATCH', `${path}/changed`, { data: { [made]: 'x' } });
  await ground.direct.ask('DELETE', `${path}/${removed}`);
}
