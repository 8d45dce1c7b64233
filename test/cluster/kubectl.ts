// Runs the kubectl that is part of the components' binary.
import { spawn } from 'node:child_process';

/** What kubectl answered. */
export interface KubectlResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** Where and as whom kubectl runs. */
export interface KubectlTarget {
  binary: string;
  kubeconfig: string;
  /** Folder for its discovery cache, so that the user's own stays as it is. */
  cache: string;
  /** Further variables of its environment. */
  env?: Readonly<Record<string, string>>;
}

/** Runs kubectl; a non-zero exit is a result, too. Rejects only when it cannot be started. */
export async function runKubectl(target: KubectlTarget, args: string[], input = ''): Promise<KubectlResult> {
  const child = spawn(target.binary, ['kubectl', ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      KUBECONFIG: target.kubeconfig,
      KUBECACHEDIR: target.cache,
      KUBERC: 'off',
      ...target.env,
    },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  // kubectl may end without having read its input.
  child.stdin.on('error', () => undefined).end(input);
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exit) => {
      resolve(exit ?? 1);
    });
  });
  return { code, stdout, stderr };
}
