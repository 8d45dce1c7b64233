/** `npm start -- --smoke` and the package: each opens the cluster, prints one JSON line and leaves a picture. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startVirtualDisplay, type VirtualDisplay } from '../../build/virtual-display.mjs';
import { canRun } from '../cluster/can-run.ts';
import { useSharedCluster, type Cluster } from '../cluster/use-cluster.ts';
import { whyNoWindow } from './launch-app.ts';
import { crashingDeployment, dropNamespace, uniqueName } from './world.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const missing = [canRun().node, whyNoWindow() ?? true].find((one) => one !== true);

interface SmokeLine {
  readonly fabric: string;
  readonly findings: readonly {
    readonly scenario: string;
    readonly subject: { readonly namespace?: string };
  }[];
  readonly timings: Readonly<Record<string, number>>;
  readonly rssMiB: unknown;
}

describe.skipIf(missing)(`smoke${missing ? ` (${String(missing)})` : ''}`, () => {
  const namespace = uniqueName('smoke');
  const folder = mkdtempSync(join(tmpdir(), 'hedgerow-smoke-'));
  let cluster: Cluster;
  let display: VirtualDisplay | undefined;

  beforeAll(async () => {
    cluster = await useSharedCluster({ node: true });
    if (!process.env['DISPLAY']) display = await startVirtualDisplay();
    await cluster.apply(crashingDeployment(namespace));
    const restarts = {
      get: ['pods', '-n', namespace],
      jsonpath: '.items[0].status.containerStatuses[0].restartCount',
      is: /^[2-9]/,
    };
    await cluster.waitFor(restarts, 90_000);
  }, 180_000);
  afterAll(async () => {
    await display?.stop();
    await dropNamespace(cluster, namespace);
    rmSync(folder, { recursive: true, force: true });
  });

  function run(
    command: string,
    args: readonly string[],
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    const env = { ...process.env, ...display?.env, HEDGEROW_HOME: join(folder, 'home') };
    return new Promise((resolve) => {
      execFile(command, args, { cwd: ROOT, env }, (error, stdout, stderr) => {
        resolve({ code: error ? (typeof error.code === 'number' ? error.code : -1) : 0, stdout, stderr });
      });
    });
  }

  function check(stdout: string, picture: string): void {
    const lines = stdout.trim().split('\n');
    expect(lines).toHaveLength(1);
    const line = JSON.parse(lines[0] ?? '') as SmokeLine;
    const own = line.findings.filter((one) => one.subject.namespace === namespace).map((one) => one.scenario);
    expect(own).toContain('pod/crash-loop-back-off');
    expect(Object.values(line.timings).every((ms) => Number.isFinite(ms) && ms >= 0)).toBe(true);
    const png = readFileSync(picture);
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1440, 900]);
    expect(png.length).toBeGreaterThan(30_000);
  }

  const flags = (picture: string): string[] => [
    '--smoke',
    '--kubeconfig',
    cluster.kubeconfig,
    '--screenshot',
    picture,
  ];

  test('from the checkout', async () => {
    const picture = join(folder, 'checkout.png');
    const { code, stdout, stderr } = await run(process.execPath, ['build/start.mjs', ...flags(picture)]);
    expect(code, stderr).toBe(0);
    check(stdout, picture);
  }, 120_000);

  test('a cluster that cannot be reached: exit code 1 and the reason', async () => {
    const { code, stdout } = await run(process.execPath, [
      'build/start.mjs',
      '--smoke',
      '--kubeconfig',
      join(folder, 'absent.yaml'),
    ]);
    expect(code).toBe(1);
    expect(stdout).toContain('conn/kubeconfig-invalid');
  }, 120_000);

  test('from the package', async () => {
    const printed = execFileSync(process.execPath, ['build/package.mjs'], { cwd: ROOT, encoding: 'utf8' });
    const executable = printed.trim().split('\n').at(-1) ?? '';
    const picture = join(folder, 'package.png');
    // Root and a virtual display need what `npm start` adds by itself.
    const { code, stdout, stderr } = await run(executable, [
      '--no-sandbox',
      '--disable-gpu',
      ...flags(picture),
    ]);
    expect(code, stderr).toBe(0);
    check(stdout, picture);
  }, 300_000);
});
