/** Reads a folder of saved objects and logs into a store, for a diagnosis without a cluster. Trusts nothing in it. */
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { AppFailure, type AppError } from '../../shared/errors.ts';
import type { LogAnswer } from '../../shared/cluster/view.ts';
import type { LogRequest } from '../../shared/diagnosis/log-desk.ts';
import { KINDS } from '../../shared/kinds/kinds.ts';
import type { KubeObject } from '../../shared/model/kube.ts';
import type { Instant } from '../../shared/model/ref.ts';
import { count } from '../../shared/scenarios/words.ts';
import { prepareFor } from '../kube/prepare.ts';
import type { ObjectStore } from '../store/contract.ts';
import { createObjectStore } from '../store/object-store.ts';
import { setDumpKnowledge } from './dump-knowledge.ts';
import { DumpLogs, isLogFile } from './dump-logs.ts';
import { Gathered, kindOf } from './gather-objects.ts';
import { parseObjects, type Warn } from './parse-objects.ts';
import { readText } from './read-text.ts';
import { resolveUids } from './resolve-uids.ts';
import { walkFolder, type FoundFile } from './walk-folder.ts';

const OBJECT_FILE = /\.(?:ya?ml|json)$/i;
const MAX_NAMED = 3;

export interface Dump {
  /** Name of the folder. */
  readonly name: string;
  /** Filled; what is known of each kind follows from what the folder holds. */
  readonly store: ObjectStore;
  /** The newest time any object speaks of. */
  readonly newest: Instant | undefined;
  readonly readLog: (request: LogRequest) => Promise<LogAnswer>;
}

export interface DumpOptions {
  readonly folder: string;
  /** Limits the dump to this namespace and to cluster-scoped objects. */
  readonly namespace?: string | undefined;
  /** Takes one sentence per thing that is skipped. */
  readonly warn: Warn;
}

/**
 * Understands trees of YAML and JSON, `kubectl cluster-info dump --output-directory` and must-gather.
 *
 * @throws AppFailure where the folder is missing, no folder, or holds no Kubernetes object
 */
export async function readDump({ folder, namespace, warn }: DumpOptions): Promise<Dump> {
  await checkFolder(folder);
  const files = await walkFolder(folder, warn);
  const gathered = new Gathered(warn);
  for (const file of files) if (OBJECT_FILE.test(file.name)) await readObjects(file, gathered, warn);
  tellOthers(files, warn);
  if (gathered.seen === 0)
    throw fail(
      'invalid',
      `${folder} holds no Kubernetes object.`,
      'Give a folder of YAML or JSON files, such as kubectl cluster-info dump -A --output-directory writes.',
    );
  const objects = gathered.objects;
  resolveUids(objects);
  const store = createObjectStore();
  for (const object of objects) storeObject(store, object, namespace);
  setDumpKnowledge(store, namespace === undefined ? gathered.namespaces : [namespace]);
  const logs = new DumpLogs(files);
  const name = basename(resolve(folder));
  return { name, store, newest: gathered.newest, readLog: (request) => logs.read(request) };
}

async function readObjects(file: FoundFile, gathered: Gathered, warn: Warn): Promise<void> {
  try {
    const content = await readText(file.path, file.bytes);
    if ('skipped' in content) warn(`${file.name}: ${content.skipped} and is skipped.`);
    else for (const object of parseObjects(file.name, content.text, warn)) gathered.add(object, file.name);
  } catch (cause) {
    const { code = 'unknown reason' } = cause as NodeJS.ErrnoException;
    warn(`${file.name}: cannot be read (${code}) and is skipped.`);
  }
}

function storeObject(store: ObjectStore, object: KubeObject, namespace: string | undefined): void {
  const kind = kindOf(object);
  const where = object.metadata.namespace;
  if (kind === undefined || (namespace !== undefined && where !== undefined && where !== namespace)) return;
  store.upsert(kind, prepareFor(KINDS[kind])(object));
}

/** Files that are neither objects nor logs: one sentence for all of them, for must-gather holds hundreds. */
function tellOthers(files: readonly FoundFile[], warn: Warn): void {
  const others = files
    .filter(({ name }) => !OBJECT_FILE.test(name) && !isLogFile(name))
    .map(({ name }) => name);
  if (others.length === 0) return;
  const named = others.slice(0, MAX_NAMED).join(', ');
  const more = others.length > MAX_NAMED ? ' and others' : '';
  warn(`${count(others.length, 'file')} neither YAML, JSON nor a container log: skipped (${named}${more}).`);
}

async function checkFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch((cause: unknown) => {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code ?? 'unknown reason'})`;
    throw fail('not-found', `Folder ${folder} ${why}.`, 'Check the path given with --from.');
  });
  if (!found.isDirectory())
    throw fail('invalid', `${folder} is no folder.`, 'Give the folder that holds the file.');
}

function fail(code: AppError['code'], message: string, hint: string): AppFailure {
  return new AppFailure({ code, message, hint, retryable: false });
}
