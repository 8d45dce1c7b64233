/** `npm run bench`: the budgets on a real API server with 5,000 pods, each beside a floor taken in the same run. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startCluster } from '../cluster/use-cluster.ts';
import { benchApp } from './bench-app.ts';
import { loadPods, openTarget } from './load-pods.ts';
import { medianTime, rawPagedList, runChild } from './measure.ts';
import { type BenchRow, formatTable } from './table.ts';

const { values } = parseArgs({
  options: { pods: { type: 'string', default: '5000' }, headless: { type: 'boolean', default: false } },
});
const pods = Number(values.pods);
if (!Number.isInteger(pods) || pods < 1) {
  process.stderr.write(`--pods ${values.pods} is not a whole number of pods, such as 5000.\n`);
  process.exit(2);
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const root = join(import.meta.dirname, '..', '..');
say('Starting an API server …');
const cluster = await startCluster({ name: `bench-${String(process.pid)}` });
try {
  // They would delete pods whose nodes never report.
  await cluster.stopControllers();
  const ca = readFileSync(join(cluster.state, 'pki', 'ca.crt'), 'utf8');
  const target = openTarget(cluster.server, cluster.adminToken, ca);
  say(`Creating ${String(pods)} pods of about 5 KB …`);
  await loadPods(target, pods);
  const rows: BenchRow[] = [];
  await rawPagedList(target);
  const rawMs = await medianTime(5, () => rawPagedList(target));
  rows.push(await benchHeadless(rawMs));
  say(formatTable(rows));
  if (!values.headless) rows.push(...(await benchApp({ cluster, target, pods, say })));
  await target.dispatcher.close();
  process.stdout.write(formatTable(rows));
} finally {
  await cluster.stop();
}

/** The built headless command as a process of its own, start-up of Node included. */
async function benchHeadless(rawMs: number): Promise<BenchRow> {
  const command = join(root, 'build', 'headless.mjs');
  const args = [command, 'diagnose', '--kubeconfig', cluster.kubeconfig, '-o', 'json'];
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
    what: `headless diagnosis, ${String(pods)} pods (peak ${peakMiB.toFixed(0)} MiB)`,
    figure: `${wallMs.toFixed(0)} ms`,
    floor: `raw paged list ${rawMs.toFixed(0)} ms`,
    ratio: (wallMs / rawMs).toFixed(2),
    budget: '≤ 2',
  };
}
