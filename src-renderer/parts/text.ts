/** Text from a cluster, a file or a log made safe and short enough for the screen. */

// Terminal sequences first (CSI, OSC, single escapes), so that their letters do not stay behind.
// eslint-disable-next-line no-control-regex
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])/g;
// Control and format characters: bidirectional marks, zero-width marks, tags. Tab, newline and joiners may stay.
const HIDDEN = /(?![\t\n\u200c\u200d])[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/**
 * Neutralises what could disguise or reorder text: terminal escapes vanish, control, bidirectional and invisible
 * characters become `�`. Every string that a cluster, a file or a server wrote passes here before it is shown.
 */
export function clean(text: string): string {
  return text.replace(ESCAPES, '').replace(HIDDEN, '\ufffd');
}

/** Shortens in the middle to at most `max` characters, so that both ends of a generated name stay readable. */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  const tail = Math.floor((max - 1) / 2);
  return `${text.slice(0, max - 1 - tail)}…${text.slice(text.length - tail)}`;
}

/**
 * Where a name may lose its middle: the index of the part that always stays, about `tail` characters from the end and
 * at a separator if one is near. The length of the text where it is too short to be cut.
 */
export function cutOf(text: string, tail: number): number {
  if (text.length <= tail * 2) return text.length;
  for (let at = text.length - Math.ceil(tail / 2); at >= text.length - tail * 2; at -= 1) {
    if ('-/.:_'.includes(text.charAt(at))) return at;
  }
  return text.length - tail;
}

const NUMBER = new Intl.NumberFormat('en-US');

/** `1842` → `1,842`. */
export function formatCount(value: number): string {
  return NUMBER.format(value);
}

/** `3 pods`, `1 pod`; irregular plurals are passed in. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** First letter in upper case, the rest untouched. */
export function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
