/** Programs that print their arguments: echo, printf, seq. */
import type { Applet, Call } from '../shell/state.ts';
import { joined } from './input-text.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\u0007',
  b: '\b',
  e: '\u001b',
  '\\': '\\',
  '"': '"',
};

export function unescape(text: string): string {
  return text.replace(/\\(x[0-9a-fA-F]{1,2}|0?[0-7]{1,3}|.)/g, (whole, code: string) => {
    if (code.startsWith('x') && code.length > 1)
      return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8));
    return ESCAPES[code] ?? whole;
  });
}

function echo({ args, streams }: Call): number {
  const rest = [...args];
  let newline = '\n';
  let escapes = false;
  while (/^-[neE]+$/.test(rest[0] ?? '')) {
    const option = rest.shift() ?? '';
    if (option.includes('n')) newline = '';
    if (option.includes('e')) escapes = true;
  }
  const text = rest.join(' ');
  return streams.stdout.write(`${escapes ? unescape(text) : text}${newline}`) ? 0 : 1;
}

function printf({ args: [format = '', ...args], streams }: Call): number {
  const values = [...args];
  let rounds = 0;
  do {
    const text = format.replace(
      /\\.|%(-?0?\d*)(?:\.\d+)?([sdifxXc%b])/g,
      (whole, width: string | undefined, kind: string | undefined) => {
        if (kind === undefined) return unescape(whole);
        if (kind === '%') return '%';
        const value = values.shift() ?? '';
        const number = Number.parseInt(value, 10) || 0;
        const shown = /[di]/.test(kind)
          ? String(number)
          : kind === 'x'
            ? number.toString(16)
            : kind === 'f'
              ? Number(value).toFixed(6)
              : kind === 'b'
                ? unescape(value)
                : value;
        const wanted = Math.min(1000, Math.abs(Number(width ?? 0)));
        return width?.startsWith('-') === true
          ? shown.padEnd(wanted)
          : shown.padStart(wanted, width?.startsWith('0') === true ? '0' : ' ');
      },
    );
    if (!streams.stdout.write(text)) return 1;
    rounds += 1;
  } while (values.length > 0 && format.includes('%') && rounds < 1000);
  return 0;
}

function seq({ args, streams }: Call): number {
  const numbers = args.map(Number);
  const [first = 1, step = 1, last = 1] =
    numbers.length === 1 ? [1, 1, numbers[0]] : numbers.length === 2 ? [numbers[0], 1, numbers[1]] : numbers;
  const lines: string[] = [];
  for (let value = first; step > 0 ? value <= last : value >= last; value += step || 1) {
    lines.push(String(value));
    if (lines.length >= 100_000) break;
  }
  return streams.stdout.write(joined(lines)) ? 0 : 1;
}

export const PRINTING_APPLETS: ReadonlyMap<string, Applet> = new Map<string, Applet>([
  ['echo', echo],
  ['printf', printf],
  ['seq', seq],
]);
