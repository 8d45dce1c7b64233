/** `npm start -- --smoke --screenshot` on a machine without a kubeconfig: the demo, every planted root and nothing else. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DEMO_FABRICS } from '../../src-main/demo/fabrics/fabrics.ts';
import { whyNoWindow } from './launch-app.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const missing = whyNoWindow();

interface Found {
  readonly scenario: string;
  readonly rootCause: string | null;
  readonly subject: { readonly kind: string; readonly namespace?: string; readonly name: string };
}

interface SmokeLine {
  readonly fabric: string;
  readonly findings: readonly Found[];
}

const describeOne = ({ scenario, subject }: Omit<Found, 'rootCause'>) =>
  `${scenario} ${subject.kind} ${subject.namespace ?? ''}/${subject.name}`;

describe.skipIf(missing)(`smoke of the demo${missing ? ` (${missing})` : ''}`, () => {
  // demo-edge cannot be reached at first: that is what it is for.
  test.for(DEMO_FABRICS.filter(({ atFirst }) => atFirst === undefined))(
    '$name: its roots, exit code 0, and a picture',
    async ({ name, roots, defaultCaller }) => {
      const folder = mkdtempSync(join(tmpdir(), 'hedgerow-demo-smoke-'));
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      const picture = join(folder, 'picture.png');
      const { KUBECONFIG: _none, HEDGEROW_HOME: _own, ...rest } = process.env;
      const caches = rest['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
      const flags = ['--smoke', '--screenshot', picture, ...(name === 'demo-lab' ? [] : ['--context', name])];
      const child = spawn(process.execPath, ['build/start.mjs', ...flags], {
        cwd: ROOT,
        env: { ...rest, HOME: folder, XDG_CACHE_HOME: caches },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (text) => (stdout += String(text)));
      child.stderr.on('data', (text) => (stderr += String(text)));
      const code = await new Promise((resolve) => child.on('close', resolve));
      expect(code, stderr).toBe(0);
      const line = JSON.parse(stdout) as SmokeLine;
      expect(line.fabric).toBe(name);
      const found = line.findings.filter(({ rootCause }) => rootCause === null);
      // A caller who may not read everything is told so.
      const gaps = defaultCaller === 'viewer' ? [`rbac/blind-spots Fabric /${name}`] : [];
      expect(found.map(describeOne).sort()).toEqual([...roots.map(describeOne), ...gaps].sort());
      expect(readFileSync(picture).length).toBeGreaterThan(30_000);
    },
  );
});
