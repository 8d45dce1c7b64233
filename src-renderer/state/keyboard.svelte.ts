/** The registry of all shortcuts: components register theirs while mounted, one listener serves them, `?` lists them. */
import { isLetterKey, writeKey } from './keys.ts';
import { settings } from './settings.svelte.ts';

export interface Shortcut {
  /** As `writeKey` writes it: `j`, `g t` (a chord), `Mod+b`, `Alt+3`, `F6`, `Escape`. Several with ` | ` between. */
  readonly keys: string;
  /** What it does, for the sheet: `Next finding`. */
  readonly label: string;
  /** Heading in the sheet: `Everywhere`, `Triage`, `Resources`, `Dock`. */
  readonly group: string;
  /** Return false when nothing was done, so that the key keeps its native meaning. */
  readonly run: (event: KeyboardEvent) => boolean | undefined | void;
  /** Only while true. The latest registered shortcut that may run wins. */
  readonly when?: () => boolean;
  /** Only while the focus is inside this element or nowhere. For arrows, Enter and other keys controls use themselves. */
  readonly within?: () => Element | undefined;
  /** Not listed on the sheet: one of a row of equal ones (Alt 1 … Alt 9). */
  readonly unlisted?: boolean;
  /** Shown in the status bar while it is registered: the keys to draw and one word, `{keys: 'j k', word: 'move'}`. Lowest `order` first. */
  readonly hint?: { readonly keys: string; readonly word: string; readonly order?: number };
}

const CHORD_MS = 1500;
const NO_LETTERS =
  'input:not([type=checkbox],[type=radio],[type=button]),textarea,select,[contenteditable=""],[contenteditable=true]';
const OVERLAY = '[role=dialog],[role=menu],[role=alertdialog]';

export class Keyboard {
  /** Everything registered, in order; the sheet groups it. */
  shortcuts = $state.raw<readonly Shortcut[]>([]);
  /** What the status bar shows: the hints of shortcuts that may run now. */
  readonly hints = $derived(
    this.shortcuts
      .flatMap(({ hint, when }) => (hint && when?.() !== false ? [hint] : []))
      .toSorted((a, b) => (a.order ?? 5) - (b.order ?? 5)),
  );
  /** First stroke of a chord that waits for the second, such as `g`. */
  pending = $state<string | null>(null);
  readonly mac = typeof navigator !== 'undefined' && /mac/i.test(navigator.platform);
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Adds shortcuts until the returned function is called: `$effect(() => keyboard.register([...]))`. */
  register(shortcuts: readonly Shortcut[]): () => void {
    // Not read through the signal: an effect that registers must not depend on what is registered.
    this.#set([...this.#all, ...shortcuts]);
    return () => {
      this.#set(this.#all.filter((one) => !shortcuts.includes(one)));
    };
  }

  /** Listens on the window; returns the function that stops. */
  start(): () => void {
    const listener = (event: KeyboardEvent): void => {
      this.handle(event);
    };
    window.addEventListener('keydown', listener);
    return () => {
      window.removeEventListener('keydown', listener);
    };
  }

  handle(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing) return;
    const target = event.target instanceof Element ? event.target : null;
    const stroke = writeKey(event, this.mac);
    const lettersOff = !settings.value.letterKeys || target?.closest(NO_LETTERS) != null;
    const overlay = document.querySelector(OVERLAY) !== null;
    if (this.pending !== null) {
      const chord = `${this.pending} ${stroke}`;
      this.#wait(null);
      if (!lettersOff && !overlay && this.#run(chord, event, target)) return;
    }
    if ((lettersOff && isLetterKey(stroke)) || overlay) return;
    if (this.#run(stroke, event, target)) return;
    if (this.#all.some((one) => alternatives(one).some((keys) => keys.startsWith(`${stroke} `))))
      this.#wait(stroke);
  }

  #all: readonly Shortcut[] = [];

  #set(all: readonly Shortcut[]): void {
    this.#all = all;
    this.shortcuts = all;
  }

  #run(stroke: string, event: KeyboardEvent, target: Element | null): boolean {
    for (const shortcut of [...this.#all].reverse()) {
      if (!alternatives(shortcut).includes(stroke)) continue;
      if (shortcut.when?.() === false) continue;
      if (shortcut.within && target !== null && target !== document.body) {
        if (shortcut.within()?.contains(target) !== true) continue;
      }
      if (shortcut.run(event) === false) continue;
      event.preventDefault();
      return true;
    }
    return false;
  }

  #wait(stroke: string | null): void {
    clearTimeout(this.#timer);
    this.pending = stroke;
    if (stroke === null) return;
    this.#timer = setTimeout(() => {
      this.pending = null;
    }, CHORD_MS);
  }
}

/** The single shortcuts of one entry. */
export function alternatives(shortcut: Pick<Shortcut, 'keys'>): readonly string[] {
  return shortcut.keys.split(' | ');
}

export const keyboard = new Keyboard();
