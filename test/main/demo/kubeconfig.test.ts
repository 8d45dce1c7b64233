// The demo's kubeconfig: what it says, and that it never takes the place of somebody else's file.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { placeKubeconfig, writeKubeconfig } from '../../../src-main/demo/kubeconfig.ts';
import { loadKubeconfig } from '../../../src-main/kube/kubeconfig.ts';

const TEXT = writeKubeconfig(
  [
    { context: 'demo-lab', fabric: 'demo-lab', server: 'https://127.0.0.1:4001', token: 'one' },
    { context: 'demo-prod', fabric: 'demo-prod', server: 'https://127.0.0.1:4002', token: 'two' },
    { context: 'demo-prod-admin', fabric: 'demo-prod', server: 'https://127.0.0.1:4002', token: 'three' },
  ],
  '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n',
);

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hedgerow-kubeconfig-'));
  file = join(folder, 'kubeconfig');
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

test('our own reader finds every context, the first one current', async () => {
  placeKubeconfig(file, TEXT);
  const { contexts, current, problems } = await loadKubeconfig({ explicit: [file] });
  expect({ current, problems }).toEqual({ current: 'demo-lab', problems: [] });
  expect(contexts.map(({ id, server, signIn }) => [id, server, signIn])).toEqual([
    ['demo-lab', 'https://127.0.0.1:4001', 'token'],
    ['demo-prod', 'https://127.0.0.1:4002', 'token'],
    ['demo-prod-admin', 'https://127.0.0.1:4002', 'token'],
  ]);
});

describe('the file', () => {
  test('is for its owner alone, leaves no draft, and is removed at the end', () => {
    const remove = placeKubeconfig(file, TEXT);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['kubeconfig']);
    remove();
    expect(existsSync(file)).toBe(false);
  });

  test.for([
    ['an empty file', ''],
    ['the file of an earlier demo', TEXT.replace('one', 'older')],
  ])('replaces %s', ([, before]) => {
    writeFileSync(file, before ?? '');
    placeKubeconfig(file, TEXT);
    expect(readFileSync(file, 'utf8')).toBe(TEXT);
  });

  test('never replaces a kubeconfig that is not a demo’s', () => {
    writeFileSync(file, 'apiVersion: v1\nkind: Config\n');
    expect(() => placeKubeconfig(file, TEXT)).toThrow(`${file} is not overwritten`);
    expect(readFileSync(file, 'utf8')).toBe('apiVersion: v1\nkind: Config\n');
    expect(readdirSync(folder)).toEqual(['kubeconfig']);
  });

  test('stays if a later demo has replaced it', () => {
    const remove = placeKubeconfig(file, TEXT);
    placeKubeconfig(file, TEXT.replace('one', 'newer'));
    remove();
    expect(readFileSync(file, 'utf8')).toContain('newer');
  });

  test('a folder that does not exist is refused with its name', () => {
    const inNone = join(folder, 'none', 'kubeconfig');
    const why = `${inNone} cannot be written: the folder ${join(folder, 'none')} does not exist`;
    expect(() => placeKubeconfig(inNone, TEXT)).toThrow(why);
  });

  test('a folder in its place is refused and left as it is', () => {
    mkdirSync(file);
    expect(() => placeKubeconfig(file, TEXT)).toThrow('EISDIR');
    expect(readdirSync(folder)).toEqual(['kubeconfig']);
  });
});
