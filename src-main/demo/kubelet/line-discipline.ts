/** What a terminal does with keys before a program sees them: echo, editing of the line, ^C and ^D. */

export interface TerminalActions {
  readonly echo: (text: string) => void;
  /** A whole line, with its newline. */
  readonly line: (text: string) => void;
  /** ^D on an empty line. */
  readonly end: () => void;
  /** ^C. */
  readonly interrupt: () => void;
}

const MAX_LINE = 4096;

export class LineDiscipline {
  readonly #actions: TerminalActions;
  #line = '';

  constructor(actions: TerminalActions) {
    this.#actions = actions;
  }

  /** Takes keys as a terminal emulator sends them; escape sequences (arrows) are dropped. */
  take(text: string): void {
    // eslint-disable-next-line no-control-regex -- the beginning of escape sequences is a control character
    for (const key of text.replace(/\u001b(?:\[[0-9;]*[A-Za-z~]|O[A-Za-z])/g, '').replace(/\r\n/g, '\n'))
      this.#takeKey(key);
  }

  #takeKey(key: string): void {
    const { echo, line, end, interrupt } = this.#actions;
    switch (key) {
      case '\r':
      case '\n': {
        const whole = this.#line;
        this.#line = '';
        echo('\r\n');
        line(`${whole}\n`);
        return;
      }
      case '\u007f':
      case '\b':
        this.#erase([...this.#line].slice(-1).join(''));
        return;
      case '\u0015':
        this.#erase(this.#line);
        return;
      case '\u0017':
        this.#erase(/\S*\s*$/.exec(this.#line)?.[0] ?? '');
        return;
      case '\u0003':
        this.#line = '';
        echo('^C\r\n');
        interrupt();
        return;
      case '\u0004':
        if (this.#line === '') end();
        return;
      default:
        if ((key < ' ' && key !== '\t') || this.#line.length >= MAX_LINE) return;
        this.#line += key;
        echo(key);
    }
  }

  #erase(text: string): void {
    if (text === '') return;
    this.#line = this.#line.slice(0, this.#line.length - text.length);
    const width = [...text].length;
    this.#actions.echo('\b'.repeat(width) + ' '.repeat(width) + '\b'.repeat(width));
  }
}
