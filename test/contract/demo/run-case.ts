/** Runs one case on one server and writes down what it answered, in a form that can be compared. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ContractCase, ReadStep, RequestStep, User, WatchStep } from './contract-case.ts';
import { createNormaliser } from './normalise.ts';
import type { Answer, Connection, Side } from './side.ts';
import { openWatch, type Watch } from './watch.ts';

/** What one step gave: status, headers and body of an answer, or the events of a watch. */
export interface Entry {
  readonly step: string;
  readonly answer: unknown;
}

/** For how long a step with `until` asks again, ms. */
const PATIENCE = 20_000;
const SHOWN_HEADERS = ['content-type', 'warning', 'retry-after', 'www-authenticate', 'allow', 'location'];

type Fields = Readonly<Record<string, unknown>>;

/** The value at a dotted path; list elements by number. */
function at(body: unknown, path: string): string {
  let value = body;
  for (const key of path.split('.')) value = (value as Fields | undefined)?.[key];
  if (typeof value !== 'string' && typeof value !== 'number') {
    throw new Error(`${path} is not in the answer: ${JSON.stringify(body).slice(0, 500)}`);
  }
  return String(value);
}

function parse({ headers, text }: Answer): unknown {
  if (!(headers['content-type'] ?? '').includes('json')) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Label of a step in reports. */
function labelOf(step: ContractCase['steps'][number], index: number): string {
  if ('read' in step) return `${index + 1} read ${step.name ?? ''}${step.read}`;
  if ('watch' in step) return `${index + 1} watch ${step.watch}`;
  return `${index + 1} ${step.method} ${step.path}`;
}

/**
 * Runs the steps in order. `given` are its first variables: `ns`, the namespace, which must exist, and others. Rejects
 * only where the server cannot be asked at all.
 */
export async function runCase(
  { steps }: ContractCase,
  side: Side,
  connection: Connection,
  given: Readonly<Record<string, string>>,
): Promise<Entry[]> {
  const normaliser = createNormaliser();
  const variables = new Map(Object.entries({ ...given, server: new URL(side.server).host }));
  for (const [name, value] of variables) normaliser.name(name, value);
  const watches = new Map<string, Watch>();

  const fill = (text: string): string =>
    text.replaceAll(/\{([a-z][A-Za-z]*)\}/g, (whole, name: string) => variables.get(name) ?? whole);

  function headersOf(step: RequestStep | WatchStep, body?: string): Record<string, string> {
    const headers: Record<string, string> = { 'user-agent': 'contract/1' };
    const user: User = step.as ?? 'admin';
    if (user === 'stranger') headers.authorization = 'Bearer of-nobody';
    else if (user !== 'anonymous') headers.authorization = `Bearer ${side.tokens[user]}`;
    if ('token' in step) headers.authorization = `Bearer ${fill(step.token)}`;
    if (body !== undefined) {
      headers['content-type'] = 'application/json';
      headers['content-length'] = String(Buffer.byteLength(body));
    }
    for (const [name, value] of Object.entries(step.headers ?? {})) headers[name] = fill(value);
    return headers;
  }

  async function ask(step: RequestStep): Promise<Answer> {
    const { method, body } = step;
    const text =
      body === undefined ? undefined : fill(typeof body === 'string' ? body : JSON.stringify(body));
    const asked = { method, path: fill(step.path), headers: headersOf(step, text), body: text };
    const end = Date.now() + PATIENCE;
    for (;;) {
      const answer = await connection.ask(asked);
      if (step.until === undefined || step.until === answer.status || Date.now() > end) return answer;
      await delay(50);
    }
  }

  async function runRequest(step: RequestStep): Promise<unknown> {
    const answer = await ask(step);
    const body = parse(answer);
    for (const [name, path] of Object.entries(step.save ?? {})) {
      const value = at(body, path);
      variables.set(name, value);
      normaliser.name(name, value);
    }
    const headers = Object.fromEntries(
      SHOWN_HEADERS.flatMap((name) => {
        const value = answer.headers[name];
        return value === undefined ? [] : [[name, normaliser.text(String(value))]];
      }),
    );
    return { status: answer.status, headers, body: normaliser.json(step.show ? step.show(body) : body) };
  }

  async function runRead(step: ReadStep): Promise<unknown> {
    const watch = watches.get(step.name ?? '');
    if (!watch) throw new Error('No watch is open.');
    const events = await watch.read(step.read);
    return normaliser.json(step.show ? step.show(events) : events);
  }

  const entries: Entry[] = [];
  try {
    for (const [index, step] of steps.entries()) {
      let answer: unknown;
      if ('read' in step) answer = await runRead(step);
      else if ('watch' in step) {
        const path = fill(step.watch);
        const watch = await openWatch(connection, {
          method: 'GET',
          path,
          headers: headersOf(step),
        });
        watches.set(step.name ?? '', watch);
        answer = { status: watch.status };
      } else answer = await runRequest(step);
      entries.push({ step: labelOf(step, index), answer });
    }
  } finally {
    for (const watch of watches.values()) watch.close();
  }
  return entries;
}
