/** The demo served alone: kubectl cures each incident of demo-lab and breaks it again, and the app follows. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { imageOf } from '../../src-main/demo/fabrics/image-names.ts';
import { DEMO_FABRICS } from '../../src-main/demo/fabrics/fabrics.ts';
import { ensureBinary } from '../cluster/binary.ts';
import { canRun } from '../cluster/can-run.ts';
import { runKubectl } from '../cluster/kubectl.ts';
import { launchApp, whyNoWindow, type LaunchedApp } from './launch-app.ts';
import { becomes, findingsShown, rootCauses } from './world.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const missing = [canRun().controlPlane, whyNoWindow() ?? true].find((one) => one !== true);

interface Repair {
  readonly subject: string;
  readonly cure: readonly (readonly string[])[];
  readonly undo: readonly (readonly string[])[];
}

const cart = (app: string) => [
  'patch',
  'service',
  'cart',
  '-n',
  'shop',
  '--type=merge',
  '-p',
  `{"spec":{"selector":{"app":"${app}"}}}`,
];
const setImage = (namespace: string, name: string, tag: string) => [
  'set',
  'image',
  `deployment/${name}`,
  '-n',
  namespace,
  `${name}=${imageOf(`${namespace}/${name}`, tag)}`,
];

const REPAIRS: readonly Repair[] = [
  {
    subject: 'Deployment shop/checkout',
    cure: [['rollout', 'undo', 'deployment/checkout', '-n', 'shop']],
    undo: [setImage('shop', 'checkout', '2.4.0')],
  },
  {
    subject: 'Deployment billing/invoices',
    cure: [
      [
        'create',
        'secret',
        'generic',
        'invoices-db',
        '-n',
        'billing',
        '--from-literal=url=postgres://invoices@orders-db.data:5432/invoices',
      ],
    ],
    undo: [
      ['delete', 'secret', 'invoices-db', '-n', 'billing'],
      ['rollout', 'restart', 'deployment/invoices', '-n', 'billing'],
    ],
  },
  { subject: 'Service shop/cart', cure: [cart('cart')], undo: [cart('carts')] },
  {
    subject: 'Deployment data/reports',
    cure: [setImage('data', 'reports', '3.1.0')],
    undo: [setImage('data', 'reports', '3.1.0-rc.2')],
  },
];

describe.skipIf(missing)(`the demo under kubectl${missing ? ` (${String(missing)})` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'hedgerow-demo-'));
  const kubeconfig = join(folder, 'kubeconfig');
  let binary: string;
  let server: ChildProcess;
  let opened: LaunchedApp;

  beforeAll(async () => {
    binary = await ensureBinary(() => undefined);
    server = spawn(process.execPath, ['build/headless.mjs', 'demo', '--kubeconfig-out', kubeconfig], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await vi.waitUntil(() => existsSync(kubeconfig), { timeout: 60_000 });
    opened = await launchApp({ kubeconfig, flags: ['--context', 'demo-lab'] });
    await findingsShown(opened.page);
  }, 120_000);

  afterAll(async () => {
    await (opened as LaunchedApp | undefined)?.close();
    server.kill('SIGTERM');
    const [code] = (await once(server, 'exit')) as [number | null];
    expect(code).toBe(0);
    expect(existsSync(kubeconfig)).toBe(false);
    rmSync(folder, { recursive: true, force: true });
  });

  async function kubectl(args: readonly string[]): Promise<void> {
    const target = { binary, kubeconfig, cache: join(folder, 'cache') };
    const { code, stderr } = await runKubectl(target, [...args]);
    expect(code, `kubectl ${args.join(' ')}: ${stderr}`).toBe(0);
  }

  test('every planted incident has a cure here', () => {
    const roots = DEMO_FABRICS.find(({ name }) => name === 'demo-lab')?.roots ?? [];
    expect(REPAIRS.map(({ subject }) => subject).sort()).toEqual(
      roots.map(({ subject }) => `${subject.kind} ${subject.namespace}/${subject.name}`).sort(),
    );
  });

  // All at once, for a finding stays for 30 s once its reason is gone.
  const option = (subject: string) =>
    rootCauses(opened.page).getByRole('option', { name: new RegExp(subject) });

  test('cured, each finding goes', async () => {
    for (const { subject } of REPAIRS) await becomes(option(subject), 'visible');
    for (const { cure } of REPAIRS) for (const args of cure) await kubectl(args);
    for (const { subject } of REPAIRS) await becomes(option(subject), 'hidden', 90_000);
    await becomes(opened.page.getByText('No active findings in demo-lab'), 'visible');
  });

  test('broken again, each finding is back', async () => {
    for (const { undo } of REPAIRS) for (const args of undo) await kubectl(args);
    for (const { subject } of REPAIRS) await becomes(option(subject), 'visible', 60_000);
  });
});
