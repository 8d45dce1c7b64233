/** What Go's JSON decoder, and so the real API server, says of a text that is no JSON. */

/** Nesting that Go's decoder refuses. */
const MAX_DEPTH = 10_000;
const HALF_CHARACTER = /\\u[dD][89a-fA-F]/;
const END = 'unexpected end of JSON input';

/** Thrown within this file only. */
class Complaint extends Error {}

/** As `strconv.Quote` writes one byte, between single quotes. */
function quote(byte: string): string {
  if (byte === "'") return "'\\''";
  if (byte === '"') return `'"'`;
  const code = byte.charCodeAt(0);
  if (code < 0x20 || code === 0x7f) {
    const named = JSON.stringify(byte).slice(1, -1);
    return `'${named.startsWith('\\u') || code === 0x7f ? `\\x${code.toString(16).padStart(2, '0')}` : named}'`;
  }
  // Beyond ASCII a byte stands for the character of that number; the first of those do not print.
  if (code > 0x7f && (code <= 0xa0 || code === 0xad)) return `'\\u00${code.toString(16)}'`;
  return byte === '\\' ? "'\\\\'" : `'${byte}'`;
}

class Scanner {
  readonly #bytes: string;
  #at = 0;

  constructor(text: string | Buffer) {
    this.#bytes = (typeof text === 'string' ? Buffer.from(text, 'utf8') : text).toString('latin1');
  }

  /** The byte here; '' at the end. */
  get here(): string {
    return this.#bytes.charAt(this.#at);
  }

  fail(where: string): never {
    throw new Complaint(this.here === '' ? END : `invalid character ${quote(this.here)} ${where}`);
  }

  take(): string {
    const byte = this.here;
    this.#at += 1;
    return byte;
  }

  skipSpace(): void {
    while (this.here !== '' && ' \t\r\n'.includes(this.here)) this.#at += 1;
  }

  expect(pattern: RegExp, where: string): void {
    if (!pattern.test(this.here)) this.fail(where);
    this.#at += 1;
  }

  digits(where: string): void {
    this.expect(/^\d$/, where);
    while (/^\d$/.test(this.here)) this.#at += 1;
  }

  string(): void {
    this.#at += 1;
    for (;;) {
      const byte = this.here;
      if (byte === '' || byte < ' ') this.fail('in string literal');
      this.#at += 1;
      if (byte === '"') return;
      if (byte !== '\\') continue;
      const escape = this.here;
      this.expect(/^["\\/bfnrtu]$/, 'in string escape code');
      if (escape !== 'u') continue;
      for (let digit = 0; digit < 4; digit += 1)
        this.expect(/^[\da-fA-F]$/, 'in \\u hexadecimal character escape');
    }
  }

  number(): void {
    if (this.here === '-') this.#at += 1;
    if (this.here === '0') this.#at += 1;
    else this.digits('in numeric literal');
    if (this.here === '.') {
      this.#at += 1;
      this.digits('after decimal point in numeric literal');
    }
    if (!/^[eE]$/.test(this.here)) return;
    this.#at += 1;
    if (/^[+-]$/.test(this.here)) this.#at += 1;
    this.digits('in exponent of numeric literal');
  }

  literal(word: string): void {
    for (const letter of word) {
      if (this.here !== letter) this.fail(`in literal ${word} (expecting '${letter}')`);
      this.#at += 1;
    }
  }
}

const LITERALS: Readonly<Record<string, string>> = { t: 'true', f: 'false', n: 'null' };

function scanKey(scanner: Scanner): void {
  if (scanner.here !== '"') scanner.fail('looking for beginning of object key string');
  scanner.string();
  scanner.skipSpace();
  scanner.expect(/^:$/, 'after object key');
}

/** Reads one value without those within it; true if it opens an object or a list that is not empty. */
function scanValue(scanner: Scanner, open: ('{' | '[')[]): boolean {
  const first = scanner.here;
  if (first === '{' || first === '[') {
    open.push(first);
    if (open.length > MAX_DEPTH) scanner.fail('exceeded max depth');
    scanner.take();
    scanner.skipSpace();
    if (scanner.here === (first === '{' ? '}' : ']')) {
      scanner.take();
      open.pop();
      return false;
    }
    if (first === '{') scanKey(scanner);
    return true;
  }
  const literal = Object.hasOwn(LITERALS, first) ? LITERALS[first] : undefined;
  if (first === '"') scanner.string();
  else if (/^[-\d]$/.test(first)) scanner.number();
  else if (literal !== undefined) scanner.literal(literal);
  else scanner.fail('looking for beginning of value');
  return false;
}

/** After a value: closes what ends here. False when all is read. */
function scanEnd(scanner: Scanner, open: ('{' | '[')[]): boolean {
  for (;;) {
    scanner.skipSpace();
    const within = open.at(-1);
    if (within === undefined) {
      if (scanner.here !== '') scanner.fail('after top-level value');
      return false;
    }
    if (scanner.here === ',') {
      scanner.take();
      scanner.skipSpace();
      if (within === '{') scanKey(scanner);
      return true;
    }
    if (scanner.here !== (within === '{' ? '}' : ']'))
      scanner.fail(within === '{' ? 'after object key:value pair' : 'after array element');
    scanner.take();
    open.pop();
  }
}

/** The complaint, such as `invalid character 'o' in literal null (expecting 'u')`; undefined for what is JSON. */
export function goJsonComplaint(text: string | Buffer): string | undefined {
  const scanner = new Scanner(text);
  const open: ('{' | '[')[] = [];
  try {
    for (;;) {
      scanner.skipSpace();
      if (!scanValue(scanner, open) && !scanEnd(scanner, open)) return undefined;
    }
  } catch (error) {
    if (error instanceof Complaint) return error.message;
    throw error;
  }
}

/** As `JSON.parse`, but what is nested deeper than Go's decoder goes is refused, too. */
export function parseGoJson(text: string): { readonly value: unknown } | { readonly complaint: string } {
  // Only where there are so many brackets may there be so many within each other.
  const isDeep = text.length > MAX_DEPTH && (text.match(/[[{]/g)?.length ?? 0) > MAX_DEPTH;
  const complaint = isDeep ? goJsonComplaint(text) : undefined;
  if (complaint !== undefined) return { complaint };
  try {
    // Go has no half characters.
    const mend = (_key: string, value: unknown): unknown =>
      typeof value === 'string' ? Buffer.from(value).toString() : value;
    return { value: JSON.parse(text, HALF_CHARACTER.test(text) ? mend : undefined) as unknown };
  } catch {
    return { complaint: goJsonComplaint(text) ?? END };
  }
}
