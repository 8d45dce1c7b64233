// Credential commands for tests: programs of Node's, and the error with which a run fails.
import { expect } from 'vitest';
import { AppFailure } from '../../../shared/errors.ts';
import type { AppError } from '../../../shared/errors.ts';
import type { ContextAccess, ExecEntry } from '../../../src-main/kube/contract.ts';
import { runExecPlugin } from '../../../src-main/kube/exec-plugin.ts';
import type { ExecRun } from '../../../src-main/kube/exec-plugin.ts';

export const V1 = 'client.authentication.k8s.io/v1';

export const access: ContextAccess = {
  fabric: 'prod',
  source: '/etc/kubeconfig',
  cluster: {
    name: 'c',
    server: 'https://api.prod:6443',
    caData: 'Q0E=',
    insecure: false,
    disableCompression: false,
    execConfig: { audience: 'a' },
  },
  user: { name: 'joe' },
};

/** An entry whose command is this program of Node's. */
export function entry(program: string, more: Partial<ExecEntry> = {}): ExecEntry {
  return {
    apiVersion: V1,
    command: process.execPath,
    args: ['-e', program],
    env: [],
    provideClusterInfo: false,
    interactiveMode: 'IfAvailable',
    ...more,
  };
}

export const prints = (status: object, apiVersion = V1): string =>
  `console.log(${JSON.stringify(JSON.stringify({ kind: 'ExecCredential', apiVersion, status }))})`;

/** The error with which a run must fail; always one of its command. */
export async function failureOf(exec: ExecEntry, run: ExecRun = {}): Promise<AppError> {
  const cause: unknown = await runExecPlugin(exec, access, run).catch((thrown: unknown) => thrown);
  expect(cause).toBeInstanceOf(AppFailure);
  const { error } = cause as AppFailure;
  expect(error).toMatchObject({
    code: 'credentials-failed',
    fabric: 'prod',
    details: { command: exec.command, user: 'joe' },
  });
  return error;
}
