// Where kubeconfigs are looked for, how they are merged, and how a context is chosen.
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { AppFailure } from '../../../shared/errors.ts';
import type { AppError } from '../../../shared/errors.ts';
import { chooseContext, loadKubeconfig } from '../../../src-main/kube/kubeconfig.ts';
import { makeCertificate } from './certificates.ts';
import { describe, expect, it } from 'vitest';
import { useKubeconfigFiles, config, CONTEXT, GOOD, USER } from './kubeconfig-files.ts';

const pair = makeCertificate({ name: 'user' });
const files = useKubeconfigFiles();

describe('where kubeconfigs are looked for', () => {
  it('takes explicit files alone', async () => {
    const path = await files.file(GOOD);
    const other = await files.file(GOOD.replaceAll('name: x', 'name: other'));
    const found = await loadKubeconfig({ explicit: [path], env: { KUBECONFIG: other }, home: files.folder });
    expect(found.sources).toEqual([path]);
    expect(found.contexts.map((each) => each.id)).toEqual(['x']);
  });

  it('does not fall back from an explicit file, nor from KUBECONFIG', async () => {
    const home = join(files.folder, 'home-with-config');
    await mkdir(join(home, '.kube'), { recursive: true });
    await writeFile(join(home, '.kube', 'config'), GOOD);
    const missing = join(files.folder, 'missing');
    for (const places of [{ explicit: [missing] }, { env: { KUBECONFIG: missing } }]) {
      const found = await loadKubeconfig({ env: {}, home, ...places });
      expect(found.contexts).toEqual([]);
      expect(found.problems).toEqual([expect.objectContaining({ code: 'kubeconfig-missing' })]);
      expect(found.problems[0]?.message).toBe(`Kubeconfig ${missing}: it does not exist.`);
    }
    expect((await loadKubeconfig({ env: {}, home })).contexts).toHaveLength(1);
  });

  it('says so where there is none at all', async () => {
    const found = await loadKubeconfig({ env: {}, home: files.folder });
    expect(found).toMatchObject({ sources: [], contexts: [], problems: [{ code: 'kubeconfig-missing' }] });
  });

  it("takes the pod's own account where there is no file", async () => {
    const account = join(files.folder, 'account');
    await mkdir(account);
    await Promise.all(
      Object.entries({ token: 't', 'ca.crt': pair.cert, namespace: 'shop' }).map(([name, text]) =>
        writeFile(join(account, name), text),
      ),
    );
    const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };
    const found = await loadKubeconfig({ env, home: files.folder, serviceAccount: account });
    expect(found.contexts).toMatchObject([
      {
        id: 'in-cluster',
        server: 'https://[fd00::1]:443',
        namespace: 'shop',
        signIn: 'token file',
        current: true,
      },
    ]);
    expect(chooseContext(found).user.tokenFile).toBe(join(account, 'token'));
  });
});

describe('merging by the rules of kubectl', () => {
  it('lets the first file win, per name and for current-context', async () => {
    const first = await files.file(
      config(
        ['{name: c, cluster: {server: "https://first:1"}}'],
        [USER],
        ['{name: a, context: {cluster: c, user: u}}'],
      ),
    );
    const second = await files.file(
      config(
        ['{name: c, cluster: {server: "https://second:2"}}', '{name: d, cluster: {server: "https://d:3"}}'],
        [],
        ['{name: a, context: {cluster: d, user: u}}', '{name: b, context: {cluster: c, user: u}}'],
        'current-context: b',
      ),
    );
    const third = await files.file('current-context: a');
    const found = await loadKubeconfig({
      env: { KUBECONFIG: [first, second, '', third].join(delimiter) },
      home: files.folder,
    });
    expect(found.sources).toEqual([first, second, third]);
    expect(found.problems).toEqual([]);
    expect(
      found.contexts.map(({ id, server, source, current }) => ({ id, server, source, current })),
    ).toEqual([
      { id: 'a', server: 'https://first:1', source: first, current: false },
      { id: 'b', server: 'https://first:1', source: second, current: true },
    ]);
  });

  it('keeps the files that can be read', async () => {
    const broken = await files.file('clusters: [');
    const found = await files.load(join(files.folder, 'gone'), broken, await files.file(GOOD));
    expect(found.problems.map((each) => each.code)).toEqual(['kubeconfig-missing', 'kubeconfig-invalid']);
    expect(chooseContext(found).cluster.server).toBe('https://c:6443');
  });

  it('resolves paths against the files.folder of the file that holds them', async () => {
    await mkdir(join(files.folder, 'sub'), { recursive: true });
    await files.file(pair.cert, 'sub/ca.crt');
    const path = await files.file(
      config(
        ['{name: c, cluster: {server: "https://c", certificate-authority: ca.crt}}'],
        [
          '{name: u, user: {tokenFile: ../sub/ca.crt, exec: {apiVersion: client.authentication.k8s.io/v1, command: ./bin/sign-in}}}',
        ],
        [CONTEXT],
      ),
      'sub/config',
    );
    const { cluster, user } = chooseContext(await files.load(path), 'x');
    expect(cluster.caFile).toBe(join(files.folder, 'sub', 'ca.crt'));
    expect(user).toMatchObject({
      tokenFile: join(files.folder, 'sub', 'ca.crt'),
      exec: { command: join(files.folder, 'sub', 'bin', 'sign-in') },
    });
  });
});

describe('chooseContext', () => {
  const failure = (run: () => unknown): AppError | undefined => {
    try {
      run();
    } catch (cause) {
      return cause instanceof AppFailure ? cause.error : undefined;
    }
    return undefined;
  };

  it('takes current-context without a name', async () => {
    expect(chooseContext(await files.load(await files.file(GOOD))).fabric).toBe('x');
  });

  it.each([
    [GOOD, 'prod', 'context prod does not exist'],
    [GOOD.replace('current-context: x', ''), undefined, 'current-context is not set'],
    [
      GOOD.replace('current-context: x', 'current-context: y'),
      undefined,
      'current-context names y, which does not exist',
    ],
  ])('names the contexts there are', async (text, name, words) => {
    const found = await files.load(await files.file(text));
    const error = failure(() => chooseContext(found, name));
    expect(error).toMatchObject({ code: 'context-missing', details: { contexts: 'x' } });
    expect(error?.message).toContain(words);
    expect(error?.hint).toContain('x');
  });

  it('tells why no file could be read', async () => {
    const found = await files.load(join(files.folder, 'gone'));
    expect(failure(() => chooseContext(found, 'x'))?.code).toBe('kubeconfig-missing');
  });
});
