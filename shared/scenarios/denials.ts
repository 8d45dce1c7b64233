/** Reads in the log of an API client that the API server refused it, and what it wanted. */
import { text } from '../cluster/narrow.ts';
import { clean } from './words.ts';

/**
 * `forbidden`: known to the server, and not allowed (403). `unauthorised`: its token was refused (401).
 * `no token`, `token unreadable`: the file that every pod with a mounted token has.
 */
export interface Denial {
  readonly kind: 'forbidden' | 'unauthorised' | 'no token' | 'token unreadable';
  /** The ServiceAccount the server names. */
  readonly account?: { readonly namespace: string; readonly name: string };
  /** What was refused, where the server says it. */
  readonly wanted?: Wanted;
  /** A client that lists in order to watch: the one is of no use to it without the other. */
  readonly follows?: boolean;
  /** The role that the authorizer itself could not find. */
  readonly missingRole?: { readonly kind: 'Role' | 'ClusterRole'; readonly name: string };
}

export interface Wanted {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  /** None: in all namespaces, or a kind without one. */
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

const LONGEST = 4000;
const ACCOUNT = 'system:serviceaccount:';

/** `User "system:serviceaccount:NS:SA" cannot list resource "pods" in API group "" in the namespace "NS"`, or a path. */
const FORBIDDEN =
  /\bforbidden: User "system:serviceaccount:([^":]{1,63}):([^"]{1,253})" cannot ([\w*-]{1,40})(?: resource "([^"]{1,253})" in API group "([^"]{0,253})"(?: in the namespace "([^"]{1,63})")?)?/;
/** How client-go's reflectors tell it. */
const REFLECTOR = /\bfailed to (?:list|watch) \*/i;
/** The object's name, where one was asked for: `pods "web-1" is forbidden`. */
const OBJECT = /"([^"]{1,253})" is $/;
const MISSING_ROLE = /\b(role|clusterrole)\.rbac\.authorization\.k8s\.io "([^"]{1,253})" not found/;

/** What clients of the API say of a 401, whatever else the line says. */
const REFUSED_TOKEN =
  /the server has asked for the client to provide credentials|You must be logged in to the server|kubernetes\.client\S{0,40}ApiException: \(401\)|"kind":\s?"Status".{0,400}"code":\s?401/;
/** The bare word needs more: any web service answers so. */
const UNAUTHORISED = /\bUnauthorized\b/;
const API_CLIENT =
  /\bfailed to (?:list|watch|get) \*?[\w./]{1,80}\b|\*v\d\w{0,10}\.[A-Z]\w+|reflector\.go|\bclient-go\b|\bleaderelection\b|resource lock|\bkubernetes\.default\b|\/apis?\/[a-z0-9.]{2,80}\/?v?\d?|\bk8s\.io\b/i;

const TOKEN_FILE = /\/run\/secrets\/kubernetes\.io\/serviceaccount\/token\b/;
/** An excerpt hides the word behind `token:`, as it would hide a token: `token: ••• such file or directory`. */
const NO_FILE = /such file or directory|ENOENT|FileNotFound/i;
const UNREADABLE = /\bdenied\b|EACCES/i;

/**
 * The refusal a log line tells, or nothing. A `permission denied` of any other file, and an `Unauthorized` of any other
 * service, is none: RBAC has no part in them.
 */
export function readDenial(line: string): Denial | undefined {
  // Structured loggers put the message in quotes, once or several times over.
  const said = line.slice(0, LONGEST).replace(/\\+"/g, '"');
  if (said.includes(ACCOUNT)) return readForbidden(said);
  if (TOKEN_FILE.test(said)) {
    if (UNREADABLE.test(said)) return { kind: 'token unreadable' };
    return NO_FILE.test(said) ? { kind: 'no token' } : undefined;
  }
  const refused = REFUSED_TOKEN.test(said) || (UNAUTHORISED.test(said) && API_CLIENT.test(said));
  return refused ? { kind: 'unauthorised' } : undefined;
}

function readForbidden(said: string): Denial | undefined {
  const match = FORBIDDEN.exec(said);
  if (match === null) return undefined;
  const [whole, namespace = '', name = '', verb = '', resource, group = '', where] = match;
  const role = MISSING_ROLE.exec(said.slice(match.index + whole.length));
  return {
    kind: 'forbidden',
    account: { namespace, name },
    ...(REFLECTOR.test(said.slice(0, match.index)) ? { follows: true } : {}),
    ...(resource === undefined
      ? {}
      : {
          wanted: wantedOf({ verb, resource, group, namespace: where, before: said.slice(0, match.index) }),
        }),
    ...(role === null
      ? {}
      : { missingRole: { kind: role[1] === 'role' ? 'Role' : 'ClusterRole', name: text(role[2]) } as const }),
  };
}

function wantedOf(read: {
  verb: string;
  resource: string;
  group: string;
  namespace: string | undefined;
  before: string;
}): Wanted {
  const [resource = '', subresource = ''] = read.resource.split('/');
  const { verb, group, namespace, before } = read;
  return { verb, group, resource, subresource, namespace, name: OBJECT.exec(before)?.[1] };
}

/** `list pods in namespace shop`, `get nodes in the whole cluster`: the middle of a sentence. */
export function nameWanted({ verb, group, resource, subresource, namespace }: Wanted): string {
  const what = `${resource}${subresource === '' ? '' : `/${subresource}`}${group === '' ? '' : `.${group}`}`;
  const where = namespace === undefined ? 'in the whole cluster' : `in namespace ${clean(namespace, 63)}`;
  return `${clean(verb, 40)} ${clean(what, 120)} ${where}`;
}
