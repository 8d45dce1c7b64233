/** What a list-watch says of a server that ends or turns back what it has begun. */
import type { AppError } from '../../shared/errors.ts';
import type { KubeClient } from './contract.ts';

/** The data of the server is older than what it said before: restored from a backup. A new list is due. */
export function restored({ server, fabric }: KubeClient, resource: string): AppError {
  return {
    code: 'expired',
    message: `API server ${server} of context ${fabric} went back to an older state of ${resource}.`,
    fabric,
    retryable: true,
  };
}

/** Without a pause such a server would be asked in a loop. */
export function endedEarly({ server, fabric }: KubeClient, resource: string): AppError {
  return {
    code: 'stream-closed',
    message: `API server ${server} of context ${fabric} ended the watch of ${resource} at once.`,
    fabric,
    retryable: true,
  };
}
