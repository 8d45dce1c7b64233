/** The same requests to a real API server and to the demo server: their answers must be the same, but for the known differences. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRun } from '../../cluster/can-run.ts';
import { startCluster, type Cluster } from '../../cluster/use-cluster.ts';
import { CASES } from './all-cases.ts';
import { compareEntries, isKnown, type Difference } from './compare.ts';
import type { ContractCase } from './contract-case.ts';
import { KNOWN_DIFFERENCES } from './known-differences.ts';
import { runCase } from './run-case.ts';
import { connect, type Connection, type Side } from './side.ts';
import { demoSide, realSide } from './sides.ts';

/** These wait for the real server most of the time, and share nothing. */
const WAITING = /^(custom|watch)\/|^read\/expired/;

interface End {
  readonly side: Side;
  readonly connection: Connection;
  /** A continue token whose past is forgotten, or will soon be. */
  readonly expired: string;
}

/** The first page of a list, then something happens, and what was before is forgotten. */
async function expire(side: Side, connection: Connection): Promise<string> {
  const path = '/apis/rbac.authorization.k8s.io/v1/clusterroles?limit=1';
  const headers = { authorization: `Bearer ${side.tokens.admin}` };
  const { text } = await connection.ask({ method: 'GET', path, headers });
  const body = '{"metadata":{"name":"time-goes-on"}}';
  const type = { 'content-type': 'application/json' };
  await connection.ask({
    method: 'POST',
    path: '/api/v1/namespaces',
    headers: { ...headers, ...type },
    body,
  });
  await side.compact();
  return (JSON.parse(text) as { metadata: { continue: string } }).metadata.continue;
}

/** Neither side has controllers or a scheduler: what is compared is the API server alone. */
async function startReal(): Promise<Side> {
  const cluster: Cluster = await startCluster();
  // Until its controllers have put together the aggregated roles.
  await cluster.waitFor(async () => {
    const get = (role: string) => cluster.kubectl(['get', 'clusterrole', role, '-o', 'jsonpath={.rules}']);
    const rules = await Promise.all(['view', 'edit', 'admin'].map(get));
    return rules.every((each) => each.includes('poddisruptionbudgets'));
  });
  await cluster.stopControllers();
  await cluster.stopScheduler();
  return realSide(cluster, () => cluster.stop());
}

describe.runIf(canRun().controlPlane === true)('the demo server answers like a real one', () => {
  const ends: End[] = [];
  const found: Difference[] = [];
  const ran = new Set<string>();

  beforeAll(async () => {
    for (const side of await Promise.all([startReal(), demoSide({ still: true })])) {
      const connection = connect(side);
      ends.push({ side, connection, expired: await expire(side, connection) });
    }
  });
  afterAll(async () => {
    for (const { connection } of ends) connection.close();
    await Promise.all(ends.map(({ side }) => side.stop()));
  });

  async function createNamespace({ side, connection }: End, name: string): Promise<void> {
    const headers = { authorization: `Bearer ${side.tokens.admin}`, 'content-type': 'application/json' };
    const create = async (path: string, object: string): Promise<void> => {
      const body = JSON.stringify({ metadata: { name: object } });
      const { status, text } = await connection.ask({ method: 'POST', path, headers, body });
      if (status !== 201) throw new Error(`${side.name}: ${path}: ${status} ${text}`);
    };
    await create('/api/v1/namespaces', name);
    await create(`/api/v1/namespaces/${name}/serviceaccounts`, 'default');
  }

  async function compare(each: ContractCase): Promise<void> {
    const namespace = each.id.replaceAll(/[^a-z0-9]+/g, '-');
    const [real = [], demo = []] = await Promise.all(
      ends.map(async (end) => {
        await createNamespace(end, namespace);
        return runCase(each, end.side, end.connection, { ns: namespace, expired: end.expired });
      }),
    );
    const differences = compareEntries(each.id, real, demo);
    found.push(...differences);
    ran.add(each.id);
    expect(
      differences.filter((difference) => !KNOWN_DIFFERENCES.some((known) => isKnown(difference, known))),
    ).toEqual([]);
  }

  it.for(CASES.filter(({ id }) => !WAITING.test(id)).map((each) => [each.id, each] as const))(
    '%s',
    ([, each]) => compare(each),
  );

  describe.concurrent('while others wait', () => {
    it.for(CASES.filter(({ id }) => WAITING.test(id)).map((each) => [each.id, each] as const))(
      '%s',
      ([, each]) => compare(each),
    );
  });

  it('knows no difference that is gone', () => {
    const gone = KNOWN_DIFFERENCES.filter((known) => !found.some((difference) => isKnown(difference, known)));
    // Where only some cases were asked for, only theirs can be judged.
    expect(ran.size === CASES.length ? gone : []).toEqual([]);
  });
});
