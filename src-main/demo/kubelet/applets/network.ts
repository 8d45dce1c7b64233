/** Small programs on the network: wget, curl, nc, nslookup, ping, httpd, and clients of databases. */
import { resolvePath } from '../files.ts';
import type { Applet, Call } from '../shell/state.ts';
import { readAll } from '../shell/streams.ts';
import { forever, sleep, type Wait } from '../task.ts';
import type { Connection } from '../network.ts';

interface Target {
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

function targetOf(url: string): Target {
  const match = /^(?:(https?):\/\/)?([^/:?]+)(?::(\d+))?(.*)$/.exec(url);
  const [, scheme = 'http', host = '', port, path = ''] = match ?? [];
  return { host, port: Number(port ?? (scheme === 'https' ? 443 : 80)), path: path === '' ? '/' : path };
}

function* connect(
  { shell }: Call,
  host: string,
  port: number,
  timeoutMs: number,
): Generator<Wait, Connection> {
  const { machine } = shell;
  machine.isVolatile = true;
  const result = machine.options.network.connect(machine, host, port);
  yield sleep(machine.options.clock, result.error === 'timeout' ? timeoutMs : 2);
  return result;
}

const WGET_ERRORS: Readonly<Record<string, string>> = {
  refused: 'Connection refused',
  timeout: 'Connection timed out',
  unreachable: 'Network is unreachable',
};

export function secondsOf(args: readonly string[], pattern: RegExp, fallback: number): number {
  for (const [index, arg] of args.entries()) {
    const match = pattern.exec(arg);
    if (match !== null) return Number(match[1] || args[index + 1]) || fallback;
  }
  return fallback;
}

function* wget(call: Call): Generator<Wait, number> {
  const { args, streams } = call;
  const url = args.find((arg, index) => !arg.startsWith('-') && !/^-[TOPU]$/.test(args[index - 1] ?? ''));
  if (url === undefined) {
    streams.stderr.write('wget: missing URL\n');
    return 1;
  }
  const { host, port, path } = targetOf(url);
  const isQuiet = args.some((arg) => /^-\w*q/.test(arg));
  const timeout = secondsOf(args, /^(?:-T|--timeout=)(\d*)$/, 127);
  const { listener, error, ip } = yield* connect(call, host, port, timeout * 1000);
  if (error === 'no such host') {
    streams.stderr.write(`wget: bad address '${host}${port === 80 ? '' : `:${port}`}'\n`);
    return 1;
  }
  const address = `${ip}${`:${port}`}`;
  if (!isQuiet) streams.stderr.write(`Connecting to ${host}${port === 80 ? '' : `:${port}`} (${address})\n`);
  if (listener === undefined) {
    const why =
      error === 'timeout' && timeout < 127
        ? 'download timed out'
        : `can't connect to remote host (${ip}): ${WGET_ERRORS[error ?? ''] ?? 'Connection refused'}`;
    streams.stderr.write(`wget: ${why}\n`);
    return 1;
  }
  const reply = listener.answer?.(path);
  if (reply === undefined) {
    streams.stderr.write('wget: error getting response\n');
    return 1;
  }
  if (reply.status >= 400) {
    streams.stderr.write(`wget: server returned error: HTTP/1.1 ${reply.status} ${phraseOf(reply.status)}\n`);
    return 1;
  }
  save(call, path, reply.body);
  return 0;
}

/** Writes where `-O` says, or to a file named like the page. */
function save({ args, shell, streams }: Call, path: string, body: string): void {
  if (args.includes('--spider')) return;
  const attached = args.find((arg) => /^-\w*O./.test(arg))?.replace(/^-\w*O/, '');
  const at = args.findIndex((arg) => /^-\w*O$/.test(arg));
  const named = attached ?? (at < 0 ? undefined : args[at + 1]);
  const output = named ?? (path.slice(path.lastIndexOf('/') + 1) || 'index.html');
  if (output === '-') streams.stdout.write(body);
  else shell.machine.options.files.write(resolvePath(shell.folder, output), body);
}

function phraseOf(status: number): string {
  const phrases: Readonly<Record<number, string>> = {
    200: 'OK',
    400: 'Bad Request',
    401: 'Unauthorized',
    403: 'Forbidden',
    404: 'Not Found',
    500: 'Internal Server Error',
    502: 'Bad Gateway',
    503: 'Service Unavailable',
  };
  return phrases[status] ?? '';
}

function* curl(call: Call): Generator<Wait, number> {
  const { args, streams } = call;
  const valued =
    /^(?:-[omXHdwuAb]|--max-time|--connect-timeout|--request|--header|--data|--output|--write-out|--retry)$/;
  const url = args.find((arg, index) => !arg.startsWith('-') && !valued.test(args[index - 1] ?? ''));
  if (url === undefined) {
    streams.stderr.write("curl: try 'curl --help' or 'curl --manual' for more information\n");
    return 2;
  }
  const { host, port, path } = targetOf(url);
  const flags = args.filter((arg) => /^-[a-zA-Z]+$/.test(arg)).join('');
  const timeout = secondsOf(args, /^(?:-m|--max-time|--connect-timeout)()$/, 130);
  const { listener, error } = yield* connect(call, host, port, timeout * 1000);
  const fail = (code: number, text: string): number => {
    if (!flags.includes('s') || flags.includes('S')) streams.stderr.write(`curl: (${code}) ${text}\n`);
    return code;
  };
  if (error === 'no such host') return fail(6, `Could not resolve host: ${host}`);
  if (error === 'timeout')
    return fail(
      28,
      `Failed to connect to ${host} port ${port} after ${timeout * 1000} ms: Timeout was reached`,
    );
  if (listener === undefined)
    return fail(7, `Failed to connect to ${host} port ${port} after 1 ms: Could not connect to server`);
  const reply = listener.answer?.(path);
  if (reply === undefined) return fail(52, 'Empty reply from server');
  if (flags.includes('f') && reply.status >= 400)
    return fail(22, `The requested URL returned error: ${reply.status}`);
  if (/[iI]/.test(flags))
    streams.stdout.write(
      `HTTP/1.1 ${reply.status} ${phraseOf(reply.status)}\r\nContent-Length: ${Buffer.byteLength(reply.body)}\r\n\r\n`,
    );
  const toNull = args[args.indexOf('-o') + 1] === '/dev/null' && args.includes('-o');
  if (!flags.includes('I') && !toNull) streams.stdout.write(reply.body);
  const at = args.findIndex((arg) => arg === '-w' || arg === '--write-out');
  if (at >= 0)
    streams.stdout.write(
      (args[at + 1] ?? '').replace('%{http_code}', String(reply.status)).replaceAll('\\n', '\n'),
    );
  return 0;
}

function* netcat(call: Call): Generator<Wait, number> {
  const { args, shell, streams } = call;
  const flags = args.filter((arg) => arg.startsWith('-')).join('');
  const named = args.filter((arg, index) => !arg.startsWith('-') && !/^-[wpie]$/.test(args[index - 1] ?? ''));
  if (flags.includes('l')) {
    const port = Number(args[args.indexOf('-p') + 1] ?? named.at(-1)) || Number(named.at(-1) ?? 0);
    if (!shell.machine.listen(port, { pid: shell.pid })) {
      streams.stderr.write('nc: bind: Address already in use\n');
      return 1;
    }
    shell.rest();
    yield forever;
  }
  const [host = '', port = '0'] = named;
  const { listener, error, ip } = yield* connect(
    call,
    host,
    Number(port),
    secondsOf(args, /^-w(\d*)$/, 127) * 1000,
  );
  if (listener !== undefined) {
    if (flags.includes('v')) streams.stderr.write(`${host} (${ip}:${port}) open\n`);
    const request = flags.includes('z') ? '' : yield* readAll(streams.stdin);
    const path = /^(?:GET|HEAD) (\S+)/.exec(request)?.[1];
    const reply = path === undefined ? undefined : listener.answer?.(path);
    if (reply !== undefined)
      streams.stdout.write(`HTTP/1.1 ${reply.status} ${phraseOf(reply.status)}\r\n\r\n${reply.body}`);
    return 0;
  }
  const why =
    error === 'no such host'
      ? `bad address '${host}'`
      : error === 'timeout'
        ? `${host} (${ip}:${port}): Connection timed out`
        : `${host} (${ip}:${port}): Connection refused`;
  if (flags.includes('v') || error === 'no such host') streams.stderr.write(`nc: ${why}\n`);
  return 1;
}

/** Clients that ask whether a database on this host is up. */
function client(port: number, yes: string, no: string): Applet {
  return function* run(call) {
    const at = call.args.indexOf('-h');
    const host = at < 0 ? '127.0.0.1' : (call.args[at + 1] ?? '127.0.0.1');
    const { listener } = yield* connect(call, host, port, 3000);
    call.streams.stdout.write(listener === undefined ? no : yes);
    return listener === undefined ? 2 : 0;
  };
}

export const NETWORK_APPLETS: ReadonlyMap<string, Applet> = new Map<string, Applet>([
  ['wget', wget],
  ['curl', curl],
  ['nc', netcat],
  ['netcat', netcat],
  ['telnet', netcat],
  ['redis-cli', client(6379, 'PONG\n', 'Could not connect to Redis at 127.0.0.1:6379: Connection refused\n')],
  [
    'pg_isready',
    client(
      5432,
      '/var/run/postgresql:5432 - accepting connections\n',
      '/var/run/postgresql:5432 - no response\n',
    ),
  ],
  ['psql', client(5432, '', 'psql: error: connection to server failed: Connection refused\n')],
  ['mysqladmin', client(3306, 'mysqld is alive\n', "mysqladmin: connect to server at 'localhost' failed\n")],
]);
