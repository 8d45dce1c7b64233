/** Which folder a run keeps its settings and logs in. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chooseHome } from '../../src-main/home.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hedgerow-home-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('HEDGEROW_HOME is made if need be, and stays', () => {
  const home = chooseHome(join(folder, 'own'), true, () => '');
  expect(home).toMatchObject({ folder: join(folder, 'own'), temporary: false });
  home.remove();
  expect(existsSync(join(folder, 'own'))).toBe(true);
});

test("without it the app's data folder, made if need be", () => {
  const home = chooseHome('', false, () => join(folder, 'data'));
  expect(home.folder).toBe(join(folder, 'data'));
  expect(existsSync(home.folder)).toBe(true);
});

test('an unattended run has a folder of its own, which goes with it', () => {
  const home = chooseHome(undefined, true, () => join(folder, 'data'));
  expect(existsSync(home.folder)).toBe(true);
  expect(existsSync(join(folder, 'data'))).toBe(false);
  home.remove();
  expect(existsSync(home.folder)).toBe(false);
});
