/** Whether what a program needs is there: a variable, a file, an endpoint that answers, access to the API. */
import type { EndpointNeed, Need, Unmet } from './image-row.ts';
import type { Machine } from './machine.ts';
import { dialError } from './network.ts';
import { fillVariables } from './templates.ts';

/** The program that needs it: where it runs, and its environment. */
interface Needing {
  readonly machine: Machine;
  readonly env: ReadonlyMap<string, string>;
}

export interface Problem {
  readonly unmet: Unmet;
  readonly error: string;
  readonly target: string;
}

/** What is wrong with a need; undefined if it is met. */
export function checkNeed(need: Need, run: Needing): Problem | undefined {
  if ('memoryFrom' in need) return undefined;
  if ('env' in need) {
    const value = run.env.get(need.env) ?? '';
    if (value !== '' && (need.matches?.test(value) ?? true)) return undefined;
    return {
      unmet: need,
      error: value === '' ? `${need.env} is not set` : `${need.env} is invalid: ${value}`,
      target: need.env,
    };
  }
  if ('file' in need) {
    const text = run.machine.options.files.read(fillVariables(need.file, run.env));
    if (text !== undefined && (need.matches?.test(text) ?? true)) return undefined;
    const error =
      text === undefined
        ? `open ${need.file}: no such file or directory`
        : `${need.file}: unexpected content`;
    return { unmet: need, error, target: need.file };
  }
  if ('access' in need) {
    const error = run.machine.options.refusalOf(need.access);
    return error === undefined ? undefined : { unmet: need, error, target: need.access.resource };
  }
  const { host, port } = endpointOf(need, run);
  if (host === '') return { unmet: need, error: `dial tcp: lookup : no such host`, target: `:${port}` };
  const connection = run.machine.options.network.connect(run.machine, host, port);
  if (connection.listener !== undefined) return undefined;
  return {
    unmet: need,
    error: dialError(host, port, connection, run.machine.options.network.nameserver()),
    target: `${host}:${port}`,
  };
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  postgres: 5432,
  postgresql: 5432,
  mysql: 3306,
  redis: 6379,
  amqp: 5672,
  mongodb: 27017,
};

/** Host and port of an endpoint as the environment fills it. */
export function endpointOf({ endpoint }: EndpointNeed, run: Needing): { host: string; port: number } {
  const text = fillVariables(endpoint, run.env);
  const match = /^(?:([a-z]+):\/\/)?(?:[^@/]*@)?([^:/?]*)(?::(\d+))?/.exec(text);
  return { host: match?.[2] ?? '', port: Number(match?.[3] ?? DEFAULT_PORTS[match?.[1] ?? ''] ?? 80) };
}
