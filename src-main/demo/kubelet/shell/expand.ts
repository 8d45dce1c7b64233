/** Expands the words of a command: variables, command substitution, arithmetic, file names. */
import { resolvePath } from '../files.ts';
import type { Streams } from '../machine.ts';
import { Exit, type Wait } from '../task.ts';
import { evaluate } from './arithmetic.ts';
import { matches, patternOf } from './patterns.ts';
import type { ShellState } from './state.ts';
import type { Script, Word, WordPart } from './syntax.ts';

/** Runs a script and gives what it writes; the interpreter's. */
export type Substitute = (script: Script, shell: ShellState, streams: Streams) => Generator<Wait, string>;

export interface Expander {
  /** One text, without splitting into fields. */
  text(word: Word): Generator<Wait, string>;
  /** The fields of words: split at blanks, file names put in. */
  fields(words: readonly Word[]): Generator<Wait, string[]>;
}

interface Piece {
  readonly text: string;
  readonly quoted: boolean;
  /** True for the texts of `"$@"`, each a field of its own. */
  readonly isOwnField?: boolean;
}

function trim(value: string, operator: string, pattern: string): string {
  const isSuffix = operator.startsWith('%');
  const isLongest = operator.length === 2;
  const lengths = Array.from({ length: value.length + 1 }, (_, index) => index);
  for (const length of isLongest ? lengths.reverse() : lengths) {
    const part = isSuffix ? value.slice(value.length - length) : value.slice(0, length);
    if (matches(part, pattern)) return isSuffix ? value.slice(0, value.length - length) : value.slice(length);
  }
  return value;
}

/** Makes an expander for one command. */
export function createExpander(shell: ShellState, streams: Streams, substitute: Substitute): Expander {
  function* variable(part: WordPart & { kind: 'variable' }): Generator<Wait, string> {
    const { name, operator, operand = [] } = part;
    const value = shell.get(name);
    if (operator === 'length') return String((value ?? '').length);
    if (operator === undefined) {
      if (value === undefined && shell.options.has('u') && !/^[@*]$/.test(name)) {
        streams.stderr.write(`sh: ${name}: parameter not set\n`);
        throw new Exit(2);
      }
      return value ?? '';
    }
    if (/^[#%]/.test(operator)) return trim(value ?? '', operator, yield* text(operand));
    const isMissing = value === undefined || (operator.startsWith(':') && value === '');
    const action = operator.at(-1);
    if (action === '+') return isMissing ? '' : yield* text(operand);
    if (!isMissing) return value;
    const other = yield* text(operand);
    if (action === '=') shell.set(name, other);
    if (action === '?') {
      streams.stderr.write(`sh: ${name}: ${other || 'parameter not set or null'}\n`);
      throw new Exit(2);
    }
    return other;
  }

  function* part(each: WordPart): Generator<Wait, Piece[]> {
    if (each.kind === 'text') return [{ text: each.text, quoted: each.quoted }];
    if (each.kind === 'variable') {
      if (each.name === '@' && each.operator === undefined && each.quoted) {
        return shell.args.slice(1).map((arg) => ({ text: arg, quoted: true, isOwnField: true }));
      }
      return [{ text: yield* variable(each), quoted: each.quoted }];
    }
    if (each.kind === 'arithmetic') {
      const value = evaluate(
        yield* text(each.expression),
        (name) => shell.get(name) ?? '',
        (name, to) => {
          shell.set(name, to);
        },
      );
      if (typeof value === 'string') {
        streams.stderr.write(`sh: ${value}\n`);
        throw new Exit(2);
      }
      return [{ text: String(value), quoted: each.quoted }];
    }
    const output = yield* substitute(each.script, shell, streams);
    return [{ text: output.replace(/\n+$/, ''), quoted: each.quoted }];
  }

  function* text(word: Word): Generator<Wait, string> {
    let result = '';
    for (const each of word) {
      for (const { text: piece } of yield* part(each)) result += piece;
    }
    return result;
  }

  function expandPath(field: string, pattern: string): string[] {
    if (!/[*?[]/.test(pattern)) return [field];
    const slash = pattern.lastIndexOf('/');
    const folder = pattern.slice(0, slash + 1);
    if (/[*?[]/.test(folder)) return [field];
    const names =
      shell.machine.options.files.list(resolvePath(shell.folder, folder === '' ? '.' : folder)) ?? [];
    const last = pattern.slice(slash + 1);
    const found = names.filter(
      (name) => (last.startsWith('.') || !name.startsWith('.')) && matches(name, last),
    );
    return found.length === 0 ? [field] : found.map((name) => `${folder}${name}`);
  }

  function* fieldsOf(word: Word): Generator<Wait, string[]> {
    const fields: { text: string; pattern: string }[] = [];
    let current: { text: string; pattern: string } | undefined;
    const add = (value: string, quoted: boolean): void => {
      current ??= { text: '', pattern: '' };
      current.text += value;
      current.pattern += quoted ? patternOf(value) : value;
    };
    const end = (): void => {
      if (current !== undefined) fields.push(current);
      current = undefined;
    };
    for (const each of word) {
      for (const [index, piece] of (yield* part(each)).entries()) {
        if (piece.isOwnField === true && index > 0) end();
        if (piece.quoted || each.kind === 'text') {
          add(
            index === 0 && each.kind === 'text' && !piece.quoted
              ? expandTilde(piece.text, current === undefined)
              : piece.text,
            piece.quoted,
          );
          continue;
        }
        for (const [place, chunk] of piece.text.split(/[ \t\n]+/).entries()) {
          if (place > 0) end();
          if (chunk !== '') add(chunk, false);
        }
      }
    }
    end();
    // "$@" without arguments is no field at all.
    const isEmptyList =
      word.some((each) => each.kind === 'variable' && each.name === '@') && shell.args.length < 2;
    const kept = isEmptyList ? fields.filter(({ text: value }) => value !== '') : fields;
    return kept.flatMap((field) => expandPath(field.text, field.pattern));
  }

  function expandTilde(value: string, isStart: boolean): string {
    return isStart && /^~(?:\/|$)/.test(value) ? (shell.get('HOME') ?? '/root') + value.slice(1) : value;
  }

  function* fields(words: readonly Word[]): Generator<Wait, string[]> {
    const result: string[] = [];
    for (const word of words) {
      result.push(...expandBraces(yield* fieldsOf(word), word));
      if (result.length > 10_000) throw new Exit(1);
    }
    return result;
  }

  return { text, fields };
}

/** `{1..5}` of bash; ash keeps it, but scripts written for bash are common enough. */
function expandBraces(fields: string[], word: Word): string[] {
  const [only] = word;
  const [field = ''] = fields;
  const range = /^\{(-?\d{1,4})\.\.(-?\d{1,4})\}$/.exec(field);
  if (word.length !== 1 || only?.kind !== 'text' || only.quoted || range === null) return fields;
  const from = Number(range[1]);
  const to = Number(range[2]);
  const step = from <= to ? 1 : -1;
  return Array.from({ length: Math.abs(to - from) + 1 }, (_, index) => String(from + index * step));
}
