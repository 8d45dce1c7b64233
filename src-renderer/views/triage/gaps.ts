/** What a finding could not look at, as sentences. */
import type { BlindSpot, Finding } from '../../../shared/model/finding.ts';

/**
 * The reasons of the blind spots that concern the finding's scenario, and a plain sentence for each kind it names
 * as not checked that no blind spot explains.
 */
export function gapsOf(
  finding: Pick<Finding, 'scenario' | 'notChecked'>,
  blindSpots: readonly BlindSpot[],
): readonly string[] {
  const concerning = blindSpots.filter(
    (spot) => spot.scenarios.includes(finding.scenario) && finding.notChecked.includes(spot.kind),
  );
  const explained = new Set(concerning.map((spot) => spot.kind));
  const unexplained = finding.notChecked.filter((kind) => !explained.has(kind));
  return [
    ...new Set([
      ...concerning.map((spot) => spot.reason),
      ...unexplained.map((kind) => `${kind} could not be read.`),
    ]),
  ];
}
