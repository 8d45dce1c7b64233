/** What is shown of an answer that no API server gives: the beginning of its body and its headers, without secrets. */
import type { Answer } from './status-error.ts';
import { maskText, showUrl } from './mask-text.ts';

const BODY_SHOWN = 200;
const HEADERS_SHOWN = 20;
const HIDDEN = '••••••';

/** Headers that name who answers; of all others only the name is told. */
const TOLD: ReadonlySet<string> = new Set([
  'content-type',
  'content-length',
  'date',
  'proxy-connection',
  'retry-after',
  'server',
  'via',
  'x-cache',
  'x-squid-error',
]);
/** Of these, the first word: the scheme of the sign-in. */
const SCHEMES: ReadonlySet<string> = new Set(['www-authenticate', 'proxy-authenticate']);

function shown(name: string, value: string): string {
  if (TOLD.has(name)) return maskText(value, 120);
  if (SCHEMES.has(name)) return maskText(value.split(' ', 1)[0] ?? '', 40);
  // The query of a redirect to a sign-in page holds one-time codes.
  if (name === 'location') return showUrl(maskText(value.split(/[?#]/, 1)[0] ?? '', 200));
  return HIDDEN;
}

/** Details `body` (first 200 characters, masked) and `headers` (`content-type: text/html; set-cookie: ••••••`). */
export function foreignDetails({ headers, text }: Answer): Record<string, string> {
  const body = maskText(text, BODY_SHOWN).replace(/\s+/g, ' ').trim();
  const lines = Object.entries(headers)
    .slice(0, HEADERS_SHOWN)
    .flatMap(([name, value]) => {
      const first = Array.isArray(value) ? value[0] : value;
      return first === undefined ? [] : [`${maskText(name, 60)}: ${shown(name.toLowerCase(), first)}`];
    });
  return {
    ...(body !== '' && { body }),
    ...(lines.length > 0 && { headers: lines.join('; ') }),
  };
}
