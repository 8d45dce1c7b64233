// Makes an address that never answers a connection: a listener that accepts nothing, with its queue filled up.
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

// It blocks after it has listened, so that the kernel's queue of two stays as full as it is.
const LISTENER = `
const server = require('node:net').createServer();
server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  require('node:fs').writeSync(1, String(server.address().port) + '\\n');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});`;
/** More than the queue holds: those behind it wait, as will every connection after them. */
const FILLERS = 4;

export interface BlackHole {
  readonly port: number;
  readonly close: () => void;
}

/** On Linux, SYN packets to a full queue are dropped without a word. */
export async function openBlackHole(): Promise<BlackHole> {
  const child = spawn(process.execPath, ['-e', LISTENER], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.stdout.once('data', (line) => resolve(Number(String(line))));
  });
  const sockets: Socket[] = [];
  const fill = (): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined);
      sockets.push(socket);
      socket.once('connect', () => resolve(true));
      // What is not accepted at once on loopback is in the dark.
      setTimeout(() => resolve(false), 500);
    });
  for (let tries = 0; tries < FILLERS && (await fill()); tries += 1);
  return {
    port,
    close: () => {
      for (const socket of sockets) socket.destroy();
      child.kill('SIGKILL');
    },
  };
}
