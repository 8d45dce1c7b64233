// Runs all checks and tests (`npm test`) or the tests that match a filter (`npm test -- filter`), and counts them in one last line.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportFailures, runChecks } from './check.mjs';
import { ROOT, findOnPath } from './paths.mjs';
import { fail } from './terminal.mjs';

const VITEST = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
const REPORTER = join(ROOT, 'build', 'vitest-reporter.mjs');

/** Runs vitest to its end, its output on the terminal; returns its exit code. */
function spawnVitest(args, summaryFile) {
  const child = spawn(
    process.execPath,
    [VITEST, 'run', '--reporter=default', `--reporter=${REPORTER}`, ...args],
    {
      cwd: ROOT,
      stdio: 'inherit',
      env: { ...process.env, HEDGEROW_TEST_SUMMARY: summaryFile },
    },
  );
  // Ctrl-C reaches vitest as well, which then ends its clusters: it must not be left behind.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
}

async function runVitest(args) {
  const folder = mkdtempSync(join(tmpdir(), 'hedgerow-test-'));
  const file = join(folder, 'summary.json');
  try {
    const code = await spawnVitest(args, file);
    const summary = readSummary(file, code);
    if (code !== 0 && summary.failed.length === 0) summary.failed.push(`vitest ended with ${code}`);
    if (summary.passed + summary.failed.length + summary.skipped.length === 0)
      summary.failed.push('no test was found');
    return summary;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readSummary(file, code) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: [`vitest ended with ${code} before it had a result`], skipped: [] };
  }
}

async function runAll(filters) {
  // A filter asks for the few tests that somebody works on.
  const checks = filters.length > 0 ? [] : await runChecks();
  reportFailures(checks);
  const tests = await runVitest(filters);
  return {
    passed: checks.filter(({ ok }) => ok).length + tests.passed,
    failed: [...checks.filter(({ ok }) => !ok).map(({ name }) => `check: ${name}`), ...tests.failed],
    skipped: tests.skipped,
  };
}

function print(text) {
  process.stdout.write(`${text}\n`);
}

function list(title, names) {
  if (names.length > 0) print(`\n${title}:\n${names.map((name) => `  ${name}`).join('\n')}`);
}

/** True on a machine that can run everything and is asked to: there, a skipped test is a gap. */
function nothingMaySkip() {
  const { CI } = process.env;
  return (
    CI === 'true' && process.platform === 'linux' && process.getuid() === 0 && findOnPath('go') !== undefined
  );
}

async function main() {
  const { passed, failed, skipped } = await runAll(process.argv.slice(2));
  list('Skipped', skipped);
  list('Failed', failed);
  const gaps = skipped.length > 0 && nothingMaySkip();
  if (gaps) print('\nThis machine (CI, Linux, root, Go) can run everything: nothing may be skipped here.');
  print(`\n${passed} passed, ${failed.length} failed, ${skipped.length} skipped`);
  process.exitCode = failed.length > 0 || gaps ? 1 : 0;
}

await main().catch(fail);
