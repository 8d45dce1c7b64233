/** Small programs about the system: processes, time, identity, environment. */
import { SIGNAL_NAMES } from '../shell/flow.ts';
import type { Applet, Call } from '../shell/state.ts';
import { Interrupt, sleep, type Wait } from '../task.ts';
import { deliverSignal } from '../signals.ts';

const UNITS: Readonly<Record<string, number>> = { '': 1000, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The number of a signal by number or name, with or without SIG; NaN for none. */
export function signalNumber(text: string): number {
  const name = text.toUpperCase().replace(/^-?(?:SIG)?/, '');
  if (/^\d+$/.test(name)) return Number(name);
  return Number(Object.entries(SIGNAL_NAMES).find(([, each]) => each === name)?.[0] ?? Number.NaN);
}

/** Milliseconds of `10`, `0.5`, `2m`, `infinity`; undefined for what is none. */
function durationOf(text: string): number | undefined {
  if (/^inf(?:inity)?$/.test(text)) return 2 ** 52;
  const match = /^(\d+(?:\.\d+)?|\.\d+)([smhd]?)$/.exec(text);
  return match === null ? undefined : Number(match[1]) * (UNITS[match[2] ?? ''] ?? 1000);
}

function* doSleep({ args, shell, streams }: Call): Generator<Wait, number> {
  let total = 0;
  for (const arg of args) {
    const ms = durationOf(arg);
    if (ms === undefined) {
      streams.stderr.write(`sleep: invalid number '${arg}'\n`);
      return 1;
    }
    total += ms;
  }
  if (args.length === 0) {
    streams.stderr.write('BusyBox v1.36.1 multi-call binary.\n\nUsage: sleep [N]...\n');
    return 1;
  }
  shell.rest();
  shell.machine.isVolatile = true;
  yield sleep(shell.machine.options.clock, Math.min(total, 2 ** 45));
  return 0;
}

const DAYS = 'Sun Mon Tue Wed Thu Fri Sat'.split(' ');
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

function formatDate(ms: number, format: string): string {
  const date = new Date(ms);
  const iso = date.toISOString();
  const fields: Readonly<Record<string, string>> = {
    Y: iso.slice(0, 4),
    m: iso.slice(5, 7),
    d: iso.slice(8, 10),
    H: iso.slice(11, 13),
    M: iso.slice(14, 16),
    S: iso.slice(17, 19),
    N: `${iso.slice(20, 23)}000000`,
    s: String(Math.floor(ms / 1000)),
    F: iso.slice(0, 10),
    T: iso.slice(11, 19),
    Z: 'UTC',
    z: '+0000',
    a: DAYS[date.getUTCDay()] ?? '',
    b: MONTHS[date.getUTCMonth()] ?? '',
    e: String(date.getUTCDate()).padStart(2),
    j: pad(Math.floor((ms - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000) + 1, 3),
    n: '\n',
    '%': '%',
  };
  return format.replace(/%([a-zA-Z%])/g, (whole, letter: string) => fields[letter] ?? whole);
}

function date({ args, shell, streams }: Call): number {
  shell.machine.isVolatile = true;
  const format = args.find((arg) => arg.startsWith('+'))?.slice(1);
  const preset = args.some((arg) => /^-I|^--iso/.test(arg))
    ? '%Y-%m-%dT%H:%M:%S+00:00'
    : '%a %b %e %T UTC %Y';
  streams.stdout.write(`${formatDate(shell.machine.now(), format ?? preset)}\n`);
  return 0;
}

function userName(user: number): string {
  return user === 0 ? 'root' : user === 65_534 ? 'nobody' : String(user);
}

function id({ args, shell, streams }: Call): number {
  const { user } = shell.machine.options;
  const name = userName(user);
  const labelled = user === 0 ? `${user}(${name})` : String(user);
  if (args.includes('-un') || (args.includes('-u') && args.includes('-n'))) streams.stdout.write(`${name}\n`);
  else if (args.some((arg) => arg === '-u' || arg === '-g')) streams.stdout.write(`${user}\n`);
  else streams.stdout.write(`uid=${labelled} gid=${labelled} groups=${labelled}\n`);
  return 0;
}

function* env(each: Call): Generator<Wait, number> {
  const { shell, streams } = each;
  const args = [...each.args];
  while (/^[A-Za-z_]\w*=/.test(args[0] ?? '')) {
    const [name = '', ...rest] = (args.shift() ?? '').split('=');
    shell.set(name, rest.join('='), true);
  }
  const [name, ...rest] = args;
  if (name !== undefined) return yield* each.shell.interpreter.call({ ...each, name, args: rest });
  for (const [variable, value] of shell.exported()) streams.stdout.write(`${variable}=${value}\n`);
  return 0;
}

function printEnv({ args, shell, streams }: Call): number {
  const variables = shell.exported();
  if (args.length === 0) for (const [name, value] of variables) streams.stdout.write(`${name}=${value}\n`);
  let status = 0;
  for (const name of args) {
    const value = variables.get(name);
    if (value === undefined) status = 1;
    else streams.stdout.write(`${value}\n`);
  }
  return status;
}

function ps({ shell, streams }: Call): number {
  const user = userName(shell.machine.options.user).padEnd(8);
  streams.stdout.write('PID   USER     COMMAND\n');
  for (const [pid, task] of shell.machine.tasks) {
    streams.stdout.write(`${String(pid).padStart(5)} ${user} ${task.args.join(' ')}\n`);
  }
  return 0;
}

function kill({ args, shell, streams }: Call): number {
  let signal = 15;
  let status = 0;
  for (const [index, arg] of args.entries()) {
    if (arg === '-s' || args[index - 1] === '-s' || arg.startsWith('-')) {
      if (arg !== '-s') signal = signalNumber(arg);
      continue;
    }
    const task = shell.machine.tasks.get(Number(arg));
    if (task === undefined) {
      streams.stderr.write(`sh: can't kill pid ${arg}: No such process\n`);
      status = 1;
    } else if (signal !== 0) deliverSignal(task, signal, false);
  }
  return status;
}

function* timeout(each: Call): Generator<Wait, number> {
  const args = each.args.filter((arg, index) => !arg.startsWith('-') && each.args[index - 1] !== '-k');
  const [limit = '', name = '', ...rest] = args;
  const ms = durationOf(limit);
  if (ms === undefined || name === '') return 125;
  const { machine } = each.shell;
  const task = machine.spawn([name, ...rest], (pid) =>
    each.shell.interpreter.call({ ...each, name, args: rest, shell: each.shell.fork(pid) }),
  );
  task.start();
  const state = { isLate: false };
  yield (wake) => {
    const giveUp = task.ended()(wake);
    const cancel = machine.options.clock.after(ms, () => {
      state.isLate = true;
      wake();
    });
    return () => {
      giveUp();
      cancel();
    };
  };
  if (task.exitCode === undefined && state.isLate) task.kill(143);
  return state.isLate ? 143 : (task.exitCode ?? 0);
}

function* watch(each: Call): Generator<Wait, number> {
  const at = each.args.indexOf('-n');
  const seconds = at < 0 ? 2 : Number(each.args[at + 1] ?? 2);
  const [name = '', ...rest] = each.args.filter((_, index) => at < 0 || (index !== at && index !== at + 1));
  for (;;) {
    yield* each.shell.interpreter.call({ ...each, name, args: rest });
    yield sleep(each.shell.machine.options.clock, Math.max(1, seconds) * 1000);
  }
}

function free({ shell, streams }: Call): number {
  const total = Math.round(shell.machine.options.nodeMemoryMiB * 1024);
  const used = Math.round(total * 0.31);
  const cells = [
    total,
    used,
    Math.round(total * 0.3),
    9052,
    total - used - Math.round(total * 0.3),
    total - used,
  ];
  streams.stdout.write('              total        used        free      shared  buff/cache   available\n');
  streams.stdout.write(
    `Mem:    ${cells
      .map((cell) => String(cell).padStart(11))
      .join(' ')
      .slice(3)}\n`,
  );
  streams.stdout.write('Swap:             0           0           0\n');
  return 0;
}

function* time(each: Call): Generator<Wait, number> {
  const [name = ':', ...rest] = each.args;
  const start = each.shell.machine.now();
  const status = yield* each.shell.interpreter.call({ ...each, name, args: rest });
  const seconds = ((each.shell.machine.now() - start) / 1000).toFixed(2);
  each.streams.stderr.write(`real\t0m ${seconds}s\nuser\t0m 0.00s\nsys\t0m 0.00s\n`);
  return status;
}

function print(text: (call: Call) => string): Applet {
  return (each) => {
    each.streams.stdout.write(`${text(each)}\n`);
    return 0;
  };
}

function interruptible(applet: (call: Call) => Generator<Wait, number>): Applet {
  return function* run(each) {
    try {
      return yield* applet(each);
    } catch (error) {
      // A terminal's ^C ends the command, and the shell goes on.
      if (error instanceof Interrupt && each.streams.isTerminal) return 128 + error.signal;
      throw error;
    }
  };
}

export const SYSTEM_APPLETS: ReadonlyMap<string, Applet> = new Map<string, Applet>([
  ['true', () => 0],
  ['false', () => 1],
  ['sync', () => 0],
  ['sleep', interruptible(doSleep)],
  ['usleep', interruptible(doSleep)],
  ['date', date],
  ['id', id],
  ['env', env],
  ['printenv', printEnv],
  ['ps', ps],
  ['kill', kill],
  ['timeout', timeout],
  ['watch', interruptible(watch)],
  ['free', free],
  ['time', time],
  ['whoami', print(({ shell }) => userName(shell.machine.options.user))],
  [
    'hostname',
    print(({ args, shell }) =>
      args.includes('-i') ? shell.machine.options.podIP : shell.machine.options.hostname,
    ),
  ],
  [
    'uname',
    print(({ args, shell }) =>
      args.some((arg) => /a/.test(arg))
        ? `Linux ${shell.machine.options.hostname} 6.12.48 #1 SMP x86_64 GNU/Linux`
        : args.includes('-r')
          ? '6.12.48'
          : args.includes('-n')
            ? shell.machine.options.hostname
            : args.includes('-m')
              ? 'x86_64'
              : 'Linux',
    ),
  ],
  ['nproc', print(() => '4')],
  [
    'uptime',
    print(
      ({ shell }) =>
        ` ${formatDate(shell.machine.now(), '%T')} up 12 days,  3:41,  0 users,  load average: 0.42, 0.37, 0.35`,
    ),
  ],
  ['tty', print(({ streams }) => (streams.isTerminal ? '/dev/pts/0' : 'not a tty'))],
  ['pwd', print(({ shell }) => shell.folder)],
]);
