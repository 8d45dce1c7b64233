/** What is kept of fabrics: settings, tokens and memories survive a restart, damage costs only itself, nothing leaks. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { NO_SETTINGS } from '../../../shared/model/fabric-settings.ts';
import type { StoredManual } from '../../../src-main/settings/fabric-schema.ts';
import { fakeBox, openSources, useHome } from '../fabric/open-sources.ts';

const { openFabricMemories } = await import('../../../src-main/settings/fabric-memory.ts');

const PROD = { source: '/home/a/.kube/config', context: 'prod' };
const OTHER = { source: '/home/a/.kube/other', context: 'prod' };
const MANUAL: StoredManual = {
  key: 'key-of-lab-west',
  name: 'lab-west',
  server: 'https://10.0.0.1:6443',
  ca: '',
  namespace: '',
  kubeconfig: '',
  context: '',
  hasToken: true,
};
const aside = (home: string) => readdirSync(home).filter((name) => name.includes('.damaged-'));

describe('settings of fabrics', () => {
  test('equal names in two files are two fabrics; what is as without settings leaves no trace', () => {
    const home = useHome();
    const { store } = openSources(home);
    store.setSettings(PROD, { ...NO_SETTINGS, colour: 'red' });
    store.setSettings(OTHER, { ...NO_SETTINGS, readOnly: true });
    store.putManual(MANUAL);
    const again = openSources(home).store;
    expect(again.settingsOf(PROD)).toEqual({ ...NO_SETTINGS, colour: 'red' });
    expect(again.settingsOf(OTHER).readOnly).toBe(true);
    expect(again.settingsOf({ ...PROD, context: 'toString' })).toEqual(NO_SETTINGS);
    expect(again.manual()).toEqual([MANUAL]);
    again.setSettings(PROD, NO_SETTINGS);
    again.removeManual(MANUAL.key);
    expect(readFileSync(join(home, 'fabrics.json'), 'utf8')).not.toMatch(/\/config|lab-west/);
  });

  test('one bad entry does not drop the others; a copy of the file stays', () => {
    const home = useHome();
    const content = JSON.stringify({
      settings: [
        { ...PROD, settings: { colour: 'red', proxy: 7, future: 1 } },
        { source: 4, context: 'x', settings: {} },
        JSON.parse(
          '{"source":"/s","context":"__proto__","settings":{"__proto__":{"readOnly":true},"colour":"blue"}}',
        ),
      ],
      manual: [{ ...MANUAL, server: 5 }, MANUAL, 'x', null],
    });
    writeFileSync(join(home, 'fabrics.json'), content);
    const { store, problems } = openSources(home);
    expect(store.settingsOf(PROD)).toEqual({ ...NO_SETTINGS, colour: 'red' });
    expect(store.settingsOf({ source: '/s', context: '__proto__' })).toEqual({
      ...NO_SETTINGS,
      colour: 'blue',
    });
    expect(store.manual()).toEqual([MANUAL]);
    expect(problems[0]?.message).toMatch(/settings\[1\].*proxy of fabric prod.*manual\[0\]/);
    expect(readFileSync(join(home, aside(home)[0] ?? ''), 'utf8')).toBe(content);
    expect(openSources(home).problems).toEqual([]);
    expect(openSources(home).store.manual()).toEqual([MANUAL]);
  });

  test.each(['{"settings": [', '"x"', '[]', `{"pad":"${'x'.repeat(17 * 1024 * 1024)}"}`])(
    'a file that cannot be used is set aside and reported (%#)',
    (content) => {
      const home = useHome();
      for (const name of ['fabrics', 'fabric-secrets', 'fabric-memory'])
        writeFileSync(join(home, `${name}.json`), content);
      const { store, problems } = openSources(home);
      expect(problems).toHaveLength(3);
      expect(aside(home)).toHaveLength(3);
      store.setSettings(PROD, { ...NO_SETTINGS, colour: 'red' });
      expect(openSources(home).store.settingsOf(PROD).colour).toBe('red');
    },
  );

  test('settings[*] that is no list is told, and thousands of entries are cut', () => {
    const home = useHome();
    const settings = Array.from({ length: 2500 }, (_, index) => ({
      source: '/s',
      context: String(index),
      settings: { readOnly: true },
    }));
    writeFileSync(join(home, 'fabrics.json'), JSON.stringify({ settings, manual: {} }));
    const { store, problems } = openSources(home);
    expect(problems[0]?.message).toMatch(/beyond the first 2000.*manual/);
    expect(store.settingsOf({ source: '/s', context: '1999' }).readOnly).toBe(true);
  });

  test('a folder instead of the file costs persistence, not the app', () => {
    const home = useHome();
    mkdirSync(join(home, 'fabrics.json'));
    const { store, problems } = openSources(home);
    expect(problems[0]?.message).toMatch(/last for this run only/);
    store.setSettings(PROD, { ...NO_SETTINGS, colour: 'red' });
    expect(store.settingsOf(PROD).colour).toBe('red');
  });
});

describe('tokens', () => {
  const token = 'ey-very-secret';
  const everything = (home: string) =>
    readdirSync(home)
      .map((name) => readFileSync(join(home, name), 'utf8'))
      .join();

  test('are kept encrypted over a restart, and removed for good', () => {
    const home = useHome();
    openSources(home).secrets.set('key', token);
    expect(everything(home)).not.toContain(token);
    const { secrets } = openSources(home);
    expect([secrets.token('key'), secrets.where('key'), secrets.keychain]).toEqual([token, 'keychain', true]);
    expect(secrets.token('__proto__')).toBeUndefined();
    secrets.remove('key');
    expect([secrets.token('key'), openSources(home).secrets.where('key')]).toEqual([undefined, 'none']);
  });

  test('without a keychain last for the session and touch no file', () => {
    const home = useHome();
    const { secrets } = openSources(home, fakeBox(false));
    secrets.set('key', token);
    expect([secrets.token('key'), secrets.where('key'), secrets.keychain]).toEqual([token, 'session', false]);
    expect(existsSync(join(home, 'fabric-secrets.json')) && everything(home).includes('key')).toBe(false);
    expect(openSources(home, fakeBox(false)).secrets.token('key')).toBeUndefined();
  });

  test('that the keychain does not give out stay stored, and are said to be locked', () => {
    const home = useHome();
    openSources(home).secrets.set('key', token);
    const locked = openSources(home, fakeBox(false)).secrets;
    expect([locked.token('key'), locked.where('key')]).toEqual([undefined, 'locked']);
    const foreign = openSources(home, {
      ...fakeBox(),
      decrypt: () => {
        throw new Error('other user');
      },
    }).secrets;
    expect([foreign.token('key'), foreign.where('key')]).toEqual([undefined, 'locked']);
    expect(openSources(home).secrets.token('key')).toBe(token);
  });

  test('that the keychain refuses to take last for the session', () => {
    const refusing = {
      ...fakeBox(),
      encrypt: () => {
        throw new Error('locked');
      },
    };
    const { secrets } = openSources(useHome(), refusing);
    secrets.set('key', token);
    expect(secrets.where('key')).toBe('session');
  });
});

describe('memory', () => {
  const identity = { uid: 'u-1', version: 'v1.35.4', firstSeen: 5 };
  const status = {
    state: 'failed',
    at: 9,
    error: { code: 'timeout', message: 'No answer.', retryable: true },
  } as const;

  test('survives a restart, merges, forgets, and writes often changed things once', async () => {
    const home = useHome();
    const { memories } = openSources(home);
    const prod = memories.of(PROD);
    prod.write({ identity, timeoutMs: 60_000 });
    for (let at = 0; at < 1000; at++) prod.write({ status: { state: 'connected', at } });
    prod.write({ status, timeoutMs: undefined });
    memories.of(OTHER).write({ timeoutMs: 30_000 });
    await memories.close();
    const again = openSources(home).memories;
    expect(again.of(PROD).read()).toEqual({ identity, status });
    expect(again.of(OTHER).read()).toEqual({ timeoutMs: 30_000 });
    again.forget(PROD);
    await again.close();
    expect(openSources(home).memories.of(PROD).read()).toEqual({});
  });

  test('a bad entry does not drop the others', () => {
    const home = useHome();
    const good = { ...PROD, remembered: { identity } };
    const bad = { ...OTHER, remembered: { identity: { uid: '', firstSeen: 'x' } } };
    writeFileSync(join(home, 'fabric-memory.json'), JSON.stringify({ fabrics: [bad, good] }));
    const { memories, problems } = openSources(home);
    expect(memories.of(PROD).read()).toEqual({ identity });
    expect(memories.of(OTHER).read()).toEqual({});
    expect(problems).toHaveLength(1);
    expect(aside(home)).toHaveLength(1);
  });

  test('the disk may refuse; that is reported once and nothing is thrown', async () => {
    const home = useHome();
    const report = vi.fn();
    const memories = openFabricMemories(home, 0, report);
    mkdirSync(join(home, 'fabric-memory.json.new'));
    memories.of(PROD).write({ identity });
    await memories.close();
    expect(report).toHaveBeenCalledTimes(1);
    expect(memories.of(PROD).read()).toEqual({ identity });
  });
});

test('a settings folder that may not be written is a sentence', async () => {
  const { writeOrTell } = await import('../../../src-main/settings/write-or-tell.ts');
  expect(() => writeOrTell(() => chmodSync('/nowhere/at/all', 0))).toThrow(
    'The settings could not be stored (ENOENT).',
  );
});
