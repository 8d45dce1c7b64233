/** Programs that eat memory or processor time: dd, stress, and interpreters that the demo does not have. */
import { resolvePath } from '../files.ts';
import type { Applet, Call } from '../shell/state.ts';
import { forever, sleep, type Wait } from '../task.ts';

const FACTORS: Readonly<Record<string, number>> = { '': 1, b: 1, c: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

function bytesOf(text: string): number {
  const match = /^(\d+)([bckmg]?)/i.exec(text);
  return match === null ? 0 : Number(match[1]) * (FACTORS[(match[2] ?? '').toLowerCase()] ?? 1);
}

/** `dd`: its buffer of `bs` bytes is memory, and so is what it writes to a file system in memory. */
function* dd({ args, shell, streams }: Call): Generator<Wait, number> {
  const option = (name: string): string | undefined =>
    args.find((arg) => arg.startsWith(`${name}=`))?.slice(name.length + 1);
  const { machine } = shell;
  const source = resolvePath(shell.folder, option('if') ?? '/dev/stdin');
  const target = option('of') === undefined ? '' : resolvePath(shell.folder, option('of') ?? '');
  const block = bytesOf(option('bs') ?? '512');
  const count = option('count') === undefined ? Number.POSITIVE_INFINITY : Number(option('count'));
  const isDevice = source.startsWith('/dev/');
  const text = isDevice ? '' : machine.options.files.read(source);
  if (text === undefined) {
    streams.stderr.write(`dd: can't open '${option('if') ?? ''}': No such file or directory\n`);
    return 1;
  }
  const total = isDevice ? block * count : text.length;
  const inMemory =
    target.startsWith('/dev/shm') ||
    machine.options.files.mounts.some(
      ({ path, type, readOnly }) => type === 'tmpfs' && !readOnly && target.startsWith(path),
    );
  const atMost = (block + (inMemory ? total : 0)) / 1_048_576;
  machine.setMemory(shell.pid, Math.min(atMost, 1), 60_000, atMost);
  machine.setCpu(shell.pid, 900);
  // About a gigabyte a second.
  yield sleep(machine.options.clock, Math.min(2 ** 40, Math.max(1, total / 1_000_000)));
  if (target !== '' && target !== '/dev/null') machine.options.files.write(target, text.slice(0, 4096));
  machine.setCpu(shell.pid, 0);
  if (!inMemory) machine.setMemory(shell.pid, 0);
  const blocks = Number.isFinite(count) ? `${count}+0` : '0+1';
  streams.stderr.write(`${blocks} records in\n${blocks} records out\n${total} bytes copied\n`);
  return 0;
}

function optionOf(args: readonly string[], ...names: string[]): string | undefined {
  for (const name of names) {
    const at = args.indexOf(name);
    if (at >= 0) return args[at + 1];
    const joined = args.find((arg) => arg.startsWith(`${name}=`));
    if (joined !== undefined) return joined.slice(name.length + 1);
  }
  return undefined;
}

/** `stress` and `stress-ng`: `--vm N --vm-bytes 250M`, `--cpu N`, `--timeout S`. */
function* stress({ args, shell, streams }: Call): Generator<Wait, number> {
  const { machine } = shell;
  const workers = Number(optionOf(args, '--vm', '-m') ?? 0);
  const cpus = Number(optionOf(args, '--cpu', '-c') ?? 0);
  const each = bytesOf(optionOf(args, '--vm-bytes') ?? '256M') / 1_048_576;
  const seconds = Number.parseInt(optionOf(args, '--timeout', '-t') ?? '', 10);
  streams.stdout.write(
    `stress: info: [${shell.pid}] dispatching hogs: ${cpus} cpu, 0 io, ${workers} vm, 0 hdd\n`,
  );
  if (workers > 0) machine.setMemory(shell.pid, 1, 30_000, workers * each);
  machine.setCpu(shell.pid, Math.min(4000, (cpus + workers) * 1000));
  if (Number.isNaN(seconds)) {
    yield forever;
    return 0;
  }
  yield sleep(machine.options.clock, seconds * 1000);
  machine.setMemory(shell.pid, 0);
  streams.stdout.write(`stress: info: [${shell.pid}] successful run completed in ${seconds}s\n`);
  return 0;
}

/** Interpreters of other languages: a web server of one line, an exit code, a nap; other code counts as run without a word. */
function* interpret(call: Call): Generator<Wait, number> {
  const { args, shell, streams } = call;
  const { machine } = shell;
  const at = args.findIndex((arg) => /^-[ce]$/.test(arg));
  machine.setMemory(shell.pid, 9);
  if (args[0] === '-m' && args[1] === 'http.server') {
    const port = Number(args.find((arg) => /^\d+$/.test(arg)) ?? 8000);
    machine.listen(port, {
      pid: shell.pid,
      answer: (path) => ({ status: path === '/' ? 200 : 404, body: '' }),
    });
    streams.stdout.write(`Serving HTTP on 0.0.0.0 port ${port} (http://0.0.0.0:${port}/) ...\n`);
    yield forever;
  }
  if (at < 0) {
    const file = args.find((arg) => !arg.startsWith('-'));
    if (file === undefined) return 0;
    if (machine.options.files.read(resolvePath(shell.folder, file)) !== undefined) yield forever;
    streams.stderr.write(`${call.name}: can't open file '${file}': [Errno 2] No such file or directory\n`);
    return 2;
  }
  const code = args[at + 1] ?? '';
  for (const match of code.matchAll(/(?:print|console\.log)\(\s*(['"])(.*?)\1\s*\)/g))
    streams.stdout.write(`${match[2] ?? ''}\n`);
  const nap = /sleep\((\d+(?:\.\d+)?)\)/.exec(code)?.[1];
  if (nap !== undefined) yield sleep(machine.options.clock, Number(nap) * 1000);
  const raised = /raise (\w+)\((['"]?)(.*?)\2\)/.exec(code);
  if (raised !== null) {
    streams.stderr.write(
      `Traceback (most recent call last):\n  File "<string>", line 1, in <module>\n${raised[1] ?? ''}: ${raised[3] ?? ''}\n`,
    );
    return 1;
  }
  return Number(/exit\((\d+)\)/.exec(code)?.[1] ?? 0) & 0xff;
}

export const LOAD_APPLETS: ReadonlyMap<string, Applet> = new Map<string, Applet>([
  ['dd', dd],
  ['stress', stress],
  ['stress-ng', stress],
  ['python', interpret],
  ['python3', interpret],
  ['node', interpret],
  ['perl', interpret],
]);
