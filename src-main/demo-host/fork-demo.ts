/** The demo server as a utility process of Electron, which ends with the app. */
import { utilityProcess } from 'electron';
import type { DemoProcess } from './demo-host.ts';

/** Starts the bundle `entry`; `report` is told what it writes to stderr. */
export function forkDemo(entry: string, report: (text: string) => void): DemoProcess {
  const child = utilityProcess.fork(entry, [], {
    serviceName: 'Hedgerow demo',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child.stderr?.on('data', (bytes: Buffer) => report(bytes.toString().trimEnd()));
  return {
    post: (message) => child.postMessage(message),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.on('exit', listener),
    end: () => void child.kill(),
  };
}
