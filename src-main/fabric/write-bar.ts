/** Why nothing may be written to a fabric now, whoever unlocked it. */
import type { LinkState } from '../../shared/model/fabric.ts';
import type { KubeContext } from '../kube/contract.ts';
import type { Line } from './line.ts';

export interface BarFacts {
  readonly context: KubeContext;
  readonly link: LinkState;
  readonly line: Pick<Line, 'identity' | 'connector'> | undefined;
}

/** One sentence, or undefined where nothing speaks against it. */
export function barOf({ context, link, line }: BarFacts): string | undefined {
  const { id, own } = context;
  if (own?.readOnly === true) return `Fabric ${id} is set to read-only in its settings.`;
  if (line?.identity.state.state === 'changed')
    return `Another cluster answers than the one that is recorded for fabric ${id}.`;
  if (line?.connector.pause !== undefined) return `Fabric ${id} is paused.`;
  if (link.phase === 'stale') return `The data of fabric ${id} is stale.`;
  return link.phase === 'live' || link.phase === 'syncing' ? undefined : `Fabric ${id} is not connected.`;
}
