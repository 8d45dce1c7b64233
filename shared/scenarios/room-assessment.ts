/** Tells a request that no node could ever hold from one for which the nodes are full now. */
import type { NodeRoom } from './node-room.ts';
import type { Amounts } from './pod-requests.ts';
import { clean, enumerate, formatAmount } from './words.ts';

export interface Assessment {
  /** No node is large enough, even empty. False where that is not known. */
  readonly never: boolean;
  /** A resource no node offers at all: a device plugin that does not run, or hardware that is not there. */
  readonly devices?: string;
  /** The resources that every node in question lacks; all that are short where each is free somewhere. */
  readonly scarce: readonly string[];
  /** The most that is free on one node of each scarce resource, as people write it; empty where that helps nobody. */
  readonly largest: string;
  /** One sentence, or empty where the nodes cannot be read. */
  readonly sentence: string;
}

type Pick = (room: NodeRoom) => Amounts;
const allocatable: Pick = (room) => room.allocatable;
const free: Pick = (room) => room.free;

/**
 * Compares what is short with the nodes. Counted are the nodes open to the pod, or all where none is.
 *
 * @param short resources the scheduler names
 */
export function assessRoom(
  short: readonly string[],
  requests: Amounts,
  rooms: readonly NodeRoom[],
): Assessment {
  const measured = short.filter((resource) => requests.has(resource));
  const unknown: Assessment = { never: false, scarce: short, largest: '', sentence: '' };
  if (rooms.length === 0 || measured.length === 0) return unknown;
  const open = rooms.filter((room) => room.open);
  const candidates = open.length === 0 ? rooms : open;
  const wants = (resource: string): number => requests.get(resource) ?? 0;
  const holds = (pick: Pick): boolean =>
    candidates.some((room) =>
      measured.every((resource) => amountOf(room, resource, pick) >= wants(resource)),
    );
  const lackedBy = (pick: Pick): string[] =>
    measured.filter((resource) =>
      candidates.every((room) => amountOf(room, resource, pick) < wants(resource)),
    );

  const devices = measured.find(
    (resource) => isDevice(resource) && rooms.every((room) => amountOf(room, resource, allocatable) === 0),
  );
  if (devices !== undefined) {
    const sentence = `No node offers ${clean(devices, 80)}: its device plugin does not run, or no node has the device.`;
    return { never: true, devices, scarce: [devices], largest: '', sentence };
  }
  if (!holds(allocatable)) {
    const scarce = orAll(lackedBy(allocatable), measured);
    const most = describeMost(scarce, candidates, allocatable);
    return {
      never: true,
      scarce,
      largest: describeMost(scarce, candidates, free),
      sentence: `It can never fit: the most that a node open to it offers is ${most}.`,
    };
  }
  if (holds(free)) {
    return {
      ...unknown,
      sentence: 'By the requests of its pods a node has room again; the scheduler tries again by itself.',
    };
  }
  const scarce = lackedBy(free);
  if (scarce.length === 0) {
    return {
      never: false,
      scarce: measured,
      largest: '',
      sentence: 'Each is free somewhere, but not all on one node.',
    };
  }
  const largest = describeMost(scarce, candidates, free);
  return {
    never: false,
    scarce,
    largest,
    sentence: `The nodes are large enough but full now: free on one node is at most ${largest}.`,
  };
}

function amountOf(room: NodeRoom, resource: string, pick: Pick): number {
  return pick(room).get(resource) ?? 0;
}

/** Extended resources have a domain in their name; Kubernetes' own have none. */
function isDevice(resource: string): boolean {
  return resource.includes('/');
}

function orAll(some: readonly string[], all: readonly string[]): readonly string[] {
  return some.length === 0 ? all : some;
}

function describeMost(resources: readonly string[], rooms: readonly NodeRoom[], pick: Pick): string {
  const amounts = resources.map((resource) => {
    const most = Math.max(0, ...rooms.map((room) => amountOf(room, resource, pick)));
    return `${formatAmount(resource, most)} ${clean(resource, 80)}`;
  });
  return enumerate(amounts, 4);
}
