/** A log stream to the page: merges the logs of all containers of a target, in time order, and follows pods that come and go. */
import type { StoreView } from '../../shared/cluster/source.ts';
import { AppFailure } from '../../shared/errors.ts';
import type { LogMessage, LogOptions } from '../../shared/streams.ts';
import { formatRef } from '../../shared/model/ref.ts';
import type { KubeClient } from '../kube/contract.ts';
import { ResumePoint } from './log-lines.ts';
import { LogQueue } from './log-queue.ts';
import { followLog, readHistory, type LogSourceOptions } from './log-source.ts';
import { podsOf, sourcesOf, statusOf, type LogSourceId } from './log-targets.ts';
import { serveRequests, type StreamPort } from './port.ts';

/** What a log stream reads of a fabric. */
export interface LogFabric {
  readonly client: KubeClient;
  readonly view: StoreView;
  /** Tells of every change of a pod in the store; returns the function that stops it. */
  onPodChange(listener: () => void): () => void;
}

/** Entries of the history of all containers together. */
const HISTORY = 100_000;
/** Containers read at once: each takes a connection of the API server. */
const SOURCES = 60;
/** A log that the server ended although its container runs is asked for again after this. */
const AGAIN_MS = 10_000;

function keyOf({ pod, container }: LogSourceId): string {
  return `${pod.uid ?? pod.name} ${container}`;
}

function leftOut({ pod, container }: LogSourceId): LogMessage {
  const message = `Only ${SOURCES} logs are read at once, so container ${container} of pod ${pod.name} is left out`;
  const error = {
    code: 'throttled',
    message,
    hint: 'Choose one container or one pod',
    retryable: false,
  } as const;
  return { type: 'container', pod: pod.name, container, state: 'failed', error };
}

class LogStream {
  readonly #fabric: LogFabric;
  readonly #options: LogOptions;
  readonly #port: StreamPort;
  readonly #abort = new AbortController();
  readonly #queue: LogQueue;
  /** Containers that were begun or refused, by pod uid. */
  readonly #known = new Set<string>();
  #active = 0;
  #tailLines = 0;
  #changed: (() => void)[] = [];

  constructor(fabric: LogFabric, options: LogOptions, port: StreamPort) {
    this.#fabric = fabric;
    this.#options = options;
    this.#port = port;
    this.#queue = new LogQueue((message) => port.postMessage(message));
  }

  get #follows(): boolean {
    return this.#options.follow && !this.#options.previous;
  }

  /** Reads the history of all containers, shows it in time order, then follows them if asked to. */
  async run(sources: readonly LogSourceId[]): Promise<void> {
    const stop = this.#fabric.onPodChange(() => this.#podChanged());
    this.#abort.signal.addEventListener('abort', stop);
    serveRequests(this.#port, (request) => {
      if (request.type === 'credit') this.#queue.credit(request.count);
      if (request.type === 'close') this.close();
    });
    this.#tailLines = Math.min(this.#options.tailLines, Math.ceil(HISTORY / Math.max(1, sources.length)));
    await Promise.all(sources.map((source) => this.#begin(source)));
    this.#queue.begin();
  }

  close(): void {
    if (this.#abort.signal.aborted) return;
    this.#abort.abort();
    this.#queue.close();
    this.#wake();
    this.#port.close();
  }

  /** Resolves once the history of the container is read; following goes on behind it. */
  async #begin(source: LogSourceId): Promise<void> {
    this.#known.add(keyOf(source));
    if (this.#active >= SOURCES) {
      this.#queue.push([leftOut(source)]);
      return;
    }
    this.#active++;
    const options = this.#sourceOptions(source);
    const resume = new ResumePoint();
    const open = await readHistory(options, resume);
    const done = () => {
      this.#active--;
    };
    if (this.#follows) void followLog(options, resume, open).then(done);
    else {
      if (open) {
        const { pod, container } = source;
        this.#queue.push([{ type: 'container', pod: pod.name, container, state: 'ended' }]);
      }
      done();
    }
  }

  #sourceOptions(source: LogSourceId): LogSourceOptions {
    const { client, view } = this.#fabric;
    const { pod: ref, container } = source;
    return {
      client,
      source,
      previous: this.#options.previous,
      tailLines: this.#tailLines,
      signal: this.#abort.signal,
      ready: () => this.#queue.ready(),
      lines: (lines) => this.#queue.push(lines.map((line) => ({ pod: ref.name, container, ...line }))),
      tell: (message) => this.#queue.push([message]),
      status: () => {
        const pod = view.get('Pod', ref.namespace, ref.name);
        if (pod !== undefined && pod.metadata.uid === ref.uid) {
          return statusOf(pod, container) ?? { name: container };
        }
        return view.knowledge('Pod', ref.namespace) === 'known' ? undefined : 'unknown';
      },
      changed: () => this.#nextChange(),
    };
  }

  #podChanged(): void {
    this.#wake();
    if (!this.#follows || this.#abort.signal.aborted) return;
    const { target } = this.#options;
    const pods = podsOf(this.#fabric.view, target) ?? [];
    for (const source of sourcesOf(pods, target.containers)) {
      if (!this.#known.has(keyOf(source))) void this.#begin(source);
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

  #wake(): void {
    for (const resolve of this.#changed.splice(0)) resolve();
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
