// Starts one cluster for a whole vitest run; tests find it with useSharedCluster().
import { canRun } from './can-run.ts';
import { startCluster } from './use-cluster.ts';
import type { Cluster } from './use-cluster.ts';

let cluster: Cluster | undefined;

/** Before all tests. Where no cluster can run, the tests that need one skip themselves by name (can-run.ts). */
export async function setup(): Promise<void> {
  const abilities = canRun();
  if (process.env.HEDGEROW_TEST_CLUSTER || abilities.controlPlane !== true) return;
  cluster = await startCluster({ node: abilities.node === true });
  process.env.HEDGEROW_TEST_CLUSTER = cluster.state;
}

/** After all tests. */
export async function teardown(): Promise<void> {
  if (!cluster) return;
  delete process.env.HEDGEROW_TEST_CLUSTER;
  await cluster.stop();
}
