/** Reads the command line of the app; a wrong flag becomes a sentence. */
import { parseArgs } from 'node:util';
import { z } from 'zod';

export interface AppFlags {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  /** The demo's fabrics alone, whatever kubeconfig there is. */
  readonly demo: boolean;
  /** Diagnose, print one line of JSON and exit. */
  readonly smoke: boolean;
  /** File for a picture of the window, after which the app exits. */
  readonly screenshot?: string | undefined;
}

export type ParsedAppFlags = { readonly flags: AppFlags } | { readonly refused: string };

/** Switches of Chromium, Electron, Node's inspector and the test driver, which are not ours to judge. */
const FOREIGN =
  /^(-psn_.*|--(no-|disable-|enable-|force-|remote-|inspect|ozone-|use-|gpu|in-process-|headless|lang=|js-flags|user-data-dir|password-store|proxy-|ignore-|allow-|autoplay|log-|v=|vmodule|trace-|test-type|class=|single-process|window-size|hide-scrollbars|original-process-start-time).*)$/;

const schema = z.object({
  kubeconfig: z.string().trim().min(1, '--kubeconfig is empty').optional(),
  context: z.string().trim().min(1, '--context is empty').optional(),
  demo: z.boolean().default(false),
  smoke: z.boolean().default(false),
  screenshot: z
    .string()
    .regex(/\.png$/i, '--screenshot needs the name of a .png file')
    .optional(),
});

const options = {
  kubeconfig: { type: 'string' },
  context: { type: 'string' },
  demo: { type: 'boolean' },
  smoke: { type: 'boolean' },
  screenshot: { type: 'string' },
} as const;

/**
 * Parses `process.argv`. Everything up to the app's own folder (unless packaged) and the switches of Chromium are left
 * out; all else must be a flag of ours.
 */
export function parseAppFlags(argv: readonly string[], isPackaged: boolean): ParsedAppFlags {
  const own = argv.slice(1).filter((arg) => !FOREIGN.test(arg));
  // `electron APP --flag`: the folder of the app is the one argument that is no flag.
  const args = !isPackaged && own[0] !== undefined && !own[0].startsWith('-') ? own.slice(1) : own;
  try {
    const { values } = parseArgs({ args, options, allowPositionals: false });
    const parsed = schema.safeParse(values);
    return parsed.success
      ? { flags: parsed.data }
      : { refused: parsed.error.issues[0]?.message ?? 'A flag is not valid' };
  } catch (error) {
    return {
      refused: error instanceof Error ? (error.message.split(/\. |\n/)[0] ?? error.message) : String(error),
    };
  }
}
