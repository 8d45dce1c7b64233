/** Times as Kubernetes reads and writes them: RFC 3339, in UTC, in whole seconds or microseconds. */

const SECONDS = '2006-01-02T15:04:05Z07:00';
const MICROS = '2006-01-02T15:04:05.000000Z07:00';

// The parts of a time with the names that Go's layout has for them.
const PARTS: readonly (readonly [RegExp, string])[] = [
  [/^\d{4}/, '2006'],
  [/^-/, '-'],
  [/^\d{2}/, '01'],
  [/^-/, '-'],
  [/^\d{2}/, '02'],
  [/^T/, 'T'],
  [/^\d{2}/, '15'],
  [/^:/, ':'],
  [/^\d{2}/, '04'],
  [/^:/, ':'],
  [/^\d{2}/, '05'],
];
const FRACTION = /^[.,]\d+/;
const MICRO_FRACTION = /^[.,]\d{6}/;
const ZONE = /^(?:Z|[+-]\d{2}:\d{2})/;

/** What is left at the first part that does not fit, with that part's name. */
function findMisfit(text: string, micro: boolean): { rest: string; part: string } | undefined {
  let rest = text;
  const take = (pattern: RegExp): boolean => {
    const found = pattern.exec(rest)?.[0];
    if (found !== undefined) rest = rest.slice(found.length);
    return found !== undefined;
  };
  for (const [pattern, part] of PARTS) if (!take(pattern)) return { rest, part };
  const hasFraction = take(micro ? MICRO_FRACTION : FRACTION);
  if (micro && !hasFraction) return { rest, part: '.000000' };
  return take(ZONE) ? undefined : { rest, part: 'Z07:00' };
}

// What nearly all times are: nothing about them needs a closer look.
const PLAIN = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;

/** The time in UTC, or what Go's parser says against it. */
export function canonicalTime(
  text: string,
  micro: boolean,
): { readonly text: string } | { readonly problem: string } {
  if (!micro && PLAIN.test(text)) return { text };
  const layout = micro ? MICROS : SECONDS;
  const start = `parsing time ${JSON.stringify(text)}`;
  const misfit = findMisfit(text, micro);
  if (misfit !== undefined) {
    const { rest, part } = misfit;
    return {
      problem: `${start} as "${layout}": cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(part)}`,
    };
  }
  const at = Date.parse(text.replace(',', '.').replace(/\.\d+/, ''));
  if (Number.isNaN(at) || text.slice(8, 10) > '31') return { problem: `${start}: day out of range` };
  const seconds = new Date(at).toISOString().slice(0, 19);
  return { text: micro ? `${seconds}.${/[.,](\d{6})/.exec(text)?.[1] ?? '000000'}Z` : `${seconds}Z` };
}
