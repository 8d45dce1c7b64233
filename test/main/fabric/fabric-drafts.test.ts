/** Fabrics that are added, changed, tested and removed in the app, and what of them ever leaves the main process. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { NO_SETTINGS, type ManualFabric } from '../../../shared/model/fabric-settings.ts';
import { FabricDrafts } from '../../../src-main/fabric/fabric-drafts.ts';
import { addTokenFabric } from '../../../src-main/fabric/token-fabric.ts';
import type { KubeContext, Kubeconfig } from '../../../src-main/kube/contract.ts';
import { loadKubeconfig } from '../../../src-main/kube/kubeconfig.ts';
import { base64, makeCertificate } from '../kube/certificates.ts';
import { config, CLUSTER, USER } from '../kube/kubeconfig-files.ts';
import { fakeBox, openSources, useHome } from './open-sources.ts';

const CA = makeCertificate({ name: 'authority', authority: true }).cert;
const MANUAL: ManualFabric = {
  name: 'lab-west',
  server: 'https://10.0.0.1:6443',
  ca: '',
  namespace: 'fab',
  kubeconfig: '',
  context: '',
};
const ID = 'lab-west (by hand)';

/** An app with one kubeconfig, which holds context `names[…]`. */
async function appWith(names: string[] = ['prod'], home = useHome(), box = fakeBox()) {
  const file = join(home, 'kubeconfig.yaml');
  const contexts = names.map((name) => `{name: "${name}", context: {cluster: c, user: u}}`);
  writeFileSync(file, config([CLUSTER], [USER], contexts, `current-context: "${names[0] ?? ''}"`));
  const sources = openSources(home, box);
  let all: Kubeconfig = { sources: [], contexts: [], problems: [] };
  const reload = async () => {
    const real = await loadKubeconfig({ explicit: [file], env: {}, home: '/nowhere' });
    all = await sources.withSettings(await sources.addManual(real));
  };
  const contextOf = (id: string): KubeContext => {
    const found = all.contexts.find((each) => each.id === id);
    if (found === undefined) throw new Error(`There is no context ${id}`);
    return found;
  };
  await reload();
  const drafts = new FabricDrafts({ sources, contextOf, reload });
  return {
    drafts,
    sources,
    reload,
    home,
    file,
    contextOf,
    ids: () => all.contexts.map(({ id }) => id),
    all: () => all,
  };
}

const failureOf = async (run: Promise<unknown>): Promise<unknown> =>
  run.then(
    () => 'no failure',
    (cause: unknown) => (cause as { error?: unknown }).error ?? cause,
  );

describe('a fabric by hand', () => {
  test('is added, survives a restart, and its token never leaves', async () => {
    const { drafts, contextOf, home } = await appWith();
    const details = await drafts.save({
      manual: MANUAL,
      token: ' tok-123\n',
      settings: { ...NO_SETTINGS, colour: 'green' },
    });
    expect(details).toMatchObject({
      id: ID,
      origin: 'manual',
      manual: MANUAL,
      token: 'keychain',
      status: { state: 'unknown' },
    });
    expect(JSON.stringify(details)).not.toContain('tok-123');
    expect(contextOf(ID)).toMatchObject({
      name: 'lab-west',
      colour: 'green',
      signIn: 'token',
      access: { namespace: 'fab', cluster: { server: MANUAL.server }, user: { token: 'tok-123' } },
    });
    for (const name of readdirSync(home))
      expect(readFileSync(join(home, name), 'utf8')).not.toContain('tok-123');
    const again = await appWith(['prod'], home);
    expect(again.contextOf(ID).access?.user.token).toBe('tok-123');
    expect(again.ids()).toEqual(['prod', ID]);
  });

  test('does not shadow a context of its name, nor is it shadowed by one of its id', async () => {
    const { drafts, ids, contextOf, all } = await appWith(['lab-west', ID, `${ID} (kubeconfig)`]);
    await drafts.save({ manual: MANUAL, token: 'tok-123' });
    expect(ids()).toEqual(['lab-west', `${ID} (kubeconfig) (kubeconfig)`, `${ID} (kubeconfig)`, ID]);
    expect(contextOf('lab-west').access?.cluster.server).toBe('https://c:6443');
    expect(contextOf(`${ID} (kubeconfig) (kubeconfig)`).access).toMatchObject({
      fabric: `${ID} (kubeconfig) (kubeconfig)`,
      cluster: { server: 'https://c:6443' },
    });
    expect(contextOf(ID).access?.user.token).toBe('tok-123');
    expect(all().problems.map(({ message }) => message)).toEqual([expect.stringMatching(/is listed as/)]);
  });

  test('keeps its token through a change, but not through a change of server', async () => {
    const { drafts, contextOf } = await appWith();
    await drafts.save({ manual: MANUAL, token: 'tok-123' });
    const renamed = await drafts.save({ id: ID, manual: { ...MANUAL, name: 'lab-2', ca: CA } });
    expect(renamed.id).toBe('lab-2 (by hand)');
    expect(contextOf('lab-2 (by hand)').access).toMatchObject({
      cluster: { caData: base64(CA.trim()) },
      user: { token: 'tok-123' },
    });
    const moved = { id: 'lab-2 (by hand)', manual: { ...MANUAL, server: 'https://evil.example' } };
    for (const run of [drafts.save(moved), drafts.access(moved)])
      expect(await failureOf(run)).toMatchObject({
        code: 'invalid',
        details: { token: expect.stringMatching(/again/) as string },
      });
    expect((await drafts.access({ ...moved, token: 'new' })).access.user.token).toBe('new');
  });

  test('is not made out of a fabric of a kubeconfig, nor of one that is gone', async () => {
    const { drafts, ids } = await appWith();
    for (const id of ['prod', 'gone (by hand)', '__proto__'])
      for (const run of [
        drafts.save({ id, manual: MANUAL, token: 'abc' }),
        drafts.access({ id, manual: MANUAL }),
      ])
        expect(await failureOf(run)).toMatchObject({ code: 'context-missing' });
    expect(ids()).toEqual(['prod']);
  });

  test('loses its token where it is changed to plain http or to a kubeconfig', async () => {
    const { drafts, sources, contextOf, file } = await appWith();
    await drafts.save({ manual: MANUAL, token: 'tok-123' });
    const key = sources.store.manual()[0]?.key ?? '';
    await drafts.save({ id: ID, manual: { ...MANUAL, server: 'http://127.0.0.1:8001' } });
    expect([sources.secrets.where(key), contextOf(ID).access?.user.token]).toEqual(['none', undefined]);
    await drafts.save({ id: ID, manual: MANUAL, token: 'tok-456' });
    await drafts.save({ id: ID, manual: { ...MANUAL, server: '', kubeconfig: file, context: 'prod' } });
    expect([sources.secrets.where(key), contextOf(ID).access?.user.token]).toEqual(['none', 'secret-token']);
  });

  test('without a keychain lasts for the session and then says so, and contacts nobody', async () => {
    const { drafts, home } = await appWith(['prod'], useHome(), fakeBox(false));
    expect(await drafts.save({ manual: MANUAL, token: 'tok-123' })).toMatchObject({
      token: 'session',
      keychain: false,
    });
    const again = await appWith(['prod'], home, fakeBox(false));
    expect(again.contextOf(ID).access).toBeUndefined();
    expect(again.contextOf(ID).problem?.message).toMatch(
      /has no token any more: it was kept for an earlier session/,
    );
    expect(again.drafts.details(ID).token).toBe('none');
    const locked = await appWith(['prod'], useHome());
    await locked.drafts.save({ manual: MANUAL, token: 'tok-123' });
    const other = await appWith(['prod'], locked.home, fakeBox(false));
    expect(other.contextOf(ID).problem?.message).toMatch(/keychain of this computer does not give it out/);
  });

  test('is removed with its token, its settings and its memory', async () => {
    const { drafts, sources, ids, home, contextOf } = await appWith();
    await drafts.save({ manual: MANUAL, token: 'tok-123', settings: { ...NO_SETTINGS, colour: 'red' } });
    sources.memoryOf(contextOf(ID)).write({ timeoutMs: 60_000 });
    await drafts.remove(ID);
    expect(ids()).toEqual(['prod']);
    await sources.memories.close();
    for (const name of ['fabrics.json', 'fabric-secrets.json', 'fabric-memory.json'])
      expect(readFileSync(join(home, name), 'utf8')).not.toMatch(/lab-west|red|60000|blob/);
  });

  test.each([
    [{ ...MANUAL, server: 'http://10.0.0.1' }, 'x', ['server']],
    [{ ...MANUAL, name: '' }, undefined, ['name', 'token']],
  ])('that is wrong changes nothing and says what is: %#', async (manual, token, fields) => {
    const { drafts, ids } = await appWith();
    const failure = await failureOf(drafts.save({ manual, token }));
    expect(Object.keys((failure as { details: object }).details)).toEqual(fields);
    expect(ids()).toEqual(['prod']);
  });
});

describe('a fabric that refers to a kubeconfig', () => {
  test('takes one context of one file', async () => {
    const { drafts, contextOf, home } = await appWith();
    const other = join(home, 'other.yaml');
    writeFileSync(
      other,
      config(
        ['{name: c, cluster: {server: "https://other:6443"}}'],
        [USER],
        ['{name: prod, context: {cluster: c, user: u, namespace: deep}}'],
      ),
    );
    const manual = { ...MANUAL, server: '', namespace: '', kubeconfig: other, context: 'prod' };
    expect(await drafts.save({ manual })).toMatchObject({ id: ID, token: 'none' });
    expect(contextOf(ID)).toMatchObject({
      server: 'https://other:6443',
      namespace: 'deep',
      source: other,
      access: { fabric: ID, user: { token: 'secret-token' } },
    });
    expect(contextOf('prod').access?.cluster.server).toBe('https://c:6443');
  });

  test('never takes another context, nor waits for a pipe', async () => {
    const { drafts, file, home } = await appWith(['prod', 'other']);
    const manual = { ...MANUAL, server: '', kubeconfig: file, context: 'gone' };
    expect(await failureOf(drafts.save({ manual }))).toMatchObject({
      details: { context: expect.stringMatching(/context gone of .* does not exist/) as string },
    });
    mkdirSync(join(home, 'folder'));
    for (const kubeconfig of [join(home, 'missing'), join(home, 'folder'), '/dev/zero'])
      expect(
        Object.keys(
          ((await failureOf(drafts.save({ manual: { ...manual, kubeconfig } }))) as { details: object })
            .details,
        ).length,
      ).toBe(1);
  });
});

describe('a fabric of a kubeconfig', () => {
  test('takes settings, is tested with those that are not saved, and forgets them; the file is not touched', async () => {
    const { drafts, contextOf, file, sources } = await appWith();
    const before = [readFileSync(file, 'utf8'), statSync(file).mtimeMs];
    const settings = { ...NO_SETTINGS, namespace: 'own', proxy: 'http://proxy:3128', timeoutMs: 60_000 };
    expect(await drafts.access({ id: 'prod', settings })).toMatchObject({
      timeoutMs: 60_000,
      access: { cluster: { proxyUrl: 'http://proxy:3128' } },
    });
    expect(contextOf('prod').access?.cluster.proxyUrl).toBeUndefined();
    expect(await drafts.configure('prod', settings)).toMatchObject({
      origin: 'kubeconfig',
      settings,
      token: 'none',
    });
    expect(contextOf('prod')).toMatchObject({ namespace: 'own', own: { timeoutMs: 60_000 } });
    // Tested without an override it has the kubeconfig's own value again.
    expect((await drafts.access({ id: 'prod', settings: NO_SETTINGS })).access.namespace).toBeUndefined();
    sources.memoryOf(contextOf('prod')).write({ identity: { uid: 'u', firstSeen: 1 } });
    await drafts.remove('prod');
    expect(contextOf('prod').own).toBeUndefined();
    // Which cluster was seen is no override: it must not be forgotten in passing.
    expect(sources.memoryOf(contextOf('prod')).read().identity?.uid).toBe('u');
    expect([readFileSync(file, 'utf8'), statSync(file).mtimeMs]).toEqual(before);
  });

  test('with a wrong setting is refused', async () => {
    const { drafts } = await appWith();
    expect(await failureOf(drafts.configure('prod', { ...NO_SETTINGS, proxy: 'x' }))).toMatchObject({
      code: 'invalid',
      fabric: 'prod',
    });
    expect(() => drafts.details('__proto__')).toThrow('There is no context __proto__');
  });
});

test('the set-up stores its fabric with server, authority and way of the one it came from', async () => {
  const { sources, reload, contextOf, drafts } = await appWith();
  const { access } = contextOf('prod');
  if (access === undefined) throw new Error('no access');
  const cluster = {
    ...access.cluster,
    caData: base64(CA),
    serverName: 'kube.example',
    proxyUrl: 'http://proxy:3128',
  };
  const wanted = {
    name: 'prod reader',
    from: { ...access, cluster },
    namespace: 'fab',
    token: 'sa-token',
    until: 99,
  };
  const parts = { sources, reload };
  expect(await addTokenFabric(parts, wanted)).toBe('prod reader (by hand)');
  expect(await addTokenFabric(parts, wanted)).toBe('prod reader 2 (by hand)');
  expect(contextOf('prod reader (by hand)').access).toMatchObject({
    namespace: 'fab',
    cluster: {
      server: 'https://c:6443',
      serverName: 'kube.example',
      proxyUrl: 'http://proxy:3128',
      caData: base64(CA.trim()),
    },
    user: { token: 'sa-token' },
  });
  expect(drafts.details('prod reader (by hand)')).toMatchObject({ token: 'keychain', tokenUntil: 99 });
});
