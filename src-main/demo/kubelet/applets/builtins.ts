/** Commands that the shell itself carries out, because they change its state. */
import { resolvePath } from '../files.ts';
import { Jump, SIGNAL_NAMES } from '../shell/flow.ts';
import type { Applet, Call, ShellState } from '../shell/state.ts';
import { Pipe } from '../shell/streams.ts';
import { Exit, type Wait } from '../task.ts';
import { signalNumber } from './system.ts';

function numberOf(text: string | undefined, fallback: number): number {
  const value = Number.parseInt(text ?? '', 10);
  return Number.isNaN(value) ? fallback : value;
}

function changeFolder({ args: [target], shell, streams }: Call): number {
  const wanted =
    target === undefined
      ? (shell.get('HOME') ?? '/')
      : target === '-'
        ? (shell.get('OLDPWD') ?? '/')
        : target;
  const path = resolvePath(shell.folder, wanted);
  if (!shell.machine.options.files.isFolder(path)) {
    streams.stderr.write(`sh: cd: can't cd to ${wanted}: No such file or directory\n`);
    return 2;
  }
  shell.set('OLDPWD', shell.folder);
  shell.folder = path;
  return 0;
}

function exportVariables({ args, shell, streams }: Call): number {
  const names = args.filter((arg) => !arg.startsWith('-'));
  if (names.length === 0) {
    for (const [name, value] of [...shell.exported()].sort())
      streams.stdout.write(`export ${name}='${value}'\n`);
  }
  for (const each of names) {
    const [name = '', ...rest] = each.split('=');
    shell.set(name, rest.length === 0 ? (shell.get(name) ?? '') : rest.join('='), true);
  }
  return 0;
}

function setLocal({ args, shell }: Call): number {
  for (const each of args) {
    const [name = '', ...rest] = each.split('=');
    if (rest.length > 0) shell.set(name, rest.join('='));
  }
  return 0;
}

function setOptions({ args, shell, streams }: Call): number {
  if (args.length === 0) {
    for (const [name, { value }] of [...shell.variables].sort()) streams.stdout.write(`${name}='${value}'\n`);
  }
  for (const [index, arg] of args.entries()) {
    if (arg === '--' || !/^[-+]/.test(arg)) {
      shell.args = [shell.args[0] ?? 'sh', ...args.slice(arg === '--' ? index + 1 : index)];
      return 0;
    }
    for (const letter of arg.slice(1)) {
      if (arg.startsWith('-')) shell.options.add(letter);
      else shell.options.delete(letter);
    }
  }
  return 0;
}

function* read({ args, shell, streams }: Call): Generator<Wait, number> {
  const names = args.filter((arg, index) => !arg.startsWith('-') && !/^-[tpn]$/.test(args[index - 1] ?? ''));
  const at = args.indexOf('-p');
  if (at >= 0) streams.stderr.write(args[at + 1] ?? '');
  let line = '';
  for (;;) {
    while (streams.stdin.isEmpty()) yield (wake) => streams.stdin.wait(wake);
    const chunk = streams.stdin.take();
    if (chunk === undefined) {
      if (line === '') return 1;
      break;
    }
    line += chunk;
    const end = line.indexOf('\n');
    if (end >= 0) {
      if (streams.stdin instanceof Pipe) streams.stdin.giveBack(line.slice(end + 1));
      line = line.slice(0, end);
      break;
    }
  }
  const words = line.trim().split(/\s+/);
  const wanted = names.length === 0 ? ['REPLY'] : names;
  wanted.forEach((name, index) => {
    shell.set(name, index === wanted.length - 1 ? words.slice(index).join(' ') : (words[index] ?? ''));
  });
  return 0;
}

function* waitForJobs({ args, shell, streams }: Call): Generator<Wait, number> {
  const jobs = args.length === 0 ? [...shell.jobs.values()] : args.map((arg) => shell.jobs.get(Number(arg)));
  let status = 0;
  for (const job of jobs) {
    if (job === undefined) {
      status = 127;
      continue;
    }
    yield (wake) => {
      const giveUp = job.ended()(wake);
      const stopListening = shell.onSignal(wake);
      return () => {
        giveUp();
        stopListening();
      };
    };
    if (job.exitCode === undefined) {
      // A signal with a trap ends the wait.
      const [signal = 0] = shell.pendingSignals;
      yield* shell.interpreter.runTraps(shell, streams);
      return 128 + signal;
    }
    status = args.length === 0 ? 0 : job.exitCode;
    shell.jobs.delete(job.pid);
  }
  return status;
}

function setTrap({ args, shell }: Call): number {
  const [action = '', ...signals] = args;
  if (signals.length === 0) return 0;
  for (const signal of signals) {
    const name = SIGNAL_NAMES[signalNumber(signal)] ?? signal;
    if (action === '-') shell.traps.delete(name);
    else shell.traps.set(name, action);
  }
  return 0;
}

function* replaceShell(each: Call): Generator<Wait, number> {
  const [name, ...args] = each.args;
  if (name === undefined) return 0;
  const { shell } = each;
  if (shell.interpreter.findProgram(shell.machine, name, shell.folder) === 'not found') {
    each.streams.stderr.write(`sh: exec: line 0: ${name}: not found\n`);
    throw new Exit(127);
  }
  // What replaces the shell has none of its traps.
  shell.traps.clear();
  shell.isReplaced = true;
  throw new Exit(yield* each.shell.interpreter.call({ ...each, name, args }));
}

function* source(each: Call): Generator<Wait, number> {
  const [path = ''] = each.args;
  const text = each.shell.machine.options.files.read(resolvePath(each.shell.folder, path));
  if (text !== undefined) return yield* each.shell.interpreter.runText(text, each.shell, each.streams);
  each.streams.stderr.write(`sh: .: can't open '${path}': No such file or directory\n`);
  throw new Exit(2);
}

function describe({ args, shell, streams }: Call): number {
  let status = 0;
  for (const name of args.filter((arg) => !arg.startsWith('-'))) {
    const found = BUILTINS.has(name)
      ? 'builtin'
      : shell.interpreter.findProgram(shell.machine, name, shell.folder);
    if (typeof found === 'string' && found !== 'builtin') {
      streams.stderr.write(`sh: ${name}: not found\n`);
      status = 127;
    } else streams.stdout.write(`${found === 'builtin' || name.includes('/') ? name : `/bin/${name}`}\n`);
  }
  return status;
}

function* runCommandBuiltin(each: Call): Generator<Wait, number> {
  const [first = '', ...rest] = each.args;
  if (/^-[vV]$/.test(first)) return describe({ ...each, args: rest });
  return first === '' ? 0 : yield* each.shell.interpreter.call({ ...each, name: first, args: rest });
}

function shift({ args: [count], shell }: Call): number {
  shell.args = [shell.args[0] ?? 'sh', ...shell.args.slice(1 + numberOf(count, 1))];
  return 0;
}

function leave(shell: ShellState, code: string | undefined): never {
  throw new Exit(numberOf(code, shell.status) & 0xff);
}

export const BUILTINS: ReadonlyMap<string, Applet> = new Map<string, Applet>([
  [':', () => 0],
  ['.', source],
  ['source', source],
  ['cd', changeFolder],
  ['export', exportVariables],
  ['readonly', exportVariables],
  ['local', setLocal],
  ['declare', setLocal],
  ['set', setOptions],
  ['shift', shift],
  ['read', read],
  ['wait', waitForJobs],
  ['trap', setTrap],
  ['exec', replaceShell],
  ['type', describe],
  ['command', runCommandBuiltin],
  ['umask', () => 0],
  ['ulimit', () => 0],
  ['eval', ({ args, shell, streams }) => shell.interpreter.runText(args.join(' '), shell, streams)],
  ['exit', ({ args: [code], shell }) => leave(shell, code)],
  [
    'unset',
    ({ args, shell }) => {
      for (const name of args) shell.variables.delete(name);
      return 0;
    },
  ],
  [
    'jobs',
    ({ shell, streams }) => {
      let index = 0;
      for (const job of shell.jobs.values()) {
        index += 1;
        if (job.exitCode === undefined)
          streams.stdout.write(`[${index}]+  Running                 ${job.args.join(' ')}\n`);
      }
      return 0;
    },
  ],
  [
    'break',
    ({ args: [levels] }) => {
      throw new Jump('break', numberOf(levels, 1));
    },
  ],
  [
    'continue',
    ({ args: [levels] }) => {
      throw new Jump('continue', numberOf(levels, 1));
    },
  ],
  [
    'return',
    ({ args: [code], shell }) => {
      throw new Jump('return', numberOf(code, shell.status));
    },
  ],
]);
