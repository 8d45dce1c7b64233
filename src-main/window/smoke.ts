/** The unattended runs of the app: `--smoke` prints what it found, `--screenshot` takes a picture; both then exit. */
import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { App, BrowserWindow } from 'electron';
import { AppFailure } from '../../shared/errors.ts';
import { connectionFinding } from '../../shared/connection/connection-finding.ts';
import type { Fabric } from '../fabric/fabric.ts';
import { cleanJson, cleanLine } from '../headless/plain-text.ts';
import { reportFinding, type ReportFinding } from '../headless/report.ts';
import { waitForPaint, waitForStage, type Stage } from './page-state.ts';

/** For everything from the window to the findings on screen, ms. */
const LIMIT_MS = 60_000;
/** For the logs the findings quote, after the first answer, ms. */
const LOGS_MS = 3000;
/** Until the page has what the main process has: pushes are gathered for 100 ms, twice at most. */
const PUSH_MS = 300;

/** The line `--smoke` prints; all times in ms, memory in MiB by type of process. */
interface SmokeLine {
  readonly fabric: string;
  readonly findings: readonly ReportFinding[];
  readonly timings: {
    readonly startToWindow: number;
    readonly connect: number | null;
    readonly sync: number | null;
    readonly diagnose: number | null;
    readonly windowToFindings: number | null;
  };
  readonly rssMiB: Readonly<Record<string, number>>;
}

interface Clock {
  /** When the process was started, ms since the epoch. */
  readonly startedAt: number;
  /** When the window could be shown. */
  readonly windowAt: number;
}

function memoryByType(app: App): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { type, memory } of app.getAppMetrics()) sums[type] = (sums[type] ?? 0) + memory.workingSetSize;
  return Object.fromEntries(Object.entries(sums).map(([type, kib]) => [type, Math.round(kib / 102.4) / 10]));
}

/** Waits until the logs that findings quote are read and every watch runs, so that nothing is about to change. */
async function waitForQuiet(fabric: Fabric): Promise<void> {
  const until = performance.now() + LOGS_MS;
  const isQuiet = () => fabric.session?.diagnosed !== false && fabric.link.phase !== 'syncing';
  while (!isQuiet() && performance.now() < until) {
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        off();
        resolve();
      };
      const off = fabric.on(done);
      const timer = setTimeout(done, 100);
    });
  }
}

function lineOf(app: App, fabric: Fabric, clock: Clock, shownAt: number | undefined): SmokeLine {
  const { connectMs = null, syncMs = null } = fabric.timings;
  return {
    fabric: fabric.id,
    findings: fabric.answer.findings.map(reportFinding),
    timings: {
      startToWindow: Math.round(clock.windowAt - clock.startedAt),
      connect: connectMs,
      sync: syncMs,
      diagnose: fabric.session?.diagnoseMs ?? null,
      windowToFindings: shownAt === undefined ? null : Math.round(shownAt - clock.windowAt),
    },
    rssMiB: memoryByType(app),
  };
}

/** Everything an unattended run needs of the app. */
export interface UnattendedRun {
  readonly app: App;
  readonly window: BrowserWindow;
  readonly flags: { readonly smoke: boolean; readonly screenshot?: string | undefined };
  /** The fabric to diagnose; rejects with `AppFailure` where there is none. */
  readonly fabric: Promise<Fabric>;
  readonly windowAt: Promise<number>;
  /** When the process was started, ms since the epoch. */
  readonly startedAt: number;
}

/** What an unattended run ends with: lines for stdout and stderr, and the exit code. */
interface RunEnd {
  readonly out?: string;
  readonly reason?: string;
  readonly code: 0 | 1;
}

/**
 * Waits for the first complete diagnosis on screen. `code` is 1 where there is none: the fabric could not be read (its
 * connection finding is in the line all the same), or nothing came within a minute.
 */
async function runSmoke(app: App, window: BrowserWindow, fabric: Fabric, clock: Clock): Promise<RunEnd> {
  let stage: Stage;
  try {
    stage = await waitForStage(window.webContents, ['findings', 'failed'], LIMIT_MS);
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error), code: 1 };
  }
  const shownAt = Date.now();
  await waitForQuiet(fabric);
  const failed = stage === 'failed' || fabric.link.phase === 'failed';
  const out = cleanJson(lineOf(app, fabric, clock, failed ? undefined : shownAt));
  if (!failed) return { out, code: 0 };
  return {
    out,
    reason: fabric.answer.findings[0]?.summary ?? `Fabric ${fabric.id} could not be diagnosed`,
    code: 1,
  };
}

/** Takes a picture of the page once its fonts are loaded and something final is on screen. */
async function runScreenshot(
  window: BrowserWindow,
  file: string,
  fabric: Fabric | undefined,
): Promise<RunEnd> {
  try {
    await waitForStage(window.webContents, ['findings', 'failed', 'welcome'], LIMIT_MS);
    if (fabric !== undefined) await waitForQuiet(fabric);
    await delay(PUSH_MS);
    await waitForPaint(window.webContents, 10_000);
    const image = await window.webContents.capturePage();
    if (image.isEmpty()) return { reason: 'The picture of the window is empty', code: 1 };
    writeFileSync(file, image.toPNG());
    return { code: 0 };
  } catch (error) {
    return {
      reason: `The picture ${file} could not be taken: ${error instanceof Error ? error.message : String(error)}`,
      code: 1,
    };
  }
}

function print(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    stream.once('error', () => resolve());
    stream.write(text, () => resolve());
  });
}

async function endOf(run: UnattendedRun): Promise<RunEnd[]> {
  const { app, window, flags, startedAt } = run;
  const ends: RunEnd[] = [];
  if (flags.smoke) {
    try {
      const fabric = await run.fabric;
      const windowAt = await run.windowAt;
      ends.push(await runSmoke(app, window, fabric, { startedAt, windowAt }));
    } catch (cause) {
      if (!(cause instanceof AppFailure)) throw cause;
      const finding = connectionFinding(cause.error.fabric, cause.error, Date.now());
      const line = {
        fabric: finding.subject.name,
        findings: [reportFinding(finding)],
        timings: {},
        rssMiB: memoryByType(app),
      };
      ends.push({ out: cleanJson(line), reason: finding.summary, code: 1 });
    }
  }
  // Without a fabric there is the welcome screen to take a picture of.
  const fabric = await run.fabric.catch(() => undefined);
  if (flags.screenshot !== undefined) ends.push(await runScreenshot(window, flags.screenshot, fabric));
  return ends;
}

/** Carries out `--smoke` and `--screenshot`, prints, and resolves with the exit code. */
export async function runUnattended(run: UnattendedRun): Promise<number> {
  const ends = await endOf(run).catch((cause: unknown): RunEnd[] => [
    { reason: cause instanceof Error ? cause.message : String(cause), code: 1 },
  ]);
  for (const { out, reason } of ends) {
    if (out !== undefined) await print(process.stdout, `${out}\n`);
    if (reason !== undefined) await print(process.stderr, `${cleanLine(reason)}.\n`);
  }
  return Math.max(...ends.map(({ code }) => code));
}
