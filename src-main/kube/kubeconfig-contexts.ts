/** Merges parsed kubeconfigs as kubectl does and builds each context with its one cluster and its one user. */
import { z } from 'zod';
import type { AppError } from '../../shared/errors.ts';
import type { SignIn } from '../../shared/model/fabric.ts';
import type { ClusterEntry, ContextAccess, KubeContext, Kubeconfig, UserEntry } from './contract.ts';
import { checkCluster } from './kubeconfig-cluster.ts';
import { kubeconfigError } from './kubeconfig-error.ts';
import { parseWith, text } from './kubeconfig-fields.ts';
import type { Checked } from './kubeconfig-fields.ts';
import type { EntryList, ParsedFile, RawEntry } from './kubeconfig-parse.ts';
import { checkUser } from './kubeconfig-user.ts';

const contextSchema = z.object({ cluster: text, user: text, namespace: text });

/** A file that a context needs when it is opened. */
export interface FileNeed {
  readonly context: string;
  readonly path: string;
  /** `certificate-authority`, `client-key` … */
  readonly key: string;
  readonly file: string;
  readonly line?: number | undefined;
}

export interface Merged extends Kubeconfig {
  readonly needs: readonly FileNeed[];
}

interface Slot {
  readonly entry: RawEntry;
  /** Line of a second entry of this name in the same file, which kubectl refuses. */
  readonly twice?: number | undefined;
}

type Slots = ReadonlyMap<string, Slot>;

/** kubectl's rule: the first file that names an entry wins; within one file a name may stand once. */
function mergeEntries(files: readonly ParsedFile[], list: EntryList): Slots {
  const slots = new Map<string, Slot>();
  for (const entry of files.flatMap((file) => file.entries)) {
    if (entry.list !== list) continue;
    const before = slots.get(entry.name);
    if (before === undefined) slots.set(entry.name, { entry });
    else if (before.entry.file === entry.file && before.twice === undefined) {
      slots.set(entry.name, { ...before, twice: entry.lineOf([]) });
    }
  }
  return slots;
}

const ONCE = 'Rename or remove one of the two; kubectl refuses such a file as a whole.';

function duplicate(slot: Slot): AppError | undefined {
  const { entry, twice } = slot;
  if (twice === undefined) return undefined;
  const kind = entry.list.slice(0, -1);
  const place = { file: entry.file, line: entry.lineOf([]), entry: entry.label, [kind]: entry.name };
  return kubeconfigError(
    'context-broken',
    place,
    `${kind} ${entry.name} is defined twice, again on line ${String(twice)}`,
    ONCE,
  );
}

function checkSlot<T>(slot: Slot, check: (entry: RawEntry) => Checked<T>): Checked<T> {
  const problem = duplicate(slot);
  return problem === undefined ? check(slot.entry) : { problem };
}

function checkAll<T>(slots: Slots, check: (entry: RawEntry) => Checked<T>): ReadonlyMap<string, Checked<T>> {
  return new Map([...slots].map(([name, slot]) => [name, checkSlot(slot, check)]));
}

/** How a user signs in, by the precedence with which its fields are used. */
export function signInOf(user: UserEntry): SignIn {
  if (user.tokenFile !== undefined) return 'token file';
  if (user.token !== undefined) return 'token';
  if (user.exec !== undefined) return 'exec plugin';
  if (user.oidc !== undefined) return 'auth provider';
  if (user.username !== undefined || user.password !== undefined) return 'basic';
  return (user.certFile ?? user.certData) === undefined ? 'none' : 'client certificate';
}

interface Tables {
  readonly clusters: ReadonlyMap<string, Checked<ClusterEntry>>;
  readonly users: ReadonlyMap<string, Checked<UserEntry>>;
}

/** The entry a context names, or why it cannot be used. A context without a user signs in anonymously, as in kubectl. */
function follow<T>(
  slot: Slot,
  kind: 'cluster' | 'user',
  name: string,
  table: ReadonlyMap<string, Checked<T>>,
): Checked<T> {
  const { entry } = slot;
  const place = {
    file: entry.file,
    line: entry.lineOf([kind]),
    context: entry.name,
    entry: `${entry.label}.context.${kind}`,
  };
  if (name === '') {
    const says = `context ${entry.name} names no ${kind}`;
    return { problem: kubeconfigError('context-broken', place, says, `Add the ${kind} to the context.`) };
  }
  const found = table.get(name);
  if (found === undefined) {
    const says = `context ${entry.name} names ${kind} ${name}, which no file defines`;
    const hint = `Add the ${kind} to the kubeconfig, or correct the name in the context.`;
    return { problem: kubeconfigError('context-broken', { ...place, [kind]: name }, says, hint) };
  }
  if (!('problem' in found)) return found;
  const { problem } = found;
  return {
    problem: { ...problem, fabric: entry.name, details: { ...problem.details, context: entry.name } },
  };
}

function buildContext(slot: Slot, tables: Tables, current: string | undefined): KubeContext {
  const { name, file } = slot.entry;
  const base = {
    id: name,
    source: file,
    current: name === current,
    origin: 'kubeconfig',
    colour: 'none',
    environment: '',
  } as const;
  const broken = (problem: AppError, known: Partial<KubeContext> = {}): KubeContext => ({
    ...base,
    signIn: 'none',
    insecureTls: false,
    ...known,
    problem: { ...problem, fabric: name },
  });
  const fields = checkSlot(slot, (entry) => parseWith(contextSchema, entry));
  if ('problem' in fields) return broken(fields.problem);
  const cluster = follow(slot, 'cluster', fields.value.cluster ?? '', tables.clusters);
  const userName = fields.value.user ?? '';
  const user: Checked<UserEntry> =
    userName === '' ? { value: {} } : follow(slot, 'user', userName, tables.users);
  const namespace = fields.value.namespace ?? '';
  const known = {
    ...(namespace !== '' && { namespace }),
    ...('value' in cluster && { server: cluster.value.server, insecureTls: cluster.value.insecure }),
    ...('value' in user && { signIn: signInOf(user.value) }),
  };
  if ('problem' in cluster) return broken(cluster.problem, known);
  if ('problem' in user) return broken(user.problem, known);
  const access: ContextAccess = {
    fabric: name,
    source: file,
    namespace: namespace === '' ? undefined : namespace,
    cluster: cluster.value,
    user: user.value,
  };
  return { ...base, signIn: 'none', insecureTls: false, ...known, access };
}

/** The files a context reads when it is opened, each with the line that names it. */
function fileNeeds(context: KubeContext, clusters: Slots, users: Slots): FileNeed[] {
  if (context.access === undefined) return [];
  const { cluster, user } = context.access;
  const clusterEntry = clusters.get(cluster.name)?.entry;
  const userEntry = users.get(user.name ?? '')?.entry;
  const rows: [RawEntry | undefined, string, string | undefined][] = [
    [clusterEntry, 'certificate-authority', cluster.caFile],
    [userEntry, 'client-certificate', user.certFile],
    [userEntry, 'client-key', user.keyFile],
    [userEntry, 'tokenFile', user.tokenFile],
  ];
  return rows.flatMap(([entry, key, path]) =>
    entry === undefined || path === undefined
      ? []
      : [{ context: context.id, path, key, file: entry.file, line: entry.lineOf([key]) }],
  );
}

/** The contexts of all files, in their order. Each carries its access or its problem; nothing is guessed. */
export function mergeFiles(files: readonly ParsedFile[]): Merged {
  const current = files.find((file) => file.currentContext !== undefined)?.currentContext;
  const slots = { clusters: mergeEntries(files, 'clusters'), users: mergeEntries(files, 'users') };
  const contextSlots = mergeEntries(files, 'contexts');
  const tables = {
    clusters: checkAll(slots.clusters, checkCluster),
    users: checkAll(slots.users, checkUser),
  };
  const contexts = [...contextSlots.values()].map((slot) => buildContext(slot, tables, current));
  const entryProblems = [...tables.clusters.values(), ...tables.users.values()].flatMap((each) =>
    'problem' in each ? [each.problem] : [],
  );
  return {
    sources: files.map((file) => file.file),
    current,
    contexts,
    problems: [...files.flatMap((file) => file.problems), ...entryProblems],
    needs: contexts.flatMap((context) => fileNeeds(context, slots.clusters, slots.users)),
  };
}
