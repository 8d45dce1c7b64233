/** The running app: wires fabrics, publisher, streams, window and calls, and ends them in order. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  app,
  BrowserWindow,
  clipboard,
  ipcMain,
  MessageChannelMain,
  nativeTheme,
  powerMonitor,
  protocol,
} from 'electron';
import { AppFailure, type AppError } from '../shared/errors.ts';
import type { FabricList } from '../shared/ipc.ts';
import type { Scenario } from '../shared/model/scenario.ts';
import { CHANNEL } from './channels.ts';
import { DemoFabrics } from './demo-host/demo-fabrics.ts';
import { forkDemo } from './demo-host/fork-demo.ts';
import { FabricConfiguration } from './fabric/fabric-configuration.ts';
import { Fabrics } from './fabric/fabrics.ts';
import { createHandlers } from './handlers.ts';
import type { Home } from './home.ts';
import { serveCalls } from './ipc.ts';
import type { Log } from './logging.ts';
import type { SettingsStore } from './settings/settings.ts';
import { probeConnection } from './probe/probe.ts';
import { openJournal } from './recovery/journal.ts';
import { Publisher, type Send } from './store/publisher.ts';
import { Streams } from './streams/streams.ts';
import type { AppFlags } from './window/app-flags.ts';
import { guardPage } from './window/page-guard.ts';
import { askAndSave, askForFile } from './window/dialogs.ts';
import { setMenu } from './window/menu.ts';
import { ORIGIN, SCHEME, servePage } from './window/protocol.ts';
import { secretBox } from './window/secret-box.ts';
import { runUnattended } from './window/smoke.ts';
import { denyPermissions, openWindow } from './window/window.ts';

export interface AppParts {
  readonly flags: AppFlags;
  readonly home: Home;
  readonly log: Log;
  readonly settings: SettingsStore;
  /** When the process was started, ms since the epoch. */
  readonly startedAt: number;
  readonly scenarios: readonly Scenario[];
}

/** The bundles lie in `out/main`, `out/preload` and `out/renderer`. */
const OUT = join(dirname(fileURLToPath(import.meta.url)), '..');
const PICTURE = { width: 1440, height: 900 };
class RunningApp {
  readonly #parts: AppParts;
  readonly #fabrics: Fabrics;
  readonly #configuration: FabricConfiguration;
  readonly #demo: DemoFabrics;
  readonly #publisher: Publisher;
  readonly #streams: Streams;
  #window: BrowserWindow | undefined;
  #notices: AppError[] = [];
  /** A kubeconfig chosen in this run goes before the one of the command line. */
  #chosenFile: string | undefined;
  #closing = false;

  constructor(parts: AppParts) {
    this.#parts = parts;
    if (parts.settings.problem !== undefined) this.#notices.push(parts.settings.problem);
    const { flags, settings, scenarios } = parts;
    this.#fabrics = new Fabrics({
      load: () => this.#configuration.load(),
      memoryOf: (context) => this.#configuration.sources.memoryOf(context),
      scenarios,
      now: Date.now,
      onList: (list) => this.#send('fabrics', this.#withNotices(list)),
    });
    this.#configuration = new FabricConfiguration({
      home: parts.home.folder,
      box: secretBox,
      places: () => {
        const file = this.#chosenFile ?? flags.kubeconfig ?? settings.get().kubeconfig;
        return file === null ? {} : { explicit: [file] };
      },
      addDemo: (read) => this.#demo.load(read),
      contextOf: (id) => this.#fabrics.get(id).context,
      reload: () => this.#fabrics.load(),
      report: (message, cause) => parts.log.error(message, cause),
    });
    this.#notices.push(...this.#configuration.sources.problems);
    this.#demo = new DemoFabrics({
      alone: flags.demo,
      folder: parts.home.folder,
      spawn: () => forkDemo(join(OUT, 'demo', 'demo.js'), (text) => parts.log.error(`demo: ${text}`)),
      onChange: () => void this.#fabrics.load(),
      onEnd: (message) => this.#notice({ code: 'internal', message, retryable: true }),
      now: Date.now,
    });
    this.#publisher = new Publisher(this.#fabrics, (name, message) => this.#send(name, message));
    this.#streams = new Streams((id) => {
      const { port1, port2 } = new MessageChannelMain();
      this.#window?.webContents.postMessage(CHANNEL.stream, id, [port2]);
      return port1;
    });
  }

  start(): void {
    const { flags, settings } = this.#parts;
    const loaded = this.#configuration.watch().then(() => this.#fabrics.load());
    setMenu(process.platform);
    denyPermissions();
    protocol.handle(SCHEME, (request) => servePage(join(OUT, 'renderer'), request));
    nativeTheme.themeSource = settings.get().theme;
    this.#serve();
    const window = this.#open();
    app.on('second-instance', (_event, _argv, _folder, data) => this.#focus(data));
    app.on('window-all-closed', () => app.quit());
    app.on('before-quit', (event) => this.#quit(event));
    powerMonitor.on('resume', () => {
      this.#configuration.look();
      this.#fabrics.retryAll();
    });
    // First the page, then the lists: reading thousands of objects would hold up the files of the page.
    window.webContents.once('dom-ready', () => void loaded.then(() => this.#openFabrics()));
    if (!flags.smoke && flags.screenshot === undefined) return;
    const windowAt = new Promise<number>((resolve) =>
      window.once('ready-to-show', () => resolve(Date.now())),
    );
    const fabric = loaded.then(() => this.#chosen());
    void runUnattended({ app, window, flags, fabric, windowAt, startedAt: this.#parts.startedAt }).then(
      (code) => this.#exit(code),
    );
  }

  /** The fabric of this run: the one of the flag, else the current context. */
  #chosen() {
    const id = this.#parts.flags.context ?? this.#fabrics.current;
    if (id === undefined) {
      const [problem] = this.#fabrics.list.problems;
      if (problem !== undefined) throw new AppFailure(problem);
    }
    return this.#fabrics.get(id ?? '');
  }

  /** Opens what was asked for, or what was open when the app was last closed. */
  #openFabrics(): void {
    const { flags, settings } = this.#parts;
    const unattended = flags.smoke || flags.screenshot !== undefined;
    const remembered = settings
      .get()
      .openFabrics.filter((id) => this.#fabrics.list.fabrics.some((each) => each.id === id));
    try {
      if (flags.context !== undefined || (unattended && this.#fabrics.current !== undefined))
        this.#chosen().open();
      if (this.#demo.byItself) for (const id of this.#fabrics.demo) this.#fabrics.get(id).open();
      else if (!unattended) for (const id of remembered) this.#fabrics.get(id).open();
    } catch (cause) {
      if (!(cause instanceof AppFailure)) throw cause;
      this.#notice(cause.error);
    }
  }

  #serve(): void {
    const { settings, log } = this.#parts;
    const handlers = createHandlers({
      info: {
        version: app.getVersion(),
        platform: process.platform,
        electron: process.versions.electron,
      },
      fabrics: this.#fabrics,
      demo: this.#demo,
      publisher: this.#publisher,
      streams: this.#streams,
      settings,
      configured: {
        drafts: this.#configuration.drafts,
        probe: (access, timeoutMs) => probeConnection({ access, timeoutMs }),
        chooseFile: async (what) => (this.#window === undefined ? undefined : askForFile(this.#window, what)),
      },
      access: {
        scenarios: this.#parts.scenarios,
        journal: openJournal(this.#parts.home.folder),
        addTokenFabric: (fabric) => this.#configuration.addTokenFabric(fabric),
        now: Date.now,
      },
      withProblems: (list) => this.#withNotices(list),
      onSettings: () => {
        nativeTheme.themeSource = settings.get().theme;
      },
      report: (message, cause) => log.error(message, cause),
      writeClipboard: (text) => clipboard.writeText(text),
      saveFile: async (name, text) => {
        const owner = this.#window;
        return owner === undefined ? null : askAndSave(owner, name, text);
      },
      chooseKubeconfig: async () => {
        const owner = this.#window;
        const file = owner === undefined ? undefined : await askForFile(owner, 'kubeconfig');
        if (file === undefined) return false;
        this.#chosenFile = file;
        settings.set({ kubeconfig: file });
        return true;
      },
    });
    serveCalls(ipcMain, {
      handlers,
      trusts: (frame) =>
        frame !== null && frame === this.#window?.webContents.mainFrame && frame.origin === ORIGIN,
      report: (where, cause) => log.error(`call ${where}`, cause),
    });
  }

  #open(): BrowserWindow {
    const { flags, settings, log } = this.#parts;
    const window = openWindow({
      preload: join(OUT, 'preload', 'preload.cjs'),
      icon: join(OUT, 'main', 'icon.png'),
      stored: settings.get().window,
      fixedSize: flags.screenshot === undefined ? undefined : PICTURE,
      remember: (bounds) => settings.set({ window: bounds }),
    });
    this.#window = window;
    const forget = () => {
      this.#publisher.clear();
      this.#streams.clear();
    };
    guardPage(window, {
      forget,
      isClosing: () => this.#closing,
      report: (message) => log.error(message),
      notice: (message) => this.#notice({ code: 'internal', message, retryable: false }),
      giveUp: () => this.#exit(1),
    });
    window.on('closed', () => {
      forget();
      this.#window = undefined;
    });
    return window;
  }

  #notice(error: AppError): void {
    this.#notices = [...this.#notices, error];
    this.#send('fabrics', this.#withNotices(this.#fabrics.list));
  }

  #withNotices(list: FabricList): FabricList {
    return { ...list, problems: [...this.#notices, ...list.problems] };
  }

  #send: Send = (name, message) => {
    const contents = this.#window?.webContents;
    if (contents !== undefined && !contents.isDestroyed()) contents.send(CHANNEL.push, name, message);
  };

  /** Another start with the same home: this window comes to the front, with the context that was asked for. */
  #focus(data: unknown): void {
    const window = this.#window;
    if (window?.isMinimized() === true) window.restore();
    window?.focus();
    const context =
      typeof data === 'object' && data !== null ? (data as { context?: unknown }).context : undefined;
    if (typeof context !== 'string') return;
    try {
      this.#fabrics.get(context).open();
    } catch (cause) {
      if (cause instanceof AppFailure) this.#notice(cause.error);
    }
  }

  /** Quits once every connection is closed, or after two seconds. */
  #quit(event: { preventDefault(): void }): void {
    if (this.#closing) return;
    event.preventDefault();
    this.#exit(0);
  }

  #exit(code: number): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#streams.clear();
    this.#publisher.clear();
    const limit = new Promise<void>((resolve) => setTimeout(resolve, 2000));
    const closed = this.#fabrics.closeAll().then(() => this.#configuration.close());
    void Promise.race([closed, limit]).then(() => {
      this.#demo.end();
      this.#parts.home.remove();
      app.exit(code);
    });
  }
}

/** Starts the app; to be called once, when Electron is ready. */
export function startApp(parts: AppParts): void {
  new RunningApp(parts).start();
}
