// Writes kubeconfigs for tests into a folder that ends with the test file.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { AppError } from '../../../shared/errors.ts';
import type { Kubeconfig } from '../../../src-main/kube/contract.ts';
import { loadKubeconfig } from '../../../src-main/kube/kubeconfig.ts';

export const CLUSTER = '{name: c, cluster: {server: "https://c:6443"}}';
export const USER = '{name: u, user: {token: secret-token}}';
export const CONTEXT = '{name: x, context: {cluster: c, user: u, namespace: shop}}';

/** A kubeconfig in YAML, one line per entry, so that lines can be counted. */
export const config = (clusters: string[], users: string[], contexts: string[], more = ''): string =>
  [
    'apiVersion: v1',
    'kind: Config',
    'clusters:',
    ...clusters.map((each) => `- ${each}`),
    'users:',
    ...users.map((each) => `- ${each}`),
    'contexts:',
    ...contexts.map((each) => `- ${each}`),
    more,
  ].join('\n');

export const GOOD = config([CLUSTER], [USER], [CONTEXT], 'current-context: x');

export interface KubeconfigFiles {
  readonly folder: string;
  /** Writes a file, of a name of its own unless told, and returns its path. */
  file(text: string, name?: string): Promise<string>;
  /** Loads exactly these files. */
  load(...explicit: string[]): Promise<Kubeconfig>;
  /** The error of a text that is the only kubeconfig. */
  problemOf(text: string): Promise<AppError | undefined>;
}

export function useKubeconfigFiles(): KubeconfigFiles {
  let folder = '';
  let files = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const file = async (text: string, name = `config-${String((files += 1))}`): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  };
  const load = (...explicit: string[]): Promise<Kubeconfig> =>
    loadKubeconfig({ explicit, env: {}, home: join(folder, 'nowhere') });
  return {
    get folder() {
      return folder;
    },
    file,
    load,
    async problemOf(text) {
      const { contexts, problems } = await load(await file(text));
      return contexts.find((each) => each.problem)?.problem ?? problems[0];
    },
  };
}
