/** The process of the demo server: for the app, which asks it over messages, or by itself for kubectl (`npm run demo`). */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startDemo, type RunningDemo } from './demo-server.ts';
import { DEMO_USAGE, parseDemoFlags, type DemoFlags } from './flags.ts';
import { placeKubeconfig } from './kubeconfig.ts';
import { demoRequestSchema, type DemoMessage, type DemoRequest } from './protocol.ts';

/** Electron's port to the process that started this one. */
interface ParentPort {
  postMessage(message: DemoMessage): void;
  on(event: 'message', listener: (message: { readonly data: unknown }) => void): void;
}

/** How often it is looked whether the parent is there, ms. */
const PARENT_MS = 250;

const say = (sentence: string) => void process.stderr.write(`${sentence}\n`);
const describe = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** A defect in one request must not end the fabrics: it is told and life goes on. */
process.on('uncaughtException', (error) => say(error.stack ?? error.message));
process.on('unhandledRejection', (reason) => say(describe(reason)));

async function carryOut(demo: RunningDemo, request: DemoRequest): Promise<DemoMessage> {
  const fabric = demo.fabrics.find(({ name }) => name === request.fabric);
  if (fabric === undefined) return { id: request.id, refused: `There is no demo fabric ${request.fabric}.` };
  try {
    if (request.do === 'reset') await fabric.reset();
    if (request.do === 'set') fabric.setFault(request.fault, request.active);
    return { id: request.id, faults: fabric.faults(), kubeconfig: demo.kubeconfig };
  } catch (error) {
    return { id: request.id, refused: describe(error) };
  }
}

async function serveParent(port: ParentPort): Promise<void> {
  try {
    const demo = await startDemo({ report: say });
    port.on('message', ({ data }) => {
      const parsed = demoRequestSchema.safeParse(data);
      if (parsed.success) void carryOut(demo, parsed.data).then((message) => port.postMessage(message));
    });
    port.postMessage({ ready: { kubeconfig: demo.kubeconfig } });
  } catch (error) {
    port.postMessage({ failed: `The demo server could not start: ${describe(error)}` });
  }
}

function placeFor(flags: DemoFlags): { file: string; remove: () => void } {
  if (flags.kubeconfigOut !== undefined)
    return { file: resolve(flags.kubeconfigOut), remove: () => undefined };
  const folder = mkdtempSync(join(tmpdir(), 'hedgerow-demo-'));
  return { file: join(folder, 'kubeconfig'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** npm ends its shell on a signal, and the shell does not pass it on: a server whose parent is gone is to end, too. */
function endWithParent(end: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    end();
  }, PARENT_MS);
}

async function serveAlone(flags: DemoFlags): Promise<void> {
  const demo = await startDemo({ port: flags.port, pods: flags.pods, report: say });
  const place = placeFor(flags);
  let remove: () => void;
  try {
    remove = placeKubeconfig(place.file, demo.kubeconfig);
  } catch (error) {
    await demo.stop();
    place.remove();
    throw error;
  }
  for (const { name, server, description } of demo.fabrics) say(`${name}  ${server}  ${description}`);
  say(`Use it with: kubectl --kubeconfig ${place.file} get pods -A`);
  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    remove();
    place.remove();
    void demo.stop().finally(() => process.exit(0));
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end);
  if (process.env.npm_lifecycle_event !== undefined) endWithParent(end);
}

async function main(): Promise<void> {
  const { parentPort } = process as { parentPort?: ParentPort };
  if (parentPort !== undefined) return serveParent(parentPort);
  const [first, ...rest] = process.argv.slice(2);
  const parsed = parseDemoFlags(first === 'demo' ? rest : process.argv.slice(2));
  if (parsed.do === 'help') process.stdout.write(DEMO_USAGE);
  else if (parsed.do === 'refuse') {
    say(`${parsed.why}.\nSee demo --help.`);
    process.exitCode = 2;
  } else await serveAlone(parsed.flags);
}

main().catch((error: unknown) => {
  say(`The demo could not be served: ${describe(error)}.`);
  process.exit(1);
});
