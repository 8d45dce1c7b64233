/** The headless command as a process: its exit codes, what goes to which stream, and nothing but a sentence for bad input. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Report } from '../../src-main/headless/report.ts';
import { sickPod } from './fabric/sick-pod.ts';
import { startFakeCluster } from './fabric/fake-cluster.ts';

// Several processes in each: an end to what hangs on a busy machine.
vi.setConfig({ testTimeout: 120_000 });
const CLI = fileURLToPath(new URL('../../src-main/cli.ts', import.meta.url));

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function run(args: readonly string[], options: { home?: string; cutAfter?: number } = {}): Promise<Run> {
  const { KUBECONFIG: _own, ...env } = process.env;
  const child = spawn(process.execPath, [CLI, ...args], { env: { ...env, HOME: options.home ?? folder } });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += String(chunk);
    // The reader goes away, like `head -1`.
    if (options.cutAfter !== undefined && out.length > options.cutAfter) child.stdout.destroy();
  });
  child.stderr.on('data', (chunk) => (err += String(chunk)));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

function kubeconfig(server: string, user = ''): string {
  return `apiVersion: v1
kind: Config
current-context: fake
clusters: [{ name: c, cluster: { server: "${server}" } }]
users: [{ name: u, user: { ${user} } }]
contexts: [{ name: fake, context: { cluster: c, user: u } }]
`;
}

let folder: string;
const file = (name: string, content: string) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hedgerow-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a cluster', () => {
  test('JSON alone on stdout, exit 0; --fail-on makes it 3', async () => {
    const pod = {
      ...sickPod('web'),
      status: {
        phase: 'Running',
        containerStatuses: [
          {
            name: 'main',
            restartCount: 9,
            state: { waiting: { reason: 'CrashLoopBackOff' } },
            lastState: {
              terminated: {
                exitCode: 3,
                reason: 'Error',
                startedAt: '2026-11-20T09:59:00Z',
                finishedAt: '2026-11-20T09:59:01Z',
              },
            },
          },
        ],
      },
    };
    const cluster = await startFakeCluster([pod]);
    cluster.log = 'ERROR cannot open /etc/app\n';
    const path = file('good.yaml', kubeconfig(cluster.server.url));
    const { code, out, err } = await run([
      'diagnose',
      '--kubeconfig',
      path,
      '-o',
      'json',
      '--now',
      '2026-11-20T10:00:00Z',
    ]);
    expect(err).toBe('');
    expect(code).toBe(0);
    const report = JSON.parse(out) as Report;
    expect(report).toMatchObject({
      fabric: 'fake',
      server: cluster.server.url,
      version: 'v1.35.4',
      complete: true,
      blindSpots: [],
    });
    expect(report.findings[0]?.evidence.map(({ observed }) => observed)).toContain('3');
    expect(Object.keys(report)).toEqual([
      'fabric',
      'server',
      'version',
      'complete',
      'blindSpots',
      'findings',
      'timings',
    ]);
    expect(
      (await run(['diagnose', '--kubeconfig', path, '--fail-on', 'info', '--now', '2026-11-20T10:00:00Z']))
        .code,
    ).toBe(3);
  });

  test('a reader that goes away is no error', async () => {
    const cluster = await startFakeCluster(
      Array.from({ length: 300 }, (_, index) => sickPod(`web-${index}`)),
    );
    const path = file('many.yaml', kubeconfig(cluster.server.url));
    const { code, err } = await run(['diagnose', '--kubeconfig', path, '-o', 'json'], { cutAfter: 0 });
    expect(err).toBe('');
    expect(code).toBe(0);
  });
});

describe('a connection that fails: its finding is printed, exit 1', () => {
  const CASES: readonly { name: string; scenario: string; says: RegExp; args: () => string[] }[] = [
    {
      name: 'a missing file',
      scenario: 'conn/kubeconfig-invalid',
      says: /absent\.yaml/,
      args: () => ['--kubeconfig', join(folder, 'absent.yaml')],
    },
    {
      name: 'no kubeconfig at all',
      scenario: 'conn/kubeconfig-invalid',
      says: /no kubeconfig|does not exist/,
      args: () => [],
    },
    {
      name: 'an empty file',
      scenario: 'conn/kubeconfig-invalid',
      says: /empty\.yaml/,
      args: () => ['--kubeconfig', file('empty.yaml', '')],
    },
    {
      name: 'malformed YAML',
      scenario: 'conn/kubeconfig-invalid',
      says: /broken\.yaml/,
      args: () => ['--kubeconfig', file('broken.yaml', 'clusters: [\n {')],
    },
    {
      name: 'an unknown context',
      scenario: 'conn/kubeconfig-invalid',
      says: /prod.*fake|fake.*prod/s,
      args: () => ['--kubeconfig', file('one.yaml', kubeconfig('https://127.0.0.1:1')), '--context', 'prod'],
    },
    {
      name: 'a context without its user',
      scenario: 'conn/kubeconfig-invalid',
      says: /user/,
      args: () => [
        '--kubeconfig',
        file('user.yaml', kubeconfig('https://127.0.0.1:1').replace('user: u }', 'user: nobody }')),
      ],
    },
    {
      name: 'a context without its cluster',
      scenario: 'conn/kubeconfig-invalid',
      says: /cluster/,
      args: () => [
        '--kubeconfig',
        file('cluster.yaml', kubeconfig('https://127.0.0.1:1').replace('cluster: c,', 'cluster: nowhere,')),
      ],
    },
    {
      name: 'a closed port',
      scenario: 'HH-K8S-001',
      says: /127\.0\.0\.1:1\b/,
      args: () => ['--kubeconfig', file('closed.yaml', kubeconfig('https://127.0.0.1:1'))],
    },
    {
      name: 'a credential command that does not exist',
      scenario: 'conn/exec-plugin-failed',
      says: /no-such-command/,
      args: () => [
        '--kubeconfig',
        file(
          'exec.yaml',
          kubeconfig(
            'https://127.0.0.1:1',
            'exec: { apiVersion: client.authentication.k8s.io/v1, command: no-such-command, interactiveMode: Never }',
          ),
        ),
      ],
    },
  ];
  test.each(CASES)('$name: $scenario', async ({ scenario, says, args }) => {
    const { code, out, err } = await run(['diagnose', ...args(), '-o', 'json', '--timeout', '10']);
    expect(code).toBe(1);
    const report = JSON.parse(out) as Report;
    expect(report.findings.map((finding) => finding.scenario)).toEqual([scenario]);
    expect(report.complete).toBe(false);
    const [finding] = report.findings;
    expect(`${finding?.summary} ${finding?.cause} ${finding?.advice}`).toMatch(says);
    expect(out + err).not.toMatch(/\bat \S+ \(|node:internal|undefined/);
  });

  test('a file without permission is named', async () => {
    const path = file('locked.yaml', kubeconfig('https://127.0.0.1:1'));
    chmodSync(path, 0);
    const { code, out } = await run(['diagnose', '--kubeconfig', path, '-o', 'json']);
    expect(code).toBe(1);
    // Root may read everything: there it is the closed port that is found.
    const scenario = process.getuid?.() === 0 ? 'HH-K8S-001' : 'conn/kubeconfig-invalid';
    expect((JSON.parse(out) as Report).findings[0]?.scenario).toBe(scenario);
  });
});

describe('flags and folders', () => {
  test.each([
    [['analyse']],
    [['diagnose', '-o', 'xml']],
    [['diagnose', '--nope']],
    [['diagnose', '--timeout', 'x']],
  ])('%j: exit 2, one sentence on stderr, nothing on stdout', async (args) => {
    const { code, out, err } = await run(args);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err.trim().split('\n')).toHaveLength(2);
    expect(err).not.toMatch(/\bat |node:/);
  });

  test('--help goes to stdout, exit 0', async () => {
    const { code, out } = await run(['diagnose', '--help']);
    expect(code).toBe(0);
    expect(out).toContain('--fail-on SEVERITY');
  });

  test('--from a folder that holds nothing: exit 1 and a sentence', async () => {
    mkdirSync(join(folder, 'empty'), { recursive: true });
    for (const from of ['empty', 'nowhere']) {
      const { code, out, err } = await run(['diagnose', '--from', join(folder, from), '-o', 'json']);
      expect(code).toBe(1);
      expect(out).toBe('');
      expect(err).toContain(join(folder, from));
      expect(err).not.toMatch(/\bat \S+ \(|broke off/);
    }
  });

  test('--from a folder of objects: diagnosed', async () => {
    const dump = join(folder, 'dump');
    mkdirSync(dump, { recursive: true });
    writeFileSync(join(dump, 'pod.json'), JSON.stringify(sickPod('web')));
    const { code, out } = await run(['diagnose', '--from', dump, '-o', 'json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ server: null, version: null });
  });
});
