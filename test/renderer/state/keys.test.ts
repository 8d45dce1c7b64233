// How key presses are written, and shortcuts shown.
import { expect, it } from 'vitest';
import { isLetterKey, showKeys, writeKey, type KeyPress } from '../../../src-renderer/state/keys.ts';

function press(key: string, more: Partial<KeyPress> = {}): KeyPress {
  return { key, code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more };
}

it.each([
  [press('j'), 'j'],
  [press('J', { shiftKey: true }), 'Shift+j'],
  [press('?', { shiftKey: true }), '?'],
  [press('/'), '/'],
  [press('b', { ctrlKey: true }), 'Mod+b'],
  [press('b', { metaKey: true }), 'Meta+b'],
  [press('3', { altKey: true, code: 'Digit3' }), 'Alt+3'],
  [press('ArrowDown'), 'ArrowDown'],
  [press('F6', { shiftKey: true }), 'Shift+F6'],
  [press('Dead', { ctrlKey: true, code: 'Backquote' }), 'Mod+`'],
])('%o is %s', (event, expected) => {
  expect(writeKey(event, false)).toBe(expected);
});

it('takes ⌘ for Ctrl on macOS, and digits with Alt by their place', () => {
  expect(writeKey(press('b', { metaKey: true }), true)).toBe('Mod+b');
  expect(writeKey(press('b', { ctrlKey: true }), true)).toBe('Ctrl+b');
  expect(writeKey(press('¡', { altKey: true, code: 'Digit1' }), true)).toBe('Alt+1');
});

it('knows bare characters, in chords too', () => {
  expect(['j', '?', 'g t'].map(isLetterKey)).toEqual([true, true, true]);
  expect(['Enter', 'Mod+b', 'Alt+1', 'F6'].map(isLetterKey)).toEqual([false, false, false, false]);
});

it('shows key caps', () => {
  expect(showKeys('Mod+b', false)).toEqual(['Ctrl B']);
  expect(showKeys('Mod+b', true)).toEqual(['⌘ B']);
  expect(showKeys('g t', false)).toEqual(['g', 't']);
  expect(showKeys('ArrowRight', false)).toEqual(['→']);
  expect(showKeys('Escape', false)).toEqual(['Esc']);
  expect(showKeys('Shift+F6', false)).toEqual(['Shift F6']);
});
