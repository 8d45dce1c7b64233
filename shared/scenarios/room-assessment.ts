/** Tells a request that no node could ever hold from one for which the nodes are full now. */
import type { NodeRoom } from './node-room.ts';
import type { Amounts } from './pod-requests.ts';
import { clean, formatAmount } from './words.ts';

export interface Assessment {
  /** No node is large enough, even empty. False where that is not known. */
  readonly never: boolean;
  /** A resource no node offers at all: a device plugin that does not run, or hardware that is not there. */
  readonly devices?: string;
  /** The largest request for the resource that is short which a node could hold now, as people write it. */
  readonly largest?: string;
  /** One sentence, or empty where the nodes cannot be read. */
  readonly sentence: string;
}

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
  const measured = short.filter(
    (resource) => resource !== 'pods' && resource !== 'claims' && requests.has(resource),
  );
  if (rooms.length === 0 || measured.length === 0) return { never: false, sentence: '' };
  const open = rooms.filter((room) => room.open);
  const candidates = open.length === 0 ? rooms : open;
  const wanted = (resource: string): number => requests.get(resource) ?? 0;
  const devices = measured.find(
    (resource) =>
      resource.includes('/') && rooms.every(({ allocatable }) => (allocatable.get(resource) ?? 0) === 0),
  );
  if (devices !== undefined) {
    return {
      never: true,
      devices,
      sentence: `No node offers ${clean(devices, 80)}: its device plugin does not run, or no node has the device.`,
    };
  }
  const holds = (amounts: (room: NodeRoom) => Amounts): boolean =>
    candidates.some((room) =>
      measured.every((resource) => (amounts(room).get(resource) ?? 0) >= wanted(resource)),
    );
  const [scarce = ''] = measured.filter((resource) =>
    candidates.every(({ free }) => (free.get(resource) ?? 0) < wanted(resource)),
  );
  const largest = scarce === '' ? undefined : describeLargest(scarce, candidates);
  if (!holds(({ allocatable }) => allocatable)) {
    const most = measured.map(
      (resource) =>
        `${formatAmount(
          resource,
          maximum(resource, candidates, ({ allocatable }) => allocatable),
        )} ${clean(resource, 80)}`,
    );
    return {
      never: true,
      ...(largest === undefined ? {} : { largest }),
      sentence: `It can never fit: the most that a node offers is ${most.join(', ')}.`,
    };
  }
  if (holds(({ free }) => free))
    return {
      never: false,
      sentence: 'By the requests of its pods a node has room again; the scheduler tries again by itself.',
    };
  const sentence =
    largest === undefined
      ? 'Each is free somewhere, but not all on one node: what is free is spread over the nodes.'
      : `The nodes are large enough but full now: at most ${largest} is free on one node.`;
  return { never: false, ...(largest === undefined ? {} : { largest }), sentence };
}

function describeLargest(resource: string, rooms: readonly NodeRoom[]): string {
  const amount = Math.max(
    0,
    maximum(resource, rooms, ({ free }) => free),
  );
  return `${formatAmount(resource, amount)} ${clean(resource, 80)}`;
}

function maximum(resource: string, rooms: readonly NodeRoom[], amounts: (room: NodeRoom) => Amounts): number {
  return Math.max(...rooms.map((room) => amounts(room).get(resource) ?? 0));
}
