/** Parses shell scripts: the grammar of POSIX without what containers' one-liners never use. */
import { ShellSyntaxError, type Command, type Redirect, type Script, type Word } from './syntax.ts';
import { readDocument, type PendingDocument } from './here-document.ts';
import { nameAt, readWord, type Cursor } from './words.ts';

const RESERVED = new Set('if then elif else fi while until do done for in case esac { } !'.split(' '));
const MAX_DEPTH = 60;

/** The script in a text. Throws ShellSyntaxError. */
export function parseScript(text: string): Script {
  return new Parser(text).parseAll();
}

class Parser {
  readonly #cursor: Cursor;
  readonly #pendingDocuments: PendingDocument[] = [];
  #depth = 0;

  constructor(text: string) {
    this.#cursor = { text, at: 0 };
  }

  parseAll(): Script {
    const script = this.#parseList(new Set());
    this.#skipLines();
    if (this.#cursor.at < this.#cursor.text.length) throw this.#unexpected();
    return script;
  }

  #unexpected(): ShellSyntaxError {
    const rest = this.#cursor.text.slice(this.#cursor.at);
    const token = /^(?:\n|;;|&&|\|\||[;&|()<>]|[^\s;&|()<>]+)/.exec(rest)?.[0];
    if (token === undefined) return new ShellSyntaxError('syntax error: unexpected end of file', true);
    return new ShellSyntaxError(`syntax error: unexpected ${token === '\n' ? 'newline' : `"${token}"`}`);
  }

  #peek(text: string): boolean {
    return this.#cursor.text.startsWith(text, this.#cursor.at);
  }

  #skipBlanks(): void {
    for (;;) {
      if (this.#peek('\\\n')) this.#cursor.at += 2;
      else if (this.#peek(' ') || this.#peek('\t') || this.#peek('\r')) this.#cursor.at += 1;
      else if (this.#peek('#')) {
        const end = this.#cursor.text.indexOf('\n', this.#cursor.at);
        this.#cursor.at = end < 0 ? this.#cursor.text.length : end;
      } else return;
    }
  }

  #skipLines(): void {
    for (;;) {
      this.#skipBlanks();
      if (!this.#peek('\n')) return;
      this.#cursor.at += 1;
      this.#readDocuments();
    }
  }

  #readDocuments(): void {
    for (const document of this.#pendingDocuments.splice(0))
      readDocument(this.#cursor, document, parseScript);
  }

  /** The reserved word at the cursor, if one stands there as a word of its own. */
  #reserved(): string {
    const word =
      /^[^\s;&|<>()"'\\$`]+/.exec(this.#cursor.text.slice(this.#cursor.at, this.#cursor.at + 8))?.[0] ?? '';
    return RESERVED.has(word) ? word : '';
  }

  #takeReserved(word: string): boolean {
    this.#skipLines();
    if (this.#reserved() !== word) return false;
    this.#cursor.at += word.length;
    return true;
  }

  #expect(word: string): void {
    if (this.#takeReserved(word)) return;
    if (this.#cursor.at >= this.#cursor.text.length) {
      throw new ShellSyntaxError(`syntax error: unexpected end of file (expecting "${word}")`, true);
    }
    throw new ShellSyntaxError(`${this.#unexpected().message} (expecting "${word}")`);
  }

  #parseList(ends: ReadonlySet<string>): Script {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new ShellSyntaxError('syntax error: nested too deeply');
    const items: { command: Command; inBackground: boolean }[] = [];
    for (;;) {
      this.#skipLines();
      const { at, text } = this.#cursor;
      if (at >= text.length || this.#peek(')') || this.#peek(';;') || ends.has(this.#reserved())) break;
      const command = this.#parseAndOr();
      this.#skipBlanks();
      const inBackground = this.#peek('&');
      items.push({ command, inBackground });
      if (inBackground || (this.#peek(';') && !this.#peek(';;'))) this.#cursor.at += 1;
      else if (!this.#peek('\n')) break;
    }
    this.#depth -= 1;
    return items;
  }

  #parseAndOr(): Command {
    let left = this.#parsePipe();
    for (;;) {
      this.#skipBlanks();
      const kind = this.#peek('&&') ? 'and' : this.#peek('||') ? 'or' : undefined;
      if (kind === undefined) return left;
      this.#cursor.at += 2;
      this.#skipLines();
      left = { kind, left, right: this.#parsePipe() };
    }
  }

  #parsePipe(): Command {
    this.#skipBlanks();
    const isNegated = this.#reserved() === '!';
    if (isNegated) this.#cursor.at += 1;
    const stages = [this.#parseCommand()];
    for (;;) {
      this.#skipBlanks();
      if (!this.#peek('|') || this.#peek('||')) break;
      this.#cursor.at += 1;
      this.#skipLines();
      stages.push(this.#parseCommand());
    }
    const [only] = stages;
    return only !== undefined && stages.length === 1 && !isNegated
      ? only
      : { kind: 'pipe', stages, isNegated };
  }

  #parseCommand(): Command {
    this.#skipBlanks();
    const compound = this.#parseCompound();
    if (compound === undefined) return this.#parseSimple();
    const redirects: Redirect[] = [];
    for (let next = this.#parseRedirect(); next !== undefined; next = this.#parseRedirect())
      redirects.push(next);
    return redirects.length === 0 ? compound : { kind: 'redirected', command: compound, redirects };
  }

  #parseCompound(): Command | undefined {
    if (this.#peek('(')) {
      this.#cursor.at += 1;
      const body = this.#parseList(new Set());
      this.#skipLines();
      if (!this.#peek(')')) throw this.#unexpected();
      this.#cursor.at += 1;
      return { kind: 'subshell', body };
    }
    const word = this.#reserved();
    if (word === '') return undefined;
    this.#cursor.at += word.length;
    if (word === 'if') return this.#parseIf();
    if (word === 'while' || word === 'until') {
      const test = this.#parseList(new Set(['do']));
      return { kind: 'loop', isUntil: word === 'until', test, body: this.#parseDo() };
    }
    if (word === 'for') return this.#parseFor();
    if (word === 'case') return this.#parseCase();
    if (word === '{') {
      const body = this.#parseList(new Set(['}']));
      this.#expect('}');
      return { kind: 'group', body };
    }
    this.#cursor.at -= word.length;
    throw this.#unexpected();
  }

  #parseDo(): Script {
    this.#expect('do');
    const body = this.#parseList(new Set(['done']));
    this.#expect('done');
    return body;
  }

  #parseIf(): Command {
    const branches: { test: Script; body: Script }[] = [];
    do {
      const test = this.#parseList(new Set(['then']));
      this.#expect('then');
      branches.push({ test, body: this.#parseList(new Set(['elif', 'else', 'fi'])) });
    } while (this.#takeReserved('elif'));
    const otherwise = this.#takeReserved('else') ? this.#parseList(new Set(['fi'])) : [];
    this.#expect('fi');
    return { kind: 'if', branches, otherwise };
  }

  #parseFor(): Command {
    this.#skipBlanks();
    const name = nameAt(this.#cursor);
    if (name === '') throw this.#unexpected();
    this.#cursor.at += name.length;
    let words: Word[] | undefined;
    if (this.#takeReserved('in')) {
      words = [];
      for (this.#skipBlanks(); ; this.#skipBlanks()) {
        const word = readWord(this.#cursor, parseScript);
        if (word === undefined) break;
        words.push(word);
      }
    }
    this.#skipBlanks();
    if (this.#peek(';')) this.#cursor.at += 1;
    return { kind: 'for', name, words, body: this.#parseDo() };
  }

  #parseCase(): Command {
    this.#skipBlanks();
    const word = readWord(this.#cursor, parseScript);
    if (word === undefined) throw this.#unexpected();
    this.#expect('in');
    const arms: { patterns: Word[]; body: Script }[] = [];
    while (!this.#takeReserved('esac')) {
      if (this.#peek('(')) this.#cursor.at += 1;
      const patterns: Word[] = [];
      do {
        this.#skipBlanks();
        const pattern = readWord(this.#cursor, parseScript);
        if (pattern === undefined) throw this.#unexpected();
        patterns.push(pattern);
        this.#skipBlanks();
      } while (this.#peek('|') && ++this.#cursor.at > 0);
      if (!this.#peek(')')) throw this.#unexpected();
      this.#cursor.at += 1;
      arms.push({ patterns, body: this.#parseList(new Set(['esac'])) });
      this.#skipLines();
      if (this.#peek(';;')) this.#cursor.at += 2;
    }
    return { kind: 'case', word, arms };
  }

  #parseRedirect(): Redirect | undefined {
    this.#skipBlanks();
    const match = /^(\d?)(<<-?|>>|>&|<&|>\||<|>)/.exec(
      this.#cursor.text.slice(this.#cursor.at, this.#cursor.at + 4),
    );
    const [all = '', digit = '', operator = ''] = match ?? [];
    if (match === null) return undefined;
    this.#cursor.at += all.length;
    this.#skipBlanks();
    const from = this.#cursor.at;
    const target = readWord(this.#cursor, parseScript);
    if (target === undefined) throw this.#unexpected();
    const fd = digit === '' ? (operator.startsWith('<') ? 0 : 1) : Number(digit);
    if (!operator.startsWith('<<')) {
      const kind =
        operator === '>&' || operator === '<&'
          ? '>&'
          : operator === '>|'
            ? '>'
            : (operator as '>' | '>>' | '<');
      return { fd, operator: kind, target };
    }
    const raw = this.#cursor.text.slice(from, this.#cursor.at);
    const redirect: { fd: number; operator: '<<'; target: Word } = { fd, operator: '<<', target: [] };
    this.#pendingDocuments.push({
      delimiter: raw.replace(/["'\\]/g, ''),
      isRaw: /["'\\]/.test(raw),
      strips: operator === '<<-',
      fill: (text) => (redirect.target = text),
    });
    return redirect;
  }

  #parseSimple(): Command {
    const assigns: { name: string; value: Word }[] = [];
    const words: Word[] = [];
    const redirects: Redirect[] = [];
    for (;;) {
      const redirect = this.#parseRedirect();
      if (redirect !== undefined) {
        redirects.push(redirect);
        continue;
      }
      const name = words.length === 0 ? nameAt(this.#cursor) : '';
      if (name !== '' && this.#cursor.text[this.#cursor.at + name.length] === '=') {
        this.#cursor.at += name.length + 1;
        assigns.push({ name, value: readWord(this.#cursor, parseScript) ?? [] });
        continue;
      }
      const word = readWord(this.#cursor, parseScript);
      if (word === undefined) break;
      words.push(word);
      if (words.length === 1 && name !== '' && /^\s*\(\s*\)/.test(this.#cursor.text.slice(this.#cursor.at))) {
        this.#cursor.at = this.#cursor.text.indexOf(')', this.#cursor.at) + 1;
        this.#skipLines();
        return { kind: 'function', name, body: this.#parseCommand() };
      }
    }
    if (assigns.length + words.length + redirects.length === 0) throw this.#unexpected();
    return { kind: 'simple', assigns, words, redirects };
  }
}
