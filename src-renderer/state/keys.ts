/** Pure side of the keyboard: how a shortcut is written, matched against an event, and shown. */

/** The fields of a `KeyboardEvent` that matter. */
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/**
 * Writes a key press as a shortcut: `j`, `?`, `Enter`, `Mod+b`, `Alt+3`, `Shift+F6`. `Mod` is Ctrl, or ⌘ on macOS.
 * Digits with Alt are taken from the position, since Alt composes other characters on macOS.
 */
export function writeKey(press: KeyPress, mac: boolean): string {
  const mod = mac ? press.metaKey : press.ctrlKey;
  const other = mac ? press.ctrlKey : press.metaKey;
  const digit = /^(?:Digit|Numpad)([0-9])$/.exec(press.code)?.[1];
  const letter =
    press.altKey && digit !== undefined ? digit : press.code === 'Backquote' && mod ? '`' : press.key;
  const single = letter.length === 1;
  let name = single ? letter.toLowerCase() : letter;
  // Shift is part of the character for `?`, but a modifier for F6 or an upper-case letter.
  if (press.shiftKey && (!single || /[a-z]/.test(name))) name = `Shift+${name}`;
  if (press.altKey) name = `Alt+${name}`;
  if (other) name = `${mac ? 'Ctrl' : 'Meta'}+${name}`;
  return mod ? `Mod+${name}` : name;
}

/** True for shortcuts that are a bare character: off in text fields, and switchable. */
export function isLetterKey(keys: string): boolean {
  return keys.split(' ').some((part) => part.length === 1);
}

const SYMBOLS: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
};

/** Parts to show as key caps: `Mod+b` → `['Ctrl B']`, `g t` → `['g', 't']`. */
export function showKeys(keys: string, mac: boolean): readonly string[] {
  return keys.split(' ').map((stroke) => {
    const parts = stroke.split(/\+(?=.)/);
    const shown = parts.map((part) => {
      if (part === 'Mod') return mac ? '⌘' : 'Ctrl';
      return SYMBOLS[part] ?? (parts.length > 1 && part.length === 1 ? part.toUpperCase() : part);
    });
    return shown.join(' ');
  });
}
