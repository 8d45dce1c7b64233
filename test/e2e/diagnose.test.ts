/** The headless command as a person runs it: on a sick cluster, on a healthy one, and on connections that fail. */
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canRun } from '../cluster/can-run.ts';
import { startCluster, useSharedCluster, type Cluster } from '../cluster/use-cluster.ts';
import { crashingDeployment, dropNamespace, uniqueName } from './world.ts';

const COMMAND = fileURLToPath(new URL('../../build/headless.mjs', import.meta.url));

interface Answer {
  readonly fabric: string;
  readonly complete: boolean;
  readonly blindSpots: readonly { readonly kind: string; readonly verb: string; readonly fix: string }[];
  readonly findings: readonly {
    readonly id: string;
    readonly scenario: string;
    readonly severity: string;
    readonly subject: { readonly kind: string; readonly namespace?: string; readonly name: string };
    readonly summary: string;
    readonly cause: string;
    readonly rootCause: string | null;
    readonly evidence: readonly {
      readonly ref: { readonly kind: string; readonly name: string };
      readonly path: string;
      readonly observed: string;
    }[];
  }[];
}

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function diagnose(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Run> {
  const { KUBECONFIG: _own, ...inherited } = process.env;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [COMMAND, 'diagnose', ...args],
      { env: { ...inherited, ...env }, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      },
    );
  });
}

async function answerOf(args: readonly string[], code = 0): Promise<Answer> {
  const run = await diagnose([...args, '-o', 'json']);
  expect(run.code, run.stderr + run.stdout).toBe(code);
  return JSON.parse(run.stdout) as Answer;
}

const needsNode = canRun().node;
const needsPlane = canRun().controlPlane;

describe.skipIf(needsNode !== true)(
  `diagnose on a sick cluster${needsNode === true ? '' : ` (${needsNode})`}`,
  () => {
    const namespace = uniqueName('diagnose');
    let cluster: Cluster;

    beforeAll(async () => {
      cluster = await useSharedCluster({ node: true });
      await cluster.apply(crashingDeployment(namespace));
      await cluster.waitFor(
        {
          get: ['pods', '-n', namespace],
          jsonpath: '.items[0].status.containerStatuses[0].restartCount',
          is: /^[2-9]/,
        },
        90_000,
      );
    }, 180_000);
    afterAll(() => dropNamespace(cluster, namespace));

    test('names the pod, the scenario, the exit code and the log line', async () => {
      const answer = await answerOf(['--kubeconfig', cluster.kubeconfig, '--namespace', namespace]);
      const crash = answer.findings.find((one) => one.scenario === 'pod/crash-loop-back-off');
      expect(crash?.subject).toMatchObject({ kind: 'Deployment', namespace, name: 'orders' });
      expect(crash?.rootCause).toBeNull();
      expect(crash?.summary).toMatch(/exits with 3/);
      const evidence = crash?.evidence ?? [];
      expect(evidence.find((one) => one.path.endsWith('exitCode'))).toMatchObject({
        observed: '3',
        ref: { kind: 'Pod' },
      });
      expect(evidence.find((one) => one.path === 'log')?.observed).toContain(
        'ERROR config missing: /etc/app/config.yaml',
      );
    }, 60_000);

    test('gives the same ids in another process, and exits with 3 when asked to fail on it', async () => {
      const args = ['--kubeconfig', cluster.kubeconfig, '--namespace', namespace];
      const [first, second] = await Promise.all([
        answerOf(args),
        answerOf([...args, '--fail-on', 'high'], 3),
      ]);
      expect(second.findings.map((one) => one.id)).toEqual(first.findings.map((one) => one.id));
    }, 60_000);

    test('a user who may read nothing gets HH-K8S-033, exit 1 and no claim of health', async () => {
      const answer = await answerOf(['--kubeconfig', cluster.kubeconfigFor('nobody')], 1);
      expect(answer.findings.map((one) => one.scenario)).toEqual(['HH-K8S-033']);
      expect(answer.complete).toBe(false);
    }, 60_000);

    test('text and markdown name the object, the cause and the end of the list', async () => {
      for (const format of ['text', 'markdown']) {
        const run = await diagnose([
          '--kubeconfig',
          cluster.kubeconfig,
          '--namespace',
          namespace,
          '-o',
          format,
        ]);
        expect(run.stdout).toContain('orders');
        expect(run.stdout).toContain('config missing');
        expect(run.stdout).not.toMatch(/undefined|NaN|\[object/);
      }
    }, 60_000);
  },
);

describe.skipIf(needsNode !== true)(
  `diagnose on a healthy cluster${needsNode === true ? '' : ` (${needsNode})`}`,
  () => {
    let cluster: Cluster;
    beforeAll(async () => {
      cluster = await startCluster({ node: true });
      await cluster.apply(
        readFileSync(new URL('../cluster/incidents/healthy.yaml', import.meta.url), 'utf8'),
      );
      await cluster.kubectl([
        'wait',
        '--for=condition=Available',
        'deployment',
        '--all',
        '-n',
        'healthy',
        '--timeout=90s',
      ]);
    }, 240_000);
    afterAll(() => cluster.stop());

    test('says nothing at medium or above and is complete', async () => {
      const answer = await answerOf(['--kubeconfig', cluster.kubeconfig]);
      expect(answer.findings.filter((one) => ['critical', 'high', 'medium'].includes(one.severity))).toEqual(
        [],
      );
      expect(answer.blindSpots).toEqual([]);
      expect(answer.complete).toBe(true);
    }, 60_000);
  },
);

describe.skipIf(needsPlane !== true)(
  `diagnose on bad input${needsPlane === true ? '' : ` (${needsPlane})`}`,
  () => {
    let cluster: Cluster;
    let folder: string;

    beforeAll(async () => {
      cluster = await useSharedCluster();
      folder = mkdtempSync(join(tmpdir(), 'hedgerow-bad-'));
    }, 180_000);
    afterAll(() => {
      rmSync(folder, { recursive: true, force: true });
    });

    function kubeconfig(name: string, change: (text: string) => string): string {
      const file = join(folder, name);
      writeFileSync(file, change(readFileSync(cluster.kubeconfigFor('viewer'), 'utf8')));
      return file;
    }

    const cases: readonly { name: string; scenario: string; says: RegExp; make: () => string }[] = [
      {
        name: 'a missing file',
        scenario: 'conn/kubeconfig-invalid',
        says: /absent\.yaml/,
        make: () => join(folder, 'absent.yaml'),
      },
      {
        name: 'an empty file',
        scenario: 'conn/kubeconfig-invalid',
        says: /empty\.yaml.*empty/,
        make: () => kubeconfig('empty.yaml', () => ''),
      },
      {
        name: 'malformed YAML',
        scenario: 'conn/kubeconfig-invalid',
        says: /broken\.yaml/,
        make: () => kubeconfig('broken.yaml', () => 'clusters: [\n  {'),
      },
      { name: 'a folder', scenario: 'conn/kubeconfig-invalid', says: /folder|directory/, make: () => folder },
      {
        name: 'a context that names a missing cluster',
        scenario: 'conn/kubeconfig-invalid',
        says: /cluster/,
        make: () =>
          kubeconfig('no-cluster.yaml', (text) => text.replace(/cluster: \S+$/m, 'cluster: nowhere')),
      },
      {
        name: 'a closed port',
        scenario: 'HH-K8S-001',
        says: /127\.0\.0\.1:1\b/,
        make: () =>
          kubeconfig('closed.yaml', (text) =>
            text.replace(/https:\/\/127\.0\.0\.1:\d+/, 'https://127.0.0.1:1'),
          ),
      },
      {
        name: 'an authority that does not match',
        scenario: 'conn/tls-untrusted',
        says: /certificate/i,
        make: () => {
          const { certificate } = cluster.issueCertificate(
            { name: 'stranger', commonName: 'stranger' },
            'other',
          );
          const other = readFileSync(certificate).toString('base64');
          return kubeconfig('other-ca.yaml', (text) =>
            text.replace(/certificate-authority(-data)?: .*/, `certificate-authority-data: ${other}`),
          );
        },
      },
      {
        name: 'a token that the server does not know',
        scenario: 'HH-K8S-002',
        says: /401|sign|token/i,
        make: () => kubeconfig('bad-token.yaml', (text) => text.replace(/token: .*/, 'token: not-a-token')),
      },
    ];

    test.each(cases)(
      '$name: $scenario, exit 1, one plain sentence',
      async ({ scenario, says, make }) => {
        const file = make();
        const answer = await answerOf(['--kubeconfig', file, '--timeout', '10'], 1);
        expect(answer.findings.map((one) => one.scenario)).toEqual([scenario]);
        const words = `${answer.findings[0]?.summary ?? ''} ${answer.findings[0]?.cause ?? ''}`;
        expect(words).toMatch(says);
        expect(words).not.toMatch(/\bat \S+ \(|not-a-token|node:internal|undefined/);
        expect(answer.complete).toBe(false);
      },
      60_000,
    );

    test('a file that may not be read is named', async () => {
      const file = kubeconfig('secret.yaml', (text) => text);
      chmodSync(file, 0o000);
      // Root reads everything: there the file simply works, up to the permissions of its user.
      const answer = await answerOf(['--kubeconfig', file], 1);
      expect(answer.findings[0]?.scenario).toBe(
        process.getuid?.() === 0 ? 'HH-K8S-033' : 'conn/kubeconfig-invalid',
      );
    }, 60_000);

    test.each([
      [['--output', 'xml'], /json/],
      [['--now', 'yesterday'], /--now/],
      [['--fail-on', 'terrible'], /critical/],
      [['--no-such-flag'], /no-such-flag/],
    ])(
      'wrong flags %j: exit 2 and a sentence, nothing on stdout',
      async (args, says) => {
        const run = await diagnose(args);
        expect(run.code).toBe(2);
        expect(run.stdout).toBe('');
        expect(run.stderr).toMatch(says);
        expect(run.stderr).not.toMatch(/\n\s+at /);
      },
      30_000,
    );
  },
);
