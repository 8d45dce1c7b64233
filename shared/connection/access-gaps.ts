/** rbac/blind-spots: what the diagnosis cannot see because the caller may not read it. */
import type { BlindSpot, Finding } from '../model/finding.ts';
import { clean, count, enumerate } from '../scenarios/words.ts';
import { fabricFinding } from './make-finding.ts';

const EVIDENCE_SHOWN = 20;

const apiOf = ({ resource, group }: BlindSpot): string =>
  clean(group === '' ? resource : `${resource}.${group}`, 160);

/** One finding for all that is refused; undefined where nothing is: a list that merely failed is no matter of RBAC. */
export function accessGaps(
  fabric: string,
  blindSpots: readonly BlindSpot[],
  user?: string,
): Finding | undefined {
  const denied = blindSpots.filter((spot) => spot.denied === true);
  if (denied.length === 0) return undefined;
  const names = [...new Set(denied.map(apiOf))];
  const checks = new Set(denied.flatMap(({ scenarios }) => scenarios)).size;
  const who = user === undefined ? 'The user of this context' : `User ${clean(user, 200)}`;
  return fabricFinding(fabric, {
    scenario: 'rbac/blind-spots',
    severity: 'medium',
    summary: `Fabric ${fabric} is seen in part: ${enumerate(names, 3)} may not be read, which ${count(checks, 'check')} ${checks === 1 ? 'needs' : 'need'}`,
    cause: `${who} may not read ${count(names.length, 'kind')} that the diagnosis needs, at least not everywhere; nothing there is called healthy.`,
    advice: 'Let an administrator apply the role that the access view exports, or the command rbac prints.',
    evidence: denied.slice(0, EVIDENCE_SHOWN).map((spot) => ({
      path: `access.${apiOf(spot)}${spot.namespace === undefined ? '' : `[${clean(spot.namespace, 63)}]`}`,
      observed: `${clean(spot.verb, 20)} is refused${spot.namespace === undefined ? ' in the whole cluster' : ''}`,
      why: `${count(spot.scenarios.length, 'check')} cannot run, or with less evidence.`,
    })),
  });
}
