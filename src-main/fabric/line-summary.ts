/** What the list of fabrics tells of a line: who answers, whether all is paused, when the sign-in ends. */
import type { FabricNow } from '../kube/contract.ts';
import type { Line } from './line.ts';

export type LineSummary = Pick<FabricNow, 'identity' | 'pause' | 'credentialsEndAt'>;

/** Without a line nothing was contacted: the fabric is closed. */
export function summarizeLine(line: Line | undefined): LineSummary {
  if (line === undefined) return { identity: 'unknown' };
  const { connector, identity, credentials } = line;
  const ends = (credentials?.ends ?? [])
    .filter(({ what }) => what !== 'authority')
    .map(({ notAfter }) => notAfter);
  return {
    identity: identity.state.state,
    ...(connector.pause !== undefined && { pause: connector.pause }),
    ...(ends.length > 0 && { credentialsEndAt: Math.min(...ends) }),
  };
}
