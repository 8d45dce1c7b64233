/** A log stream to the page: merges the logs of all containers of a target, in time order, and follows pods that come and go. */
import type { StoreView } from '../../shared/cluster/source.ts';
import { AppFailure } from '../../shared/errors.ts';
import type { LogEntry, LogMessage, LogOptions } from '../../shared/ipc.ts';
import { formatRef } from '../../shared/model/ref.ts';
import type { KubeClient } from '../kube/contract.ts';
import { compareTimes, ResumePoint, type TimedLine } from './log-lines.ts';
import { followLog, readHistory, type LogSourceOptions } from './log-source.ts';
import { podsOf, sourcesOf, statusOf, type LogSourceId } from './log-targets.ts';
import { CreditGate, serveRequests, type StreamPort } from './port.ts';

/** What a log stream reads of a fabric. */
export interface LogFabric {
  readonly client: KubeClient;
  readonly view: StoreView;
  /** Tells of every change of a pod in the store; returns the function that stops it. */
  onPodChange(listener: () => void): () => void;
}

/** Messages that may be under way before the page must have shown one. */
const CREDIT = 16;
const BATCH = 500;
/** Entries held for the page before the sources are made to wait. */
const HELD = 5000;
/** Entries of the history of all containers together. */
const HISTORY = 100_000;
/** How long entries of several containers are gathered so that they can be put in order. */
const GATHER_MS = 50;
/** Containers read at once: each takes a connection of the API server. */
const SOURCES = 60;
/** A log that the server ended although its container runs is asked for again after this. */
const AGAIN_MS = 10_000;

const isMessage = (item: LogEntry | LogMessage): item is LogMessage => 'type' in item;

const byTime = (a: LogEntry, b: LogEntry) => compareTimes(a.time, b.time);

/** The gathered history: which logs are open, all entries by time, then what came of the containers. */
function inTimeOrder(items: readonly (LogEntry | LogMessage)[]): (LogEntry | LogMessage)[] {
  const markers = items.filter(isMessage);
  const opens = (marker: LogMessage) => marker.type === 'container' && marker.state !== 'ended';
  const entries = items.filter((item): item is LogEntry => !isMessage(item));
  return [...markers.filter(opens), ...entries.sort(byTime), ...markers.filter((marker) => !opens(marker))];
}

class LogStream {
  readonly #fabric: LogFabric;
  readonly #options: LogOptions;
  readonly #port: StreamPort;
  readonly #abort = new AbortController();
  readonly #gate = new CreditGate(CREDIT);
  readonly #known = new Set<string>();
  /** Entries and the markers between them, in the order in which the page gets them. */
  #held: (LogEntry | LogMessage)[] = [];
  #tailLines = 0;
  #room: (() => void)[] = [];
  #changed: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #pumping = false;
  #gathering = true;

  constructor(fabric: LogFabric, options: LogOptions, port: StreamPort) {
    this.#fabric = fabric;
    this.#options = options;
    this.#port = port;
  }

  /** Reads the history of all containers, shows it in time order, then follows them if asked to. */
  async run(sources: readonly LogSourceId[]): Promise<void> {
    const stop = this.#fabric.onPodChange(() => this.#podChanged());
    this.#abort.signal.addEventListener('abort', stop);
    serveRequests(this.#port, (request) => {
      if (request.type === 'credit') this.#gate.add(request.count);
      if (request.type === 'close') this.close();
    });
    this.#tailLines = Math.min(this.#options.tailLines, Math.ceil(HISTORY / Math.max(1, sources.length)));
    const begun = sources.slice(0, SOURCES).map((source) => this.#begin(source));
    for (const source of sources.slice(SOURCES)) this.#refuse(source);
    await Promise.all(begun.map(({ history }) => history));
    this.#gathering = false;
    this.#held = inTimeOrder(this.#held);
    this.#schedule();
  }

  close(): void {
    if (this.#abort.signal.aborted) return;
    this.#abort.abort();
    clearTimeout(this.#timer);
    this.#gate.close();
    this.#wake('#room');
    this.#wake('#changed');
    this.#port.close();
  }

  #key(source: LogSourceId): string {
    return `${source.pod.uid ?? source.pod.name} ${source.container}`;
  }

  #begin(source: LogSourceId): { history: Promise<boolean> } {
    this.#known.add(this.#key(source));
    const options = this.#sourceOptions(source);
    const resume = new ResumePoint();
    const history = readHistory(options, resume);
    if (this.#options.follow && !this.#options.previous) {
      void history.then((open) => followLog(options, resume, open));
    } else {
      void history.then((open) => {
        if (open)
          this.#tell({
            type: 'container',
            pod: source.pod.name,
            container: source.container,
            state: 'ended',
          });
      });
    }
    return { history };
  }

  #refuse(source: LogSourceId): void {
    this.#known.add(this.#key(source));
    const message = `Only ${SOURCES} logs are read at once, so container ${source.container} of pod ${source.pod.name} is left out`;
    const error = {
      code: 'throttled',
      message,
      hint: 'Choose one container or one pod',
      retryable: false,
    } as const;
    this.#tell({
      type: 'container',
      pod: source.pod.name,
      container: source.container,
      state: 'failed',
      error,
    });
  }

  #sourceOptions(source: LogSourceId): LogSourceOptions {
    const { client, view } = this.#fabric;
    return {
      client,
      source,
      previous: this.#options.previous,
      tailLines: this.#tailLines,
      signal: this.#abort.signal,
      ready: () => this.#hasRoom(),
      lines: (id, lines) => this.#hold(id, lines),
      tell: (message) => this.#tell(message),
      status: () => {
        const pod = view.get('Pod', source.pod.namespace, source.pod.name);
        if (pod !== undefined && pod.metadata.uid === source.pod.uid)
          return statusOf(pod, source.container) ?? { name: source.container };
        return view.knowledge('Pod', source.pod.namespace) === 'known' ? undefined : 'unknown';
      },
      changed: () => this.#nextChange(),
    };
  }

  #podChanged(): void {
    this.#wake('#changed');
    if (!this.#options.follow || this.#options.previous || this.#abort.signal.aborted) return;
    const pods = podsOf(this.#fabric.view, this.#options.target) ?? [];
    for (const source of sourcesOf(pods, this.#options.target.containers)) {
      if (this.#known.has(this.#key(source))) continue;
      if (this.#known.size >= SOURCES) this.#refuse(source);
      else this.#begin(source);
    }
  }

  async #nextChange(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, AGAIN_MS);
      this.#changed.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  async #hasRoom(): Promise<void> {
    // While the history is gathered it is bounded by tailLines; holding it back would never let the gathering end.
    while (!this.#gathering && this.#held.length > HELD && !this.#abort.signal.aborted) {
      await new Promise<void>((resolve) => this.#room.push(resolve));
    }
  }

  #wake(list: '#room' | '#changed'): void {
    const waiting = list === '#room' ? this.#room : this.#changed;
    if (list === '#room') this.#room = [];
    else this.#changed = [];
    for (const resolve of waiting) resolve();
  }

  #hold(source: LogSourceId, lines: readonly TimedLine[]): void {
    for (const line of lines) this.#held.push({ pod: source.pod.name, container: source.container, ...line });
    if (!this.#gathering) this.#schedule();
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#pumping || this.#held.length === 0 || this.#abort.signal.aborted)
      return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#pump();
    }, GATHER_MS);
  }

  async #pump(): Promise<void> {
    this.#pumping = true;
    while (this.#held.length > 0) {
      await this.#gate.ready();
      if (this.#abort.signal.aborted) return;
      this.#gate.take(1);
      this.#port.postMessage(this.#nextMessage());
      if (this.#held.length <= HELD) this.#wake('#room');
    }
    this.#pumping = false;
    this.#schedule();
  }

  /** The next marker, or the entries before it, in order of time. */
  #nextMessage(): LogMessage {
    const first = this.#held[0];
    if (first !== undefined && isMessage(first)) return this.#held.shift() as LogMessage;
    const marker = this.#held.findIndex(isMessage);
    const count = Math.min(BATCH, marker === -1 ? this.#held.length : marker);
    return { type: 'lines', entries: (this.#held.splice(0, count) as LogEntry[]).sort(byTime) };
  }

  #tell(message: LogMessage): void {
    this.#held.push(message);
    if (!this.#gathering) this.#schedule();
  }
}

/**
 * Opens the logs of a target on `port` and returns the function that ends them. Throws `AppFailure` when the target
 * can have no logs, or its pods cannot be known.
 */
export function openLogs(fabric: LogFabric, options: LogOptions, port: StreamPort): () => void {
  const { target } = options;
  const pods = podsOf(fabric.view, target);
  if (pods === undefined) {
    const message = `${formatRef(target.ref)} has no pods, so it has no logs`;
    throw new AppFailure({ code: 'bad-request', message, retryable: false });
  }
  let sources = sourcesOf(pods, target.containers);
  if (sources.length === 0 && target.ref.kind === 'Pod') {
    // The pod may be readable although pods cannot be listed: the request itself will tell.
    sources = target.containers.map((container) => ({ pod: target.ref, container }));
  }
  if (sources.length === 0 && fabric.view.knowledge('Pod', target.namespace) !== 'known') {
    const message = `The pods of ${formatRef(target.ref)} cannot be listed, so their logs cannot be found`;
    throw new AppFailure({
      code: 'forbidden',
      message,
      hint: 'Open the logs of one pod by its name',
      retryable: true,
    });
  }
  const stream = new LogStream(fabric, options, port);
  void stream.run(sources);
  return () => stream.close();
}
