// Runs one cell of the fault table: the fault comes in its phase, is told, passes, and leaves nothing behind.
import { expect } from 'vitest';
import type { Expected, FaultRow, Phase } from '../fault/fault-table.ts';
import { change, isComplete, isLive, sees, setUp } from './fault-stand.ts';
import type { Ground, Stand } from './fault-stand.ts';
import { writeInto } from './fault-write.ts';

/** A fabric that asks more often than this in one cell is in a loop. */
const STORM = 400;

async function recover(stand: Stand, { lingers }: FaultRow, back: Expected['back']): Promise<void> {
  await stand.proxy.clear();
  if (back === 'retry') await stand.fabric.retry();
  if (back === 'sign in') await stand.fabric.signIn();
  await isLive(stand, lingers);
  await isComplete(stand);
}

async function enter(stand: Stand, { fault }: FaultRow, phase: Phase): Promise<void> {
  const { proxy, fabric } = stand;
  if (phase === 'first connect') {
    await proxy.set(fault);
    fabric.open();
  } else if (phase === 'during a list') {
    const gate = proxy.hold({ verb: 'list' });
    fabric.open();
    await gate.reached;
    await proxy.set(fault);
    gate.open();
  } else {
    fabric.open();
    await isLive(stand);
    if (phase === 'steady watch') await proxy.set(fault);
  }
}

/** `namespace` is one that does not exist yet. Rejects with what was expected and what was seen. */
export async function runCell(ground: Ground, row: FaultRow, phase: Phase, namespace: string): Promise<void> {
  const stand = await setUp(ground, namespace);
  const expected = row.phases[phase];
  try {
    await enter(stand, row, phase);
    if (phase === 'during a write') await writeInto(stand, row, 'request');
    await change(stand, 'during', 'removed');
    await sees(stand, expected);
    if (expected.link === 'live') await isComplete(stand);
    await recover(stand, row, expected.back);
    if (phase === 'during a write' && row.answerLost !== undefined) {
      await writeInto(stand, row, 'answer');
      await recover(stand, row, expected.back);
    }
    await change(stand, 'after', 'during');
    await isComplete(stand);
    const watches = stand.fabric.session?.watches.length ?? 0;
    expect(stand.proxy.sockets.clients, 'open sockets').toBeLessThanOrEqual(2 * watches + 4);
    expect(stand.proxy.count(), 'requests').toBeLessThan(STORM);
  } finally {
    await stand.close();
  }
}
