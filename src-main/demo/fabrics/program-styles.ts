/** How the programs of the demo log: JSON for the shop, logfmt for services in Go, klog for the cluster's own, and databases. */
import type { EnvNeed, ImageRow, Program } from '../kubelet/image-row.ts';
import { imageOf } from './image-names.ts';

type Level = 'info' | 'warn' | 'error' | 'fatal';
type Line = (level: Level, message: string, fields?: Readonly<Record<string, string>>) => string;

/** `{"time":"…","level":"error","msg":"…"}` */
export const json: Line = (level, message, fields = {}) => {
  const rest = Object.entries(fields).map(([key, value]) => `,"${key}":"${value}"`);
  return `{"time":"{time}","level":"${level}","msg":"${message}"${rest.join('')}}`;
};

/** `time=… level=error msg="…"` */
export const logfmt: Line = (level, message, fields = {}) => {
  const rest = Object.entries(fields).map(([key, value]) => ` ${key}="${value}"`);
  return `time={time} level=${level} msg="${message}"${rest.join('')}`;
};

/** `{clock} UTC [1] LOG:  …` */
const database: Line = (level, message) =>
  `{clock} UTC [1] ${level === 'info' ? 'LOG' : level.toUpperCase()}:  ${message}`;

type Style = 'json' | 'logfmt';
const LINES: Readonly<Record<Style, Line>> = { json, logfmt };

/** What differs from program to program. */
interface Traits extends Partial<Omit<Program, 'command'>> {
  /** What it says of its work, in turn: the message and its fields. */
  readonly work?: readonly (readonly [message: string, fields?: Readonly<Record<string, string>>])[];
  readonly everyMs?: number;
}

const REQUESTS: NonNullable<Traits['work']> = [
  [
    'request completed',
    { method: 'GET', path: '/api/v1/items/{int:1000-9999}', status: '200', ms: '{int:4-120}' },
  ],
  ['request completed', { method: 'POST', path: '/api/v1/items', status: '201', ms: '{int:12-240}' }],
  ['request completed', { method: 'GET', path: '/healthz', status: '200', ms: '1' }],
];

/** A service that listens on 8080 (or the given ports) and tells of its work in the given style. */
export function server(name: string, style: Style, traits: Traits = {}): Program {
  const { work = REQUESTS, everyMs = 15_000, ...rest } = traits;
  const line = LINES[style];
  const port = rest.listens?.[0] ?? 8080;
  return {
    command: [`/app/${name}`],
    listens: [8080],
    memoryMiB: 38,
    cpuMilli: 6,
    startLog: [line('info', `starting ${name}`, { version: '{tag}', node: '{node}' })],
    readyLog: [line('info', 'listening', { address: `:${port}` })],
    runningLog: { everyMs, lines: work.map(([message, fields]) => line('info', message, fields)) },
    stopLog: [line('info', 'received SIGTERM, finishing open requests')],
    ...rest,
  };
}

/** A program of the cluster itself, which logs as Kubernetes' own do. */
export function component(name: string, messages: readonly string[], traits: Partial<Program> = {}): Program {
  const lines = messages.map((message) => `time={time} level=info component=${name} msg="${message}"`);
  const [first = '', ...rest] = lines;
  return {
    command: [`/usr/local/bin/${name}`],
    memoryMiB: 26,
    cpuMilli: 8,
    startLog: [first],
    runningLog: { everyMs: 60_000, lines: rest.length === 0 ? lines : rest },
    ...traits,
  };
}

/** A store that speaks no HTTP. */
export function store(name: string, port: number, traits: Partial<Program> = {}): Program {
  return {
    command: [name],
    listens: [port],
    speaksHttp: false,
    memoryMiB: 120,
    cpuMilli: 25,
    startupMs: 600,
    startLog: [database('info', `starting ${name} {tag}`), database('info', 'recovery is not needed')],
    readyLog: [
      database('info', `listening on address "0.0.0.0", port ${port}`),
      database('info', 'ready to accept connections'),
    ],
    runningLog: {
      everyMs: 60_000,
      lines: [
        database('info', 'checkpoint complete: wrote {int:12-640} buffers; sync={int:1-9}.{int:100-999} s'),
        database('info', 'automatic cleanup of {int:1-14} tables; elapsed: 0.{int:10-95} s'),
      ],
    },
    stopLog: [database('info', 'received fast shutdown request')],
    ...traits,
  };
}

/** One image with its tags, of the demo's own registry. */
export function row(path: string, tags: ImageRow['tags'], program: Program, sizeMiB = 42): ImageRow {
  return { repository: imageOf(path), tags, program, sizeMiB };
}

/** A variable without which it does not start. */
export function needsVariable(name: string): EnvNeed {
  return { env: name, afterMs: 120, log: [logfmt('error', `environment variable ${name} is not set`)] };
}
