/** Takes secrets out of text that others wrote: the stderr of a credential command, a server's answer, a URL. */

const HIDDEN = '••••••';

/** What looks like a secret, and what is left of it. Rather too much is hidden than too little. */
const RULES: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [^-]+-----[\s\S]*?(?:-----END [^-]+-----|$)/g, HIDDEN],
  // A JSON Web Token, also cut short.
  [/\beyJ[\w-]{8,}(?:\.[\w-]*){0,2}/g, HIDDEN],
  [/\b(bearer|basic)((?:\s+token)?[\s:]+)(?=\S*\d|\S{20})[\w.~+/=-]{6,}/gi, `$1$2${HIDDEN}`],
  [/(\/\/[^\s/:@]*):[^\s/@]+@/g, `$1:${HIDDEN}@`],
  [
    /((?:token|password|passwd|secret|api[_-]?key|access[_-]?key|assertion|code_verifier|credential)[\w-]*["']?\s*[=:]\s*["']?)[^\s"',;&]{3,}/gi,
    `$1${HIDDEN}`,
  ],
  // Long runs of base64 or hex: keys, session tokens. Paths and host names hold separators and stay.
  [/(?<![\w/.-])(?=[\w+/=]*\d)(?=[\w+/=]*[a-z])[A-Za-z0-9+/_]{32,}={0,2}(?![\w.-]*\/)/g, HIDDEN],
];

/** The text without tokens, passwords and keys, and without control characters; at most `limit` characters. */
export function maskText(text: string, limit = 2000): string {
  let masked = text.slice(0, limit * 4);
  for (const [pattern, replacement] of RULES) masked = masked.replace(pattern, replacement);
  // Terminal escapes, then what control characters are left but tab and line feed.
  masked = masked.replace(/\p{Cc}\[[0-9;?]*[ -/]*[@-~]/gu, '').replace(/(?![\t\n])\p{Cc}/gu, '');
  return masked.length > limit ? `${masked.slice(0, limit)}…` : masked;
}

/** A URL for the screen: without user name and password. Text that is no URL is masked as text. */
export function showUrl(url: string): string {
  if (!URL.canParse(url)) return maskText(url, 200);
  const parsed = new URL(url);
  if (parsed.username === '' && parsed.password === '') return url;
  parsed.username = '';
  parsed.password = '';
  return parsed.href.replace(/\/$/, '');
}
