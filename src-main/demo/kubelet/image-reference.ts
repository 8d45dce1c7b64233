/** Image references as the runtime reads them: host, repository, tag, digest. */

export interface ImageReference {
  readonly host: string;
  /** Host and repository: `docker.io/library/nginx`. */
  readonly repository: string;
  readonly path: string;
  readonly tag: string;
  readonly digest?: string;
  /** The whole, as the runtime names it: `docker.io/library/nginx:1.27`. */
  readonly full: string;
}

const COMPONENT = /^[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*$/;
const HOST =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::[0-9]+)?$/;
const TAG = /^[\w][\w.-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

interface Parts {
  readonly name: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** Name, tag and digest; undefined if there is more than one digest. */
function split(image: string): Parts | undefined {
  const [named = '', digest, ...more] = image.split('@');
  if (more.length > 0) return undefined;
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  return { name: colon < 0 ? named : named.slice(0, colon), tag, digest };
}

function hostAndPath(name: string): { host: string; parts: readonly string[] } {
  const [first = '', ...rest] = name.split('/');
  const hasHost = rest.length > 0 && (/[.:A-Z]/.test(first) || first === 'localhost');
  return hasHost ? { host: first, parts: rest } : { host: 'docker.io', parts: [first, ...rest] };
}

/** The reference, or why it is none, as the reference parser words it. */
export function parseImage(image: string): ImageReference | { readonly invalid: string } {
  const invalid = { invalid: 'invalid reference format' };
  const { name, tag, digest } = split(image) ?? { name: '', tag: undefined, digest: undefined };
  if (digest !== undefined && !DIGEST.test(digest)) return invalid;
  const { host, parts } = hostAndPath(name);
  if (parts.some((part) => /[A-Z]/.test(part))) {
    return { invalid: `${invalid.invalid}: repository name (${parts.join('/')}) must be lowercase` };
  }
  const isValid = HOST.test(host) && parts.every((part) => COMPONENT.test(part));
  if (!isValid || (tag !== undefined && !TAG.test(tag))) return invalid;
  const path = host === 'docker.io' && parts.length === 1 ? `library/${parts.join('/')}` : parts.join('/');
  const repository = `${host}/${path}`;
  const behind = digest === undefined ? `:${tag ?? 'latest'}` : `@${digest}`;
  return {
    host,
    repository,
    path,
    tag: tag ?? 'latest',
    ...(digest === undefined ? {} : { digest }),
    full: `${repository}${behind}`,
  };
}
