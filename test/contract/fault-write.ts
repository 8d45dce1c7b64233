// A write by the only way the app has, into a fault: what is said of it, and what truly happened.
import { expect } from 'vitest';
import type { Plan, Step } from '../../shared/model/plan.ts';
import type { BuiltPlan, PlanTarget } from '../../src-main/recovery/contract.ts';
import { openJournal } from '../../src-main/recovery/journal.ts';
import { PlanDesk } from '../../src-main/recovery/run-plan.ts';
import type { Matcher } from '../fault/fault.ts';
import type { FaultRow } from '../fault/fault-table.ts';
import { collection, configMap } from './fault-stand.ts';
import type { Stand } from './fault-stand.ts';

/** A plan of one ConfigMap, as the app makes them. */
function planOf(namespace: string, name: string): BuiltPlan {
  const object = configMap(namespace, name, 'x');
  const resource = { group: '', version: 'v1', resource: 'configmaps' };
  const step: Step = {
    do: 'create',
    object,
    resource,
    because: 'A test asks for it.',
    expects: 'It is there.',
  };
  const plan: Plan = {
    id: `create-${name}`,
    title: name,
    risk: 'guided',
    steps: [step],
    undo: { says: 'Delete it.', possible: true },
  };
  return { plan, yaml: '', verify: { as: 'me', questions: [] } };
}

/** A write by the only way the app has, with the fault from the moment its request stands at the proxy, or its answer does. */
export async function writeInto(stand: Stand, row: FaultRow, point: 'request' | 'answer'): Promise<void> {
  const { proxy, namespace, ground, fabric } = stand;
  const name = `written-${point}`;
  const real: Matcher = { verb: 'create', path: collection(namespace), dryRun: false };
  const before = proxy.count(real);
  const journal = openJournal(ground.home);
  const recorded = (await journal.list(fabric.id)).length;
  const desk = new PlanDesk({ journal, now: Date.now, onToken: neverAsked });
  const target: PlanTarget = {
    id: fabric.id,
    client: fabric.requireSession().client,
    requireWritable: () => fabric.requireWritable(),
    clientOf: neverAsked,
  };
  fabric.guard.unlock(5);
  const { hash } = await desk.prepare(target, () => Promise.resolve(planOf(namespace, name)));
  const gate = proxy.hold(real, point);
  const running = desk.run(target, hash);
  await gate.reached;
  await proxy.set(row.fault);
  gate.open();
  const { steps } = await running;
  const said = `fault at the ${point}: ${steps[0]?.says ?? ''}`;
  expect(steps[0]?.state, said).toBe(point === 'request' ? row.write : row.answerLost);
  expect(proxy.count(real) - before, 'how often it was sent').toBe(1);
  expect((await journal.list(fabric.id)).length - recorded, 'how often it was recorded').toBe(1);
  const there = (await ground.direct.list(collection(namespace))).filter((each) => each.name === name).length;
  if (steps[0]?.state !== 'unknown')
    expect(there, 'objects written').toBe(steps[0]?.state === 'done' ? 1 : 0);
}

function neverAsked(): never {
  throw new Error('Nothing here asks for a token.');
}
