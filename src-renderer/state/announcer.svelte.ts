/** What is said without being asked: to screen readers (new critical findings), and brief notes after an action. */

const NOTE_MS = 2500;

class Announcer {
  /** Read out politely by the live region in App. */
  text = $state('');
  /** Shown for a moment at the bottom of the window. */
  shown = $state.raw<{ readonly text: string; readonly state: 'ok' | 'failed' } | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  say(text: string): void {
    // The same words twice in a row would not be read out again.
    this.text = this.text === text ? `${text}\u00a0` : text;
  }

  /** Says it and shows it: `note('Summary copied', 'ok')`. */
  note(text: string, state: 'ok' | 'failed'): void {
    this.say(text);
    this.shown = { text, state };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.shown = null;
    }, NOTE_MS);
  }
}

export const announcer = new Announcer();
