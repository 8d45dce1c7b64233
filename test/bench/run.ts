/** `npm run bench`: the budgets on a real API server with 5,000 pods, or on the demo with 2,000, each beside a floor taken in the same run. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchApp } from './bench-app.ts';
import { medianTime, rawPagedList, runChild } from './measure.ts';
import { type BenchRow, formatTable } from './table.ts';
import { openCluster, openDemo, type BenchServer } from './servers.ts';

const { values } = parseArgs({
  options: {
    pods: { type: 'string' },
    headless: { type: 'boolean', default: false },
    demo: { type: 'boolean', default: false },
  },
});
const count = Number(values.pods ?? (values.demo ? 2000 : 5000));
if (!Number.isInteger(count) || count < 1) {
  process.stderr.write(`--pods ${values.pods ?? ''} is not a whole number of pods, such as 5000.\n`);
  process.exit(2);
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const root = join(import.meta.dirname, '..', '..');
const server = values.demo ? await openDemo(count, say) : await openCluster(count, say);
try {
  const rows: BenchRow[] = [];
  await rawPagedList(server.target);
  const rawMs = await medianTime(5, () => rawPagedList(server.target));
  rows.push(await benchHeadless(server, rawMs));
  say(formatTable(rows));
  if (!values.headless) rows.push(...(await benchApp({ ...server, say })));
  process.stdout.write(formatTable(rows));
} finally {
  await server.stop();
}

/** The built headless command as a process of its own, start-up of Node included. */
async function benchHeadless({ kubeconfig, context, pods }: BenchServer, rawMs: number): Promise<BenchRow> {
  const command = join(root, 'build', 'headless.mjs');
  const args = [command, 'diagnose', '--kubeconfig', kubeconfig, '--context', context, '-o', 'json'];
  await runChild(process.execPath, args);
  let peakMiB = 0;
  const wallMs = await medianTime(5, async () => {
    const run = await runChild(process.execPath, args);
    const answer = JSON.parse(run.stdout) as { findings: unknown[]; complete: boolean };
    if (run.code !== 0 || answer.findings.length === 0)
      throw new Error(`diagnose failed: ${run.stdout.slice(0, 400)}`);
    peakMiB = Math.max(peakMiB, run.peakMiB);
  });
  return {
    what: `headless diagnosis, ${String(pods.length)} pods (peak ${peakMiB.toFixed(0)} MiB)`,
    figure: `${wallMs.toFixed(0)} ms`,
    floor: `raw paged list ${rawMs.toFixed(0)} ms`,
    ratio: (wallMs / rawMs).toFixed(2),
    budget: '≤ 2',
  };
}
