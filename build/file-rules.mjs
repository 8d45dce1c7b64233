// The house rules that no linter knows: every source file says in its first line what it is for, and none is long.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';

const FOLDERS = ['shared', 'src-main', 'src-renderer', 'build', 'test'];
const SOURCE = /\.(ts|svelte|mjs|mts)$/;
const LONGEST = 300;

function checkFile(path) {
  const lines = readFileSync(join(ROOT, path), 'utf8').trimEnd().split('\n');
  const first = lines[0]?.startsWith('#!') ? lines[1] : lines[0];
  const problems = [];
  if (!/^(\/\/|\/\*|<!--)/.test(first ?? ''))
    problems.push(`${path}: opens without a comment that says what it is for`);
  if (lines.length > LONGEST) problems.push(`${path}: ${lines.length} lines, ${LONGEST} are allowed`);
  return problems;
}

/** What breaks the rules, one sentence each; an empty list if nothing does. */
export function findRuleBreaks() {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true })
      .filter((name) => SOURCE.test(name) && !name.includes('node_modules'))
      .flatMap((name) => checkFile(join(folder, name))),
  );
}
