/** The container logs of a dump: where they lie in each of the known layouts, and the answer to one request. */
import type { LogAnswer } from '../../shared/cluster/view.ts';
import type { LogRequest } from '../../shared/diagnosis/log-desk.ts';
import { buildLogExcerpt } from '../../shared/diagnosis/log-excerpt.ts';
import { readTail } from './read-text.ts';
import type { FoundFile } from './walk-folder.ts';

/** So much of a log's end is read (bytes). */
const TAIL = 256 * 1024;
/** … and of a file that holds several logs. */
const SHARED_TAIL = 32 * 1024 * 1024;

/** must-gather: `…/namespaces/NS/pods/POD/CONTAINER/CONTAINER/logs/current.log`. */
const MUST_GATHER = /(?:^|\/)namespaces\/([^/]+)\/pods\/([^/]+)\/([^/]+)\/\3\/logs\/(current|previous)\.log$/;
/** kubectl cluster-info dump: `NS/POD/logs.txt`, all containers in one file. */
const CLUSTER_INFO = /(?:^|\/)([^/]+)\/([^/]+)\/logs\.txt$/;
/** `NS/POD/CONTAINER.log` and `CONTAINER.previous.log`. A container's name holds no dot. */
const PLAIN = /(?:^|\/)([^/]+)\/([^/]+)\/([^/.]+)(\.previous)?\.log$/;

/** Whether a file is a container log in one of the layouts, or at least a log of something. */
export function isLogFile(name: string): boolean {
  return name.endsWith('.log') || CLUSTER_INFO.test(name);
}

export class DumpLogs {
  readonly #files = new Map<string, FoundFile>();
  /** Files that hold the logs of all containers of a pod. */
  readonly #shared = new Map<string, FoundFile>();

  constructor(files: readonly FoundFile[]) {
    for (const file of files) this.#add(file);
  }

  /** The answer to what the engine asks for; never throws. */
  async read({ pod, container, previous }: LogRequest): Promise<LogAnswer> {
    const where = [pod.namespace ?? '', pod.name];
    const own = this.#files.get(keyOf(...where, container, previous ? 'previous' : 'current'));
    const shared = previous ? undefined : this.#shared.get(keyOf(...where));
    const file = own ?? shared;
    if (file === undefined) return { state: 'unreadable', reason: 'The dump does not hold this log.' };
    try {
      const text = await readTail(file.path, own === undefined ? SHARED_TAIL : TAIL);
      const part = own === undefined ? sectionOf(text, container) : text;
      if (part === undefined) return { state: 'unreadable', reason: 'The dump does not hold this log.' };
      return { state: 'ready', excerpt: buildLogExcerpt({ pod, container, previous, text: part }) };
    } catch (cause) {
      const { code = 'unknown reason' } = cause as NodeJS.ErrnoException;
      return { state: 'unreadable', reason: `${file.name} cannot be read (${code}).` };
    }
  }

  #add(file: FoundFile): void {
    const mustGather = MUST_GATHER.exec(file.name);
    const plain = mustGather === null ? PLAIN.exec(file.name) : null;
    const shared = CLUSTER_INFO.exec(file.name);
    if (mustGather !== null) this.#files.set(keyOf(...mustGather.slice(1, 5)), file);
    else if (plain !== null) {
      const [, namespace = '', pod = '', container = '', before] = plain;
      this.#files.set(keyOf(namespace, pod, container, before === undefined ? 'current' : 'previous'), file);
    } else if (shared !== null) this.#shared.set(keyOf(...shared.slice(1, 3)), file);
  }
}

/** The log of one container between the marks that cluster-info dump sets. */
function sectionOf(text: string, container: string): string | undefined {
  const begin = `==== START logs for container ${container} of pod `;
  const end = `==== END logs for container ${container} of pod `;
  const lines = text.split('\n');
  const from = lines.findIndex((line) => line.startsWith(begin));
  if (from < 0) return undefined;
  const to = lines.findIndex((line, index) => index > from && line.startsWith(end));
  return lines.slice(from + 1, to < 0 ? undefined : to).join('\n');
}

function keyOf(...parts: readonly string[]): string {
  return parts.join('/');
}
