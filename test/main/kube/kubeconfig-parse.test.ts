// Kubeconfigs that cannot be used, and hostile ones.
import { chmod, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { AppFailure } from '../../../shared/errors.ts';
import { chooseContext } from '../../../src-main/kube/kubeconfig.ts';
import { describe, expect, it } from 'vitest';
import { useKubeconfigFiles, GOOD } from './kubeconfig-files.ts';

const files = useKubeconfigFiles();

describe('files that cannot be used', () => {
  it.each([
    ['empty', '', 'it is empty', undefined],
    ['blank', ' \n\n', 'it is empty', undefined],
    ['only a comment', '# later\n', 'it is empty', undefined],
    ['a list', '- a\n', 'it is no kubeconfig: it holds a list', undefined],
    ['text', 'hello', 'it is no kubeconfig: it holds plain text', undefined],
    ['another object', 'apiVersion: v1\nkind: Pod\n', 'its kind is Pod, not Config', '2'],
    ['another map', 'a: 1\n', 'neither clusters nor users nor contexts', undefined],
    ['a missing bracket', 'clusters:\n- {name: a\nusers: []\n', 'it is no valid YAML', '3'],
    ['a tab', 'clusters:\n\t- a\n', 'a tab is used for indentation', '2'],
    ['two documents', 'clusters: []\n---\nclusters: []\n', 'several documents', '2'],
    ['a key twice', 'clusters: []\nclusters: []\n', 'stands twice', '2'],
    [
      'endless aliases',
      `a: &a [x]\n${Array.from({ length: 60 }, (_, i) => `b${String(i)}: &b${String(i)} [*a,*a,*a]`).join('\n')}\nclusters: [*b1,*b2]\n${'c: [*b3]\n'}`,
      '',
      undefined,
    ],
    ['nesting without end', '['.repeat(50_000), 'it', undefined],
  ])('%s', async (_what, text, words, line) => {
    const path = await files.file(text);
    const { contexts, problems } = await files.load(path);
    expect(contexts).toEqual([]);
    expect(problems[0]?.code).toBe('kubeconfig-invalid');
    expect(problems[0]?.message).toContain(path);
    expect(problems[0]?.message).toContain(words);
    if (line !== undefined) expect(problems[0]?.details?.line).toBe(line);
  });

  it('names the column of a fault of the syntax and quotes nothing of the file', async () => {
    const problem = await files.problemOf('users:\n- name: u\n  user: {token: "top-secret}\n');
    expect(problem?.message).toMatch(/line \d+, column \d+: it is no valid YAML: /);
    expect(JSON.stringify(problem)).not.toContain('top-secret');
  });

  it('a file beyond all measure', async () => {
    expect((await files.problemOf(`# ${'x'.repeat(9 * 1024 * 1024)}`))?.message).toContain(
      'larger than 8 MiB',
    );
  });

  it('a folder', async () => {
    const { problems } = await files.load(files.folder);
    expect(problems).toMatchObject([
      { code: 'kubeconfig-unreadable', details: { errno: 'EISDIR', file: files.folder } },
    ]);
    expect(problems[0]?.message).toContain('it is a folder');
  });

  it('a file without permission', async () => {
    const path = await files.file(GOOD);
    await chmod(path, 0);
    // The superuser may read anything: for a moment be nobody.
    const root = process.getuid?.() === 0;
    if (root) process.seteuid?.(65_534);
    const { problems } = await files.load(path).finally(() => {
      if (root) process.seteuid?.(0);
    });
    expect(problems).toMatchObject([{ code: 'kubeconfig-unreadable', details: { errno: 'EACCES' } }]);
    expect(problems[0]?.message).toContain('permission denied');
  });

  it('a loop of links', async () => {
    const path = join(files.folder, 'loop');
    await symlink(path, path);
    expect((await files.load(path)).problems).toMatchObject([
      { code: 'kubeconfig-unreadable', details: { errno: 'ELOOP' } },
    ]);
  });
});

describe('hostile kubeconfigs', () => {
  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'takes %s as a name and as a key',
    async (name) => {
      const text = `{"clusters":[{"name":"${name}","cluster":{"server":"https://c","${name}":{"server":"x"}}}],
      "users":[{"name":"${name}","user":{"as":"a","as-user-extra":{"${name}":["b"]}}}],
      "contexts":[{"name":"${name}","context":{"cluster":"${name}","user":"${name}"}},
                  {"name":"x","context":{"cluster":"valueOf"}}]}`;
      const found = await files.load(await files.file(text));
      expect(chooseContext(found, name).cluster.server).toBe('https://c');
      expect(found.contexts[1]?.problem?.message).toContain('names cluster valueOf, which no file defines');
      expect(Object.prototype).toEqual({});
    },
  );

  it('never fails but by an AppError', async () => {
    const key = fc.constantFrom(
      'server',
      'token',
      'exec',
      'as-groups',
      'command',
      'certificate-authority',
      'name',
      '__proto__',
    );
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        fc.jsonValue({ maxDepth: 1 }),
        fc.dictionary(key, tie('any'), { maxKeys: 3 }),
        fc.array(tie('any'), { maxLength: 3 }),
      ),
    })).any;
    const named = (inner: string) =>
      fc.oneof(value, fc.record({ name: fc.oneof(fc.constantFrom('a', 'b', ''), value), [inner]: value }));
    const anything = fc.record(
      {
        kind: fc.oneof(fc.constant('Config'), value),
        clusters: fc.oneof(fc.array(named('cluster')), value),
        users: fc.oneof(fc.array(named('user')), value),
        contexts: fc.oneof(fc.array(named('context')), value),
        'current-context': fc.oneof(fc.constant('a'), value),
      },
      { requiredKeys: [] },
    );
    const path = await files.file('');
    await fc.assert(
      fc.asyncProperty(anything, async (content) => {
        await writeFile(path, JSON.stringify(content));
        const found = await files.load(path);
        for (const each of found.contexts) expect(each.access === undefined).toBe(each.problem !== undefined);
        try {
          chooseContext(found);
        } catch (cause) {
          expect(cause).toBeInstanceOf(AppFailure);
        }
      }),
      { numRuns: 60 },
    );
  });
});
