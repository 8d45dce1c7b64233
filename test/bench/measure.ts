/** Small measuring helpers of the bench: medians, percentiles, peak memory of a child, the raw paged list. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { send } from './load-pods.ts';
import type { Target } from './load-pods.ts';

/** The value below which `share` (0…1) of the samples lie. NaN for no samples. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** Milliseconds of `work`, as the median of `times` runs. */
export async function medianTime(times: number, work: () => Promise<unknown>): Promise<number> {
  const samples: number[] = [];
  for (let run = 0; run < times; run++) {
    const start = performance.now();
    await work();
    samples.push(performance.now() - start);
  }
  return percentile(samples, 0.5);
}

/** The floor of every diagnosis: all pods in pages of 500, parsed, and nothing else. Returns their number. */
export async function rawPagedList(target: Target): Promise<number> {
  let total = 0;
  let next = '';
  do {
    const page = (await send(
      target,
      'GET',
      `/api/v1/pods?limit=500&continue=${encodeURIComponent(next)}`,
    )) as {
      metadata: { continue?: string };
      items: unknown[];
    };
    total += page.items.length;
    next = page.metadata.continue ?? '';
  } while (next !== '');
  return total;
}

/** What a finished child process used. */
export interface ChildRun {
  readonly code: number | null;
  readonly wallMs: number;
  /** Highest resident size seen, MiB. */
  readonly peakMiB: number;
  readonly stdout: string;
}

/** Resident size of a process in MiB: now, or its peak. 0 once it is gone. */
export function residentMiB(pid: number, field: 'VmRSS' | 'VmHWM' = 'VmRSS'): number {
  try {
    const line = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(
      readFileSync(`/proc/${String(pid)}/status`, 'utf8'),
    );
    return Number(line?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Runs a command to its end, watching its memory every 5 ms. */
export async function runChild(
  command: string,
  args: readonly string[],
  env = process.env,
): Promise<ChildRun> {
  const start = performance.now();
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let stdout = '';
  let peakMiB = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  const watch = setInterval(() => {
    if (child.pid !== undefined) peakMiB = Math.max(peakMiB, residentMiB(child.pid, 'VmHWM'));
  }, 5);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  clearInterval(watch);
  return { code, wallMs: performance.now() - start, peakMiB, stdout };
}
