/** Runs an image's own program as its row describes it: needs, ports, logs, memory, its end. */
import { checkNeed, endpointOf, type Problem } from './check-need.ts';
import type { EndpointNeed, End, HttpAnswer, Program } from './image-row.ts';
import type { HttpReply, Machine } from './machine.ts';
import { ContainerLog } from './container-log.ts';
import type { Call } from './shell/state.ts';
import type { Wait } from './task.ts';
import { fillTemplate, fillVariables } from './templates.ts';

const UNREADY_LOG_MS = 10_000;
const DEFAULT_TERM = { exitCode: 0, afterMs: 100 };

/** The state of one run, shared by the generator, the signal handler and the HTTP handler. */
class Run {
  readonly machine: Machine;
  readonly program: Program;
  readonly call: Call;
  readonly env: ReadonlyMap<string, string>;
  readonly startMs: number;
  unready: Problem | undefined;
  isStopping = false;
  wake: (() => void) | undefined;
  #line = 0;

  constructor(call: Call) {
    this.call = call;
    this.machine = call.shell.machine;
    this.program = this.machine.options.program;
    this.env = new Map([...Object.entries(this.program.env ?? {}), ...call.shell.exported()]);
    this.startMs = this.machine.now();
  }

  fill(
    template: string,
    values: Readonly<Record<string, string>> = {},
    line = (this.#line += 1),
    atMs = this.machine.now(),
  ): string {
    const { options } = this.machine;
    return fillTemplate(template, {
      env: this.env,
      values: {
        pod: options.podName,
        namespace: options.namespace,
        node: options.node,
        ip: options.podIP,
        tag: options.tag,
        arguments: this.call.args.join(' '),
        ...values,
      },
      nowMs: atMs,
      line,
      seed: options.podName,
    });
  }

  write(lines: readonly string[] | undefined, values?: Readonly<Record<string, string>>): void {
    for (const line of lines ?? []) this.call.streams.stdout.write(`${this.fill(line, values)}\n`);
  }

  /** Waits so long, or until something happens. */
  *pause(ms: number): Generator<Wait, void> {
    const { ends } = this.program;
    const left = ends === undefined ? ms : Math.min(ms, this.startMs + ends.afterMs - this.machine.now());
    if (this.isStopping || left <= 0) return;
    yield (wake) => {
      this.wake = wake;
      return left === Number.POSITIVE_INFINITY
        ? () => undefined
        : this.machine.options.clock.after(left, wake);
    };
    this.wake = undefined;
  }

  isOver(): boolean {
    const { ends } = this.program;
    return ends !== undefined && this.machine.now() - this.startMs >= ends.afterMs;
  }

  end({ exitCode = 1, log, terminationMessage }: End, values?: Readonly<Record<string, string>>): number {
    this.write(log, values);
    if (terminationMessage !== undefined) {
      this.machine.options.files.write('/dev/termination-log', this.fill(terminationMessage, values));
    }
    return exitCode;
  }
}

/** Runs until the program ends by itself, by what it lacks, or by a signal. */
export function* runProgram(call: Call): Generator<Wait, number> {
  const run = new Run(call);
  const { program, machine } = run;
  const task = call.shell.isReplaced ? machine.tasks.get(call.shell.pid) : undefined;
  if (task !== undefined) {
    task.onSignal = (signal) => {
      if (program.onTerm === 'ignored' && signal !== 2) return true;
      run.isStopping = true;
      run.wake?.();
      return true;
    };
  }
  machine.setMemory(call.shell.pid, Math.min(4, program.memoryMiB ?? 20));
  run.write(program.startLog);
  const failure = yield* meetNeeds(run);
  if (failure !== undefined) return failure;
  yield* run.pause((program.startupMs ?? 200) - (machine.now() - run.startMs));
  const early = yield* finish(run);
  if (early !== undefined) return early;
  startServing(run);
  return yield* serve(run);
}

/** The exit code once a signal or the program's own end has come. */
function* finish(run: Run): Generator<Wait, number | undefined> {
  const { program, machine } = run;
  if (run.isStopping) {
    const { exitCode, afterMs } =
      program.onTerm === undefined || program.onTerm === 'ignored' ? DEFAULT_TERM : program.onTerm;
    run.write(program.stopLog);
    yield (wake) => machine.options.clock.after(afterMs, wake);
    return exitCode;
  }
  return run.isOver() && program.ends !== undefined ? run.end(program.ends) : undefined;
}

function* meetNeeds(run: Run): Generator<Wait, number | undefined> {
  for (const need of run.program.needs ?? []) {
    const problem = checkNeed(need, run);
    if (problem === undefined) continue;
    if (problem.unmet.otherwise === 'unready') {
      run.unready ??= problem;
      continue;
    }
    yield* run.pause(problem.unmet.afterMs ?? 1000);
    const over = yield* finish(run);
    if (over !== undefined) return over;
    // It has tried meanwhile: what has come up is there.
    const now = checkNeed(need, run);
    if (now !== undefined) return run.end(now.unmet, wordsOf(now));
  }
  return undefined;
}

function wordsOf({ error, target }: Problem): Readonly<Record<string, string>> {
  return { error, target };
}

function startServing(run: Run): void {
  const { program, machine, call, env } = run;
  const { pid } = call.shell;
  const heap = (program.needs ?? [])
    .map((need) => ('memoryFrom' in need ? heapOf(fillVariables(need.memoryFrom, env)) : undefined))
    .find((size) => size !== undefined);
  machine.setMemory(pid, heap ?? program.memoryMiB ?? 20, program.leakMiBPerMinute ?? 0);
  machine.setCpu(pid, program.cpuMilli ?? 5);
  const answer = program.speaksHttp === false ? undefined : (path: string) => reply(run, path);
  for (const port of program.listens ?? []) {
    const number = typeof port === 'number' ? port : Number(fillVariables(port, env));
    if (number > 0) machine.listen(number, { pid, ...(answer === undefined ? {} : { answer }) });
  }
  run.write(program.readyLog);
  const { runningLog } = program;
  if (
    runningLog === undefined ||
    runningLog.lines.length === 0 ||
    !(call.streams.stdout instanceof ContainerLog)
  )
    return;
  const { lines, everyMs } = runningLog;
  call.streams.stdout.generate({
    everyMs,
    render: (line, atMs) => run.fill(lines[(line - 1) % lines.length] ?? '', {}, line, atMs),
  });
}

/** MiB of `-Xmx512m` or a number of MiB. */
function heapOf(text: string): number | undefined {
  const [, size, unit] = /(?:-Xmx|^)(\d+)([kmg]?)/i.exec(text) ?? [];
  if (size === undefined) return undefined;
  const factor = { k: 1 / 1024, g: 1024 }[(unit ?? '').toLowerCase()] ?? 1;
  return Number(size) * factor;
}

function reply({ program, unready }: Run, whole: string): HttpReply {
  const [path = '/'] = whole.split('?');
  if (unready !== undefined) {
    const { unreadyPaths } = unready.unmet;
    const isHit =
      unreadyPaths === undefined ? !/^\/(?:livez|healthz)$/.test(path) : unreadyPaths.includes(path);
    if (isHit) return { status: 503, body: `${unready.error}\n` };
  }
  const { answers } = program;
  if (answers === undefined) return { status: 200, body: 'ok\n' };
  const fits = Object.entries(answers)
    .filter(([pattern]) => (pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern))
    .sort(([one], [other]) => other.length - one.length);
  return toReply(fits[0]?.[1] ?? 404);
}

function toReply(answer: HttpAnswer): HttpReply {
  return typeof answer === 'number' ? { status: answer, body: answer < 400 ? 'ok\n' : '' } : answer;
}

/** Serves until the end, looking again at what it needs whenever that changes. */
function* serve(run: Run): Generator<Wait, number> {
  const { machine, program } = run;
  const { network, namespace, clock } = machine.options;
  const watched = (program.needs ?? []).filter(
    (need): need is EndpointNeed => 'endpoint' in need && need.when !== 'start',
  );
  const stops = watched.map((need) =>
    network.subscribe(namespace, endpointOf(need, run).host, () => {
      clock.after(0, () => run.wake?.());
    }),
  );
  const unsubscribe = (): void => {
    for (const stop of stops) stop();
  };
  machine.tasks.get(run.call.shell.pid)?.onEnd(unsubscribe);
  for (;;) {
    const over = yield* finish(run);
    if (over !== undefined) return over;
    const problems = (program.needs ?? []).filter(
      (need) => watched.includes(need as EndpointNeed) || run.unready?.unmet === need,
    );
    const problem = problems.map((need) => checkNeed(need, run)).find((each) => each !== undefined);
    if (problem !== undefined && problem.unmet.otherwise !== 'unready') {
      yield* run.pause(problem.unmet.afterMs ?? 1000);
      const again =
        run.isStopping || run.isOver()
          ? undefined
          : problems.map((need) => checkNeed(need, run)).find((each) => each !== undefined);
      if (again !== undefined && again.unmet.otherwise !== 'unready')
        return run.end(again.unmet, wordsOf(again));
      continue;
    }
    const wasReady = run.unready === undefined;
    run.unready = problem;
    if (wasReady !== (problem === undefined)) machine.onChange();
    if (problem !== undefined) run.write(problem.unmet.log, wordsOf(problem));
    yield* run.pause(problem === undefined ? Number.POSITIVE_INFINITY : UNREADY_LOG_MS);
  }
}
