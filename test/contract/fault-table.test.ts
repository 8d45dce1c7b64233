// Every fault in every phase, through the app's own fabric against a real API server: told, and fully recovered from.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SCENARIOS } from '../../shared/scenarios/index.ts';
import { canRun } from '../cluster/can-run.ts';
import { useSharedCluster } from '../cluster/use-cluster.ts';
import type { Cluster } from '../cluster/use-cluster.ts';
import type { Fault } from '../fault/fault.ts';
import { FAULT_TABLE, PHASES } from '../fault/fault-table.ts';
import { uniqueName } from '../e2e/world.ts';
import { runCell } from './fault-run.ts';
import { change, isComplete, isLive, look, prepareGround, setUp, until } from './fault-stand.ts';
import type { Ground } from './fault-stand.ts';

vi.setConfig({ maxConcurrency: 24 });

const CELLS = FAULT_TABLE.flatMap((row) => PHASES.map((phase) => ({ row, phase })));

const LOSSES: readonly Fault[] = [
  { do: 'reset connections' },
  { do: 'refuse' },
  { do: 'status', status: 503 },
  { do: 'half close' },
  { do: 'certificate', presented: 'other authority' },
  { do: 'reset' },
];

/** Sockets and timers that keep this process awake, the proxy's own among them. */
const open = (): number =>
  process.getActiveResourcesInfo().filter((name) => /TCP|TLS|Timeout/.test(name)).length;

/** Node says when listeners pile up. */
const warnings: string[] = [];
process.on('warning', ({ name, message }) => {
  if (name === 'MaxListenersExceededWarning') warnings.push(message);
});

describe.runIf(canRun().controlPlane === true)('the fault table', { timeout: 300_000 }, () => {
  let cluster: Cluster;
  let ground: Ground;
  let home: string;

  beforeAll(async () => {
    cluster = await useSharedCluster();
    home = mkdtempSync(join(tmpdir(), 'hedgerow-faults-'));
    ground = await prepareGround(cluster.kubeconfigFor('admin-token'), home);
  }, 600_000);
  afterAll(async () => {
    ground.direct.close();
    rmSync(home, { recursive: true });
    await cluster.stop();
  });

  it.concurrent.each(CELLS)('$row.name: $phase', async ({ row, phase }) => {
    await runCell(ground, row, phase, uniqueName('fault'));
  });

  it('many losses in a row leave no socket, no timer and no watch behind', async () => {
    const floor = open();
    const stand = await setUp(ground, uniqueName('fault'), SCENARIOS);
    const counts: number[] = [];
    try {
      stand.fabric.open();
      await isLive(stand);
      const watches = stand.fabric.session?.watches.length ?? 0;
      for (const [round, fault] of LOSSES.entries()) {
        await stand.proxy.set(fault);
        await until(
          'The link is lost',
          () => stand.fabric.link.phase === 'stale',
          () => look(stand),
        );
        await stand.proxy.clear();
        await stand.fabric.retry();
        await isLive(stand, 'conn/throttled');
        await change(stand, `round-${round}`, round === 0 ? 'removed' : `round-${round - 1}`);
        await isComplete(stand);
        // What was idle for long enough is ended by the pool itself.
        await until('Idle sockets end', () => stand.proxy.sockets.clients <= watches + 4);
        counts.push(open());
      }
      expect(stand.fabric.session?.watches.length).toBe(watches);
    } finally {
      await stand.close();
    }
    const [first = 0] = counts;
    // Not more from round to round, but for the few connections that a pool keeps for the next requests.
    expect(Math.max(...counts), counts.join()).toBeLessThanOrEqual(first + 10);
    await until(
      'All is closed',
      () => open() <= floor,
      () => process.getActiveResourcesInfo().join(),
    );
    expect(warnings).toEqual([]);
  });
});
