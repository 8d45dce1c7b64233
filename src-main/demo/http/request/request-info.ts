/** Reads from a URL and a method which resource is meant and what is asked of it, as the API server's RequestInfo does. */

export interface RequestInfo {
  /** The decoded path. */
  readonly path: string;
  /** False for discovery, health and what else is no resource. */
  readonly isResource: boolean;
  /** `list`, `create` … for a resource, otherwise the HTTP method in lower case. */
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly namespace: string;
  readonly resource: string;
  readonly name: string;
  readonly subresource: string;
  /** The name for access rules: also the one that a list or watch selects by `metadata.name`. */
  readonly accessName: string;
  /** Parts of the path after the version that no route has, e.g. `foo` in `pods/x/status/foo`. */
  readonly rest: readonly string[];
}

const VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize']);

interface Target {
  readonly namespace: string;
  readonly parts: readonly string[];
}

function targetOf(parts: readonly string[]): Target {
  const [first, second, third] = parts;
  if (first !== 'namespaces' || second === undefined) return { namespace: '', parts };
  if (third === undefined || NAMESPACE_SUBRESOURCES.has(third)) return { namespace: second, parts };
  return { namespace: second, parts: parts.slice(2) };
}

/** True where the query asks for a watch: any text but 'false', '0' and none, as the API server reads it. */
export function asksWatch(query: URLSearchParams): boolean {
  const watch = query.get('watch');
  return watch !== null && watch !== 'false' && watch !== '0';
}

function collectionVerb(verb: string, query: URLSearchParams): string {
  if (verb === 'get') return asksWatch(query) ? 'watch' : 'list';
  return verb === 'delete' ? 'deletecollection' : verb;
}

/** The one name that a field selector leaves, or ''. */
function selectedName(verb: string, query: URLSearchParams): string {
  if (verb !== 'list' && verb !== 'watch') return '';
  const terms = (query.get('fieldSelector') ?? '').split(',');
  const names = terms.map((term) => /^metadata\.name==?([^=!%/\\]+)$/.exec(term)?.[1]);
  return names.find((name) => name !== undefined && name !== '.' && name !== '..') ?? '';
}

/** `path` is decoded already. */
export function readRequestInfo(method: string, path: string, query: URLSearchParams): RequestInfo {
  const trimmed = path.replace(/^\/|\/$/g, '').split('/');
  const none = {
    group: '',
    version: '',
    namespace: '',
    resource: '',
    name: '',
    subresource: '',
    accessName: '',
    rest: [],
  };
  const other = { ...none, path, isResource: false, verb: method.toLowerCase() };
  const grouped = trimmed[0] === 'apis';
  if (path.startsWith('//') || (trimmed[0] !== 'api' && !grouped)) return other;
  const versionAt = grouped ? 2 : 1;
  if (trimmed.length < versionAt + 2) return other;
  const [group = '', version = ''] = [grouped ? trimmed[1] : '', trimmed[versionAt]];
  let following = trimmed.slice(versionAt + 1);
  // The old form /api/v1/watch/…
  const watched = following[0] === 'watch' && following.length > 1;
  if (watched) following = following.slice(1);
  const { namespace, parts } = targetOf(following);
  const [resource = '', name = '', subresource = '', ...rest] = parts;
  const plain = watched ? 'watch' : (VERBS[method] ?? '');
  const verb = name === '' && !watched ? collectionVerb(plain, query) : plain;
  return {
    path,
    isResource: true,
    accessName: name === '' ? selectedName(verb, query) : name,
    verb,
    group,
    version,
    namespace,
    resource,
    name,
    subresource,
    rest,
  };
}
