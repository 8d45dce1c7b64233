/** Reads the flags of the headless command; a wrong one becomes a sentence. */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { SEVERITIES, type Severity } from '../../shared/model/finding.ts';
import type { Instant } from '../../shared/model/ref.ts';

export interface DiagnoseFlags {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly namespace?: string | undefined;
  readonly from?: string | undefined;
  readonly now?: Instant | undefined;
  readonly failOn?: Severity | undefined;
  /** Milliseconds for connecting and reading, all in all. */
  readonly timeoutMs: number;
  readonly output: 'text' | 'json' | 'markdown';
}

export type Parsed =
  { do: 'diagnose'; flags: DiagnoseFlags } | { do: 'help' } | { do: 'refuse'; why: string };

export const USAGE = `Usage: diagnose [flags]
Says what is broken in a cluster, why, and what to do. Reads only.

  --kubeconfig FILE      kubeconfig to use (default: KUBECONFIG, then ~/.kube/config)
  --context NAME         context to use (default: the kubeconfig's current-context)
  --namespace NAME       look at this namespace only
  --from DIR             diagnose a folder of YAML or JSON instead of a live cluster
  --now TIME             take TIME (ISO 8601) as the present; default with --from: the newest time found there
  --fail-on SEVERITY     exit with 3 if a finding is this severe or worse: ${SEVERITIES.join(', ')}
  --timeout SECONDS      limit for connecting and reading (default 30)
  -o, --output FORMAT    text, json or markdown (default text)
  -h, --help             show this text

Exit: 0 diagnosed, 1 could not be diagnosed, 2 wrong flags, 3 --fail-on met.
`;

const text = (flag: string) => z.string().trim().min(1, `${flag} is empty`);
const oneOf = <const T extends readonly [string, ...string[]]>(flag: string, values: T) =>
  z.enum(values, {
    error: (issue) => `${flag} does not know ${String(issue.input)}: use ${values.join(', ')}`,
  });

const schema = z.object({
  kubeconfig: text('--kubeconfig').optional(),
  context: text('--context').optional(),
  namespace: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, {
      error: (issue) => `--namespace ${String(issue.input)} is no name a namespace can have`,
    })
    .optional(),
  from: text('--from').optional(),
  now: z
    .string()
    .transform((value, context) => {
      const instant = /^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(value) : Number.NaN;
      if (!Number.isNaN(instant)) return instant;
      context.addIssue(`--now ${value} is no ISO 8601 time: write it like 2026-01-31T12:00:00Z`);
      return z.NEVER;
    })
    .optional(),
  'fail-on': oneOf('--fail-on', SEVERITIES).optional(),
  timeout: z
    .string()
    .refine((value) => /^\d+(\.\d+)?$/.test(value) && Number(value) >= 1 && Number(value) <= 3600, {
      error: (issue) => `--timeout ${String(issue.input)} is no number of seconds between 1 and 3600`,
    })
    .default('30'),
  output: oneOf('--output', ['text', 'json', 'markdown']).default('text'),
});

const options = {
  kubeconfig: { type: 'string' },
  context: { type: 'string' },
  namespace: { type: 'string', short: 'n' },
  from: { type: 'string' },
  now: { type: 'string' },
  'fail-on': { type: 'string' },
  timeout: { type: 'string' },
  output: { type: 'string', short: 'o' },
  help: { type: 'boolean', short: 'h' },
} as const;

const refuse = (why: string): Parsed => ({ do: 'refuse', why });

/** Parses what follows the program's name: the command `diagnose` and its flags. */
export function parseFlags(argv: readonly string[]): Parsed {
  const [command, ...args] = argv;
  if (command === undefined || command === '--help' || command === '-h' || command === 'help')
    return { do: 'help' };
  if (command !== 'diagnose') return refuse(`There is no command ${command}: use diagnose`);
  let values;
  try {
    ({ values } = parseArgs({ args, options, allowPositionals: false }));
  } catch (error) {
    // The first sentence of Node's message names the flag; the rest is about its own API.
    return refuse(
      error instanceof Error ? (error.message.split(/\. |\n/)[0] ?? error.message) : String(error),
    );
  }
  if (values.help === true) return { do: 'help' };
  const parsed = schema.safeParse(values);
  if (!parsed.success) return refuse(parsed.error.issues[0]?.message ?? 'A flag is not valid');
  const { kubeconfig, context, namespace, from, now, timeout, output } = parsed.data;
  if (from !== undefined && (kubeconfig !== undefined || context !== undefined)) {
    return refuse('--from reads files, so neither --kubeconfig nor --context goes with it');
  }
  return {
    do: 'diagnose',
    flags: {
      kubeconfig,
      context,
      namespace,
      from,
      now,
      failOn: parsed.data['fail-on'],
      timeoutMs: Number(timeout) * 1000,
      output,
    },
  };
}
