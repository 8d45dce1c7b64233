/** Reads the words of a shell script: quotes, variables, command substitution, arithmetic. */
import { ShellSyntaxError, type Script, type Word, type WordPart } from './syntax.ts';

/** A place in a script, moved on by whoever reads. */
export interface Cursor {
  readonly text: string;
  at: number;
}

type ParseScript = (text: string) => Script;

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const SPECIAL = /[0-9?$!#@*-]/;
const WORD_END = /[\s;&|<>()]/;
const OPERATORS = [':-', ':=', ':+', ':?', '##', '%%', '-', '=', '+', '?', '#', '%'];

export function nameAt({ text, at }: Cursor): string {
  NAME.lastIndex = at;
  return NAME.exec(text)?.[0] ?? '';
}

/** The text up to the bracket that closes the one before the cursor, which is moved behind it. */
function takeBalanced(cursor: Cursor, open: string, close: string): string {
  const start = cursor.at;
  let depth = 1;
  while (cursor.at < cursor.text.length) {
    const char = cursor.text[cursor.at];
    if (char === '\\') cursor.at += 1;
    else if (char === "'" || char === '"') skipQuoted(cursor, char);
    else if (char === open) depth += 1;
    else if (char === close) depth -= 1;
    cursor.at += 1;
    if (depth === 0) return cursor.text.slice(start, cursor.at - 1);
  }
  throw new ShellSyntaxError(`syntax error: unexpected end of file (expecting "${close}")`, true);
}

function skipQuoted(cursor: Cursor, quote: string): void {
  for (cursor.at += 1; cursor.at < cursor.text.length; cursor.at += 1) {
    const char = cursor.text[cursor.at];
    if (char === quote) return;
    if (char === '\\' && quote === '"') cursor.at += 1;
  }
  throw new ShellSyntaxError('syntax error: unterminated quoted string', true);
}

function readBraces(cursor: Cursor, quoted: boolean, parse: ParseScript): WordPart {
  const inside = takeBalanced(cursor, '{', '}');
  const isLength = inside.startsWith('#') && inside.length > 1;
  const rest = isLength ? inside.slice(1) : inside;
  const name = nameAt({ text: rest, at: 0 }) || (SPECIAL.test(rest.charAt(0)) ? rest.charAt(0) : '');
  if (name === '') throw new ShellSyntaxError('syntax error: bad substitution');
  if (isLength) return { kind: 'variable', name, quoted, operator: 'length' };
  const behind = rest.slice(name.length);
  if (behind === '') return { kind: 'variable', name, quoted };
  const operator = OPERATORS.find((each) => behind.startsWith(each));
  if (operator === undefined) throw new ShellSyntaxError('syntax error: bad substitution');
  const operand = readQuotedText(behind.slice(operator.length), quoted, parse);
  return { kind: 'variable', name, quoted, operator, operand };
}

/** Reads a `$…` with the cursor behind the dollar; undefined if it is only a dollar. */
function readDollar(cursor: Cursor, quoted: boolean, parse: ParseScript): WordPart | undefined {
  const char = cursor.text.charAt(cursor.at);
  if (char === '{') {
    cursor.at += 1;
    return readBraces(cursor, quoted, parse);
  }
  if (cursor.text.startsWith('((', cursor.at)) {
    cursor.at += 2;
    const inside = takeBalanced(cursor, '(', ')');
    if (cursor.text[cursor.at] !== ')') throw new ShellSyntaxError('syntax error: expected "))"', true);
    cursor.at += 1;
    return { kind: 'arithmetic', expression: readQuotedText(inside, true, parse), quoted };
  }
  if (char === '(') {
    cursor.at += 1;
    return { kind: 'command', script: parse(takeBalanced(cursor, '(', ')')), quoted };
  }
  const name = nameAt(cursor) || (SPECIAL.test(char) ? char : '');
  if (name === '') return undefined;
  cursor.at += name.length;
  return { kind: 'variable', name, quoted };
}

function readBackquote(cursor: Cursor, quoted: boolean, parse: ParseScript): WordPart {
  const end = cursor.text.indexOf('`', cursor.at + 1);
  if (end < 0) throw new ShellSyntaxError('syntax error: EOF in backquote substitution', true);
  const script = parse(cursor.text.slice(cursor.at + 1, end).replace(/\\([$`\\])/g, '$1'));
  cursor.at = end + 1;
  return { kind: 'command', script, quoted };
}

/** What stands at the cursor where no quote or backslash does: an expansion, or one character of text. */
function takePiece(cursor: Cursor, quoted: boolean, parse: ParseScript): WordPart | string {
  const char = cursor.text.charAt(cursor.at);
  if (char === '`') return readBackquote(cursor, quoted, parse);
  cursor.at += 1;
  return char === '$' ? (readDollar(cursor, quoted, parse) ?? '$') : char;
}

/** Reads text in which only dollars, backquotes and some backslashes mean something, up to `end` (or all of it). */
function readUntil(cursor: Cursor, end: string, quoted: boolean, parse: ParseScript): WordPart[] {
  const parts: WordPart[] = [];
  let text = '';
  const flush = (): void => {
    if (text !== '') parts.push({ kind: 'text', text, quoted });
    text = '';
  };
  while (cursor.at < cursor.text.length) {
    const char = cursor.text.charAt(cursor.at);
    if (char === end) {
      flush();
      return parts;
    }
    if (char === '\\' && /[$`"\\\n]/.test(cursor.text.charAt(cursor.at + 1))) {
      text += cursor.text[cursor.at + 1] === '\n' ? '' : cursor.text.charAt(cursor.at + 1);
      cursor.at += 2;
    } else {
      const piece = takePiece(cursor, quoted, parse);
      if (typeof piece === 'string') text += piece;
      else {
        flush();
        parts.push(piece);
      }
    }
  }
  if (end !== '') throw new ShellSyntaxError('syntax error: unterminated quoted string', true);
  flush();
  return parts;
}

/** Text as between double quotes: of a here-document, or behind an operator in braces. */
export function readQuotedText(text: string, quoted: boolean, parse: ParseScript): Word {
  const plain = !quoted && /^(["']).*\1$/s.test(text) ? text.slice(1, -1) : text;
  return readUntil({ text: plain, at: 0 }, '', quoted, parse);
}

/** Reads one word; undefined if none begins at the cursor. */
export function readWord(cursor: Cursor, parse: ParseScript): Word | undefined {
  const parts: WordPart[] = [];
  const start = cursor.at;
  let text = '';
  const flush = (): void => {
    if (text !== '') parts.push({ kind: 'text', text, quoted: false });
    text = '';
  };
  while (cursor.at < cursor.text.length && !WORD_END.test(cursor.text.charAt(cursor.at))) {
    const char = cursor.text.charAt(cursor.at);
    if (char === "'") {
      const from = cursor.at + 1;
      skipQuoted(cursor, "'");
      flush();
      parts.push({ kind: 'text', text: cursor.text.slice(from, cursor.at), quoted: true });
      cursor.at += 1;
    } else if (char === '"') {
      cursor.at += 1;
      flush();
      // An empty part keeps an empty string a word.
      parts.push({ kind: 'text', text: '', quoted: true }, ...readUntil(cursor, '"', true, parse));
      cursor.at += 1;
    } else if (char === '\\') {
      flush();
      const next = cursor.text.charAt(cursor.at + 1);
      if (next !== '\n') parts.push({ kind: 'text', text: next, quoted: true });
      cursor.at += 2;
    } else {
      const piece = takePiece(cursor, false, parse);
      if (typeof piece === 'string') text += piece;
      else {
        flush();
        parts.push(piece);
      }
    }
  }
  flush();
  return cursor.at === start ? undefined : parts;
}
