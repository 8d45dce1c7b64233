/** Programs that pass text on as it comes: cat, head, tail, tee, yes. */
import { resolvePath } from '../files.ts';
import type { Applet, Call } from '../shell/state.ts';
import { Pipe } from '../shell/streams.ts';
import { forever, Interrupt, sleep, type Wait } from '../task.ts';
import { DEVICES, filesOf, joined, linesOf, NO_VALUES, texts } from './input-text.ts';

/** Reads a device that never ends: what is kept of it grows until the kernel steps in. */
function* swallow({ shell }: Call): Generator<Wait, number> {
  shell.machine.setMemory(shell.pid, 1, 30_000);
  shell.machine.setCpu(shell.pid, 1000);
  yield forever;
  return 0;
}

function* cat(each: Call): Generator<Wait, number> {
  const files = filesOf(each.args, NO_VALUES);
  if (files.length === 0) {
    // Passes on line by line, as what comes may never end.
    for (;;) {
      while (each.streams.stdin.isEmpty()) yield (wake) => each.streams.stdin.wait(wake);
      const chunk = each.streams.stdin.take();
      if (chunk === undefined || !each.streams.stdout.write(chunk)) return 0;
    }
  }
  if (files.some((file) => DEVICES[file] === 'endless')) {
    each.shell.machine.setCpu(each.shell.pid, 1000);
    yield forever;
  }
  const parts = yield* texts(each, files);
  for (const part of parts) each.streams.stdout.write(part ?? '');
  return parts.includes(undefined) ? 1 : 0;
}

function countOf(args: readonly string[], letter: string): string | undefined {
  const at = args.findIndex((arg) => arg === `-${letter}`);
  if (at >= 0) return args[at + 1];
  return (
    args.find((arg) => new RegExp(`^-${letter}[+\\d]`).test(arg))?.slice(2) ??
    (letter === 'n' ? args.find((arg) => /^-\d+$/.test(arg))?.slice(1) : undefined)
  );
}

function* head(each: Call): Generator<Wait, number> {
  const bytes = countOf(each.args, 'c');
  const count = Number(countOf(each.args, 'n') ?? 10);
  const files = filesOf(each.args, /^-[nc]$/);
  if (files.length > 0) {
    const parts = yield* texts(each, files);
    for (const part of parts)
      each.streams.stdout.write(
        bytes === undefined
          ? joined(linesOf(part ?? '').slice(0, count))
          : (part ?? '').slice(0, Number(bytes)),
      );
    return parts.includes(undefined) ? 1 : 0;
  }
  // Stops reading as soon as there is enough: what feeds it may never end.
  let text = '';
  while (bytes === undefined ? text.split('\n').length <= count : text.length < Number(bytes)) {
    while (each.streams.stdin.isEmpty()) yield (wake) => each.streams.stdin.wait(wake);
    const chunk = each.streams.stdin.take();
    if (chunk === undefined) break;
    text += chunk;
  }
  if (each.streams.stdin instanceof Pipe) each.streams.stdin.close();
  each.streams.stdout.write(
    bytes === undefined ? joined(linesOf(text).slice(0, count)) : text.slice(0, Number(bytes)),
  );
  return 0;
}

function* tail(each: Call): Generator<Wait, number> {
  const { args, shell, streams } = each;
  const files = filesOf(args, /^-[nc]$/);
  const follows = args.some((arg) => /^-\d*[fF]$|^--follow/.test(arg));
  const [first] = files;
  if (first !== undefined && DEVICES[first] === 'endless') return yield* swallow(each);
  const parts = yield* texts(each, files);
  const from = countOf(args, 'n') ?? '10';
  for (const part of parts) {
    const lines = linesOf(part ?? '');
    const shown = from.startsWith('+')
      ? lines.slice(Number(from.slice(1)) - 1)
      : lines.slice(Math.max(0, lines.length - Number(from)));
    streams.stdout.write(joined(shown));
  }
  if (!follows || first === undefined) return parts.includes(undefined) ? 1 : 0;
  if (first === '/dev/null') {
    yield forever;
    return 0;
  }
  let seen = (parts[0] ?? '').length;
  for (;;) {
    yield sleep(shell.machine.options.clock, 1000);
    const text = shell.machine.options.files.read(resolvePath(shell.folder, first)) ?? '';
    if (text.length > seen) streams.stdout.write(text.slice(seen));
    seen = text.length;
  }
}

function* tee(each: Call): Generator<Wait, number> {
  const files = filesOf(each.args, NO_VALUES).map((file) => resolvePath(each.shell.folder, file));
  const tree = each.shell.machine.options.files;
  if (!each.args.includes('-a')) for (const file of files) tree.write(file, '');
  for (;;) {
    while (each.streams.stdin.isEmpty()) yield (wake) => each.streams.stdin.wait(wake);
    const chunk = each.streams.stdin.take();
    if (chunk === undefined) return 0;
    each.streams.stdout.write(chunk);
    for (const file of files) tree.write(file, chunk, true);
  }
}

function* yes({ args, shell, streams }: Call): Generator<Wait, number> {
  const text = `${args.length === 0 ? 'y' : args.join(' ')}\n`.repeat(100);
  shell.machine.setCpu(shell.pid, 1000);
  try {
    for (;;) {
      if (!streams.stdout.write(text)) return 1;
      const room = streams.stdout instanceof Pipe ? streams.stdout.full() : shell.spend(100);
      if (room !== undefined) yield room;
    }
  } catch (error) {
    if (error instanceof Interrupt && streams.isTerminal) return 130;
    throw error;
  }
}

export const STREAMING_APPLETS: ReadonlyMap<string, Applet> = new Map<string, Applet>([
  ['cat', cat],
  ['head', head],
  ['tail', tail],
  ['tee', tee],
  ['yes', yes],
]);
