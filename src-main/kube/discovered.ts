/** What both ways of discovery yield. */
import type { AppError } from '../../shared/errors.ts';
import type { KindInfo } from '../../shared/ipc.ts';
import type { KubeClient } from './contract.ts';

/** A kind without the answer to whether it is custom. */
export type FoundKind = Omit<KindInfo, 'custom'>;

/** Kinds in the order of preference of versions, and what could not be read. */
export interface Found {
  readonly kinds: readonly FoundKind[];
  readonly problems: readonly AppError[];
}

/** `group/version` could not be discovered: its aggregated API server does not answer. */
export function staleGroup(client: KubeClient, group: string, version: string): AppError {
  return {
    code: 'server-error',
    message: `API server ${client.server} of context ${client.fabric} cannot tell the kinds of ${group}/${version}: the API server behind it does not answer.`,
    hint: `Look at the APIService ${version}.${group} and the Service it names.`,
    fabric: client.fabric,
    retryable: true,
    details: { server: client.server, group, version },
  };
}
