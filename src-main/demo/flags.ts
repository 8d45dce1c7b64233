/** Reads the flags of the `demo` command; a wrong one becomes a sentence. */
import { parseArgs } from 'node:util';
import { z } from 'zod';

export interface DemoFlags {
  /** File for the kubeconfig; a temporary one without it. */
  readonly kubeconfigOut?: string | undefined;
  /** Port of the first fabric; the next has the next port. 0: any that is free. */
  readonly port: number;
  /** Pods of demo-prod, about. */
  readonly pods?: number | undefined;
}

export type ParsedDemoFlags =
  | { readonly do: 'serve'; readonly flags: DemoFlags }
  | { readonly do: 'help' }
  | { readonly do: 'refuse'; readonly why: string };

export const DEMO_USAGE = `Usage: demo [flags]
Serves the demo fabrics to kubectl or another client, on this computer only, until it is ended.

  --kubeconfig-out FILE  write the kubeconfig there (default: a temporary file); removed at the end
  --port N               port of demo-lab, those after it are demo-prod's and demo-edge's (default: free ports)
  --pods N               pods of demo-prod, about (default 300, at most 20000)
  -h, --help             show this text

Exit: 0 ended by a signal, 1 could not serve, 2 wrong flags.
`;

const whole = (flag: string, min: number, max: number) =>
  z
    .string()
    .refine((value) => /^\d{1,6}$/.test(value) && Number(value) >= min && Number(value) <= max, {
      error: (issue) => `${flag} ${String(issue.input)} is no whole number between ${min} and ${max}`,
    })
    .transform(Number);

const schema = z.object({
  'kubeconfig-out': z.string().trim().min(1, '--kubeconfig-out is empty').optional(),
  port: whole('--port', 0, 65_534).default(0),
  pods: whole('--pods', 1, 20_000).optional(),
  help: z.boolean().default(false),
});

const options = {
  'kubeconfig-out': { type: 'string' },
  port: { type: 'string' },
  pods: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Parses the arguments behind the command's name. */
export function parseDemoFlags(args: readonly string[]): ParsedDemoFlags {
  try {
    const { values } = parseArgs({ args: [...args], options, allowPositionals: false });
    const parsed = schema.safeParse(values);
    if (!parsed.success)
      return { do: 'refuse', why: parsed.error.issues[0]?.message ?? 'A flag is not valid' };
    const { 'kubeconfig-out': kubeconfigOut, port, pods, help } = parsed.data;
    return help ? { do: 'help' } : { do: 'serve', flags: { kubeconfigOut, port, pods } };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { do: 'refuse', why: message.split(/\. |\n/)[0] ?? message };
  }
}
