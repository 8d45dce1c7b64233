/** The journal of what was written to clusters: one JSON line per request, one file per fabric, only ever added to. */
import { createHash } from 'node:crypto';
import { mkdir, open, readFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { AppFailure } from '../../shared/errors.ts';
import { isRecord, text } from '../../shared/cluster/narrow.ts';
import type { JournalEntry } from '../../shared/model/plan.ts';
import type { Ref } from '../../shared/model/ref.ts';
import { clean } from '../../shared/scenarios/words.ts';
import { maskText } from '../kube/mask-text.ts';
import { withFileLock } from './file-lock.ts';

const NEWLINE = 0x0a;
const OUTCOMES: readonly string[] = [
  'done',
  'failed',
  'unknown',
] satisfies readonly JournalEntry['outcome'][];

export interface Journal {
  /** Throws `AppFailure` where nothing could be recorded: then nothing should be written to a cluster either. */
  check(fabric: string): Promise<void>;
  /** On disk once it resolves. Throws `AppFailure`. */
  append(entry: JournalEntry): Promise<void>;
  /** Newest first; none where there is no journal. A torn or foreign line is left out. */
  list(fabric: string, limit?: number): Promise<JournalEntry[]>;
}

/** Names of fabrics hold slashes and colons and are long. */
const fileName = (fabric: string) =>
  `${createHash('sha256').update(fabric).digest('hex').slice(0, 32)}.jsonl`;

function failure(path: string, cause: unknown): AppFailure {
  const why = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  return new AppFailure(
    {
      code: 'internal',
      message: `The journal ${path} cannot be written (${why}), and what is not recorded is not done.`,
      hint: 'Make room on the disk, or allow writing to that folder.',
      retryable: true,
    },
    { cause },
  );
}

function readRef(value: unknown): Ref | undefined {
  if (!isRecord(value)) return undefined;
  const [apiVersion, kind, name] = [text(value.apiVersion), text(value.kind), text(value.name)];
  if (kind === '' || name === '') return undefined;
  const [namespace, uid] = [text(value.namespace), text(value.uid)];
  return { apiVersion, kind, name, ...(namespace !== '' && { namespace }), ...(uid !== '' && { uid }) };
}

function readEntry(line: string): JournalEntry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  const { at, outcome } = value;
  const ref = readRef(value.ref);
  if (typeof at !== 'number' || ref === undefined || !OUTCOMES.includes(text(outcome))) return undefined;
  const cluster = text(value.cluster);
  return {
    at,
    fabric: text(value.fabric),
    ...(cluster !== '' && { cluster }),
    plan: text(value.plan),
    title: text(value.title),
    ref,
    request: text(value.request),
    outcome: outcome as JournalEntry['outcome'],
    says: text(value.says),
  };
}

/** A line that was cut off by a crash must not swallow the next one. */
async function endsTorn(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  await file.read(last, 0, 1, size - 1);
  return last[0] !== NEWLINE;
}

/** Keeps journals below `home`; another process of this program may write to the same ones. */
export function openJournal(home: string): Journal {
  const folder = join(home, 'journal');
  const pathOf = (fabric: string) => join(folder, fileName(fabric));
  const add = async (fabric: string, line: string): Promise<void> => {
    const path = pathOf(fabric);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await withFileLock(`${path}.lock`, async () => {
        const file = await open(path, 'a+', 0o600);
        try {
          if (line !== '') await file.appendFile(`${(await endsTorn(file)) ? '\n' : ''}${line}\n`);
          await file.sync();
        } finally {
          await file.close();
        }
      });
    } catch (cause) {
      throw failure(path, cause);
    }
  };
  return {
    check: (fabric) => add(fabric, ''),
    append: ({ says, title, request, ...entry }) =>
      add(
        entry.fabric,
        JSON.stringify({
          ...entry,
          title: maskText(title, 400),
          // Our own words, a path and a server without credentials: a mask would take long paths for keys.
          request: clean(request, 1000),
          says: maskText(says, 1000),
        }),
      ),
    async list(fabric, limit = 500) {
      let content: string;
      try {
        content = await readFile(pathOf(fabric), 'utf8');
      } catch (cause) {
        if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
        throw failure(pathOf(fabric), cause);
      }
      const lines = content.split('\n').filter((line) => line !== '');
      return lines
        .slice(-limit)
        .flatMap((line) => readEntry(line) ?? [])
        .reverse();
    },
  };
}
