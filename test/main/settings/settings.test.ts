/** The settings file: kept over a restart, never lost when it is damaged, and usable in part. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULTS, publicSettings, readStored } from '../../../src-main/settings/schema.ts';

// electron-store asks the electron package where its binary lies; outside of Electron any answer will do.
process.env.ELECTRON_OVERRIDE_DIST_PATH ??= tmpdir();
const { memorySettings, openSettings } = await import('../../../src-main/settings/settings.ts');

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hedgerow-settings-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const file = () => join(home, 'settings.json');
const aside = () => readdirSync(home).filter((name) => name.startsWith('settings.damaged-'));

describe('openSettings', () => {
  test('begins with the defaults and keeps what is set', () => {
    const settings = openSettings(home, 0);
    expect(settings.get()).toEqual(DEFAULTS);
    settings.set({ theme: 'light', openFabrics: ['a'] });
    expect(openSettings(home, 0).get()).toEqual({ ...DEFAULTS, theme: 'light', openFabrics: ['a'] });
    expect(settings.problem).toBeUndefined();
  });

  test.each(['', '{"theme":', 'no json', '[]', 'null', '"x"'])(
    '%j is set aside whole, and reported',
    (content) => {
      writeFileSync(file(), content);
      const settings = openSettings(home, 0);
      expect(settings.get()).toEqual(DEFAULTS);
      expect(settings.problem?.message).toContain(file());
      expect(aside()).toHaveLength(1);
      expect(readFileSync(join(home, aside()[0] ?? ''), 'utf8')).toBe(content);
      settings.set({ theme: 'dark' });
      expect(openSettings(home, 0)).toMatchObject({ problem: undefined });
    },
  );

  test('one wrong value costs that value alone, and a copy of the file stays', () => {
    const content = JSON.stringify({ theme: 'pink', dockHeight: 500, unknown: 1 });
    writeFileSync(file(), content);
    const settings = openSettings(home, 0);
    expect(settings.get()).toEqual({ ...DEFAULTS, dockHeight: 500 });
    expect(settings.problem?.message).toMatch(/theme/);
    expect(readFileSync(join(home, aside()[0] ?? ''), 'utf8')).toBe(content);
    settings.set({ letterKeys: false });
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({
      dockHeight: 500,
      unknown: 1,
      letterKeys: false,
    });
  });

  test('settings without a file last for the run', () => {
    const settings = memorySettings('/nowhere', new Error('EACCES: permission denied'));
    expect(settings.problem?.message).toMatch(/\/nowhere.*EACCES/);
    expect(settings.set({ theme: 'dark' }).theme).toBe('dark');
    expect(settings.get().theme).toBe('dark');
  });
});

describe('readStored', () => {
  test.each<[unknown, string[]]>([
    [{}, []],
    [{ window: { width: 1000, height: 700, maximized: false } }, []],
    [{ window: { width: -1, height: 700, maximized: false } }, ['window']],
    [{ window: null, kubeconfig: '' }, ['kubeconfig']],
    [{ openFabrics: 'a' }, ['openFabrics']],
    [{ dockHeight: 1e9, letterKeys: 'yes' }, ['dockHeight', 'letterKeys']],
    [JSON.parse('{"__proto__":{"theme":"pink"},"theme":"dark"}'), []],
    [[], ['(the whole file)']],
  ])('%j', (raw, wrong) => {
    const { stored, wrong: found } = readStored(raw);
    expect(found).toEqual(wrong);
    for (const key of wrong)
      if (key in DEFAULTS) expect(stored).toHaveProperty(key, DEFAULTS[key as keyof typeof DEFAULTS]);
  });

  test('the page sees only what concerns it', () => {
    expect(Object.keys(publicSettings(DEFAULTS)).sort()).toEqual([
      'dockHeight',
      'letterKeys',
      'sidebarCollapsed',
      'theme',
    ]);
  });
});
