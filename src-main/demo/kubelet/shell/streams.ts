/** Where commands of a shell read and write: pipes, buffers, files. */
import { resolvePath, type FileTree } from '../files.ts';
import type { Sink, Source, Streams } from '../machine.ts';
import type { Wait } from '../task.ts';
import type { ShellState } from './state.ts';

const PIPE_BYTES = 65_536;
const BUFFER_BYTES = 1_048_576;

/** Collects what is written; gives up beyond 1 MiB. */
export class TextSink implements Sink {
  text = '';

  write(text: string): boolean {
    if (this.text.length > BUFFER_BYTES) return false;
    this.text += text;
    return true;
  }
}

/** Text that is there from the beginning. */
export class TextSource implements Source {
  #text: string | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  take(): string | undefined {
    const text = this.#text;
    this.#text = undefined;
    return text;
  }

  isEmpty(): boolean {
    return false;
  }

  wait(wake: () => void): () => void {
    wake();
    return () => undefined;
  }
}

/** What one process writes and another reads, also the input of an exec. */
export class Pipe implements Sink, Source {
  #text = '';
  #isEnded = false;
  #isClosed = false;
  readonly #readers = new Set<() => void>();
  readonly #writers = new Set<() => void>();

  write(text: string): boolean {
    if (this.#isClosed || this.#isEnded) return false;
    this.#text += text;
    this.#wake(this.#readers);
    return true;
  }

  /** No more will be written. */
  end(): void {
    this.#isEnded = true;
    this.#wake(this.#readers);
  }

  /** Nobody will read any more. */
  close(): void {
    this.#isClosed = true;
    this.#wake(this.#writers);
  }

  /** A wait until there is room; undefined if there is. */
  full(): Wait | undefined {
    if (this.#text.length < PIPE_BYTES || this.#isClosed) return undefined;
    return (wake) => {
      this.#writers.add(wake);
      return () => this.#writers.delete(wake);
    };
  }

  take(): string | undefined {
    const text = this.#text;
    this.#text = '';
    this.#wake(this.#writers);
    return text === '' && this.#isEnded ? undefined : text;
  }

  /** Puts back what was taken too much. */
  giveBack(text: string): void {
    this.#text = text + this.#text;
  }

  isEmpty(): boolean {
    return this.#text === '' && !this.#isEnded;
  }

  wait(wake: () => void): () => void {
    if (!this.isEmpty()) {
      wake();
      return () => undefined;
    }
    this.#readers.add(wake);
    return () => this.#readers.delete(wake);
  }

  #wake(waiting: Set<() => void>): void {
    const all = [...waiting];
    waiting.clear();
    for (const wake of all) wake();
  }
}

class FileSink implements Sink {
  readonly #files: FileTree;
  readonly #path: string;

  constructor(files: FileTree, path: string) {
    this.#files = files;
    this.#path = path;
  }

  write(text: string): boolean {
    return this.#files.write(this.#path, text, true) === '';
  }
}

/** The streams of a command whose output or input goes to a file; a text is the error. */
export function openFile(
  shell: ShellState,
  streams: Streams,
  redirect: { readonly fd: number; readonly operator: '>' | '>>' | '<'; readonly name: string },
): Streams | string {
  const { files } = shell.machine.options;
  const path = resolvePath(shell.folder, redirect.name);
  if (redirect.operator === '<') {
    const text = path === '/dev/null' ? '' : files.read(path);
    if (text === undefined) return `can't open ${redirect.name}: no such file`;
    return { ...streams, stdin: new TextSource(text) };
  }
  const sink = specialSink(shell, streams, path) ?? new FileSink(files, path);
  if (sink instanceof FileSink) {
    const error = files.write(path, '', redirect.operator === '>>');
    if (error === 'No such file or directory') return `can't create ${redirect.name}: nonexistent directory`;
    if (error !== '') return `can't create ${redirect.name}: ${error}`;
  }
  return redirect.fd === 2 ? { ...streams, stderr: sink } : { ...streams, stdout: sink };
}

function specialSink(shell: ShellState, streams: Streams, path: string): Sink | undefined {
  if (path === '/dev/null') return { write: () => true };
  if (/^\/(?:dev\/stdout|proc\/self\/fd\/1)$/.test(path)) return streams.stdout;
  if (/^\/(?:dev\/stderr|proc\/self\/fd\/2)$/.test(path)) return streams.stderr;
  return /^\/proc\/1\/fd\/[12]$/.test(path) ? shell.machine.mainOutput : undefined;
}

/** Reads all that comes, up to 1 MiB. */
export function* readAll(source: Source): Generator<Wait, string> {
  let text = '';
  while (text.length < BUFFER_BYTES) {
    while (source.isEmpty()) yield (wake) => source.wait(wake);
    const chunk = source.take();
    if (chunk === undefined) break;
    text += chunk;
  }
  return text;
}
