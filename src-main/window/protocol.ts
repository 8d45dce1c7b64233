/** Serves the page from `app://hedgerow/`: files of one folder, with a strict content security policy. */
import { readFile } from 'node:fs/promises';
import { extname, resolve, sep } from 'node:path';

export const SCHEME = 'app';
/** Origin of the page; nothing else may be loaded, navigated to, or call the main process. */
export const ORIGIN = `${SCHEME}://hedgerow`;

/**
 * Scripts from the bundle alone. Style attributes are inline by nature of the editor and the terminal;
 * they can neither run code nor, with these rules, fetch anything from elsewhere.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
};

/** The file of `root` that a URL means; undefined for another origin, an unknown type or a path out of the folder. */
export function resolvePage(root: string, url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, host, pathname } = new URL(url);
  if (`${protocol}//${host}` !== ORIGIN) return undefined;
  let path: string;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
  if (path.includes('\0') || path.includes('\\')) return undefined;
  const file = resolve(root, `.${path === '/' ? '/index.html' : path}`);
  return file.startsWith(resolve(root) + sep) && Object.hasOwn(TYPES, extname(file)) ? file : undefined;
}

/** Answers a request for a part of the page; 404 for all that is not one of its files. */
export async function servePage(root: string, request: Request): Promise<Response> {
  const file = request.method === 'GET' ? resolvePage(root, request.url) : undefined;
  const body = file === undefined ? undefined : await readFile(file).catch(() => undefined);
  const headers = {
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-cache',
  };
  if (file === undefined || body === undefined) return new Response('Not found', { status: 404, headers });
  return new Response(new Uint8Array(body), {
    headers: { ...headers, 'content-type': TYPES[extname(file)] ?? '' },
  });
}
