/** How a fabric is called on screen. */
import type { FabricSummary } from '../../shared/model/fabric.ts';

/** The name it was given, else its id. Not cleaned. */
export function nameOf(fabric: Pick<FabricSummary, 'id' | 'name'>): string {
  return fabric.name ?? fabric.id;
}
