/** What an image of the demo's registries holds, as data: its tags, who may pull it, and how its program behaves. */

/**
 * One image, or some tags of one. Several rows may share a repository: the first whose `tags` fit decides, so a bad
 * version is a row above the good ones. A repository without a row, and a tag that fits no row, are not found.
 */
export interface ImageRow {
  /** Host and repository, without tag: `registry.demo.internal/shop/checkout`; Docker Hub's as `docker.io/library/nginx`. */
  readonly repository: string;
  /** The tags that exist: as written (`1.8.2`), with `*` for any text (`1.8.*`), or as a pattern of the whole tag. */
  readonly tags: readonly (string | RegExp)[];
  /** What the registry asks for: a pull needs a secret of type kubernetes.io/dockerconfigjson with these. Absent: public. */
  readonly credentials?: { readonly username: string; readonly password: string };
  /** Of a pull, in MiB: the `Pulled` event says it, and the time of the pull follows from it. Default 30. */
  readonly sizeMiB?: number;
  readonly program: Program;
}

/**
 * A program: what runs when a container does not override `command`. Texts of logs are templates: `${NAME}` and
 * `${NAME:-default}` are variables of the container, `{time}` is the moment (RFC 3339, milliseconds), `{clock}` the same
 * as `2026-01-31 08:15:42`, `{pod}`, `{namespace}`, `{node}`, `{ip}` the pod, `{tag}` the image's tag, `{arguments}` the
 * arguments, `{n}` the number of the line since the start, `{int:10-90}` and `{pick:a|b|c}` a number or word that
 * changes from line to line, `{error}` why a need is not met (in Go's words, such as
 * `dial tcp 10.96.12.7:5432: connect: connection refused`), `{target}` host and port of an endpoint.
 */
export interface Program {
  /** The process, as `ps` shows it, e.g. `['/app/checkout']`; `args` of a container are put behind, or replace `args`. */
  readonly command: readonly string[];
  /** The image's CMD: replaced by `args` of a container. */
  readonly args?: readonly string[];
  /** True: the image's entry point runs `args` of a container as a command (nginx, postgres, busybox). */
  readonly runsArguments?: boolean;
  /** Variables of the image; those of the container win. */
  readonly env?: Readonly<Record<string, string>>;
  /** Ports it listens on once it has started; a text is a template: `${PORT:-8080}`. */
  readonly listens?: readonly (number | string)[];
  /** What it answers to HTTP, by path (the longest that fits wins; `/api/*` fits all below), others 404. Absent: 200 everywhere. */
  readonly answers?: Readonly<Record<string, HttpAnswer>>;
  /** False: what listens does not speak HTTP (a database); TCP probes pass, HTTP probes fail. Default true. */
  readonly speaksHttp?: boolean;
  /** From start to listening, in ms. Default 200. */
  readonly startupMs?: number;
  /** Resident once started; above the container's memory limit the kernel kills it. Default 20. */
  readonly memoryMiB?: number;
  /** Growth while it runs: a leak ends in OOMKilled once over the limit. */
  readonly leakMiBPerMinute?: number;
  /** Default 5. */
  readonly cpuMilli?: number;
  /** Checked in this order at each start; the first that is not met decides. */
  readonly needs?: readonly Need[];
  /** Written at the start, before the needs are checked. */
  readonly startLog?: readonly string[];
  /** Written once it listens. */
  readonly readyLog?: readonly string[];
  /** Written while it runs: one line each `everyMs`, in turn. */
  readonly runningLog?: { readonly everyMs: number; readonly lines: readonly string[] };
  /** Written on SIGTERM. */
  readonly stopLog?: readonly string[];
  /** The program ends by itself, so long after its start: a job that finishes (0), or a bad version that crashes. */
  readonly ends?: End & { readonly afterMs: number };
  /** What SIGTERM does. Default `{ exitCode: 0, afterMs: 100 }`; `ignored` waits for SIGKILL (137). */
  readonly onTerm?: { readonly exitCode: number; readonly afterMs: number } | 'ignored';
  /** False: the image has no shell, so that `kubectl exec … sh` fails as with a distroless image. Default true. */
  readonly hasShell?: boolean;
  /** Files of the image beside the usual ones, by absolute path. */
  readonly files?: Readonly<Record<string, string>>;
  /** The user it runs as, by number. Default 0; `runAsNonRoot` refuses 0. */
  readonly user?: number;
}

export type HttpAnswer = number | { readonly status: number; readonly body: string };

/** How a program ends. */
export interface End {
  /** Default 1. */
  readonly exitCode?: number;
  readonly log?: readonly string[];
  /** Written to /dev/termination-log: the `message` of the terminated state. */
  readonly terminationMessage?: string;
}

/** What a program does when something it needs is not there. */
export interface Unmet extends End {
  /**
   * `exit` (default): it writes `log` and ends with `exitCode`. `unready`: it stays up, writes `log` each 10 s, and
   * answers HTTP with 503 (see `unreadyPaths`) until the need is met.
   */
  readonly otherwise?: 'exit' | 'unready';
  /** Only these paths answer 503; absent: all but `/livez` and `/healthz`. */
  readonly unreadyPaths?: readonly string[];
  /** How long it tries before it gives up and exits, in ms. Default 1000. */
  readonly afterMs?: number;
}

/** A variable that must be set and not empty, and fit `matches` if given. */
export interface EnvNeed extends Unmet {
  readonly env: string;
  readonly matches?: RegExp;
}

/** A file (of a ConfigMap, Secret, volume or the image) that must exist, and whose text must fit `matches` if given. */
export interface FileNeed extends Unmet {
  readonly file: string;
  readonly matches?: RegExp;
}

/** Something that must accept connections. */
export interface EndpointNeed extends Unmet {
  /** Template of `host:port` or a URL: `${DATABASE_HOST}:5432`, `orders-db:5432`, `${DATABASE_URL}`. Names resolve as in the pod's namespace. */
  readonly endpoint: string;
  /** `start`: asked once. `always` (default): also while it runs; when it goes away, the same happens after `afterMs`. */
  readonly when?: 'start' | 'always';
}

/** The container's memory limit must leave so much, e.g. a heap that is fixed in a variable. */
export interface MemoryNeed {
  /** Template of a Java heap option or a number of MiB, e.g. `${JAVA_OPTS}`: the program then uses that much instead of `memoryMiB`. */
  readonly memoryFrom: string;
}

/** Something it asks of the Kubernetes API when it starts, as the ServiceAccount of its pod; `{error}` is the server's refusal. */
export interface AccessNeed extends Unmet {
  readonly access: {
    readonly verb: string;
    readonly group: string;
    readonly resource: string;
    /** Absent: the pod's own. */
    readonly namespace?: string;
  };
}

export type Need = EnvNeed | FileNeed | EndpointNeed | MemoryNeed | AccessNeed;
