/** The command `diagnose`: a live cluster or a folder of objects, in one of three formats. */
import { AppFailure } from '../../shared/errors.ts';
import { SCENARIOS } from '../../shared/scenarios/index.ts';
import { diagnoseDump } from '../dump/diagnose-dump.ts';
import { diagnoseOnce, failedOutcome } from '../fabric/diagnose-once.ts';
import { chooseContext, loadKubeconfig } from '../kube/kubeconfig.ts';
import { defineCommand, type Io } from './command.ts';
import { DIAGNOSE_USAGE, parseDiagnoseFlags, type DiagnoseFlags } from './diagnose-flags.ts';
import { cleanJson } from './plain-text.ts';
import { exitCode, toReport, type Outcome } from './report.ts';
import { writeMarkdown } from './write-markdown.ts';
import { writeText } from './write-text.ts';

async function diagnoseLive(flags: DiagnoseFlags, io: Io): Promise<Outcome> {
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
  for (const { message } of kubeconfig.problems) io.warn(message);
  return diagnoseOnce({ access, scenarios: SCENARIOS, namespace, timeoutMs, now });
}

function format(outcome: Outcome, { output }: DiagnoseFlags): string {
  if (output === 'json') return `${cleanJson(toReport(outcome), 2)}\n`;
  if (output === 'markdown') return writeMarkdown(outcome);
  const { isTTY, columns } = process.stdout;
  const color = isTTY && (process.env.NO_COLOR ?? '') === '' && process.env.TERM !== 'dumb';
  return writeText(outcome, { color, width: isTTY ? Math.min(columns, 110) : undefined });
}

export const diagnoseCommand = defineCommand<DiagnoseFlags>({
  usage: DIAGNOSE_USAGE,
  parse: parseDiagnoseFlags,
  async run(flags, io) {
    const { from: folder, namespace, now } = flags;
    const { warn } = io;
    const outcome =
      folder === undefined
        ? await diagnoseLive(flags, io)
        : await diagnoseDump({ folder, namespace, scenarios: SCENARIOS, now, warn });
    await io.write(format(outcome, flags));
    return exitCode(outcome, flags.failOn);
  },
});
