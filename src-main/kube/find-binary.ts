/** Finds the file that a command name stands for, as the operating system would, without running it. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, dirname, extname, isAbsolute, join, sep } from 'node:path';

export type FoundBinary =
  | { readonly state: 'found'; readonly file: string }
  /** A file of that name is there, but this user may not execute it. */
  | { readonly state: 'not executable'; readonly file: string }
  /** The folders that were looked into, in order. */
  | { readonly state: 'missing'; readonly searched: readonly string[] };

type Env = Readonly<Record<string, string | undefined>>;

/** The variable PATH, which Windows writes as it likes. */
export function pathOf(env: Env): string {
  const key = Object.keys(env).find((name) => name.toUpperCase() === 'PATH');
  return env.PATH ?? (key === undefined ? undefined : env[key]) ?? '';
}

async function look(file: string): Promise<'found' | 'not executable' | 'missing'> {
  const stats = await stat(file).catch(() => undefined);
  if (stats?.isFile() !== true) return 'missing';
  return access(file, constants.X_OK).then(
    () => 'found',
    () => 'not executable',
  );
}

/** On Windows a name without an extension stands for those of PATHEXT. */
function namesOf(command: string, env: Env): readonly string[] {
  if (process.platform !== 'win32' || extname(command) !== '') return [command];
  return (env.PATHEXT ?? '.COM;.EXE;.BAT;.CMD').split(';').map((extension) => `${command}${extension}`);
}

/**
 * A command with a separator is a path; a bare name is looked up in the PATH of `env`. Folders that are not absolute
 * are passed over: what lies in the working directory must not be run by its name.
 */
export async function findBinary(command: string, env: Env): Promise<FoundBinary> {
  const isPath = command.includes(sep) || isAbsolute(command);
  const folders = pathOf(env)
    .split(delimiter)
    .filter((folder) => isAbsolute(folder));
  const searched = isPath ? [dirname(command)] : [...new Set(folders)];
  let blocked: string | undefined;
  for (const folder of searched) {
    for (const name of namesOf(command, env)) {
      const file = isPath ? name : join(folder, name);
      const state = await look(file);
      if (state === 'found') return { state, file };
      if (state === 'not executable') blocked ??= file;
    }
  }
  return blocked === undefined ? { state: 'missing', searched } : { state: 'not executable', file: blocked };
}
