/** Programs about hosts and ports: nslookup, ping, netstat, and busybox's web server. */
import { resolvePath } from '../files.ts';
import type { Applet, Call } from '../shell/state.ts';
import { forever, sleep, type Wait } from '../task.ts';
import { secondsOf } from './network.ts';

function* nslookup(call: Call): Generator<Wait, number> {
  const { args, shell, streams } = call;
  const [name = ''] = args.filter((arg) => !arg.startsWith('-'));
  const { machine } = shell;
  machine.isVolatile = true;
  const { network } = machine.options;
  const server = network.nameserver();
  yield sleep(machine.options.clock, 2);
  if (!network.isDnsUp()) {
    yield sleep(machine.options.clock, 10_000);
    streams.stdout.write(';; connection timed out; no servers could be reached\n\n');
    return 1;
  }
  streams.stdout.write(`Server:\t\t${server}\nAddress:\t${server}:53\n\n`);
  const found = network.lookup(machine.options.namespace, name);
  if (found === undefined) {
    streams.stdout.write(
      `** server can't find ${name}${name.includes('.') ? '' : `.${machine.options.namespace}.svc.cluster.local`}: NXDOMAIN\n\n`,
    );
    return 1;
  }
  for (const ip of found.ips) streams.stdout.write(`Name:\t${found.name}\nAddress: ${ip}\n`);
  streams.stdout.write('\n');
  return 0;
}

function* ping(call: Call): Generator<Wait, number> {
  const { args, shell, streams } = call;
  const host =
    args.find((arg, index) => !arg.startsWith('-') && !/^-[cwWi]$/.test(args[index - 1] ?? '')) ?? '';
  const found = shell.machine.options.network.lookup(shell.machine.options.namespace, host);
  const [ip] = found?.ips ?? [];
  if (ip === undefined) {
    streams.stderr.write(`ping: bad address '${host}'\n`);
    return 1;
  }
  const count = secondsOf(args, /^-c(\d*)$/, 2 ** 31);
  const isThere = shell.machine.options.network.isPod(ip);
  streams.stdout.write(`PING ${host} (${ip}): 56 data bytes\n`);
  for (let index = 0; index < count; index += 1) {
    if (isThere)
      streams.stdout.write(`64 bytes from ${ip}: seq=${index} ttl=63 time=0.0${61 + (index % 30)} ms\n`);
    yield sleep(shell.machine.options.clock, 1000);
  }
  streams.stdout.write(
    `\n--- ${host} ping statistics ---\n${count} packets transmitted, ${isThere ? count : 0} packets received, ${isThere ? 0 : 100}% packet loss\n`,
  );
  return isThere ? 0 : 1;
}

/** busybox's web server: serves the files of a folder. */
function* httpd({ args, shell, streams }: Call): Generator<Wait, number> {
  const after = (option: string, fallback: string): string => {
    const at = args.indexOf(option);
    return at < 0 ? fallback : (args[at + 1] ?? fallback);
  };
  const port = Number(after('-p', '80').split(':').at(-1));
  const home = resolvePath(shell.folder, after('-h', '.'));
  const { machine } = shell;
  const { files } = machine.options;
  if (!files.isFolder(home)) {
    streams.stderr.write(
      `httpd: can't change directory to '${after('-h', '.')}': No such file or directory\n`,
    );
    return 1;
  }
  const isVerbose = args.includes('-v');
  const answer = (path: string): { status: number; body: string } => {
    const [plain = '/'] = path.split('?');
    const wanted = resolvePath(home, `.${plain}`);
    const text = files.read(files.isFolder(wanted) ? `${wanted}/index.html` : wanted);
    const status = text === undefined ? 404 : 200;
    if (isVerbose)
      streams.stderr.write(
        `[::ffff:${machine.options.podIP.replace(/\d+$/, '1')}]:${32_768 + Math.floor(machine.options.random() * 28_000)}: response:${status}\n`,
      );
    return {
      status,
      body:
        text ??
        '<HTML><HEAD><TITLE>404 Not Found</TITLE></HEAD>\n<BODY><H1>404 Not Found</H1>\nThe requested URL was not found\n</BODY></HTML>\n',
    };
  };
  if (!machine.listen(port, { pid: shell.pid, answer })) {
    streams.stderr.write(`httpd: bind: Address already in use\n`);
    return 1;
  }
  shell.rest();
  if (!args.includes('-f')) {
    // It goes to the background: the port stays open with the container's first process.
    machine.listeners.set(port, { pid: 1, answer });
    return 0;
  }
  yield forever;
  return 0;
}

function netstat({ shell, streams }: Call): number {
  streams.stdout.write(
    'Active Internet connections (only servers)\nProto Recv-Q Send-Q Local Address           Foreign Address         State       \n',
  );
  for (const port of shell.machine.listeners.keys())
    streams.stdout.write(
      `tcp        0      0 ${`0.0.0.0:${port}`.padEnd(23)} 0.0.0.0:*               LISTEN      \n`,
    );
  return 0;
}

export const HOST_APPLETS: ReadonlyMap<string, Applet> = new Map<string, Applet>([
  ['nslookup', nslookup],
  ['dig', nslookup],
  ['ping', ping],
  ['httpd', httpd],
  ['netstat', netstat],
  ['ss', netstat],
  [
    'ip',
    ({ shell, streams }) => (
      streams.stdout.write(
        `2: eth0@if7: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UP\n    inet ${shell.machine.options.podIP}/24 scope global eth0\n`,
      ),
      0
    ),
  ],
]);
