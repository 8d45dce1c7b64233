/** Splits the target of a request into a decoded path and a query, whatever a client may have sent. */
import { badRequest } from '../../status-error.ts';

export interface Target {
  readonly path: string;
  readonly query: URLSearchParams;
}

/** The query without the pairs that Go's parser refuses: those with a semicolon or a bad escape. */
function readQuery(text: string): URLSearchParams {
  const pairs = text.split('&').filter((pair) => !pair.includes(';') && !/%(?![0-9a-f]{2})/i.test(pair));
  return new URLSearchParams(pairs.join('&'));
}

/** `url` as it stands in the request line, absolute form included. Throws 400 for bad escapes. */
export function readTarget(url: string): Target {
  const relative = url.replace(/^https?:\/\/[^/?#]*/i, '').replace(/#.*$/s, '');
  const at = relative.indexOf('?');
  const raw = at < 0 ? relative : relative.slice(0, at);
  const query = readQuery(at < 0 ? '' : relative.slice(at + 1));
  let path: string;
  try {
    path = decodeURIComponent(raw === '' ? '/' : raw);
  } catch {
    throw badRequest(`parse ${JSON.stringify(url.slice(0, 200))}: invalid URL escape`);
  }
  return { path, query };
}
