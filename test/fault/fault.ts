/** What can go wrong between a client and an API server, as data, and which requests it is to hit. */

/** A request as the API server's authorizer names it; paths of no resource have verb `get` and no resource. */
export interface RequestFacts {
  readonly method: string;
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete';
  /** Without the query. */
  readonly path: string;
  readonly resource?: string;
  readonly namespace?: string;
  /** Whether nothing is to be stored. */
  readonly dryRun: boolean;
}

/** All given parts must fit; an empty one fits every request. */
export interface Matcher {
  readonly verb?: RequestFacts['verb'] | readonly RequestFacts['verb'][];
  readonly resource?: string;
  readonly path?: string | RegExp;
  readonly dryRun?: boolean;
}

/** Which certificate the proxy presents; all but `trusted` are refused by its clients. */
export type Presented = 'trusted' | 'other authority' | 'expired' | 'other name';

/** Faults below HTTP: they hit every connection, also those that are open. */
export type ConnectionFault =
  /** The port is closed. */
  | { readonly do: 'refuse' }
  /** Every connection is reset as soon as it is made. */
  | { readonly do: 'reset connections' }
  /**
   * Connections are accepted and never answered. Those that were open stay so for ever, even once the fault is lifted,
   * as behind a firewall that has forgotten them; `afterwards: 'reset'` ends them with the fault.
   */
  | { readonly do: 'black hole'; readonly afterwards?: 'dead' | 'reset' }
  /** Not even the request for a connection is answered (Linux). */
  | { readonly do: 'no answer to SYN' }
  | { readonly do: 'certificate'; readonly presented: Exclude<Presented, 'trusted'> };

/** Faults of single requests. */
export type RequestFault = (
  | {
      readonly do: 'status';
      readonly status: number;
      /** A Status of the API server unless told. */
      readonly body?: 'Status' | 'text' | 'page' | 'none';
      /** Seconds, sent as Retry-After. */
      readonly retryAfter?: number;
      /** So many answers, then none; until lifted unless told. */
      readonly times?: number;
    }
  /** The connection is reset instead of an answer, and in the middle of one that is under way. */
  | { readonly do: 'reset' }
  /** The answer ends in the middle: with a reset, or in good order as from a proxy with a small buffer. */
  | { readonly do: 'truncate'; readonly end: 'reset' | 'in order' }
  /** A watch gets an ERROR event with code 410; other requests pass. */
  | { readonly do: 'expired event' }
  /** Headers, or each piece of the body, come so many ms late. */
  | { readonly do: 'delay'; readonly headersMs?: number; readonly chunkMs?: number }
  /** 200 with what is no JSON. */
  | { readonly do: 'garbage' }
  /** 200 with the sign-in page of a proxy. */
  | { readonly do: 'page' }
  /** One byte now and then and never an end: of the headers, or of the body. */
  | { readonly do: 'slow loris'; readonly part: 'head' | 'body' }
  /** The server's side of the connection ends instead of an answer, the other stays open. */
  | { readonly do: 'half close' }
  /** The clock of the server is wrong by so many ms; all else is right. */
  | { readonly do: 'clock'; readonly skewMs: number }
) & { readonly on?: Matcher };

export type Fault = ConnectionFault | RequestFault;

const CONNECTION: readonly string[] = [
  'refuse',
  'reset connections',
  'black hole',
  'no answer to SYN',
  'certificate',
] satisfies ConnectionFault['do'][];

export function isConnectionFault(fault: Fault): fault is ConnectionFault {
  return CONNECTION.includes(fault.do);
}

const VERBS: Readonly<Record<string, RequestFacts['verb']>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** Reads method and URL of a request as the API server does (its RequestInfo). */
export function readFacts(method: string, url: string): RequestFacts {
  const { pathname, searchParams } = new URL(url, 'https://proxy.test');
  const parts =
    /^\/(?:api\/[^/]+|apis\/[^/]+\/[^/]+)\/(?:namespaces\/([^/]+)\/(?=.))?([^/]+)(?:\/(.+))?$/.exec(pathname);
  const [, namespace, resource, name] = parts ?? [];
  const watching = ['1', 'true'].includes(searchParams.get('watch') ?? '');
  const reading = watching ? 'watch' : resource !== undefined && name === undefined ? 'list' : 'get';
  return {
    method,
    verb: VERBS[method] ?? reading,
    path: pathname,
    dryRun: searchParams.has('dryRun'),
    ...(resource !== undefined && { resource }),
    ...(namespace !== undefined && { namespace }),
  };
}

/** Whether a matcher fits a request; none fits all. */
export function fits(matcher: Matcher | undefined, facts: RequestFacts): boolean {
  if (matcher === undefined) return true;
  const { verb, resource, path, dryRun } = matcher;
  if (verb !== undefined && ![verb].flat().includes(facts.verb)) return false;
  if (dryRun !== undefined && dryRun !== facts.dryRun) return false;
  if (resource !== undefined && resource !== facts.resource) return false;
  return path === undefined || (typeof path === 'string' ? path === facts.path : path.test(facts.path));
}
