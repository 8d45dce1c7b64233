/** Container logs in the layouts of dumps. */
import { describe, expect, it } from 'vitest';
import { a, read, yaml } from './folder.ts';

describe('logs', () => {
  const request = {
    key: 'k',
    pod: { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'a' },
    container: 'main',
  };

  it.each<[string, string, string, boolean]>([
    ['beside the objects', 'shop/a/main.log', 'ERROR now\n', false],
    ['of the run before', 'shop/a/main.previous.log', 'ERROR now\n', true],
    ['below another folder', 'x/y/shop/a/main.log', 'ERROR now\n', false],
    [
      'of cluster-info dump',
      'shop/a/logs.txt',
      '==== START logs for container init of pod shop/a ====\nno\n==== END logs for container init of pod shop/a ====\n==== START logs for container main of pod shop/a ====\nERROR now\n==== END logs for container main of pod shop/a ====\n',
      false,
    ],
    ['of must-gather', 'namespaces/shop/pods/a/main/main/logs/current.log', 'ERROR now\n', false],
    ['of must-gather, run before', 'namespaces/shop/pods/a/main/main/logs/previous.log', 'ERROR now\n', true],
  ])('are found %s', async (_name, file, text, previous) => {
    const dump = await read({ 'a.yaml': yaml(a), [file]: text });
    const answer = await dump.readLog({ ...request, previous });
    expect(answer).toMatchObject({
      state: 'ready',
      excerpt: { container: 'main', previous, firstError: 0, lines: [{ text: 'ERROR now' }] },
    });
    const other = await dump.readLog({ ...request, previous: !previous });
    expect(other).toEqual({ state: 'unreadable', reason: 'The dump does not hold this log.' });
    expect(await dump.readLog({ ...request, container: 'sidecar', previous })).toMatchObject({
      state: 'unreadable',
    });
    expect(dump.warnings).toEqual([]);
  });

  it('are read from their end', async () => {
    const dump = await read({
      'a.yaml': yaml(a),
      'shop/a/main.log': `${'INFO x\n'.repeat(100_000)}FATAL end\n`,
    });
    const answer = await dump.readLog({ ...request, previous: false });
    expect(answer.state === 'ready' && answer.excerpt.lines[answer.excerpt.firstError ?? -1]?.text).toBe(
      'FATAL end',
    );
  });

  it('may be empty', async () => {
    const dump = await read({ 'a.yaml': yaml(a), 'shop/a/main.log': '' });
    expect(await dump.readLog({ ...request, previous: false })).toMatchObject({
      state: 'ready',
      excerpt: { lines: [] },
    });
  });
});
