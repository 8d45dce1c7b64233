/** Patterns of the shell: `*`, `?`, `[…]`. */

/** A text as a pattern that means itself. */
export function patternOf(text: string): string {
  return text.replace(/[*?[\]\\]/g, '\\$&');
}

/** Whether the whole text fits. */
export function matches(text: string, pattern: string): boolean {
  let source = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern.charAt(at);
    if (char === '\\') source += escape(pattern.charAt((at += 1)));
    // Runs of stars are one: no text makes the match slow.
    else if (char === '*') source += source.endsWith('[^]*') ? '' : '[^]*';
    else if (char === '?') source += '[^]';
    else if (char === '[') {
      const end = pattern.indexOf(']', at + 2);
      if (end < 0) source += '\\[';
      else {
        const inside = pattern
          .slice(at + 1, end)
          .replace(/^!/, '^')
          .replace(/[\\\][]/g, '\\$&');
        source += `[${inside}]`;
        at = end;
      }
    } else source += escape(char);
  }
  try {
    return text.length <= 10_000 && new RegExp(`^${source}$`).test(text);
  } catch {
    return text === pattern;
  }
}

function escape(char: string): string {
  return char.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
