// A process in which everything around the fabrics is poisoned: records what it opens, connects to and runs.
import childProcess from 'node:child_process';
import dns from 'node:dns';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Fabrics as FabricsClass } from '../../../src-main/fabric/fabrics.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const [, , home = '', chosen = '', alsoOpen = ''] = process.argv;
const opened = new Set<string>();
const reached: string[] = [];

/** Puts a function in the place of another that notes the call first. */
function record(target: object, name: string, note: (...args: unknown[]) => void): void {
  const holder = target as Record<string, (...args: unknown[]) => unknown>;
  const original = holder[name];
  if (original === undefined) throw new Error(`There is no ${name}`);
  holder[name] = function (this: unknown, ...args: unknown[]) {
    note(...args);
    return original.apply(this, args);
  };
}

const noteFile = (path: unknown): void => {
  const file = path instanceof URL ? fileURLToPath(path) : typeof path === 'string' ? resolve(path) : '';
  // The program's own modules are no configuration.
  if (file !== '' && !file.startsWith(ROOT)) opened.add(file);
};
for (const name of ['open', 'openSync', 'readFile', 'readFileSync', 'createReadStream'])
  record(fs, name, noteFile);
for (const name of ['open', 'readFile']) record(fs.promises, name, noteFile);
record(net.Socket.prototype, 'connect', (...args) => reached.push(`connect ${JSON.stringify(args[0])}`));
record(dns, 'lookup', (host) => reached.push(`look up ${String(host)}`));
for (const name of ['spawn', 'execFile', 'exec'])
  record(childProcess, name, (command) => reached.push(`run ${String(command)}`));
syncBuiltinESMExports();

const { Fabrics } = await import('../../../src-main/fabric/fabrics.ts');
const { FabricConfiguration } = await import('../../../src-main/fabric/fabric-configuration.ts');

const fabrics: FabricsClass = new Fabrics({
  load: () => configuration.load(),
  memoryOf: (context) => configuration.sources.memoryOf(context),
  scenarios: [],
  now: Date.now,
  onList: () => undefined,
});
const configuration = new FabricConfiguration({
  home,
  box: { available: () => false, encrypt: () => Buffer.alloc(0), decrypt: () => '' },
  places: () => ({ explicit: [chosen] }),
  addDemo: (read) => read(),
  contextOf: (id) => fabrics.get(id).context,
  reload: () => fabrics.load(),
  report: () => undefined,
});
await configuration.watch();
await fabrics.load();

const settled = (id: string): Promise<void> =>
  new Promise((done) => {
    const fabric = fabrics.get(id);
    const look = () => {
      if (fabric.link.phase === 'failed' || fabric.link.phase === 'live') done();
    };
    fabric.on(look);
    fabric.open();
    look();
  });

const results = [];
for (const { id, problem } of fabrics.list.fabrics) {
  if (problem === undefined && id !== alsoOpen) continue;
  await settled(id);
  const details = configuration.drafts.details(id);
  // A test of it is refused, too, before anything is contacted.
  const tested = await configuration.drafts
    .access({ id, ...(details.manual && { manual: details.manual }) })
    .then(
      () => 'accepted',
      () => 'refused',
    );
  const { findings } = fabrics.get(id).answer;
  results.push({
    id,
    tested,
    scenarios: findings.map(({ scenario }) => scenario),
    problem: problem?.message,
  });
}
await fabrics.closeAll();
await configuration.close();
process.stdout.write(JSON.stringify({ results, opened: [...opened], reached }));
process.exit(0);
