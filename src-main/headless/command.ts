/** What a headless command is: its flags, its text of help, and what it does. */
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { z } from 'zod';

export type Parsed<Flags> = { do: 'run'; flags: Flags } | { do: 'help' } | { do: 'refuse'; why: string };

export interface CommandParts<Flags> {
  readonly usage: string;
  readonly parse: (args: readonly string[]) => Parsed<Flags>;
  /** Resolves to the exit code. Throws `AppFailure` for what its reader can understand. */
  readonly run: (flags: Flags, io: Io) => Promise<number>;
}

/** Where a command writes. */
export interface Io {
  /** To stdout, all of it. */
  readonly write: (text: string) => Promise<void>;
  /** One sentence to stderr. */
  readonly warn: (sentence: string) => void;
}

/** A command whose flags are its own affair. */
export interface Command {
  readonly usage: string;
  prepare(args: readonly string[]): Parsed<(io: Io) => Promise<number>>;
}

export function defineCommand<Flags>({ usage, parse, run }: CommandParts<Flags>): Command {
  return {
    usage,
    prepare(args) {
      const parsed = parse(args);
      return parsed.do === 'run' ? { do: 'run', flags: (io) => run(parsed.flags, io) } : parsed;
    },
  };
}

/** Reads flags with Node's parser and checks them; a wrong one becomes a sentence. `help` is known everywhere. */
export function readFlags<T>(
  args: readonly string[],
  options: ParseArgsOptionsConfig,
  schema: z.ZodType<T>,
): Parsed<T> {
  let values;
  try {
    const known = { ...options, help: { type: 'boolean', short: 'h' } } satisfies ParseArgsOptionsConfig;
    ({ values } = parseArgs({ args: [...args], options: known, allowPositionals: false }));
  } catch (error) {
    // The first sentence of Node's message names the flag; the rest is about its own API.
    const why = error instanceof Error ? (error.message.split(/\. |\n/)[0] ?? error.message) : String(error);
    return { do: 'refuse', why };
  }
  if (values.help === true) return { do: 'help' };
  const parsed = schema.safeParse(values);
  return parsed.success
    ? { do: 'run', flags: parsed.data }
    : { do: 'refuse', why: parsed.error.issues[0]?.message ?? 'A flag is not valid' };
}

/** A flag that needs some text. */
export const textFlag = (flag: string) => z.string().trim().min(1, `${flag} is empty`);

/** A flag that takes one of several words. */
export const oneOfFlag = <const T extends readonly [string, ...string[]]>(flag: string, values: T) =>
  z.enum(values, {
    error: (issue) => `${flag} does not know ${String(issue.input)}: use ${values.join(', ')}`,
  });

/** The name of a namespace (an RFC 1123 label). */
export const namespaceFlag = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, {
  error: (issue) => `--namespace ${String(issue.input)} is no name a namespace can have`,
});

/** Milliseconds, from a number of seconds. */
export const timeoutFlag = z
  .string()
  .refine((value) => /^\d+(\.\d+)?$/.test(value) && Number(value) >= 1 && Number(value) <= 3600, {
    error: (issue) => `--timeout ${String(issue.input)} is no number of seconds between 1 and 3600`,
  })
  .default('30')
  .transform((seconds) => Number(seconds) * 1000);
