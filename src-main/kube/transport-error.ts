/** From whatever a request threw to an `AppError` that says what is wrong and what to do. */
import { AppFailure } from '../../shared/errors.ts';
import type { AppError } from '../../shared/errors.ts';
import { maskText, showUrl } from './mask-text.ts';
import { bodyRow, rowOf } from './transport-rows.ts';
import type { Found } from './transport-rows.ts';

/** Where a request went: for sentences. */
export interface Where {
  /** Context name. */
  readonly fabric: string;
  /** Server URL of the kubeconfig. */
  readonly server: string;
  /** Proxy on the way, if any. */
  readonly proxy?: string | undefined;
}

/** The first code in an error, its causes and the members of an AggregateError (one per address tried). */
function findCode(cause: unknown, depth = 0): Found | undefined {
  if (typeof cause !== 'object' || cause === null || depth > 5) return undefined;
  const { code, name, message, errors, cause: inner } = cause as Record<string, unknown>;
  const text = typeof message === 'string' ? message : '';
  const nested: unknown[] = [inner, ...(Array.isArray(errors) ? (errors as unknown[]) : [])];
  for (const each of nested) {
    const found = findCode(each, depth + 1);
    if (found !== undefined && rowOf(found) !== undefined) return found;
  }
  if (typeof code === 'string') return { code, message: text };
  // The HTTP parser does not always say what it stumbled over.
  return name === 'HTTPParserError' ? { code: 'HPE_UNKNOWN', message: text } : undefined;
}

/** The caller, or the end of the client, broke it off. */
const ENDED: ReadonlySet<string> = new Set([
  'UND_ERR_ABORTED',
  'UND_ERR_DESTROYED',
  'UND_ERR_CLOSED',
  'ABORT_ERR',
]);

/** The failure that one who aborts a request gets. */
export function cancelled(fabric: string): AppError {
  return { code: 'cancelled', message: 'The request was cancelled.', fabric, retryable: true };
}

/**
 * The `AppError` of a request that got no answer, or whose answer broke off while its `body` was read. An `AppFailure`
 * keeps its own error. Details: server, proxy and errno.
 */
export function transportError(cause: unknown, where: Where, part: 'head' | 'body' = 'head'): AppError {
  if (cause instanceof AppFailure) return cause.error;
  const found = findCode(cause);
  const listed = found === undefined ? undefined : rowOf(found);
  const row = part === 'body' ? bodyRow(listed) : listed;
  const server = showUrl(where.server);
  const details = {
    server,
    ...(where.proxy !== undefined && { proxy: showUrl(where.proxy) }),
    ...(found !== undefined && { errno: found.code }),
  };
  if (row === undefined) {
    if (ENDED.has(found?.code ?? '') || (cause instanceof Error && cause.name === 'AbortError')) {
      return cancelled(where.fabric);
    }
    const said = cause instanceof Error ? maskText(cause.message, 300) : 'no reason given';
    return {
      code: 'internal',
      message: `The request to API server ${server} could not be made: ${said}.`,
      fabric: where.fabric,
      retryable: false,
      details,
    };
  }
  const via = where.proxy === undefined ? '' : `, through proxy ${showUrl(where.proxy)}`;
  const names = row.code === 'tls-untrusted' ? certificateNames(found) : '';
  return {
    code: row.code,
    message: `API server ${server} of context ${where.fabric} ${row.says}${names} (${found?.code ?? ''}${via}).`,
    hint: row.hint,
    fabric: where.fabric,
    retryable: row.retryable,
    details,
  };
}

/** The names a certificate is for, as Node's error tells them. */
function certificateNames(found: Found | undefined): string {
  const list =
    found?.code === 'ERR_TLS_CERT_ALTNAME_INVALID'
      ? /cert's (?:altnames|list): (.*)$/.exec(found.message)?.[1]
      : undefined;
  return list === undefined ? '' : `: ${maskText(list, 200)}`;
}
