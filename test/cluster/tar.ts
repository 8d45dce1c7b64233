// Writes POSIX tar archives in memory.

/** One entry of an archive: a folder, a file, or a symbolic link. */
export type TarEntry =
  | { path: string; mode: number; folder: true }
  | { path: string; mode: number; content: Buffer }
  | { path: string; link: string };

const BLOCK = 512;

function header(path: string, mode: number, size: number, type: '0' | '2' | '5', link: string): Buffer {
  if (Buffer.byteLength(path) > 99 || Buffer.byteLength(link) > 99)
    throw new Error(`${path} is too long for tar.`);
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`;
  block.write(path, 0);
  block.write(octal(mode, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(0, 12), 136);
  block.write('        ', 148);
  block.write(type, 156);
  block.write(link, 157);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** The archive of the entries, all owned by root and dated 1970, so that equal entries give equal bytes. */
export function createTar(entries: readonly TarEntry[]): Buffer {
  const parts: Buffer[] = [];
  for (const entry of entries) {
    if ('link' in entry) parts.push(header(entry.path, 0o777, 0, '2', entry.link));
    else if ('folder' in entry) parts.push(header(`${entry.path}/`, entry.mode, 0, '5', ''));
    else {
      parts.push(header(entry.path, entry.mode, entry.content.length, '0', ''), entry.content);
      parts.push(Buffer.alloc((BLOCK - (entry.content.length % BLOCK)) % BLOCK));
    }
  }
  parts.push(Buffer.alloc(2 * BLOCK));
  return Buffer.concat(parts);
}
