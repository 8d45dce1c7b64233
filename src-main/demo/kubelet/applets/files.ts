/** Small programs on files and folders. */
import { resolvePath, type FileTree } from '../files.ts';
import type { Applet, Call } from '../shell/state.ts';

const plain = (args: readonly string[]): string[] => args.filter((arg) => !arg.startsWith('-'));
const hasOption = (args: readonly string[], letter: string): boolean =>
  args.some((arg) => arg.startsWith('-') && arg.includes(letter));
const DATE = 'Jan  1 00:00';

function longLine(files: FileTree, path: string, name: string): string {
  const isFolder = files.isFolder(path);
  const mode = isFolder ? 'drwxr-xr-x' : files.isExecutable(path) ? '-rwxr-xr-x' : '-rw-r--r--';
  const size = isFolder ? 4096 : Buffer.byteLength(files.read(path) ?? '');
  return `${mode}    ${isFolder ? 2 : 1} root     root     ${String(size).padStart(9)} ${DATE} ${name}\n`;
}

function ls({ args, shell, streams }: Call): number {
  const { files } = shell.machine.options;
  const named = plain(args);
  const isLong = hasOption(args, 'l');
  const all = hasOption(args, 'a');
  let status = 0;
  for (const name of named.length === 0 ? ['.'] : named) {
    const path = resolvePath(shell.folder, name);
    const names = files.list(path);
    if (files.read(path) !== undefined || (names !== undefined && hasOption(args, 'd'))) {
      streams.stdout.write(isLong ? longLine(files, path, name) : `${name}\n`);
      continue;
    }
    if (names === undefined) {
      streams.stderr.write(`ls: ${name}: No such file or directory\n`);
      status = 1;
      continue;
    }
    if (named.length > 1) streams.stdout.write(`${name}:\n`);
    const shown = [...(all ? ['.', '..'] : []), ...names.filter((each) => all || !each.startsWith('.'))];
    if (isLong) {
      streams.stdout.write(`total ${names.length * 4}\n`);
      for (const each of shown) streams.stdout.write(longLine(files, resolvePath(path, each), each));
    } else if (shown.length > 0) {
      streams.stdout.write(
        streams.isTerminal && !args.includes('-1')
          ? `${shown.join('  ')}\n`
          : shown.map((each) => `${each}\n`).join(''),
      );
    }
  }
  return status;
}

/** Runs for each name; a text that comes back is the error. */
function forEach(
  action: (path: string, call: Call, name: string) => string,
  phrase: (name: string, error: string) => string,
): Applet {
  return (each) => {
    let status = 0;
    for (const name of plain(each.args)) {
      const error = action(resolvePath(each.shell.folder, name), each, name);
      if (error === '') continue;
      each.streams.stderr.write(`${each.name}: ${phrase(name, error)}\n`);
      status = 1;
    }
    return status;
  };
}

function makeFolder(path: string, { args, shell }: Call): string {
  const { files } = shell.machine.options;
  const wantsParents = hasOption(args, 'p');
  if (wantsParents && files.isFolder(path)) return '';
  const parent = path.slice(0, path.lastIndexOf('/')) || '/';
  if (!wantsParents && !files.isFolder(parent)) return 'No such file or directory';
  return files.makeFolder(path);
}

function remove(path: string, { args, shell }: Call): string {
  const { files } = shell.machine.options;
  if (!files.exists(path)) return hasOption(args, 'f') ? '' : 'No such file or directory';
  if (files.isFolder(path) && !hasOption(args, 'r') && !hasOption(args, 'R')) return 'is a directory';
  return files.remove(path);
}

function copy(each: Call): number {
  const { files } = each.shell.machine.options;
  const [to = '', ...from] = plain(each.args).reverse();
  for (const name of from.reverse()) {
    const source = resolvePath(each.shell.folder, name);
    const text = files.read(source);
    if (text === undefined) {
      each.streams.stderr.write(`${each.name}: can't stat '${name}': No such file or directory\n`);
      return 1;
    }
    const wanted = resolvePath(each.shell.folder, to);
    const target = files.isFolder(wanted) ? `${wanted}/${source.slice(source.lastIndexOf('/') + 1)}` : wanted;
    const error = files.write(target, text) || (each.name === 'mv' ? files.remove(source) : '');
    if (error !== '') {
      each.streams.stderr.write(`${each.name}: can't create '${to}': ${error}\n`);
      return 1;
    }
  }
  return 0;
}

function find({ args, shell, streams }: Call): number {
  const { files } = shell.machine.options;
  const at = args.indexOf('-name');
  const wanted =
    at < 0
      ? undefined
      : new RegExp(`^${(args[at + 1] ?? '').replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);
  const type = args[args.indexOf('-type') + 1];
  let left = 2000;
  const visit = (path: string): void => {
    left -= 1;
    if (left < 0) return;
    const isFolder = files.isFolder(path);
    const fits =
      (wanted?.test(path.slice(path.lastIndexOf('/') + 1)) ?? true) &&
      (!args.includes('-type') || (type === 'd') === isFolder);
    if (fits) streams.stdout.write(`${path}\n`);
    for (const name of isFolder ? (files.list(path) ?? []) : [])
      visit(path === '/' ? `/${name}` : `${path}/${name}`);
  };
  const [start = '.'] = args.filter((arg, index) => !arg.startsWith('-') && index === 0);
  const path = resolvePath(shell.folder, start);
  if (!files.exists(path)) {
    streams.stderr.write(`find: ${start}: No such file or directory\n`);
    return 1;
  }
  visit(path);
  return 0;
}

function mount({ shell, streams }: Call): number {
  streams.stdout.write(
    'overlay on / type overlay (rw,relatime)\nproc on /proc type proc (rw,nosuid,nodev,noexec,relatime)\n',
  );
  for (const { path, type, readOnly } of shell.machine.options.files.mounts) {
    streams.stdout.write(`${type} on ${path} type ${type} (${readOnly ? 'ro' : 'rw'},relatime)\n`);
  }
  return 0;
}

function diskFree({ args, shell, streams }: Call): number {
  const row = (name: string, path: string): string =>
    `${name.padEnd(20)} 103079180  27144992  70654960  28% ${path}\n`;
  streams.stdout.write(
    `Filesystem           ${hasOption(args, 'h') ? ' Size     ' : '1K-blocks '}     Used Available Use% Mounted on\n${row('overlay', '/')}`,
  );
  for (const { path, type } of shell.machine.options.files.mounts) streams.stdout.write(row(type, path));
  return 0;
}

const print =
  (text: (name: string, args: readonly string[]) => string): Applet =>
  ({ args, streams }) => {
    streams.stdout.write(`${text(args[0] ?? '', args)}\n`);
    return 0;
  };

export const FILE_APPLETS: ReadonlyMap<string, Applet> = new Map<string, Applet>([
  ['ls', ls],
  ['find', find],
  ['cp', copy],
  ['mv', copy],
  ['mount', mount],
  ['df', diskFree],
  ['mkdir', forEach(makeFolder, (name, error) => `can't create directory '${name}': ${error}`)],
  [
    'rm',
    forEach(remove, (name, error) =>
      error === 'is a directory' ? `'${name}' is a directory` : `can't remove '${name}': ${error}`,
    ),
  ],
  ['rmdir', forEach(remove, (name, error) => `'${name}': ${error}`)],
  [
    'touch',
    forEach(
      (path, { shell }) =>
        shell.machine.options.files.exists(path) ? '' : shell.machine.options.files.write(path, ''),
      (name, error) => `${name}: ${error}`,
    ),
  ],
  [
    'chmod',
    ({ args, shell }) => {
      const [mode = '', ...names] = plain(args);
      if (/x|[1357]/.test(mode))
        for (const name of names) shell.machine.options.files.makeExecutable(resolvePath(shell.folder, name));
      return 0;
    },
  ],
  ['chown', () => 0],
  ['chgrp', () => 0],
  [
    'stat',
    forEach(
      (path, { shell, streams }, name) => {
        if (!shell.machine.options.files.exists(path)) return 'No such file or directory';
        streams.stdout.write(
          `  File: ${name}\n  Size: ${Buffer.byteLength(shell.machine.options.files.read(path) ?? '')}\n`,
        );
        return '';
      },
      (name, error) => `can't stat '${name}': ${error}`,
    ),
  ],
  [
    'basename',
    print((path, [, suffix = '']) =>
      path
        .replace(/\/+$/, '')
        .replace(/^.*\//, '')
        .replace(suffix === '' ? /$^/ : new RegExp(`${suffix.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`), ''),
    ),
  ],
  ['dirname', print((path) => path.replace(/\/[^/]*\/?$/, '') || (path.startsWith('/') ? '/' : '.'))],
  [
    'realpath',
    ({ args, shell, streams }) => (streams.stdout.write(`${resolvePath(shell.folder, args[0] ?? '.')}\n`), 0),
  ],
  ['du', print((name) => `12\t${name || '.'}`)],
  [
    'which',
    ({ args, shell, streams }) => {
      const found = args.filter((name) => {
        return typeof shell.interpreter.findProgram(shell.machine, name, shell.folder) === 'function';
      });
      for (const name of found) streams.stdout.write(`${name.includes('/') ? name : `/bin/${name}`}\n`);
      return found.length === args.length ? 0 : 1;
    },
  ],
]);
