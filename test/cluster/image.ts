// Container images made from a static busybox, as an archive that containerd imports.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createTar } from './tar.ts';
import type { TarEntry } from './tar.ts';

/** The image that test workloads run: a shell and the usual small tools. */
const BUSYBOX_IMAGE = 'hedgerow.test/busybox:1.36';

/** The image that holds a pod's namespaces. */
export const SANDBOX_IMAGE = 'hedgerow.test/sandbox:1';

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

function rootFileSystem(busybox: string): Buffer {
  const applets = execFileSync(busybox, ['--list'], { encoding: 'utf8' }).split('\n').filter(Boolean);
  const folder = (path: string, mode = 0o755): TarEntry => ({ path, mode, folder: true });
  const text = (path: string, content: string): TarEntry => ({
    path,
    mode: 0o644,
    content: Buffer.from(content),
  });
  return createTar([
    ...['bin', 'etc', 'home', 'usr', 'usr/bin', 'var', 'www'].map((path) => folder(path)),
    folder('root', 0o700),
    folder('tmp', 0o1777),
    { path: 'bin/busybox', mode: 0o755, content: readFileSync(busybox) },
    ...applets.filter((name) => name !== 'busybox').map((name) => ({ path: `bin/${name}`, link: 'busybox' })),
    { path: 'usr/bin/env', link: '../../bin/busybox' },
    text('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n'),
    text('etc/group', 'root:x:0:\nnobody:x:65534:\n'),
    text('www/index.html', 'ok\n'),
  ]);
}

/**
 * A docker-archive of the test images.
 * @param busybox path of a statically linked busybox
 */
export function createImageArchive(busybox: string): Buffer {
  const layer = rootFileSystem(busybox);
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  const images = [
    { tag: BUSYBOX_IMAGE, config: { Env: ['PATH=/bin:/usr/bin'], Cmd: ['sh'], WorkingDir: '/' } },
    // Not a shell loop: that would spin for ever once its root file system is gone.
    { tag: SANDBOX_IMAGE, config: { Entrypoint: ['/bin/sleep', '2147483647'], WorkingDir: '/' } },
  ].map(({ tag, config }) => {
    const content = Buffer.from(
      JSON.stringify({
        architecture,
        os: 'linux',
        created: '1970-01-01T00:00:00Z',
        config,
        rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(layer)}`] },
        history: [{ created: '1970-01-01T00:00:00Z', created_by: 'busybox' }],
      }),
    );
    return { tag, content, path: `${sha256(content)}.json` };
  });
  const manifest = images.map(({ tag, path }) => ({ Config: path, RepoTags: [tag], Layers: ['layer.tar'] }));
  return createTar([
    { path: 'manifest.json', mode: 0o644, content: Buffer.from(JSON.stringify(manifest)) },
    { path: 'layer.tar', mode: 0o644, content: layer },
    ...images.map(({ path, content }) => ({ path, mode: 0o644, content })),
  ]);
}
