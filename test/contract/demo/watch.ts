/** An open watch of a case: its events as they come, one JSON object a line. */
import { createInterface } from 'node:readline';
import type { Asked, Connection } from './side.ts';

export interface Watch {
  readonly status: number;
  /**
   * The events not read yet: that many, up to the one of the object of that name, or all until the server ends the
   * watch. Where they do not come within 15 s, those that came and a word about it.
   */
  read(what: number | string): Promise<unknown[]>;
  close(): void;
}

const PATIENCE = 15_000;

interface Event {
  readonly object?: { readonly metadata?: { readonly name?: string } };
}

export async function openWatch(connection: Connection, asked: Asked): Promise<Watch> {
  const answer = await connection.open(asked);
  const events: unknown[] = [];
  let ended = false;
  let wake: () => void = () => undefined;
  const lines = createInterface({ input: answer });
  lines.on('line', (line) => {
    events.push(line.startsWith('{') ? (JSON.parse(line) as unknown) : line);
    wake();
  });
  lines.on('close', () => {
    ended = true;
    wake();
  });
  // Where a connection breaks, the watch has ended.
  answer.on('error', () => undefined);
  lines.on('error', () => undefined);

  /** How many of the events are asked for, undefined while they are not all there. */
  const count = (what: number | string): number | undefined => {
    if (what === 'end') return ended ? events.length : undefined;
    if (typeof what === 'number') return events.length >= what ? what : undefined;
    const index = events.findIndex((each) => (each as Event).object?.metadata?.name === what);
    return index === -1 ? undefined : index + 1;
  };

  return {
    status: answer.statusCode ?? 0,
    read: async (what) => {
      const limit = Date.now() + PATIENCE;
      for (;;) {
        const found = count(what);
        if (found !== undefined) return events.splice(0, found);
        const left = limit - Date.now();
        if (left <= 0 || ended)
          return [...events.splice(0), ended ? 'The watch ended.' : 'Nothing more came.'];
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, left);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    },
    close: () => {
      lines.close();
      answer.destroy();
    },
  };
}
