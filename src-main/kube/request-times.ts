/** Times to the first byte of our own requests, by verb and resource: a ring of the last ones, so that it never grows. */
import type { RequestTimes } from '../../shared/model/connection.ts';
import type { RequestOptions } from './contract.ts';

/** How many requests are remembered, and for how long, ms: yesterday's throttling says nothing of now. */
const KEPT = 300;
const OLD_MS = 15 * 60_000;

interface Timed {
  readonly verb: string;
  readonly resource: string;
  readonly ms: number;
  readonly throttled: boolean;
  readonly at: number;
}

export interface TimesKeeper {
  /** `ms` to the first byte of an answer with this status. */
  record(path: string, options: RequestOptions, ms: number, status: number): void;
  /** Slowest first. */
  read(): RequestTimes[];
}

const VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/**
 * Verb and resource of a request as RBAC names them: `list pods`, `get pods/log`; for what is no resource the path itself.
 * The namespace `kube-system` itself is a resource, `namespaces/kube-system/pods` is one within it.
 */
export function describeRequest(path: string, options: RequestOptions): { verb: string; resource: string } {
  const method = options.method ?? 'GET';
  const match = /^\/(?:api\/[^/]+|apis\/[^/]+\/[^/]+)\/(.+)$/.exec(path.split('?')[0] ?? '');
  const parts = match?.[1]?.split('/') ?? [];
  const [resource, name, sub] = parts[0] === 'namespaces' && parts.length > 2 ? parts.slice(2) : parts;
  if (resource === undefined) return { verb: method.toLowerCase(), resource: path.split('?')[0] ?? '' };
  const watched = options.query?.watch !== undefined;
  const read = name === undefined ? (watched ? 'watch' : 'list') : 'get';
  return {
    verb: VERBS[method] ?? read,
    resource: sub === undefined ? resource : `${resource}/${sub}`,
  };
}

/** The smallest value that `share` (0 … 1) of the sorted values do not exceed. */
function percentile(sorted: readonly number[], share: number): number {
  return Math.round(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0);
}

/** `now` is for tests. */
export function createTimes(now: () => number = () => performance.now()): TimesKeeper {
  const ring: Timed[] = [];
  let next = 0;
  return {
    record(path, options, ms, status) {
      ring[next] = { ...describeRequest(path, options), ms, throttled: status === 429, at: now() };
      next = (next + 1) % KEPT;
    },
    read() {
      const groups = new Map<string, Timed[]>();
      const oldest = now() - OLD_MS;
      for (const each of ring) {
        if (each.at < oldest) continue;
        const key = `${each.verb} ${each.resource}`;
        const group = groups.get(key);
        if (group === undefined) groups.set(key, [each]);
        else group.push(each);
      }
      return [...groups.values()]
        .map((group): RequestTimes => {
          const sorted = group.map(({ ms }) => ms).sort((a, b) => a - b);
          return {
            verb: group[0]?.verb ?? '',
            resource: group[0]?.resource ?? '',
            count: group.length,
            p50: percentile(sorted, 0.5),
            p95: percentile(sorted, 0.95),
            throttled: group.filter(({ throttled }) => throttled).length,
          };
        })
        .sort((a, b) => b.p95 - a.p95);
    },
  };
}
