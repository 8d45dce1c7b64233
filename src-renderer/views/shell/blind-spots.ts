/** Blind spots in words. */
import type { BlindSpot } from '../../../shared/model/finding.ts';
import { clean } from '../../parts/text.ts';

/** `apps, namespace shop`: where the verb is missing. */
export function placeOf(spot: BlindSpot): string {
  const group = spot.group === '' ? 'core API' : spot.group;
  return spot.namespace === undefined ? group : `${group}, namespace ${spot.namespace}`;
}

/** Plain text for whoever can grant what is missing. */
export function describeBlindSpots(fabric: string, spots: readonly BlindSpot[]): string {
  const lines = spots.map((spot) => {
    const checks = spot.scenarios.length > 0 ? `\n  Checks that need it: ${spot.scenarios.join(', ')}` : '';
    return `- ${spot.verb} ${spot.resource} (${placeOf(spot)})\n  ${spot.reason}\n  ${spot.fix}${checks}`;
  });
  return clean(`Hedgerow cannot look at the following in ${fabric}:\n\n${lines.join('\n')}\n`);
}
