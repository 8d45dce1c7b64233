// Archives are read back by the system's tar.
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { createTar } from './tar.ts';

const listing = (archive: Buffer, ...args: string[]): string =>
  execFileSync('tar', [...args, '-f', '-'], {
    input: archive,
    encoding: 'utf8',
    env: { ...process.env, TZ: 'UTC' },
  });

const archive = createTar([
  { path: 'bin', mode: 0o755, folder: true },
  { path: 'bin/tool', mode: 0o755, content: Buffer.from('x'.repeat(513)) },
  { path: 'bin/alias', link: 'tool' },
  { path: 'empty', mode: 0o644, content: Buffer.alloc(0) },
]);

test('tar lists folders, files and links with mode, size and owner', () => {
  const lines = listing(archive, '--numeric-owner', '-tv').trim().split('\n');
  expect(lines.map((line) => line.replace(/\s+/g, ' '))).toEqual([
    'drwxr-xr-x 0/0 0 1970-01-01 00:00 bin/',
    '-rwxr-xr-x 0/0 513 1970-01-01 00:00 bin/tool',
    'lrwxrwxrwx 0/0 0 1970-01-01 00:00 bin/alias -> tool',
    '-rw-r--r-- 0/0 0 1970-01-01 00:00 empty',
  ]);
});

test('tar gives the content back', () => {
  expect(listing(archive, '-xO', 'bin/tool')).toBe('x'.repeat(513));
});

test('a path that the format cannot hold is refused', () => {
  expect(() => createTar([{ path: 'p'.repeat(100), mode: 0o644, content: Buffer.alloc(0) }])).toThrow(
    'too long',
  );
});
