// Runs a headless command (`diagnose`, `rbac`, `demo`): sets itself up on first use, afterwards only compares stamps. What set-up needs is
// loaded only then.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ROOT, pinnedNode } from './paths.mjs';
import { TARGETS, dependenciesAreCurrent, isFresh } from './stamp.mjs';

const target = process.argv[2] === 'demo' ? 'demo' : 'cli';

// The libraries inside of the bundle need it.
const OLDEST_NODE = 22;

function nodeIsOld() {
  return Number(process.versions.node.split('.')[0]) < OLDEST_NODE;
}

async function againOnPinnedNode() {
  const { spawn } = await import('node:child_process');
  const child = spawn(pinnedNode(), [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  process.exit(code ?? 1);
}

async function prepare() {
  if (!dependenciesAreCurrent()) {
    const { ensureDependencies } = await import('./dependencies.mjs');
    await ensureDependencies();
  }
  if (nodeIsOld() && existsSync(pinnedNode())) await againOnPinnedNode();
  if (isFresh(target)) return;
  const { bundle } = await import('./bundle.mjs');
  await bundle([target]);
}

try {
  await prepare();
  // Keeps V8's compiled code of the bundle between runs.
  module.enableCompileCache?.(join(ROOT, 'node_modules', '.cache', 'v8'));
  await import(pathToFileURL(join(ROOT, TARGETS[target].output)).href);
} catch (error) {
  const { fail } = await import('./terminal.mjs');
  fail(error);
}
