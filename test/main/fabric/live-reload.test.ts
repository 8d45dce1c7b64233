/** Kubeconfigs that change on disk: the list follows by itself, what did not change is not disturbed, a bad save harms nothing. */
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { Fabrics } from '../../../src-main/fabric/fabrics.ts';
import { config } from '../kube/kubeconfig-files.ts';
import { startFakeCluster } from './fake-cluster.ts';
import { fakeBox, useHome } from './open-sources.ts';
import { sickPod, sickScenario } from './sick-pod.ts';

const { FabricConfiguration } = await import('../../../src-main/fabric/fabric-configuration.ts');

const SOON = { timeout: 15_000, interval: 20 };
vi.setConfig({ testTimeout: 40_000 });

const kubeconfig = (name: string, server: string, more: string[] = []): string =>
  config(
    [`{name: ${name}, cluster: {server: "${server}"}}`],
    [`{name: ${name}, user: {}}`],
    [`{name: ${name}, context: {cluster: ${name}, user: ${name}}}`, ...more],
  );

/** An app that reads the files named, in a folder of its own. */
async function appWith(home: string, ...files: string[]) {
  const fabrics: Fabrics = new Fabrics({
    load: () => configuration.load(),
    memoryOf: (context) => configuration.sources.memoryOf(context),
    scenarios: [sickScenario],
    now: Date.now,
    onList: () => undefined,
  });
  const configuration = new FabricConfiguration({
    home,
    box: fakeBox(),
    places: () => ({
      env: { KUBECONFIG: files.map((name) => join(home, name)).join(delimiter) },
      home: '/nowhere',
    }),
    addDemo: (read) => read(),
    contextOf: (id) => fabrics.get(id).context,
    reload: () => fabrics.load(),
    report: () => undefined,
    settleMs: 20,
  });
  onTestFinished(async () => {
    await fabrics.closeAll();
    await configuration.close();
  });
  await configuration.watch();
  await fabrics.load();
  return {
    fabrics,
    configuration,
    ids: () => fabrics.list.fabrics.map(({ id }) => id),
    live: (id: string) => vi.waitFor(() => expect(fabrics.get(id).link.phase).toBe('live'), SOON),
    until: (expected: () => void) => vi.waitFor(expected, SOON),
  };
}

describe('a kubeconfig that changes', () => {
  test('renews the fabric that changed and leaves the other alone', async () => {
    const home = useHome();
    const [a, b, c] = [
      await startFakeCluster([sickPod('a')]),
      await startFakeCluster(),
      await startFakeCluster(),
    ];
    await writeFile(join(home, 'a'), kubeconfig('a', a.server.url));
    await writeFile(join(home, 'b'), kubeconfig('b', b.server.url));
    const { fabrics, live, until } = await appWith(home, 'a', 'b');
    for (const id of ['a', 'b']) {
      fabrics.get(id).open();
      await live(id);
    }
    const [first, second] = [fabrics.get('a'), fabrics.get('b')];
    const asked = a.server.asked.length;
    // As kubectl writes: beside, then in its place.
    await writeFile(join(home, 'b.new'), kubeconfig('b', c.server.url));
    await rename(join(home, 'b.new'), join(home, 'b'));
    await until(() => expect(fabrics.get('b')).not.toBe(second));
    await live('b');
    expect(c.server.asked.length).toBeGreaterThan(0);
    expect(fabrics.get('a')).toBe(first);
    expect(first.link.phase).toBe('live');
    expect(a.server.asked.length).toBe(asked);
  });

  test.each([
    ['half of it', (text: string) => text.slice(0, text.indexOf('server:') + 9)],
    ['nothing', () => ''],
    ['something else', () => '- no\n- kubeconfig\n'],
    ['broken YAML', (text: string) => `${text}\n\t: {`],
  ])(
    'that holds %s keeps its last good contexts, with a notice, until it is whole again',
    async (_name, spoil) => {
      const home = useHome();
      const a = await startFakeCluster();
      const good = kubeconfig('a', a.server.url);
      await writeFile(join(home, 'a'), good);
      const { fabrics, live, until } = await appWith(home, 'a');
      fabrics.get('a').open();
      await live('a');
      const fabric = fabrics.get('a');
      await writeFile(join(home, 'a'), spoil(good));
      await until(() =>
        expect(fabrics.list.problems[0]?.hint).toMatch(/stay as they were when it was last read/),
      );
      expect(fabrics.get('a')).toBe(fabric);
      expect(fabric.link.phase).toBe('live');
      await writeFile(join(home, 'a'), `${good}\n# put right`);
      await until(() => expect(fabrics.list.problems).toEqual([]));
      expect(fabrics.get('a')).toBe(fabric);
    },
  );

  test('may appear later, go, come back, and lie behind a link', async () => {
    const home = useHome();
    const { ids, until } = await appWith(home, 'later/config');
    expect(ids()).toEqual([]);
    await mkdir(join(home, 'real'));
    await writeFile(join(home, 'real', 'config'), kubeconfig('a', 'https://a:6443'));
    await symlink('real', join(home, 'later'));
    await until(() => expect(ids()).toEqual(['a']));
    await writeFile(join(home, 'real', 'config'), kubeconfig('b', 'https://b:6443'));
    await until(() => expect(ids()).toEqual(['b']));
    // A file that is gone is meant to be gone.
    await rm(join(home, 'real', 'config'));
    await until(() => expect(ids()).toEqual([]));
    await writeFile(join(home, 'real', 'config'), kubeconfig('c', 'https://c:6443'));
    await until(() => expect(ids()).toEqual(['c']));
  });

  test('is followed, too, where a fabric that was added by hand refers to it', async () => {
    const home = useHome();
    await writeFile(join(home, 'own'), kubeconfig('x', 'https://one:6443'));
    const { fabrics, configuration, until } = await appWith(home);
    const manual = {
      name: 'hand',
      server: '',
      ca: '',
      namespace: '',
      kubeconfig: join(home, 'own'),
      context: 'x',
    };
    const { id } = await configuration.drafts.save({ manual });
    expect(fabrics.get(id).context.server).toBe('https://one:6443');
    await writeFile(join(home, 'own'), kubeconfig('x', 'https://two:6443'));
    await until(() => expect(fabrics.get(id).context.server).toBe('https://two:6443'));
    await configuration.drafts.remove(id);
    expect(fabrics.list.fabrics).toEqual([]);
  });

  test('while a change in the app is under way loses neither', async () => {
    const home = useHome();
    await writeFile(join(home, 'a'), kubeconfig('a', 'https://a:6443'));
    const { fabrics, configuration, ids } = await appWith(home, 'a');
    const manual = {
      name: 'hand',
      server: 'https://h:6443',
      ca: '',
      namespace: '',
      kubeconfig: '',
      context: '',
    };
    const loads = [fabrics.load(), fabrics.load()];
    const [details] = await Promise.all([configuration.drafts.save({ manual, token: 'abc' }), ...loads]);
    expect(details.id).toBe('hand (by hand)');
    expect(ids()).toEqual(['a', 'hand (by hand)']);
  });
});
