// Bundles the app if its sources changed and opens it: `npm start -- flags`.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { bundle } from './bundle.mjs';
import { findRuntime } from './electron-runtime.mjs';
import { hasNoDisplay } from './linux-libraries.mjs';
import { ROOT } from './paths.mjs';
import { SetupError, fail, say } from './terminal.mjs';
import { startVirtualDisplay } from './virtual-display.mjs';

// Chromium's own log lines, about buses, graphics drivers and the like: no news for a user of the app.
const CHROMIUM_LOG = /^\[\d+:\d{4}\/\d{6}\.\d{3,6}:(VERBOSE\d*|INFO|WARNING|ERROR):[\w.-]+[:(]\d+\)?\] /;
const SANDBOX_REFUSED =
  /SUID sandbox helper binary was found, but is not configured correctly|No usable sandbox/;

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const SIGNAL_CODES = { SIGHUP: 129, SIGINT: 130, SIGKILL: 137, SIGTERM: 143 };

function forwardStderr(stream, dist) {
  createInterface({ input: stream }).on('line', (line) => {
    if (SANDBOX_REFUSED.test(line)) {
      say(
        'This system does not let Chromium make its sandbox. Give it the right once, then try again:\n' +
          `  sudo chown root ${dist}/chrome-sandbox && sudo chmod 4755 ${dist}/chrome-sandbox`,
      );
    } else if (process.env.HEDGEROW_CHROMIUM_LOG || !CHROMIUM_LOG.test(line)) say(line);
  });
}

/** Runs the app to its end and returns its exit code. */
function runApp({ executable, dist }, args, env) {
  const child = spawn(executable, args, { cwd: ROOT, env, stdio: ['inherit', 'inherit', 'pipe'] });
  forwardStderr(child.stderr, dist);
  for (const signal of FORWARDED) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? SIGNAL_CODES[signal] ?? 1));
  });
}

async function start(flags) {
  const runtime = findRuntime();
  if (!runtime)
    throw new SetupError('The Electron runtime is not set up yet. Run `npm start`, which does it.');
  await bundle();
  const virtual = hasNoDisplay();
  const isRoot = process.getuid?.() === 0;
  // Chromium refuses its sandbox to root. A virtual display has no graphics card.
  const switches =
    virtual || (isRoot && process.platform === 'linux') ? ['--no-sandbox', '--disable-gpu'] : [];
  const env = { ...process.env };
  delete env.ELECTRON_RUN_AS_NODE;
  if (!virtual) return runApp(runtime, [...switches, ROOT, ...flags], env);
  say('There is no display: Hedgerow runs on a virtual one (Xvfb), so its window cannot be seen.');
  const display = await startVirtualDisplay({ oneProgram: true });
  try {
    return await runApp(runtime, [...switches, ROOT, ...flags], { ...env, ...display.env });
  } finally {
    await display.stop();
  }
}

await start(process.argv.slice(2)).then((code) => process.exit(code), fail);
