/** The headless command: composition root, exit codes, and what goes to stdout and stderr. */
import { AppFailure } from '../shared/errors.ts';
import { SCENARIOS } from '../shared/scenarios/index.ts';
import { diagnoseDump } from './dump/diagnose-dump.ts';
import { diagnoseOnce, failedOutcome } from './fabric/diagnose-once.ts';
import { parseFlags, USAGE, type DiagnoseFlags } from './headless/flags.ts';
import { cleanJson, cleanLine } from './headless/plain-text.ts';
import { exitCode, toReport, type Outcome } from './headless/report.ts';
import { writeMarkdown } from './headless/write-markdown.ts';
import { writeText } from './headless/write-text.ts';
import { chooseContext, loadKubeconfig } from './kube/kubeconfig.ts';

const warn = (sentence: string) => void process.stderr.write(`${cleanLine(sentence)}\n`);

async function diagnoseLive(flags: DiagnoseFlags): Promise<Outcome> {
  const { kubeconfig: file, context, namespace, timeoutMs } = flags;
  const now = () => flags.now ?? Date.now();
  const kubeconfig = await loadKubeconfig(file === undefined ? {} : { explicit: [file] });
  let access;
  try {
    access = chooseContext(kubeconfig, context);
  } catch (cause) {
    if (!(cause instanceof AppFailure)) throw cause;
    return failedOutcome(context ?? kubeconfig.current, cause.error, SCENARIOS, now());
  }
  // Another entry that is broken is no fault of this fabric, but worth a word.
  for (const { message } of kubeconfig.problems) warn(message);
  return diagnoseOnce({ access, scenarios: SCENARIOS, namespace, timeoutMs, now });
}

function write(outcome: Outcome, { output }: DiagnoseFlags): string {
  if (output === 'json') return `${cleanJson(toReport(outcome), 2)}\n`;
  if (output === 'markdown') return writeMarkdown(outcome);
  const { isTTY, columns } = process.stdout;
  const color = isTTY && (process.env.NO_COLOR ?? '') === '' && process.env.TERM !== 'dumb';
  return writeText(outcome, { color, width: isTTY ? Math.min(columns, 110) : undefined });
}

/** Writes all of it, however slow the reader; a reader that has gone away is none of our business. */
function writeOut(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EPIPE' ? resolve() : reject(error),
    );
    process.stdout.write(text, () => resolve());
  });
}

async function main(): Promise<number> {
  const parsed = parseFlags(process.argv.slice(2));
  if (parsed.do === 'help') {
    await writeOut(USAGE);
    return 0;
  }
  if (parsed.do === 'refuse') {
    process.stderr.write(`${cleanLine(parsed.why)}.\nSee diagnose --help.\n`);
    return 2;
  }
  const { from: folder, namespace, now } = parsed.flags;
  const outcome =
    folder === undefined
      ? await diagnoseLive(parsed.flags)
      : await diagnoseDump({ folder, namespace, scenarios: SCENARIOS, now, warn });
  await writeOut(write(outcome, parsed.flags));
  return exitCode(outcome, parsed.flags.failOn);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    if (error instanceof AppFailure) {
      const { message, hint } = error.error;
      warn(hint === undefined ? message : `${message} ${hint}`);
    } else warn(`The diagnosis broke off: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);
