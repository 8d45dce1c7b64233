/** A day with kubectl on a real cluster and on a demo fabric: what it says must be the same, but for the known differences. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRun } from '../../cluster/can-run.ts';
import { pathsIn, readClusterRecord } from '../../cluster/paths.ts';
import { useSharedCluster, type Cluster } from '../../cluster/use-cluster.ts';
import { isKnown, type Difference } from './compare.ts';
import { KNOWN_SESSION_DIFFERENCES } from './known-session-differences.ts';
import type { Session } from './session/command.ts';
import { compareSaid } from './session/compare-session.ts';
import { OBJECTS } from './session/objects.ts';
import { runSession, type Desk } from './session/run-session.ts';
import { WORKLOADS } from './session/workloads.ts';
import { demoSide, realSide } from './sides.ts';

const SESSIONS = [...OBJECTS, ...WORKLOADS];
const SLOW = 120_000;

describe.runIf(canRun().controlPlane === true)('kubectl on the demo server', { timeout: SLOW }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'hedgerow-session-'));
  const desks: Desk[] = [];
  const found: Difference[] = [];
  const ran = new Set<string>();
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await useSharedCluster();
    const binary = readClusterRecord(pathsIn(cluster.state, cluster.name))?.binary ?? '';
    const real = realSide(cluster, () => cluster.stop());
    for (const side of [real, await demoSide({ still: false })]) {
      desks.push({ side, binary, folder: mkdtempSync(join(folder, side.name)) });
    }
  });
  afterAll(async () => {
    await Promise.all(desks.map(({ side }) => side.stop()));
    rmSync(folder, { recursive: true });
  });

  async function compare(session: Session): Promise<void> {
    const namespace = `session-${session.id}`;
    const [real = [], demo = []] = await Promise.all(
      desks.map((desk) => runSession(session, desk, namespace)),
    );
    const differences = compareSaid(session.id, real, demo);
    found.push(...differences);
    ran.add(session.id);
    expect(
      differences.filter(
        (difference) => !KNOWN_SESSION_DIFFERENCES.some((known) => isKnown(difference, known)),
      ),
    ).toEqual([]);
  }

  // They wait for pods and for each other's kubectl; but where the node is closed no other may need it.
  describe.concurrent('beside each other', () => {
    for (const session of SESSIONS.filter(({ id }) => id !== 'nodes')) {
      it.runIf(!session.node || canRun().node === true)(session.id, () => compare(session));
    }
  });

  for (const session of SESSIONS.filter(({ id }) => id === 'nodes')) {
    it.runIf(canRun().node === true)(session.id, () => compare(session));
  }

  it('knows no difference that is gone', () => {
    const gone = KNOWN_SESSION_DIFFERENCES.filter(
      (known) => ran.has(known.case) && !found.some((difference) => isKnown(difference, known)),
    );
    expect(gone).toEqual([]);
  });
});
