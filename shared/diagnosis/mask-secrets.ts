/** Hides what looks like a credential in a line of text. Better one value too many than one too few. */

/** What stands in the place of a hidden value. */
const MASK = '•••';

const NAME = String.raw`[\w.-]{0,40}(?:passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?)[\w.-]{0,20}`;
const VALUE = String.raw`"(?:[^"\\]|\\.){0,2000}"?|'[^']{0,2000}'?|[^\s,;&"'{}()]{1,2000}`;

/** Words that follow a scheme's name in a sentence rather than in a header. */
const PROSE = '(?:auth\\w*|tokens?|realm|algorithm|challenge|scheme|credentials?|mismatch|security)';

/** Each with what remains of a match. The order matters: whole tokens first, then values behind telling names. */
const PATTERNS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/\beyJ[\w-]{8,}(?:\.[\w-]*){0,4}/g, MASK],
  [/\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,124}\b/g, MASK],
  [
    /\b(?:gh[pousr]_\w{20,250}|github_pat_\w{20,250}|glpat-[\w-]{20,250}|xox[abprs]-[\w-]{10,250}|sk_live_\w{10,250})/g,
    MASK,
  ],
  [
    new RegExp(String.raw`\b(bearer|basic|digest|negotiate)(\s+)(?!${PROSE}\b)[\w.~+/=-]{6,}`, 'gi'),
    `$1$2${MASK}`,
  ],
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/[^\s:@/]{0,200}):[^\s@/]{1,200}@/gi, `$1:${MASK}@`],
  [new RegExp(String.raw`(["']?${NAME}["']?\s{0,3}(?:=>|:=|=|:)\s{0,3})(?:${VALUE})`, 'gi'), `$1${MASK}`],
  [new RegExp(String.raw`(--?${NAME}\s{1,3})(?!-)(?:${VALUE})`, 'gi'), `$1${MASK}`],
];

const KEY_BLOCK_BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/;
const KEY_BLOCK_END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/;

/** One line with its likely secrets hidden. Linear in the length of the line. */
export function maskSecrets(line: string): string {
  return PATTERNS.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), line);
}

/** Lines with their likely secrets hidden, private keys that go over several lines included. */
export function maskLines(lines: readonly string[]): string[] {
  let inKey = false;
  return lines.map((line) => {
    const begin = KEY_BLOCK_BEGIN.exec(line);
    if (!inKey && begin === null) return maskSecrets(line);
    const before = inKey ? '' : maskSecrets(line.slice(0, begin?.index));
    const end = KEY_BLOCK_END.exec(line);
    inKey = end === null;
    return before + MASK + (end === null ? '' : maskSecrets(line.slice(end.index + end[0].length)));
  });
}
