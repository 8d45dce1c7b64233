/** Shells and sign-ins of the dock's tabs: terminal and stream outlive the view of a tab and end with the tab. */
import type { FitAddon } from '@xterm/addon-fit';
import type { Terminal } from '@xterm/xterm';
import type { AppError } from '../../shared/errors.ts';
import type { ShellMessage, StreamRequest } from '../../shared/streams.ts';
import { call, openStream } from '../api.ts';
import { guardTerminal } from '../views/dock/terminal-guard.ts';
import { followTheme, terminalOptions } from '../views/dock/terminal-theme.ts';
import { dock, type DockTab } from './dock.svelte.ts';
import { recall, remember } from './remember.ts';
import { TabSessions } from './tab-sessions.ts';

/** A tab with a terminal. */
export type ShellTab = Extract<DockTab, { readonly kind: 'shell' | 'sign-in' }>;

/** How a shell ended. `code` is null where the server did not say. */
export interface ShellExit {
  readonly code: number | null;
  readonly reason: string;
}

// Bytes of input per message.
const CHUNK = 65_536;
const MINIMUM = { columns: 20, rows: 4 };

function openTerminal(tab: ShellTab, size: { readonly columns: number; readonly rows: number }) {
  const { fabric } = tab;
  if (tab.kind === 'sign-in') return openStream('signIn.open', { fabric, ...size });
  const { namespace, pod, container } = tab;
  return openStream('shell.open', { fabric, namespace, pod, container, ...size });
}

/** One tab's shell. Mount it with `attach`; `start` opens a new shell in the same terminal. */
export class ShellSession {
  phase = $state<'opening' | 'open' | 'ended' | 'failed'>('opening');
  exit = $state.raw<ShellExit | null>(null);
  error = $state.raw<AppError | null>(null);
  screenReader = $state(recall('shell.screen-reader') === true);
  readonly tab: ShellTab;
  readonly #element = document.createElement('div');
  #terminal: Terminal | undefined;
  #fit: FitAddon | undefined;
  #port: MessagePort | undefined;
  #ticket = 0;
  #unfollow: (() => void) | undefined;
  #loading: Promise<void> | undefined;

  constructor(tab: ShellTab) {
    this.tab = tab;
    this.#element.className = 'terminal-host';
  }

  /** Shows the terminal inside `host`; the first time it also opens the shell. */
  async attach(host: HTMLElement): Promise<void> {
    host.append(this.#element);
    this.#loading ??= this.#load();
    await this.#loading;
    this.fit();
    if (this.#ticket === 0) await this.start();
  }

  detach(): void {
    this.#element.remove();
  }

  focus(): void {
    this.#terminal?.focus();
  }

  /** Makes columns and rows fit the room there is. */
  fit(): void {
    if (this.#element.isConnected && this.#element.clientHeight > 0) this.#fit?.fit();
  }

  setScreenReader(on: boolean): void {
    this.screenReader = on;
    remember('shell.screen-reader', on);
    if (this.#terminal) this.#terminal.options.screenReaderMode = on;
  }

  async start(): Promise<void> {
    const terminal = this.#terminal;
    if (!terminal) return;
    this.#end();
    this.#ticket += 1;
    const ticket = this.#ticket;
    this.phase = 'opening';
    this.exit = null;
    this.error = null;
    const columns = Math.max(MINIMUM.columns, terminal.cols);
    const rows = Math.max(MINIMUM.rows, terminal.rows);
    const answer = await openTerminal(this.tab, { columns, rows });
    if (ticket !== this.#ticket) {
      if (answer.ok) answer.value.close();
      return;
    }
    if (!answer.ok) {
      this.phase = 'failed';
      this.error = answer.error;
      return;
    }
    const port = answer.value;
    this.#port = port;
    port.addEventListener('message', (event: MessageEvent<ShellMessage>) => {
      if (this.#port === port) this.#take(event.data, terminal);
    });
    port.addEventListener('close', () => {
      if (this.#port === port && this.phase !== 'ended' && this.phase !== 'failed')
        this.#finish(null, 'The connection to the terminal was lost.');
    });
    port.start();
  }

  /** Begins anew where the last one ended. */
  restart(): void {
    if (this.phase === 'ended' || this.phase === 'failed') void this.start();
  }

  close(): void {
    this.#ticket += 1;
    this.#end();
    this.#unfollow?.();
    this.#terminal?.dispose();
    this.#element.remove();
  }

  async #load(): Promise<void> {
    const [{ Terminal: XTerm }, { FitAddon: Fit }] = await Promise.all([
      import('@xterm/xterm'),
      import('@xterm/addon-fit'),
    ]);
    const terminal = new XTerm({ ...terminalOptions(), screenReaderMode: this.screenReader });
    this.#fit = new Fit();
    terminal.loadAddon(this.#fit);
    guardTerminal(terminal);
    terminal.open(this.#element);
    terminal.attachCustomKeyEventHandler((event) => this.#keepKey(event));
    terminal.onData((data) => {
      this.#type(new TextEncoder().encode(data));
    });
    terminal.onBinary((data) => {
      this.#type(Uint8Array.from(data, (char) => char.charCodeAt(0)));
    });
    terminal.onResize(({ cols, rows }) => {
      this.#send({ type: 'resize', columns: cols, rows });
    });
    this.#unfollow = followTheme(terminal);
    this.#terminal = terminal;
  }

  /** True for keys that the shell gets; false for those that the window keeps: leaving, copy and paste. */
  #keepKey(event: KeyboardEvent): boolean {
    const mod = event.ctrlKey || event.metaKey;
    if (event.key === 'F6' || (mod && event.code === 'Backquote')) return false;
    if (mod && event.shiftKey && event.code === 'KeyV') return false;
    const copy = (event.ctrlKey && event.shiftKey) || event.metaKey;
    if (!copy || event.code !== 'KeyC') return true;
    const text = this.#terminal?.getSelection() ?? '';
    if (event.type === 'keydown' && text !== '') {
      event.preventDefault();
      void call('clipboard.write', { text });
    }
    return false;
  }

  /** Sends what was typed or pasted, in pieces that the other side takes. */
  #type(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.byteLength; at += CHUNK)
      this.#send({ type: 'input', bytes: bytes.slice(at, at + CHUNK) });
  }

  #send(request: StreamRequest): void {
    if (this.phase === 'open') this.#port?.postMessage(request);
  }

  #take(message: ShellMessage, terminal: Terminal): void {
    if (message.type === 'open') {
      this.phase = 'open';
      this.#send({ type: 'resize', columns: terminal.cols, rows: terminal.rows });
    } else if (message.type === 'data') {
      const count = message.bytes.byteLength;
      const port = this.#port;
      terminal.write(message.bytes, () => {
        if (count > 0 && port === this.#port)
          port?.postMessage({ type: 'credit', count } satisfies StreamRequest);
      });
    } else if (message.type === 'exit') this.#finish(message.code, message.reason);
    else {
      this.phase = 'failed';
      this.error = message.error;
      this.#end();
    }
  }

  #finish(code: number | null, reason: string): void {
    this.phase = 'ended';
    this.exit = { code, reason };
    this.#end();
  }

  #end(): void {
    const port = this.#port;
    this.#port = undefined;
    port?.postMessage({ type: 'close' } satisfies StreamRequest);
    port?.close();
  }
}

const sessions = new TabSessions((tab: ShellTab) => new ShellSession(tab));

/** The shell of a tab. */
export function shellSession(tab: ShellTab): ShellSession {
  return sessions.of(tab);
}

/** Ends the shells of tabs that are no more. */
export function endShellsExcept(tabs: ReadonlySet<string>): void {
  sessions.endExcept(tabs);
}

/** Shows the terminal in which the command of a fabric signs in, and begins anew where it has ended. */
export function openSignIn(fabric: string): void {
  dock.openSignIn(fabric);
  const tab = dock.tabs.find((each) => each.kind === 'sign-in' && each.fabric === fabric);
  if (tab?.kind === 'sign-in') shellSession(tab).restart();
}
