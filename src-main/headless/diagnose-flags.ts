/** The flags of `diagnose`. */
import { z } from 'zod';
import { SEVERITIES, type Severity } from '../../shared/model/finding.ts';
import type { Instant } from '../../shared/model/ref.ts';
import { namespaceFlag, oneOfFlag, readFlags, textFlag, timeoutFlag, type Parsed } from './command.ts';

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

export const DIAGNOSE_USAGE = `Usage: diagnose [flags]
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

const schema = z
  .object({
    kubeconfig: textFlag('--kubeconfig').optional(),
    context: textFlag('--context').optional(),
    namespace: namespaceFlag.optional(),
    from: textFlag('--from').optional(),
    now: z
      .string()
      .transform((value, context) => {
        const instant = /^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(value) : Number.NaN;
        if (!Number.isNaN(instant)) return instant;
        context.addIssue(`--now ${value} is no ISO 8601 time: write it like 2026-01-31T12:00:00Z`);
        return z.NEVER;
      })
      .optional(),
    'fail-on': oneOfFlag('--fail-on', SEVERITIES).optional(),
    timeout: timeoutFlag,
    output: oneOfFlag('--output', ['text', 'json', 'markdown']).default('text'),
  })
  .refine(({ from, kubeconfig, context }) => from === undefined || (kubeconfig ?? context) === undefined, {
    error: '--from reads files, so neither --kubeconfig nor --context goes with it',
  })
  .transform(
    ({ 'fail-on': failOn, timeout: timeoutMs, kubeconfig, context, namespace, from, now, output }) =>
      ({ kubeconfig, context, namespace, from, now, failOn, timeoutMs, output }) satisfies DiagnoseFlags,
  );

const options = {
  kubeconfig: { type: 'string' },
  context: { type: 'string' },
  namespace: { type: 'string', short: 'n' },
  from: { type: 'string' },
  now: { type: 'string' },
  'fail-on': { type: 'string' },
  timeout: { type: 'string' },
  output: { type: 'string', short: 'o' },
} as const;

/** Parses what follows the command's name. */
export function parseDiagnoseFlags(args: readonly string[]): Parsed<DiagnoseFlags> {
  return readFlags(args, options, schema);
}
