// Processes by pid and start time, so that a recycled pid is never taken for ours.
import { readFileSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';

const processRecordSchema = z.object({ pid: z.number().int().positive(), startTime: z.string() });

/** A process that can be told from a later one with the same pid. */
export type ProcessRecord = z.infer<typeof processRecordSchema>;

interface ProcessState {
  state: string;
  startTime: string;
}

function readState(pid: number): ProcessState | undefined {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    // The name in parentheses may hold anything; proc(5): state is field 3, start time (clock ticks) field 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return { state: fields[0] ?? '', startTime: `${boot}:${fields[19] ?? ''}` };
  } catch {
    return undefined;
  }
}

/** The record of a process that runs now. For one that is gone already, a record that is never alive. */
export function recordOf(pid: number): ProcessRecord {
  return { pid, startTime: readState(pid)?.startTime ?? 'gone' };
}

/** Whether exactly this process still runs; a zombie does not. */
export function isAlive(record: ProcessRecord): boolean {
  const now = readState(record.pid);
  return now !== undefined && now.startTime === record.startTime && now.state !== 'Z' && now.state !== 'X';
}

/** Sends a signal to exactly this process; false if it is gone. */
export function signalProcess(record: ProcessRecord, signal: NodeJS.Signals): boolean {
  if (!isAlive(record)) return false;
  try {
    process.kill(record.pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Resolves to true as soon as the process is gone, to false after `timeoutMs`. */
export async function waitGone(record: ProcessRecord, timeoutMs: number): Promise<boolean> {
  const end = Date.now() + timeoutMs;
  while (isAlive(record)) {
    if (Date.now() > end) return false;
    await delay(20);
  }
  return true;
}

/** Direct children of a process. */
export function childrenOf(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8');
    return children.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Command line of a process, or an empty list. */
export function commandLineOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8')
      .split('\0')
      .slice(0, -1);
  } catch {
    return [];
  }
}

/** Reads a pid file; undefined if there is none or it holds no record. */
export function readPidFile(file: string): ProcessRecord | undefined {
  try {
    return processRecordSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/** All pid files of a folder: component → record. */
export function readPidFiles(folder: string): Map<string, ProcessRecord> {
  const found = new Map<string, ProcessRecord>();
  let names: string[] = [];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch {
    // No folder: nothing was started.
  }
  for (const name of names) {
    const record = readPidFile(`${folder}/${name}`);
    if (record) found.set(basename(name, '.json'), record);
  }
  return found;
}
