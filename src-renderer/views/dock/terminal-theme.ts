/** Dresses a terminal in the tokens of the theme, and keeps it so when the theme changes. */
import type { ITerminalOptions, ITheme, Terminal } from '@xterm/xterm';

/** Which token stands for which terminal colour; bright colours are the same, as weight tells them apart. */
const TOKENS: Readonly<Partial<Record<keyof ITheme, string>>> = {
  background: '--code',
  foreground: '--fg-1',
  cursor: '--fg-1',
  cursorAccent: '--code',
  black: '--fg-3',
  brightBlack: '--fg-3',
  red: '--critical',
  brightRed: '--critical',
  green: '--ok',
  brightGreen: '--ok',
  yellow: '--medium',
  brightYellow: '--medium',
  blue: '--accent',
  brightBlue: '--accent',
  magenta: '--unknown',
  brightMagenta: '--unknown',
  cyan: '--low',
  brightCyan: '--low',
  white: '--fg-2',
  brightWhite: '--fg-1',
};

function readTheme(): ITheme {
  const style = getComputedStyle(document.documentElement);
  const entries = Object.entries(TOKENS).map(([name, token]) => [name, style.getPropertyValue(token).trim()]);
  const accent = style.getPropertyValue('--accent').trim();
  return { ...(Object.fromEntries(entries) as ITheme), selectionBackground: `${accent}55` };
}

/** Options of every terminal: colours and type from the theme, no proposed interfaces, a bounded scrollback. */
export function terminalOptions(): ITerminalOptions {
  const style = getComputedStyle(document.documentElement);
  return {
    theme: readTheme(),
    fontFamily: style.getPropertyValue('--font-mono'),
    fontSize: 12,
    lineHeight: 1.3,
    cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    scrollback: 5000,
    minimumContrastRatio: 4.5,
    allowProposedApi: false,
  };
}

/** Renews the colours whenever the page changes its theme; returns the clean-up. */
export function followTheme(terminal: Pick<Terminal, 'options'>): () => void {
  const observer = new MutationObserver(() => {
    terminal.options.theme = readTheme();
  });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return () => {
    observer.disconnect();
  };
}
