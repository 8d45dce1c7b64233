// Messages to the person at the terminal (always on stderr) and child processes that stay quiet unless they fail.
import { spawn } from 'node:child_process';

/** A problem that its message explains in full: it is shown without a stack. */
export class SetupError extends Error {
  name = 'SetupError';
}

/** Prints one line on stderr; stdout belongs to the command that was asked for. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** Ends the process on an error: a SetupError shows its message only, anything else its stack. */
export function fail(error) {
  say(error instanceof SetupError ? error.message : String(error?.stack ?? error));
  process.exit(1);
}

/**
 * Runs a command to its end and returns its exit code and what it printed (the last 64 KiB of each
 * stream). It never throws on a non-zero code; `code` is null if it could not start, ran out of
 * `timeoutMs` or was ended by a signal, and `stderr` then says why.
 */
export function run(command, args, { timeoutMs = 0, cwd, env, shell = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, shell, stdio: ['ignore', 'pipe', 'pipe'] });
    const printed = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) {
      child[name].setEncoding('utf8').on('data', (text) => {
        printed[name] = (printed[name] + text).slice(-65_536);
      });
    }
    let timedOut = false;
    const timer =
      timeoutMs > 0 &&
      setTimeout(() => {
        timedOut = true;
        child.kill('SIGKILL');
      }, timeoutMs);
    let done = false;
    const finish = (code, why) => {
      if (done) return;
      done = true;
      clearTimeout(timer);
      if (why) printed.stderr += why;
      resolve({ code, ...printed });
    };
    child.on('error', (error) => finish(null, `${command} could not be started: ${error.message}`));
    child.on('close', (code) => {
      finish(timedOut ? null : code, timedOut ? `no answer within ${timeoutMs / 1000} s` : '');
    });
  });
}

/** Announces a step that may take long, says every 10 s that it still runs, and how long it took. */
export async function longStep(text, work) {
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 1000);
  say(`${text} ...`);
  const timer = setInterval(() => say(`${text}: ${seconds()} s so far`), 10_000);
  try {
    const value = await work();
    say(`${text}: done in ${((performance.now() - started) / 1000).toFixed(1)} s`);
    return value;
  } finally {
    clearInterval(timer);
  }
}

/** The lines of a command's error output that say most: the first ones, without npm's own prefix and usage. */
export function firstLines(text, count = 10) {
  const lines = text.split('\n').map((line) => line.replace(/^npm (error|ERR!) ?/, ''));
  return lines
    .filter((line) => line.trim() !== '')
    .slice(0, count)
    .join('\n');
}
