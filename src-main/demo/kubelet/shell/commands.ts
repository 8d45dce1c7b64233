/** Finds what a command name means in a container: builtin, applet, script, the image's program. */
import { BUILTINS } from '../applets/builtins.ts';
import { HOST_APPLETS } from '../applets/hosts.ts';
import { PRINTING_APPLETS } from '../applets/printing.ts';
import { STREAMING_APPLETS } from '../applets/streaming.ts';
import { TEST_APPLETS } from '../applets/test.ts';
import { FILE_APPLETS } from '../applets/files.ts';
import { LOAD_APPLETS } from '../applets/load.ts';
import { NETWORK_APPLETS } from '../applets/network.ts';
import { runShell } from '../applets/sh.ts';
import { SYSTEM_APPLETS } from '../applets/system.ts';
import { TEXT_APPLETS } from '../applets/text.ts';
import { resolvePath } from '../files.ts';
import type { Machine } from '../machine.ts';
import { runProgram } from '../run-program.ts';
import type { Applet, Call, ProgramError } from './state.ts';
import { hasTool } from './tools.ts';

const SHELLS = new Map<string, Applet>(['sh', 'ash', 'bash', 'dash', 'zsh'].map((name) => [name, runShell]));
const APPLETS: ReadonlyMap<string, Applet> = new Map<string, Applet>([
  ...SHELLS,
  ...TEXT_APPLETS,
  ...PRINTING_APPLETS,
  ...STREAMING_APPLETS,
  ...TEST_APPLETS,
  ...HOST_APPLETS,
  ...FILE_APPLETS,
  ...SYSTEM_APPLETS,
  ...NETWORK_APPLETS,
  ...LOAD_APPLETS,
]);
const FOLDERS = /^\/(?:usr\/)?(?:local\/)?s?bin\/([^/]+)$/;

const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The program of a name or path that the container can execute; or why it cannot. */
export function findProgram(machine: Machine, name: string, folder: string): Applet | ProgramError {
  const { program, files } = machine.options;
  const own = program.command[0] ?? '';
  const isOwn = name.includes('/')
    ? name === own || (!own.includes('/') && baseOf(name) === own)
    : baseOf(own) === name;
  const hasShell = program.hasShell !== false;
  const plain = name.includes('/') ? FOLDERS.exec(name)?.[1] : name;
  const applet = plain !== undefined && hasShell && hasTool(machine, plain) ? APPLETS.get(plain) : undefined;
  if (applet !== undefined) return applet;
  if (isOwn) return (each) => runProgram(each);
  if (!name.includes('/')) return 'not found';
  const path = resolvePath(folder, name);
  const text = files.read(path);
  if (text === undefined) return files.isFolder(path) ? 'permission denied' : 'no such file';
  if (!files.isExecutable(path)) return 'permission denied';
  return hasShell ? (each) => runShell({ ...each, name: 'sh', args: [path, ...each.args] }) : 'no such file';
}

/** The command, or the status after the error was written, in the words of the shell. */
export function findCommand({ name, shell, streams }: Call): Applet | number {
  const builtin = BUILTINS.get(name);
  if (builtin !== undefined) return builtin;
  const found = findProgram(shell.machine, name, shell.folder);
  if (typeof found === 'function') return found;
  const isMissing = found !== 'permission denied';
  const isBusybox = !hasTool(shell.machine, 'bash');
  const own = baseOf(shell.args[0] ?? 'sh');
  if (isBusybox || own !== 'bash') {
    const line = isBusybox ? '' : '1: ';
    streams.stderr.write(
      `${isBusybox ? 'sh' : own}: ${line}${name}: ${isMissing ? 'not found' : 'Permission denied'}\n`,
    );
  } else {
    const why = isMissing
      ? name.includes('/')
        ? 'No such file or directory'
        : 'command not found'
      : 'Permission denied';
    streams.stderr.write(`bash: line 1: ${name}: ${why}\n`);
  }
  return isMissing ? 127 : 126;
}
