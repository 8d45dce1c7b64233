/** Everything that others can put into a folder, and folders that are no dump. */
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppFailure } from '../../../shared/errors.ts';
import { readDump } from '../../../src-main/dump/read-dump.ts';
import { a, b, folderOf, pods, read, readFolder, yaml } from './folder.ts';

describe('hostile folders', () => {
  const laughs = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
    .split('')
    .map(
      (name, index) =>
        `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefgh'[index]}`).join(',')}]`,
    )
    .join('\n')}\n`;

  it.each<[string, string, string | Uint8Array, RegExp]>([
    [
      'broken YAML',
      'x.yaml',
      'apiVersion: v1\nkind: [Pod\n',
      /^x\.yaml, line \d: is not valid YAML, and the document is skipped/,
    ],
    ['broken JSON', 'x.json', '{"kind": ', /^x\.json: is not valid JSON and is skipped\.$/],
    [
      'a YAML bomb',
      'x.yaml',
      laughs,
      /^x\.yaml, line 1: cannot be read as YAML, and the document is skipped/,
    ],
    [
      'bottomless YAML',
      'x.yaml',
      '['.repeat(100_000),
      /^x\.yaml, line 1: (?:cannot be read as|is not valid) YAML/,
    ],
    [
      'bottomless JSON',
      'x.json',
      `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
      /^x\.json: holds no Kubernetes object/,
    ],
    ['binary', 'x.yaml', Buffer.from([1, 0, 2, 0, 255]), /^x\.yaml: is binary and is skipped\.$/],
    ['a scalar', 'x.yaml', 'just text', /holds no Kubernetes object/],
    [
      'an object without a name',
      'x.yaml',
      yaml({ apiVersion: 'v1', kind: 'Pod', metadata: {} }),
      /holds no Kubernetes object/,
    ],
    [
      'metadata of a wrong type',
      'x.yaml',
      yaml({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x', namespace: 7 } }),
      /holds no Kubernetes object/,
    ],
    [
      'entries of a list that are none',
      'x.yaml',
      yaml({ apiVersion: 'v1', kind: 'List', items: [null] }),
      /holds no Kubernetes object/,
    ],
    [
      'two values for one key',
      'x.yaml',
      'apiVersion: v1\nkind: Pod\nkind: Secret\nmetadata: {name: x}\n',
      /is not valid YAML/,
    ],
    [
      'a file of another form',
      'notes.md',
      '# notes',
      /^1 file neither YAML, JSON nor a container log: skipped \(notes\.md\)\.$/,
    ],
  ])('are read past %s', async (_name, file, content, warning) => {
    const dump = await read({ 'good.yaml': yaml(a), [file]: content });
    expect(pods(dump)).toEqual(['shop/a']);
    expect(dump.warnings).toEqual([expect.stringMatching(warning)]);
  });

  it('names the line of a mistake', async () => {
    const { warnings } = await read({ 'x.yaml': `${yaml(a)}---\nkind: Pod\nmetadata:\n  name: "open\n` });
    const line = yaml(a).split('\n').length + 3;
    expect(warnings[0]).toMatch(new RegExp(`^x\\.yaml, line (?:${line}|${line + 1}):`));
  });

  it('survive fields of every wrong type', async () => {
    const strange = [null, 'x', 7, [], [null], { a: 1 }].flatMap((part, index) => [
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: `p${index}`, labels: part, ownerReferences: part, annotations: part },
        spec: part,
        status: part,
      },
      { apiVersion: 'v1', kind: 'Service', metadata: { name: `s${index}` }, spec: { selector: part } },
      {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: `e${index}` },
        involvedObject: part,
        regarding: part,
      },
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { name: `i${index}` },
        spec: { rules: part, defaultBackend: part },
      },
      {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { name: `l${index}` },
        endpoints: part,
      },
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: `k${index}` }, data: part },
    ]);
    const { store } = await read({ 'x.json': JSON.stringify(strange) });
    expect([store.count('Pod'), store.count('Event'), store.count('Secret')]).toEqual([6, 6, 6]);
  });

  it('pollute no prototype', async () => {
    const text =
      '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "shop", "labels": {"__proto__": {"polluted": "yes"}, "app": "web"}}, "__proto__": {"polluted": "yes"}}';
    for (const file of ['x.json', 'x.yaml']) {
      const { store } = await read({ [file]: text });
      expect(store.view.podsSelected('shop', { app: 'web' })).toHaveLength(1);
    }
    const { store } = await read({
      'y.yaml':
        'apiVersion: v1\nkind: Pod\n__proto__: {polluted: "yes"}\nmetadata: {name: p, namespace: shop, __proto__: {polluted: "yes"}, labels: {__proto__: x, app: web}}\n',
    });
    expect(store.view.podsSelected('shop', { app: 'web' })).toHaveLength(1);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('are left by no link, and no loop of links is entered twice', async () => {
    const outside = await folderOf({ 'secret.yaml': yaml(b) });
    const folder = await folderOf({ 'real/a.yaml': yaml(a) });
    await symlink(outside, join(folder, 'out'));
    await symlink(folder, join(folder, 'loop'));
    await symlink(join(folder, 'real'), join(folder, 'again'));
    await symlink('nowhere', join(folder, 'dead.yaml'));
    const dump = await readFolder(folder);
    expect(pods(dump)).toEqual(['shop/a']);
    expect(dump.warnings.sort()).toEqual([
      'dead.yaml: cannot be read (ENOENT) and is skipped.',
      'out: the link leads out of the folder and is skipped.',
    ]);
  });
});

describe('what is no dump', () => {
  const failure = async (folder: string): Promise<AppFailure['error']> => {
    const thrown: unknown = await readDump({ folder, warn: () => undefined }).catch(
      (cause: unknown) => cause,
    );
    if (!(thrown instanceof AppFailure)) throw new Error('it was read');
    return thrown.error;
  };

  it('is told in a sentence', async () => {
    const folder = await folderOf({ 'x/notes.md': 'hello', 'file.yaml': 'a: b' });
    expect(await failure(join(folder, 'missing'))).toMatchObject({
      code: 'not-found',
      message: `Folder ${join(folder, 'missing')} does not exist.`,
    });
    expect(await failure(join(folder, 'file.yaml'))).toMatchObject({
      code: 'invalid',
      message: `${join(folder, 'file.yaml')} is no folder.`,
    });
    expect(await failure(folder)).toMatchObject({
      code: 'invalid',
      message: `${folder} holds no Kubernetes object.`,
    });
    await mkdir(join(folder, 'empty'));
    expect((await failure(join(folder, 'empty'))).hint).toContain('cluster-info dump');
  });
});
