/** Which other fabrics prove, by being live, that the network of this computer is fine. */
import type { FabricSummary } from '../../../shared/model/fabric.ts';

function isLoopback(server: string | undefined): boolean {
  if (server === undefined) return true;
  try {
    return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(server).hostname);
  } catch {
    return true;
  }
}

/** Leaves out what runs on this computer: the demo and servers on loopback need no network. */
export function provesNetwork(
  reachable: readonly string[],
  list: readonly Pick<FabricSummary, 'id' | 'server' | 'demo'>[],
): readonly string[] {
  return reachable.filter((id) => {
    const fabric = list.find((one) => one.id === id);
    return fabric !== undefined && !fabric.demo && !isLoopback(fabric.server);
  });
}
