/** Small programs on text: grep, sed, wc, sort and the like. */
import { createHash } from 'node:crypto';
import type { Applet, Call } from '../shell/state.ts';
import { readAll } from '../shell/streams.ts';
import type { Wait } from '../task.ts';
import { filesOf, joined, linesOf, NO_VALUES, texts } from './input-text.ts';
import { unescape } from './printing.ts';

function expression(source: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(
      source
        .replace(/\\([|+?(){}])/g, '$1')
        .replace(
          /\[\[:(\w+):\]\]/g,
          (_, name: string) => ({ digit: '\\d', space: '\\s', alpha: '[A-Za-z]', alnum: '\\w' })[name] ?? '.',
        ),
      flags,
    );
  } catch {
    return undefined;
  }
}

function* grep(each: Call): Generator<Wait, number> {
  const options = each.args.filter((arg) => /^-[a-zA-Z]/.test(arg)).join('');
  const [pattern = '', ...files] = filesOf(each.args, /^-[mABC]$/);
  const source = options.includes('F') ? pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : pattern;
  const wanted = expression(
    options.includes('w') ? `\\b(?:${source})\\b` : source,
    options.includes('i') ? 'i' : '',
  );
  if (wanted === undefined) {
    each.streams.stderr.write(`grep: bad regex '${pattern}'\n`);
    return 2;
  }
  let found = 0;
  const parts = yield* texts(each, files);
  for (const part of parts) {
    for (const line of linesOf(part ?? '')) {
      // Patterns come from anyone: long lines are not tried.
      if ((line.length < 2000 && wanted.test(line)) === options.includes('v')) continue;
      found += 1;
      if (!/[qc]/.test(options))
        each.streams.stdout.write(`${options.includes('o') ? (wanted.exec(line)?.[0] ?? '') : line}\n`);
    }
  }
  if (options.includes('c')) each.streams.stdout.write(`${found}\n`);
  return found > 0 ? 0 : parts.includes(undefined) ? 2 : 1;
}

function* sed(each: Call): Generator<Wait, number> {
  const isSilent = each.args.includes('-n');
  const [script = '', ...files] = filesOf(each.args, NO_VALUES);
  const substitution = /^s(.)((?:\\.|(?!\1).)*)\1((?:\\.|(?!\1).)*)\1([gip]*)$/.exec(script);
  const range = /^(\d+|\$)(?:,(\d+|\$))?([pd])$/.exec(script);
  for (const part of yield* texts(each, files)) {
    const lines = linesOf(part ?? '');
    for (const [index, line] of lines.entries()) {
      if (substitution !== null) {
        const [, , from = '', to = '', flags = ''] = substitution;
        const wanted = expression(from, flags.replace('p', ''));
        const text =
          wanted === undefined
            ? line
            : line.replace(wanted, to.replace(/\\(\d)/g, '$$$1').replace(/&/g, '$$&'));
        if (!isSilent || (flags.includes('p') && text !== line)) each.streams.stdout.write(`${text}\n`);
        continue;
      }
      const at = (text: string | undefined, other: number): number =>
        text === undefined ? other : text === '$' ? lines.length : Number(text);
      const first = range === null ? 0 : at(range[1], 0);
      const isInside = range !== null && index + 1 >= first && index + 1 <= at(range[2], first);
      if (range?.[3] === 'd' ? !isInside : isInside || !isSilent) each.streams.stdout.write(`${line}\n`);
    }
  }
  return 0;
}

function onText(change: (text: string, args: readonly string[]) => string, valued = NO_VALUES): Applet {
  return function* run(each) {
    const parts = yield* texts(each, filesOf(each.args, valued));
    each.streams.stdout.write(change(parts.map((part) => part ?? '').join(''), each.args));
    return parts.includes(undefined) ? 1 : 0;
  };
}

function wc(text: string, args: readonly string[]): string {
  const counts = {
    l: text.split('\n').length - 1,
    w: text.split(/\s+/).filter(Boolean).length,
    c: Buffer.byteLength(text),
  };
  const wanted = args.find((arg) => /^-[lwc]$/.test(arg))?.charAt(1) as keyof typeof counts | undefined;
  return wanted === undefined
    ? `${[counts.l, counts.w, counts.c].map((count) => String(count).padStart(9)).join(' ')}\n`
    : `${counts[wanted]}\n`;
}

function cut(text: string, args: readonly string[]): string {
  const option = (letter: string): string | undefined => {
    const at = args.findIndex((arg) => arg.startsWith(`-${letter}`));
    return at < 0 ? undefined : args[at]?.slice(2) || args[at + 1];
  };
  const delimiter = option('d') ?? '\t';
  const [from = 1, to = from] = (option('f') ?? option('c') ?? '1').split('-').map(Number);
  const byField = option('f') !== undefined;
  return joined(
    linesOf(text).map((line) =>
      byField
        ? line
            .split(delimiter)
            .slice(from - 1, to || undefined)
            .join(delimiter)
        : line.slice(from - 1, to || undefined),
    ),
  );
}

function* tr(each: Call): Generator<Wait, number> {
  const [from = '', to = ''] = each.args
    .filter((arg) => !/^-[dscC]/.test(arg))
    .map((arg) =>
      unescape(arg).replace(/(\w)-(\w)/g, (_, one: string, other: string) => {
        let range = '';
        for (let code = one.charCodeAt(0); code <= other.charCodeAt(0); code += 1)
          range += String.fromCharCode(code);
        return range;
      }),
    );
  const text = yield* readAll(each.streams.stdin);
  const deletes = each.args.includes('-d');
  each.streams.stdout.write(
    [...text]
      .map((char) => {
        const at = from.indexOf(char);
        return at < 0 ? char : deletes ? '' : (to[at] ?? to.at(-1) ?? '');
      })
      .join(''),
  );
  return 0;
}

const digest = (algorithm: string): Applet =>
  onText((text) => `${createHash(algorithm).update(text).digest('hex')}  -\n`);

export const TEXT_APPLETS: ReadonlyMap<string, Applet> = new Map<string, Applet>([
  ['grep', grep],
  ['egrep', grep],
  ['sed', sed],
  ['tr', tr],
  ['wc', onText(wc)],
  ['cut', onText(cut, /^-[dfc]$/)],
  ['less', onText((text) => text)],
  ['more', onText((text) => text)],
  [
    'sort',
    onText((text, args) =>
      joined(
        args.some((arg) => /^-\w*n/.test(arg))
          ? linesOf(text).sort((one, other) => Number.parseFloat(one) - Number.parseFloat(other))
          : linesOf(text).sort(),
      ),
    ),
  ],
  ['uniq', onText((text) => joined(linesOf(text).filter((line, index, all) => line !== all[index - 1])))],
  ['tac', onText((text) => joined(linesOf(text).reverse()))],
  ['rev', onText((text) => joined(linesOf(text).map((line) => [...line].reverse().join(''))))],
  [
    'base64',
    onText((text, args) =>
      args.some((arg) => /^-d|--decode/.test(arg))
        ? Buffer.from(text, 'base64').toString()
        : `${Buffer.from(text).toString('base64')}\n`,
    ),
  ],
  ['md5sum', digest('md5')],
  ['sha1sum', digest('sha1')],
  ['sha256sum', digest('sha256')],
]);
