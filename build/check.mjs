// Checks the sources without running them (`npm run check`): lint, format, types, unused code, direction of imports, house rules.
import { join } from 'node:path';
import { ensureDependencies } from './dependencies.mjs';
import { findRuleBreaks } from './file-rules.mjs';
import { ROOT, isMain } from './paths.mjs';
import { fail, run, say } from './terminal.mjs';

const MODULES = join(ROOT, 'node_modules');
const CRUISE = ['shared', 'src-main', 'src-renderer', 'test', 'build', '--config', '.dependency-cruiser.mjs'];
const SVELTE = [
  '--tsconfig',
  'src-renderer/tsconfig.json',
  '--fail-on-warnings',
  '--output',
  'human-verbose',
];

// The slow ones come first, for two run at a time.
const STEPS = [
  tool('lint', 'eslint/bin/eslint.js', ['.', '--max-warnings', '0']),
  tool('types', 'typescript/bin/tsc', ['-b']),
  tool('components', 'svelte-check/bin/svelte-check', SVELTE),
  tool('format', 'prettier/bin/prettier.cjs', ['--check', '.']),
  tool('unused code', 'knip/bin/knip.js', []),
  tool('direction of imports', 'dependency-cruiser/bin/dependency-cruiser.mjs', CRUISE),
  { name: 'house rules', check: checkRules },
];

function tool(name, script, args) {
  return {
    name,
    async check() {
      const { code, stdout, stderr } = await run(process.execPath, [join(MODULES, script), ...args], {
        cwd: ROOT,
      });
      return { ok: code === 0, output: `${stdout}${stderr}` };
    },
  };
}

function checkRules() {
  const breaks = findRuleBreaks();
  return { ok: breaks.length === 0, output: breaks.join('\n') };
}

async function runStep({ name, check }) {
  const started = performance.now();
  const { ok, output } = await check();
  say(`${ok ? 'ok    ' : 'FAILED'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  return { name, ok, output: output.trim() };
}

/** Runs all steps and returns [{ name, ok, output }] in their order; prints a line for each as it ends. */
export async function runChecks() {
  const results = [];
  const queue = STEPS.map((step, index) => ({ step, index }));
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) results[next.index] = await runStep(next.step);
  };
  await Promise.all([work(), work()]);
  return results;
}

/** Prints what the failed steps found; returns their number. */
export function reportFailures(results) {
  const failed = results.filter(({ ok }) => !ok);
  for (const { name, output } of failed) say(`\n${name}\n${'-'.repeat(name.length)}\n${output}`);
  return failed.length;
}

if (isMain(import.meta.url)) {
  try {
    await ensureDependencies();
    const results = await runChecks();
    const failed = reportFailures(results);
    say(
      failed === 0
        ? `\nAll ${results.length} checks passed.`
        : `\n${failed} of ${results.length} checks failed.`,
    );
    process.exitCode = failed === 0 ? 0 : 1;
  } catch (error) {
    fail(error);
  }
}
