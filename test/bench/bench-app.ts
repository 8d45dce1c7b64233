/** The app's budgets under Playwright: start, time to the triage list, memory of the main process, event-to-row latency. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { launchApp, type LaunchedApp } from '../e2e/launch-app.ts';
import { send } from './load-pods.ts';
import type { BenchPod, Target } from './load-pods.ts';
import { percentile, residentMiB } from './measure.ts';
import type { BenchRow } from './table.ts';

/** What the app is measured on. */
export interface AppBench {
  readonly kubeconfig: string;
  readonly context: string;
  readonly target: Target;
  /** The first is the one that is looked at on screen. */
  readonly pods: readonly BenchPod[];
  readonly say: (text: string) => void;
}

const EVENTS_PER_SECOND = 200;
const EVENT_SECONDS = 15;

/** Measures an empty window of the same runtime first: it is the floor of start-up and memory. */
export async function benchApp(bench: AppBench): Promise<BenchRow[]> {
  bench.say('Opening an empty window …');
  const empty = await measureEmptyWindow();
  bench.say('Opening the app …');
  const started = performance.now();
  const launched = await launchApp({
    kubeconfig: bench.kubeconfig,
    flags: ['--context', bench.context],
  });
  try {
    const windowMs = performance.now() - started;
    await launched.page.waitForSelector('html[data-ready="findings"]', { timeout: 60_000 });
    const listMs = performance.now() - started - windowMs;
    const resident = await settledResident(launched);
    bench.say(`Sending ${String(EVENTS_PER_SECOND)} events a second for ${String(EVENT_SECONDS)} s …`);
    const latency = await measureLatency(launched.page, bench);
    return [
      row(
        'cold start to window',
        windowMs,
        'ms',
        `empty window ${empty.windowMs.toFixed(0)} ms`,
        ratio(windowMs, empty.windowMs),
        '≤ 1.5',
      ),
      row(
        `window → complete triage list, ${String(bench.pods.length)} pods`,
        listMs,
        'ms',
        '',
        '',
        '≤ 1,500 ms',
      ),
      row(
        'main process, resident',
        resident,
        'MiB',
        `empty window ${empty.residentMiB.toFixed(0)} MiB`,
        `+${(resident - empty.residentMiB).toFixed(0)} MiB`,
        '≤ +80 MiB',
      ),
      row(
        `event → row, ${String(EVENTS_PER_SECOND)} events/s, p50`,
        percentile(latency, 0.5),
        'ms',
        '',
        '',
        '',
      ),
      row(
        `event → row, ${String(EVENTS_PER_SECOND)} events/s, p95 of ${String(latency.length)}`,
        percentile(latency, 0.95),
        'ms',
        '',
        '',
        '≤ 250 ms',
      ),
    ];
  } finally {
    await launched.close();
  }
}

function row(
  what: string,
  figure: number,
  unit: string,
  floor: string,
  against: string,
  budget: string,
): BenchRow {
  return { what, figure: `${figure.toFixed(0)} ${unit}`, floor, ratio: against, budget };
}

function ratio(figure: number, floor: number): string {
  return (figure / floor).toFixed(2);
}

async function measureEmptyWindow(): Promise<{ windowMs: number; residentMiB: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'hedgerow-empty-'));
  writeFileSync(
    join(folder, 'package.json'),
    '{"name":"empty","version":"1.0.0","type":"module","main":"main.js"}',
  );
  writeFileSync(
    join(folder, 'main.js'),
    `import { app, BrowserWindow } from 'electron';
     app.whenReady().then(() => new BrowserWindow({ width: 1440, height: 900 }).loadURL('data:text/html,<p>empty'));
     app.on('window-all-closed', () => app.quit());`,
  );
  const started = performance.now();
  const launched = await launchApp({ directory: folder });
  try {
    const windowMs = performance.now() - started;
    return { windowMs, residentMiB: await settledResident(launched) };
  } finally {
    await launched.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Resident MiB of the main process once it has not moved by more than 2 MiB for 3 s. */
async function settledResident(launched: LaunchedApp): Promise<number> {
  const pid = launched.app.process().pid ?? 0;
  let last = residentMiB(pid);
  for (let quiet = 0, tries = 0; quiet < 3 && tries < 30; tries++) {
    await delay(1000);
    const now = residentMiB(pid);
    quiet = Math.abs(now - last) <= 2 ? quiet + 1 : 0;
    last = now;
  }
  return last;
}

/** Patches pods at a steady rate; the page notes when the restart count of a visible row takes each value. */
async function measureLatency(page: Page, bench: AppBench): Promise<number[]> {
  await page
    .getByRole('link', { name: /^Resources/ })
    .or(page.getByRole('button', { name: /^Resources/ }))
    .first()
    .click();
  await page.getByRole('treeitem', { name: /^Pods/ }).first().click();
  const [probed, ...others] = bench.pods;
  if (probed === undefined) throw new Error('there is no pod to measure with');
  await page
    .getByRole('textbox', { name: /filter/i })
    .first()
    .fill(probed.name);
  await page.getByRole('row').filter({ hasText: probed.name }).waitFor();
  await page.evaluate((name) => {
    const seen: Record<string, number> = {};
    (window as unknown as { benchSeen: Record<string, number> }).benchSeen = seen;
    new MutationObserver(() => {
      for (const line of document.querySelectorAll('[role="row"]')) {
        if (!line.textContent.includes(name)) continue;
        for (const cell of line.querySelectorAll('[role="gridcell"]')) {
          const count = /^9\d{4}/.exec(cell.textContent.trim())?.[0];
          if (count !== undefined) seen[count] ??= Date.now();
        }
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  }, probed.name);
  const sent = new Map<string, number>();
  const pending: Promise<unknown>[] = [];
  const begin = Date.now();
  for (let event = 0; event < EVENTS_PER_SECOND * EVENT_SECONDS; event++) {
    const due = begin + (event * 1000) / EVENTS_PER_SECOND;
    if (due > Date.now()) await delay(due - Date.now());
    // Every 50th event goes to the row on screen, with a count that names the event.
    const probe = event % 50 === 0;
    const pod = probe ? probed : (others[event % others.length] ?? probed);
    const restarts = probe ? 90_000 + event : event;
    const path = `/api/v1/namespaces/${pod.namespace}/pods/${pod.name}/status`;
    pending.push(
      send(bench.target, 'PATCH', path, { status: pod.statusWith(restarts) }).then(() => {
        if (probe) sent.set(String(restarts), Date.now());
      }),
    );
  }
  await Promise.all(pending);
  await page.waitForFunction(
    (last) => last in (window as unknown as { benchSeen: Record<string, number> }).benchSeen,
    [...sent.keys()].at(-1) ?? '',
    { timeout: 10_000 },
  );
  const seen = await page.evaluate(
    () => (window as unknown as { benchSeen: Record<string, number> }).benchSeen,
  );
  // A value that was overwritten before a frame showed it has no time of its own.
  return [...sent].flatMap(([count, at]) =>
    seen[count] === undefined ? [] : [Math.max(0, seen[count] - at)],
  );
}
