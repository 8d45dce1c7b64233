/** One API server under comparison, and the requests that go to it as they are: no client library corrects them. */
import { Agent, request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { User } from './contract-case.ts';

export interface Side {
  readonly name: 'real' | 'demo';
  /** `https://127.0.0.1:port`. */
  readonly server: string;
  /** PEM of the authority. */
  readonly ca: string;
  readonly tokens: Readonly<Record<Exclude<User, 'anonymous' | 'stranger'>, string>>;
  /** Forgets the past of all objects. */
  readonly compact: () => Promise<unknown>;
  /** Name of the node that runs pods, where there is one. */
  readonly node: string | undefined;
  readonly stop: () => Promise<void>;
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

export interface Connection {
  ask(asked: Asked): Promise<Answer>;
  /** Resolves with the answer once its head is here; the caller reads and destroys it. */
  open(asked: Asked): Promise<IncomingMessage>;
  close(): void;
}

/** No answer for so long is an error, ms. */
const SILENCE = 30_000;

export function connect(side: Pick<Side, 'server' | 'ca'>): Connection {
  const agent = new Agent({ keepAlive: true, ca: side.ca, maxSockets: 4 });
  const watches = new Agent({ ca: side.ca });
  const send = (asked: Asked, pool: Agent): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(side.server);
      const { method, path, headers } = asked;
      const sent = request({ hostname, port, method, path, headers, agent: pool, timeout: SILENCE }, resolve);
      sent.on('timeout', () => sent.destroy(new Error(`${method} ${path}: no answer in ${SILENCE} ms`)));
      sent.on('error', reject);
      sent.end(asked.body);
    });
  return {
    ask: async (asked) => {
      const answer = await send(asked, agent);
      let text = '';
      answer.setEncoding('utf8');
      for await (const chunk of answer) text += String(chunk);
      return { status: answer.statusCode ?? 0, headers: answer.headers, text };
    },
    open: (asked) => send(asked, watches),
    close: () => {
      agent.destroy();
      watches.destroy();
    },
  };
}
