/** Asks an API server directly, past any proxy and without the app's own client: what is true, and changes of it. */
import { Agent, request as sendRequest } from 'node:https';
import type { Upstream } from './exchange.ts';

/** What of an object tells whether a copy of it is up to date. */
export interface Held {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
}

export interface Direct {
  /** Parsed answer; rejects with status and words of a refusal. */
  ask(method: string, path: string, body?: unknown): Promise<unknown>;
  /** The objects of a collection as they are now. */
  list(path: string): Promise<Held[]>;
  close(): void;
}

interface ListAnswer {
  readonly items: readonly { readonly metadata: Held }[];
}

export function askDirectly({ server, ca, token = '' }: Upstream): Direct {
  const agent = new Agent({ keepAlive: true, ca, maxSockets: 4 });
  function ask(method: string, path: string, body?: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const sent = sendRequest(
        new URL(path, server),
        {
          agent,
          method,
          headers: {
            authorization: `Bearer ${token}`,
            'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
          },
        },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          answer.once('error', reject).once('end', () => {
            const status = answer.statusCode ?? 0;
            if (status < 300) resolve(JSON.parse(text));
            else reject(new Error(`${method} ${path}: ${status}: ${text}`));
          });
        },
      );
      sent.once('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
  return {
    ask,
    list: async (path) =>
      ((await ask('GET', path)) as ListAnswer).items.map(({ metadata: { name, uid, resourceVersion } }) => ({
        name,
        uid,
        resourceVersion,
      })),
    close: () => {
      agent.destroy();
    },
  };
}
