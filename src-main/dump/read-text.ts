/** Reads a file as text, whatever wrote it: bounded, in UTF-8 or UTF-16, and no binary. */
import { open, readFile } from 'node:fs/promises';

/** Larger files are skipped (bytes). */
const MAX_FILE = 256 * 2 ** 20;
const PROBE = 8192;

/** @returns the text, or why the file is skipped */
export async function readText(path: string, bytes: number): Promise<{ text: string } | { skipped: string }> {
  if (bytes > MAX_FILE) return { skipped: `is larger than ${MAX_FILE / 2 ** 20} MiB` };
  const content = await readFile(path);
  // PowerShell writes UTF-16 with a byte order mark when it redirects output.
  if (content[0] === 0xff && content[1] === 0xfe)
    return { text: new TextDecoder('utf-16le').decode(content) };
  if (content.subarray(0, PROBE).includes(0)) return { skipped: 'is binary' };
  return { text: new TextDecoder().decode(content) };
}

/** The last `max` bytes of a file as text, from the first whole line of them on. */
export async function readTail(path: string, max: number): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const from = Math.max(0, size - max);
    const buffer = Buffer.alloc(Math.min(size, max));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, from);
    const text = new TextDecoder().decode(buffer.subarray(0, bytesRead));
    return from === 0 ? text : text.slice(text.indexOf('\n') + 1);
  } finally {
    await file.close();
  }
}
