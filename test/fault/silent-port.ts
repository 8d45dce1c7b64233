/** A port that does not even answer SYN: its queue of connections is full, and nobody accepts any. */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { Worker } from 'node:worker_threads';

/** Listens, and then never runs again: the kernel completes a few connections by itself and drops the rest (Linux). */
const SLEEPER = `
  const { createServer } = require('node:net');
  const { parentPort, workerData } = require('node:worker_threads');
  createServer().listen({ port: workerData, host: '127.0.0.1', backlog: 1 }, () => {
    parentPort.postMessage('listening');
    setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
  });
`;
/** More than the queue takes. */
const FILLERS = 8;
/** A connection on loopback that is not made after so long is one that the kernel dropped, ms. */
const DROPPED_MS = 300;

/** Whether a connection is made; the socket stays open. */
function isAccepted(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve(false);
    }, DROPPED_MS);
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve(true);
    });
    socket.on('error', () => undefined);
  });
}

/** Takes a port that nobody listens on; the function returned gives it back. Throws where the kernel accepts all the same. */
export async function silencePort(port: number): Promise<() => Promise<void>> {
  const worker = new Worker(SLEEPER, { eval: true, workerData: port });
  await Promise.race([
    once(worker, 'message'),
    once(worker, 'error').then(([error]) => Promise.reject(error as Error)),
  ]);
  const fillers: Socket[] = [];
  const release = async (): Promise<void> => {
    for (const socket of fillers) socket.resetAndDestroy();
    await worker.terminate();
  };
  for (let made = true; made;) {
    const socket = connect(port, '127.0.0.1');
    fillers.push(socket);
    made = await isAccepted(socket);
    if (made && fillers.length > FILLERS) {
      await release();
      throw new Error('This system accepts connections beyond the queue of a listening port.');
    }
  }
  return release;
}
