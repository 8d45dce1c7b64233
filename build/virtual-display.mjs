// Starts a virtual X display for machines without a screen, closed to other users, and ends it again.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const READY_LIMIT_MS = 20_000;

// The format of an Xauthority file: family, address, display number, name and data, each string behind
// its length as a 16-bit number. Family 65535 stands for any host and an empty number for any display.
function xauthority() {
  const strings = ['', '', 'MIT-MAGIC-COOKIE-1', randomBytes(16)];
  const parts = strings.flatMap((string) => {
    const bytes = Buffer.from(string);
    return [Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes];
  });
  return Buffer.concat([Buffer.from([255, 255]), ...parts]);
}

/**
 * Starts Xvfb, larger than the app's window so that no pixel of it is cut, on a free display number.
 * Returns `env` (DISPLAY and XAUTHORITY, to be given to the program) and `stop()`, which ends it. With
 * `oneProgram` it also ends by itself when the first program on it does, should this process be killed
 * before it can stop it. Rejects if Xvfb is missing or not ready within 20 s.
 */
export async function startVirtualDisplay({ width = 1920, height = 1080, oneProgram = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'hedgerow-display-'));
  const authority = join(folder, 'authority');
  writeFileSync(authority, xauthority(), { mode: 0o600 });
  const screen = ['-screen', '0', `${width}x${height}x24`, '-nolisten', 'tcp', '-auth', authority];
  // Its own process group: Ctrl-C must end the app first, then its display.
  const server = spawn('Xvfb', ['-displayfd', '3', ...(oneProgram ? ['-terminate'] : []), ...screen], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const ended = new Promise((resolve) => server.once('exit', resolve).once('error', resolve));
  const kill = () => {
    server.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', kill);
  const stop = async () => {
    process.removeListener('exit', kill);
    server.ref();
    kill();
    await ended;
  };
  try {
    const display = await readDisplayNumber(server);
    server.unref();
    server.stdio[3].destroy();
    return { env: { DISPLAY: `:${display}`, XAUTHORITY: authority }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function readDisplayNumber(server) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('Xvfb was not ready within 20 s.')), READY_LIMIT_MS);
    let text = '';
    server.stdio[3].setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
      if (!text.includes('\n')) return;
      clearTimeout(timer);
      resolve(text.trim());
    });
    server.once('error', (error) => {
      clearTimeout(timer);
      reject(new Error(`Xvfb, the virtual display, could not be started: ${error.message}`));
    });
    server.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`Xvfb, the virtual display, ended with code ${code} before it was ready.`));
    });
  });
}
