// Launches the real app under Playwright, with a home folder and a display of its own, and ends it without a trace.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { startVirtualDisplay, type VirtualDisplay } from '../../build/virtual-display.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CLOSE_LIMIT_MS = 10_000;

/** How the app is started. */
export interface LaunchOptions {
  /** Passed as `--kubeconfig`. Without it the app finds none, for its home folder is empty. */
  readonly kubeconfig?: string;
  /** The folder of the app to run; this checkout, bundled if its sources changed, by default. */
  readonly directory?: string;
  /** More flags of the app, such as `['--context', 'prod']`. */
  readonly flags?: readonly string[];
  /** A home folder to keep, for tests that start the app twice; by default one that `close` removes. */
  readonly home?: string;
  /** More environment variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** Size of the virtual display in pixels, 1920 by 1080 by default. */
  readonly display?: { readonly width: number; readonly height: number };
}

/** The running app. */
export interface LaunchedApp {
  readonly app: ElectronApplication;
  /** Its first window. */
  readonly page: Page;
  /** The home folder; the app's own data are in `<home>/hedgerow`. */
  readonly home: string;
  /** What the main process has printed since the window opened, both streams. */
  printed(): string;
  /** Quits the app; when it resolves no process and, unless given, no home folder is left. */
  close(): Promise<void>;
}

type Runtime = { readonly executable: string } | { readonly missing: string };

let runtime: Runtime | undefined;

function findRuntime(): Runtime {
  if (runtime) return runtime;
  const script = join(ROOT, 'build/runtime.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--startable'], {
    encoding: 'utf8',
  });
  runtime = status === 0 ? { executable: stdout.trim() } : { missing: stderr.trim() };
  return runtime;
}

/** Why this machine cannot open the app's window, as a sentence; undefined if it can. */
export function whyNoWindow(): string | undefined {
  const found = findRuntime();
  return 'missing' in found ? found.missing : undefined;
}

function environment(home: string, options: LaunchOptions, display: VirtualDisplay | undefined) {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !/^(KUBECONFIG|ELECTRON_RUN_AS_NODE|NODE_OPTIONS|XDG_|VITEST)/.test(entry[0]),
  );
  return {
    ...Object.fromEntries(inherited),
    HOME: home,
    HEDGEROW_HOME: join(home, 'hedgerow'),
    ...display?.env,
    ...options.env,
  };
}

async function closeApp(app: ElectronApplication): Promise<void> {
  const child = app.process();
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), CLOSE_LIMIT_MS);
  });
  const outcome = await Promise.race([app.close().then(() => 'closed' as const), limit]);
  clearTimeout(timer);
  if (outcome === 'closed' && (child.exitCode !== null || child.signalCode !== null)) return;
  child.kill('SIGKILL');
  throw new Error(`The app did not quit within ${String(CLOSE_LIMIT_MS / 1000)} s and was killed.`);
}

/**
 * Bundles the app if its sources changed and opens it. Rejects, with what the app printed, if no window
 * appears within 30 s.
 */
export async function launchApp(options: LaunchOptions = {}): Promise<LaunchedApp> {
  const found = findRuntime();
  if ('missing' in found) throw new Error(found.missing);
  execFileSync(process.execPath, [join(ROOT, 'build/bundle.mjs')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const home = options.home ?? mkdtempSync(join(tmpdir(), 'hedgerow-e2e-'));
  const hasDisplay = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  const display = hasDisplay
    ? undefined
    : await startVirtualDisplay({ ...options.display, oneProgram: true });
  let app: ElectronApplication | undefined;
  let text = '';
  const close = async (): Promise<void> => {
    try {
      if (app) await closeApp(app);
    } finally {
      await display?.stop();
      if (options.home === undefined) rmSync(home, { recursive: true, force: true });
    }
  };
  try {
    app = await _electron.launch({
      executablePath: found.executable,
      args: [
        ...(process.platform === 'linux' ? ['--no-sandbox', '--disable-gpu'] : []),
        options.directory ?? ROOT,
        ...(options.kubeconfig === undefined ? [] : ['--kubeconfig', options.kubeconfig]),
        ...(options.flags ?? []),
      ],
      cwd: home,
      env: environment(home, options, display),
      timeout: 30_000,
    });
    const child = app.process();
    child.stdout?.on('data', (chunk) => (text += String(chunk)));
    child.stderr?.on('data', (chunk) => (text += String(chunk)));
    const page = await app.firstWindow({ timeout: 30_000 });
    return { app, page, home, printed: () => text, close };
  } catch (error) {
    await close().catch(() => undefined);
    throw new Error(`The app did not open a window. It printed:\n${text}\n${String(error)}`, {
      cause: error,
    });
  }
}
