/** Files on disk are followed through everything that editors, kubectl and Kubernetes do to them. */
import { mkdir, mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { watchFiles } from '../../../src-main/kube/watch-files.ts';

const SOON = { timeout: 10_000, interval: 10 };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hedgerow-watch-'));
  const made = folder;
  onTestFinished(() => rm(made, { recursive: true, force: true }));
});

async function follow(...paths: string[]) {
  const onChange = vi.fn();
  const files = watchFiles({ paths: () => paths, onChange, settleMs: 20 });
  onTestFinished(() => files.close());
  await files.start();
  return {
    onChange,
    files,
    paths,
    told: (times: number) => vi.waitFor(() => expect(onChange).toHaveBeenCalledTimes(times), SOON),
  };
}

const path = (...parts: string[]) => join(folder, ...parts);

describe('watchFiles', () => {
  test('a file written in place, replaced by another, removed and made again', async () => {
    await writeFile(path('config'), 'a');
    const { told } = await follow(path('config'));
    await writeFile(path('config'), 'bb');
    await told(1);
    // As kubectl does it: the new file is written beside and takes its place.
    await writeFile(path('config.new'), 'ccc');
    await rename(path('config.new'), path('config'));
    await told(2);
    await unlink(path('config'));
    await told(3);
    await writeFile(path('config'), 'dddd');
    await told(4);
  });

  test('a file in a folder that is not there yet, and folders that are made again', async () => {
    const { told } = await follow(path('a', 'b', 'config'));
    await mkdir(path('a', 'b'), { recursive: true });
    await writeFile(path('a', 'b', 'config'), 'x');
    await told(1);
    await rm(path('a'), { recursive: true });
    await told(2);
    await mkdir(path('a', 'b'), { recursive: true });
    await writeFile(path('a', 'b', 'config'), 'y');
    await told(3);
    await writeFile(path('a', 'b', 'config'), 'yy');
    await told(4);
  });

  test('a link that points elsewhere, the file behind it, and a link among the folders', async () => {
    for (const name of ['one', 'two']) {
      await mkdir(path(name));
      await writeFile(path(name, 'config'), name);
    }
    // As Kubernetes mounts a Secret: config → ..data/config, ..data → the folder of the version.
    await symlink('one', path('..data'));
    await symlink('..data/config', path('config'));
    const { told } = await follow(path('config'));
    await writeFile(path('one', 'config'), 'changed');
    await told(1);
    await symlink('two', path('..data.new'));
    await rename(path('..data.new'), path('..data'));
    await told(2);
    await writeFile(path('two', 'config'), 'changed too');
    await told(3);
  });

  test('links in a circle and broken links are waited for', async () => {
    await symlink('loop', path('loop'));
    await symlink('nowhere', path('broken'));
    const { told } = await follow(path('loop'), path('broken'));
    await writeFile(path('nowhere'), 'here');
    await told(1);
    await unlink(path('loop'));
    await writeFile(path('loop'), 'here');
    await told(2);
  });

  test('what does not change the file is not told, a new path is, and nothing after the end', async () => {
    await writeFile(path('config'), 'a');
    await writeFile(path('later'), 'a');
    const { onChange, files, paths, told } = await follow(path('config'));
    await writeFile(path('neighbour'), 'x');
    files.look();
    paths.push(path('later'));
    files.look();
    await told(1);
    await writeFile(path('later'), 'bb');
    await told(2);
    files.close();
    await writeFile(path('config'), 'ccc');
    files.look();
    const other = await follow(path('config'));
    await writeFile(path('config'), 'dddd');
    await other.told(1);
    expect(onChange).toHaveBeenCalledTimes(2);
  });

  test('a file that is removed for a moment and written again is one change', async () => {
    await writeFile(path('config'), 'a');
    const { onChange, told } = await follow(path('config'));
    await unlink(path('config'));
    await writeFile(path('config'), 'bb');
    await told(1);
    await writeFile(path('config'), 'ccc');
    await told(2);
    expect(onChange).toHaveBeenCalledTimes(2);
  });
});
