/** Finds and reads the kubeconfigs: explicit files, else KUBECONFIG, else ~/.kube/config, else the pod's own account. */
import { access, constants, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { AppFailure } from '../../shared/errors.ts';
import type { AppError } from '../../shared/errors.ts';
import type { ContextAccess, KubeContext, Kubeconfig } from './contract.ts';
import { readInCluster } from './in-cluster.ts';
import { mergeFiles } from './kubeconfig-contexts.ts';
import type { FileNeed } from './kubeconfig-contexts.ts';
import { kubeconfigError } from './kubeconfig-error.ts';
import { MAX_KUBECONFIG, oversized, parseKubeconfig, wholeFault } from './kubeconfig-parse.ts';
import type { ParsedFile } from './kubeconfig-parse.ts';

/** Where to look. All of it is injectable for tests; the environment is the process' own by default. */
export interface KubeconfigPlaces {
  /** Files the user chose; with one or more of them nothing else is looked at. */
  readonly explicit?: readonly string[] | undefined;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly home?: string;
  /** Folder of the service account in a pod. */
  readonly serviceAccount?: string;
  /**
   * What each file last held; kept up to date here. A file that cannot be read or parsed any more, a half-written one
   * for example, then counts as it was, and `problems` says so. A file that is gone is gone.
   */
  readonly lastGood?: Map<string, ParsedFile>;
}

const errnoOf = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : 'unknown reason';

const READ_FAULTS: Readonly<Record<string, readonly [says: string, hint: string]>> = {
  EACCES: [
    'it cannot be read: permission denied',
    'Check the permissions of the file and of the folders above it.',
  ],
  EPERM: [
    'it cannot be read: not permitted',
    'Check the permissions of the file and of the folders above it.',
  ],
  EISDIR: ['it is a folder, not a file', 'Name the file within the folder.'],
  ELOOP: ['its symbolic links form a loop', 'Correct the links.'],
};
const MISSING = ['it does not exist', 'Correct the path, or choose another kubeconfig.'] as const;

function readFault(file: string, cause: unknown): AppError {
  const errno = errnoOf(cause);
  const missing = errno === 'ENOENT' || errno === 'ENOTDIR';
  const [says, hint] = missing
    ? MISSING
    : (READ_FAULTS[errno] ?? [`it cannot be read (${errno})`, MISSING[1]]);
  const problem = kubeconfigError(
    missing ? 'kubeconfig-missing' : 'kubeconfig-unreadable',
    { file },
    says,
    hint,
  );
  return { ...problem, details: { ...problem.details, errno } };
}

async function readOne(file: string): Promise<ParsedFile | { problem: AppError }> {
  try {
    if ((await stat(file)).size > MAX_KUBECONFIG) return oversized(file);
    return parseKubeconfig(file, (await readFile(file, 'utf8')).replace(/^\uFEFF/, ''));
  } catch (cause) {
    return { problem: readFault(file, cause) };
  }
}

const KEPT = 'Until then its contexts stay as they were when it was last read.';

/** What a file holds, or what it held when it was last good, and what is wrong with it now. */
async function readOrKeep(
  file: string,
  lastGood: Map<string, ParsedFile> | undefined,
): Promise<{ parsed?: ParsedFile; problem?: AppError }> {
  const read = await readOne(file);
  const fault = 'problem' in read ? read.problem : wholeFault(read);
  if (fault === undefined && !('problem' in read)) {
    lastGood?.set(file, read);
    return { parsed: read };
  }
  if (fault?.code === 'kubeconfig-missing') lastGood?.delete(file);
  const kept = lastGood?.get(file);
  if (kept !== undefined && fault !== undefined) {
    return { parsed: kept, problem: { ...fault, hint: `${fault.hint ?? ''} ${KEPT}`.trim() } };
  }
  return 'problem' in read ? read : { parsed: read };
}

async function needFault(need: FileNeed): Promise<AppError | undefined> {
  try {
    await access(need.path, constants.R_OK);
    if (!(await stat(need.path)).isDirectory()) return undefined;
    return needError(need, 'is a folder');
  } catch (cause) {
    const errno = errnoOf(cause);
    return needError(
      need,
      errno === 'ENOENT' || errno === 'ENOTDIR' ? 'does not exist' : `cannot be read (${errno})`,
    );
  }
}

function needError(need: FileNeed, says: string): AppError {
  return kubeconfigError(
    'context-broken',
    { file: need.file, line: need.line, context: need.context, entry: need.key },
    `${need.key} of context ${need.context} is ${need.path}, which ${says}`,
    'Correct the path (it is relative to the folder of the kubeconfig) or the permissions of the file.',
  );
}

/** The files that `loadKubeconfig` reads, whether they exist or not. */
export function kubeconfigPaths(places: KubeconfigPlaces = {}): string[] {
  return choosePaths(places).paths;
}

/** The files to read, and whether they were asked for by name. */
function choosePaths(places: KubeconfigPlaces): { paths: string[]; named: boolean } {
  const { explicit = [], env = process.env, home = homedir() } = places;
  if (explicit.length > 0) return { paths: explicit.map((path) => resolve(path)), named: true };
  const variable = (env.KUBECONFIG ?? '').split(delimiter).filter((path) => path !== '');
  if (variable.length > 0) return { paths: [...new Set(variable.map((path) => resolve(path)))], named: true };
  return { paths: [join(home, '.kube', 'config')], named: false };
}

const NOTHING: AppError = {
  code: 'kubeconfig-missing',
  message: 'There is no kubeconfig: neither KUBECONFIG is set nor does ~/.kube/config exist.',
  hint: 'Choose a kubeconfig file, or set KUBECONFIG.',
  retryable: false,
};

/**
 * Reads all contexts. Never throws: what cannot be used is told in `problems` and in the contexts' own `problem`, and
 * the rest works. Files named explicitly or by KUBECONFIG are never replaced by a default.
 */
export async function loadKubeconfig(places: KubeconfigPlaces = {}): Promise<Kubeconfig> {
  const { paths, named } = choosePaths(places);
  const read = await Promise.all(paths.map((path) => readOrKeep(path, places.lastGood)));
  const faults = read.flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
  const parsed = read.flatMap(({ parsed: file }) => (file === undefined ? [] : [file]));
  if (!named && faults[0]?.code === 'kubeconfig-missing') {
    return (
      (await readInCluster(places.env ?? process.env, places.serviceAccount)) ?? {
        sources: [],
        contexts: [],
        problems: [NOTHING],
      }
    );
  }
  const { needs, ...merged } = mergeFiles(parsed);
  const broken = new Map<string, AppError>();
  await Promise.all(
    needs.map(async (need) => {
      const fault = await needFault(need);
      if (fault !== undefined && !broken.has(need.context)) broken.set(need.context, fault);
    }),
  );
  return {
    ...merged,
    contexts: merged.contexts.map((context) => withFault(context, broken.get(context.id))),
    problems: [...faults, ...merged.problems],
  };
}

function withFault(context: KubeContext, problem: AppError | undefined): KubeContext {
  if (problem === undefined) return context;
  const { access: _dropped, ...rest } = context;
  return { ...rest, problem };
}

/**
 * What a client of one context needs: of the named context, or of current-context without a name. Throws `AppFailure`:
 * the context's own problem, `context-missing` with the names there are, or why no file could be read.
 */
export function chooseContext(kubeconfig: Kubeconfig, name?: string): ContextAccess {
  const wanted = name ?? kubeconfig.current;
  const context = kubeconfig.contexts.find((each) => each.id === wanted);
  if (context?.problem !== undefined) throw new AppFailure(context.problem);
  if (context?.access !== undefined) return context.access;
  const [first] = kubeconfig.problems;
  if (kubeconfig.contexts.length === 0 && first !== undefined) throw new AppFailure(first);
  const file = kubeconfig.sources.join(', ');
  const names = kubeconfig.contexts.map((each) => each.id).join(', ');
  const place = { file, ...(wanted !== undefined && { context: wanted }) };
  const missing = wanted === undefined ? 'current-context is not set' : `context ${wanted} does not exist`;
  const says =
    name === undefined && wanted !== undefined
      ? `current-context names ${wanted}, which does not exist`
      : missing;
  const hint = names === '' ? 'The file holds no context.' : `Choose one of its contexts: ${names}.`;
  const error = kubeconfigError('context-missing', place, says, hint);
  throw new AppFailure({ ...error, details: { ...error.details, contexts: names } });
}
