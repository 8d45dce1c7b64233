/** Tells from the first bytes of a file for which system and processor it was built, or what interpreter it asks for. */
import { open } from 'node:fs/promises';

export interface BinaryFormat {
  readonly system?: 'Linux' | 'macOS' | 'Windows';
  /** As in `process.arch`; undefined for others, and for files that hold several. */
  readonly arch?: string | undefined;
  /** The program that a script's first line names. */
  readonly interpreter?: string;
}

/** e_machine of ELF, cputype of Mach-O, Machine of PE → `process.arch`. */
const ELF: Readonly<Record<number, string>> = {
  3: 'ia32',
  40: 'arm',
  62: 'x64',
  183: 'arm64',
  243: 'riscv64',
};
const MACH: Readonly<Record<number, string>> = { 0x01000007: 'x64', 0x0100000c: 'arm64', 7: 'ia32' };
const PE: Readonly<Record<number, string>> = { 0x014c: 'ia32', 0x8664: 'x64', 0xaa64: 'arm64' };

const HEAD = 4096;
const SYSTEM: Readonly<Partial<Record<NodeJS.Platform, BinaryFormat['system']>>> = {
  linux: 'Linux',
  darwin: 'macOS',
  win32: 'Windows',
};

/** The format in the first bytes of a file; empty for what is none of these. */
function formatOf(head: Buffer): BinaryFormat {
  if (head.length < 20) return interpreterOf(head);
  const magic = head.readUInt32BE(0);
  if (magic === 0x7f454c46) {
    const machine = head[5] === 2 ? head.readUInt16BE(18) : head.readUInt16LE(18);
    return { system: 'Linux', arch: ELF[machine] ?? `machine ${String(machine)}` };
  }
  if (magic === 0xcffaedfe || magic === 0xcefaedfe)
    return { system: 'macOS', arch: MACH[head.readUInt32LE(4)] };
  if (magic === 0xcafebabe) return { system: 'macOS' };
  if (head.toString('latin1', 0, 2) === 'MZ') {
    const at = head.length >= 64 ? head.readUInt32LE(60) : 0;
    const known = at > 0 && at + 6 <= head.length && head.toString('latin1', at, at + 2) === 'PE';
    return { system: 'Windows', arch: known ? PE[head.readUInt16LE(at + 4)] : undefined };
  }
  return interpreterOf(head);
}

function interpreterOf(head: Buffer): BinaryFormat {
  const [, interpreter] = /^#![ \t]*(\S+)/.exec(head.toString('latin1', 0, 512)) ?? [];
  return interpreter === undefined ? {} : { interpreter };
}

/** The format of a file; empty for one that cannot be read. */
export async function readBinaryFormat(file: string): Promise<BinaryFormat> {
  const handle = await open(file).catch(() => undefined);
  if (handle === undefined) return {};
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    return formatOf(buffer.subarray(0, bytesRead));
  } catch {
    return {};
  } finally {
    await handle.close();
  }
}

/** `Linux on arm64` where a binary is for another system or processor than this one; undefined where it fits. */
export function foreignTo({ system, arch }: BinaryFormat): string | undefined {
  const here = SYSTEM[process.platform];
  if (system === undefined || here === undefined) return undefined;
  if (system === here && (arch === undefined || arch === process.arch)) return undefined;
  return arch === undefined ? system : `${system} on ${arch}`;
}
