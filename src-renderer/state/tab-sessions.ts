/** The streams behind the tabs of the dock: one per tab, opened on first use, ended with its tab. */

/** What is kept for a tab; `close` ends its stream. */
interface TabSession {
  close(): void;
}

export class TabSessions<Tab extends { readonly id: string }, Session extends TabSession> {
  readonly #sessions = new Map<string, Session>();
  readonly #open: (tab: Tab) => Session;

  constructor(open: (tab: Tab) => Session) {
    this.#open = open;
  }

  /** The session of a tab, opened on first use. */
  of(tab: Tab): Session {
    const known = this.#sessions.get(tab.id);
    if (known) return known;
    const opened = this.#open(tab);
    this.#sessions.set(tab.id, opened);
    return opened;
  }

  /** Ends the sessions of tabs that are no more. */
  endExcept(tabs: ReadonlySet<string>): void {
    for (const [id, session] of this.#sessions) {
      if (tabs.has(id)) continue;
      session.close();
      this.#sessions.delete(id);
    }
  }
}
