/** Log streams of the dock's tabs: they outlive the view of a tab and end with the tab. */
import type { AppError } from '../../shared/errors.ts';
import type { LogEntry, LogMessage, StreamRequest } from '../../shared/streams.ts';
import { tick } from 'svelte';
import { openStream } from '../api.ts';
import { LogBuffer, sourceOf } from '../views/dock/log-buffer.ts';
import type { Level } from '../views/dock/log-level.ts';
import { restartSentence } from '../views/dock/log-words.ts';
import type { DockTab } from './dock.svelte.ts';
import { recall } from './remember.ts';
import { TabSessions } from './tab-sessions.ts';

export type LogTab = Extract<DockTab, { readonly kind: 'logs' }>;

/** One container whose log is read. `lost`: broke off and is being resumed. */
export interface SourceState {
  readonly pod: string;
  readonly container: string;
  readonly state: 'open' | 'ended' | 'failed' | 'lost';
  readonly error?: AppError;
}

/** What the user chose in one tab; kept while another tab is on screen. */
class LogChoices {
  query = $state('');
  /** Only lines of this level or worse; `none` shows all. */
  least = $state<Level>('none');
  /** Sources (`pod/container`) that are not shown. */
  hidden = $state.raw<ReadonlySet<string>>(new Set());
  wrap = $state(recall('logs.wrap') === true);
  follow = $state(true);
  /** The line last jumped to. */
  current = $state<number | null>(null);
  /** Newest line when following ended; what is newer is counted on the pill. */
  seen = $state(0);
}

// Batches that come within this time are put on screen together.
const FLUSH_MS = 50;
const TAIL_LINES = 1000;
const MINUTE = 60_000;

/** One tab's stream with all it has said. `version` changes with each batch; `buffer` itself is not reactive. */
export class LogSession {
  readonly buffer = new LogBuffer();
  readonly choices = new LogChoices();
  version = $state(0);
  sources = $state.raw<ReadonlyMap<string, SourceState>>(new Map());
  /** `closed`: the main process ended the stream. */
  phase = $state<'opening' | 'open' | 'closed' | 'failed'>('opening');
  error = $state.raw<AppError | null>(null);
  previous = $state(false);
  /** Lines of the last minute. */
  rate = $state(0);
  readonly tab: LogTab;
  #port: MessagePort | undefined;
  #ticket = 0;
  #pending: LogEntry[] = [];
  #uncredited = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #arrivals: { readonly at: number; readonly count: number }[] = [];

  constructor(tab: LogTab) {
    this.tab = tab;
    this.previous = tab.previous;
    void this.open();
  }

  /** Reads from the beginning: what was shown is cleared. */
  async open(): Promise<void> {
    this.#drop();
    this.#ticket += 1;
    const ticket = this.#ticket;
    this.clear();
    this.sources = new Map();
    this.phase = 'opening';
    this.error = null;
    const answer = await openStream('logs.open', {
      fabric: this.tab.fabric,
      target: this.tab.target,
      previous: this.previous,
      follow: !this.previous,
      tailLines: TAIL_LINES,
    });
    if (ticket !== this.#ticket) {
      if (answer.ok) end(answer.value);
      return;
    }
    if (!answer.ok) {
      this.phase = 'failed';
      this.error = answer.error;
      return;
    }
    const port = answer.value;
    this.#port = port;
    this.phase = 'open';
    port.addEventListener('message', (event: MessageEvent<LogMessage>) => {
      if (this.#port === port) this.#take(event.data);
    });
    port.addEventListener('close', () => {
      if (this.#port === port) this.phase = 'closed';
    });
    port.start();
  }

  setPrevious(previous: boolean): void {
    if (this.previous === previous) return;
    this.previous = previous;
    void this.open();
  }

  /** Empties the view; the stream goes on. */
  clear(): void {
    this.#pending = [];
    this.buffer.clear();
    this.version += 1;
  }

  close(): void {
    this.#ticket += 1;
    this.#drop();
  }

  #drop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#uncredited = 0;
    if (this.#port) end(this.#port);
    this.#port = undefined;
  }

  #take(message: LogMessage): void {
    if (message.type === 'lines') {
      for (const entry of message.entries) this.#pending.push(entry);
    } else {
      // A marker belongs behind the lines that came before it.
      this.#absorb();
      if (message.type === 'restart') this.buffer.mark(message, restartSentence(message));
      else this.#setSource(message);
    }
    this.#uncredited += 1;
    this.#timer ??= setTimeout(() => void this.#flush(), FLUSH_MS);
  }

  #setSource(message: Extract<LogMessage, { type: 'container' }>): void {
    const { pod, container, error } = message;
    const retried = message.state === 'failed' && error?.retryable === true;
    const state = {
      pod,
      container,
      state: retried ? ('lost' as const) : message.state,
      ...(error ? { error } : {}),
    };
    this.sources = new Map(this.sources).set(sourceOf(message), state);
  }

  #absorb(): void {
    if (this.#pending.length === 0) return;
    const now = Date.now();
    this.#arrivals.push({ at: now, count: this.#pending.length });
    this.#arrivals = this.#arrivals.filter((one) => one.at > now - MINUTE);
    this.rate = this.#arrivals.reduce((sum, one) => sum + one.count, 0);
    const unseen = this.#pending.filter((entry) => !this.sources.has(sourceOf(entry)));
    for (const { pod, container } of unseen) {
      if (!this.sources.has(sourceOf({ pod, container })))
        this.sources = new Map(this.sources).set(sourceOf({ pod, container }), {
          pod,
          container,
          state: 'open',
        });
    }
    this.buffer.add(this.#pending);
    this.#pending = [];
  }

  /** Puts what came on screen, then asks for as much again. */
  async #flush(): Promise<void> {
    this.#timer = undefined;
    this.#absorb();
    this.version += 1;
    const port = this.#port;
    const count = this.#uncredited;
    this.#uncredited = 0;
    await tick();
    if (port && port === this.#port && count > 0)
      port.postMessage({ type: 'credit', count } satisfies StreamRequest);
  }
}

function end(port: MessagePort): void {
  port.postMessage({ type: 'close' } satisfies StreamRequest);
  port.close();
}

const sessions = new TabSessions((tab: LogTab) => new LogSession(tab));

/** The stream of a tab, opened on first use. */
export function logSession(tab: LogTab): LogSession {
  return sessions.of(tab);
}

/** Ends the streams of tabs that are no more. */
export function endLogsExcept(tabs: ReadonlySet<string>): void {
  sessions.endExcept(tabs);
}
