/** Temporary folders for tests of the dump reader. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { readDump, type Dump } from '../../../src-main/dump/read-dump.ts';
import { buildPod } from '../../shared/objects.ts';

/** Writes files by their path below a new folder, which goes with the test. */
export async function folderOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hedgerow-dump-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

export interface Read extends Dump {
  readonly warnings: string[];
}

/** The dump of such a folder. */
export async function read(files: Parameters<typeof folderOf>[0], namespace?: string): Promise<Read> {
  return readFolder(await folderOf(files), namespace);
}

/** The dump of a folder, with the warnings it gave. */
export async function readFolder(folder: string, namespace?: string): Promise<Read> {
  const warnings: string[] = [];
  const dump = await readDump({ folder, namespace, warn: (sentence) => warnings.push(sentence) });
  return { ...dump, warnings };
}

export const pods = ({ store }: Dump): string[] =>
  [...store.all('Pod')].map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).sort();
export const yaml = (...objects: unknown[]): string =>
  objects.map((object) => stringify(object, { aliasDuplicateObjects: false })).join('---\n');
export const a = buildPod('a');
export const b = buildPod('b');
