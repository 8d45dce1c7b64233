// The registry of shortcuts: who gets a key, and when nobody does.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { installWindow } from '../fake-window.ts';

installWindow();
const { Keyboard } = await import('../../../src-renderer/state/keyboard.svelte.ts');
const { settings } = await import('../../../src-renderer/state/settings.svelte.ts');

class FakeElement {
  readonly editable: boolean;
  constructor(editable = false) {
    this.editable = editable;
  }
  closest(): this | null {
    return this.editable ? this : null;
  }
  contains(other: unknown): boolean {
    return other === this;
  }
}

describe('keyboard', () => {
  let keyboard = new Keyboard();
  let overlay: object | null = null;
  const ran: string[] = [];
  const body = new FakeElement();

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('Element', FakeElement);
    vi.stubGlobal('document', { body, querySelector: () => overlay });
    keyboard = new Keyboard();
    overlay = null;
    ran.length = 0;
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
    settings.value = { ...settings.value, letterKeys: true };
  });

  function press(key: string, target: FakeElement = body, more: Partial<KeyboardEventInit> = {}): boolean {
    let prevented = false;
    const event = {
      key,
      code: '',
      ctrlKey: false,
      metaKey: false,
      altKey: false,
      shiftKey: false,
      ...more,
      target,
      defaultPrevented: false,
      isComposing: false,
      preventDefault: () => (prevented = true),
    };
    keyboard.handle(event as unknown as KeyboardEvent);
    return prevented;
  }
  const entry = (keys: string, more: object = {}) => ({
    keys,
    label: keys,
    group: 'Test',
    run: () => {
      ran.push(keys);
    },
    ...more,
  });

  it('runs the latest that may run, and only while registered', () => {
    const end = keyboard.register([entry('j')]);
    keyboard.register([
      entry('j', {
        run: () => {
          ran.push('later');
        },
        when: () => false,
      }),
    ]);
    expect(press('j')).toBe(true);
    end();
    expect(press('j')).toBe(false);
    expect(ran).toEqual(['j']);
  });

  it('gives a key back where nothing was done', () => {
    keyboard.register([entry('Enter', { run: () => false })]);
    expect(press('Enter')).toBe(false);
  });

  it('runs chords, and forgets the first stroke after a while', () => {
    keyboard.register([entry('g t'), entry('t')]);
    press('g');
    expect(keyboard.pending).toBe('g');
    press('t');
    press('g');
    vi.advanceTimersByTime(2000);
    press('t');
    expect(ran).toEqual(['g t', 't']);
  });

  it('leaves letters to text fields, but not Ctrl B or Alt 2', () => {
    const field = new FakeElement(true);
    keyboard.register([entry('j'), entry('g t'), entry('Mod+b'), entry('Alt+2')]);
    press('j', field);
    press('g', field);
    press('b', field, { ctrlKey: true });
    press('2', field, { altKey: true, code: 'Digit2' });
    expect(ran).toEqual(['Mod+b', 'Alt+2']);
    expect(keyboard.pending).toBeNull();
  });

  it('leaves letters alone where they are switched off', () => {
    settings.value = { ...settings.value, letterKeys: false };
    keyboard.register([entry('j'), entry('F6')]);
    press('j');
    press('F6');
    expect(ran).toEqual(['F6']);
  });

  it('does nothing below a dialog or an open menu', () => {
    keyboard.register([entry('j'), entry('Mod+b')]);
    overlay = {};
    press('j');
    press('b', body, { ctrlKey: true });
    expect(ran).toEqual([]);
  });

  it('serves a place only with the focus there or nowhere', () => {
    const place = new FakeElement();
    keyboard.register([entry('ArrowDown', { within: () => place })]);
    press('ArrowDown', new FakeElement());
    expect(ran).toEqual([]);
    press('ArrowDown', place);
    press('ArrowDown');
    expect(ran).toHaveLength(2);
  });
});
