// Builds the components' binary once per user and source.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { withLock } from './lock.ts';

const SOURCE = import.meta.dirname;

/** Tells the user what takes time. */
export type Progress = (sentence: string) => void;

/** Folder for what may be made again: `XDG_CACHE_HOME` or ~/.cache, and there `hedgerow/`. */
export function cacheFolder(...parts: string[]): string {
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'hedgerow', ...parts);
  mkdirSync(folder, { recursive: true });
  return folder;
}

function sourceFiles(): string[] {
  const go = readdirSync(SOURCE).filter((name) => name.endsWith('.go'));
  return ['go.mod', 'go.sum', ...go.sort()].map((name) => join(SOURCE, name));
}

/** The Kubernetes version that go.mod names, such as "v1.35.4". */
function kubernetesVersion(): string {
  const found = /^\s+k8s\.io\/kubernetes (v\d+\.\d+\.\d+)$/m.exec(
    readFileSync(join(SOURCE, 'go.mod'), 'utf8'),
  );
  if (!found?.[1]) throw new Error('test/cluster/go.mod names no version of k8s.io/kubernetes.');
  return found[1];
}

/** Path at which the binary of the present source is, or will be once built. */
function binaryPath(): string {
  const hash = createHash('sha256');
  for (const file of sourceFiles()) hash.update(readFileSync(file));
  return join(cacheFolder('cluster', hash.digest('hex').slice(0, 16)), 'hedgerow-cluster');
}

/** Whether no build is needed. */
export function isBuilt(): boolean {
  return existsSync(binaryPath());
}

/**
 * The components' binary, built if it must be: about 5 minutes on 2 cores the first time, 10 s after a change.
 * Rejects with the compiler's words.
 */
export async function ensureBinary(progress: Progress): Promise<string> {
  const binary = binaryPath();
  if (existsSync(binary)) return binary;
  return withLock(
    `${binary}.lock`,
    async () => {
      if (existsSync(binary)) return binary;
      progress(
        `Building Kubernetes ${kubernetesVersion()} for the test cluster: about 5 minutes the first time.`,
      );
      const started = Date.now();
      const unfinished = `${binary}.tmp`;
      try {
        await goBuild(unfinished);
        renameSync(unfinished, binary);
      } finally {
        rmSync(unfinished, { force: true });
      }
      progress(`Built in ${String(Math.round((Date.now() - started) / 1000))} s.`);
      return binary;
    },
    () => {
      progress('Another process is building the test cluster. Waiting for it.');
    },
  );
}

async function goBuild(output: string): Promise<void> {
  const version = kubernetesVersion();
  const [major = '', minor = ''] = version.slice(1).split('.');
  const stamp = (key: string, value: string): string => `-X k8s.io/component-base/version.${key}=${value}`;
  const flags = ['-s -w', stamp('gitVersion', version), stamp('gitMajor', major), stamp('gitMinor', minor)];
  const args = ['build', '-trimpath', '-buildvcs=false', '-ldflags', flags.join(' '), '-o', output, '.'];
  const build = spawn('setpriv', ['--pdeathsig', 'KILL', '--', 'go', ...args], {
    cwd: SOURCE,
    env: { ...process.env, CGO_ENABLED: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  build.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-4000)));
  const code = await new Promise<number | null>((resolve, reject) => {
    build.on('error', reject).on('close', resolve);
  });
  if (code !== 0)
    throw new Error(`Go could not build the test cluster (exit ${String(code)}):\n${errors.trim()}`);
}
