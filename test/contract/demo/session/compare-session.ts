/** Finds where kubectl said something else on the two servers, line by line. */
import type { Difference } from '../compare.ts';
import type { Said } from './run-session.ts';

/** What is in `lines` more often than in `others`. */
function surplus(lines: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return lines.filter((line) => {
    const index = left.indexOf(line);
    if (index === -1) return true;
    left.splice(index, 1);
    return false;
  });
}

export function compareSaid(id: string, real: readonly Said[], demo: readonly Said[]): Difference[] {
  return real.flatMap(({ command, code, lines }, index) => {
    const other = demo[index] ?? { command, code: -1, lines: [] };
    const at = `${index + 1} kubectl ${command}`;
    const onlyReal = surplus(lines, other.lines);
    const onlyDemo = surplus(other.lines, lines);
    const differences: Difference[] = [];
    if (code !== other.code)
      differences.push({ case: id, at: `${at}: exit code`, real: code, demo: other.code });
    for (const line of onlyReal)
      differences.push({ case: id, at: `${at}: only real: ${line}`, real: line, demo: undefined });
    for (const line of onlyDemo)
      differences.push({ case: id, at: `${at}: only demo: ${line}`, real: undefined, demo: line });
    const isReordered =
      onlyReal.length + onlyDemo.length === 0 && lines.join('\n') !== other.lines.join('\n');
    if (isReordered)
      differences.push({ case: id, at: `${at}: order of lines`, real: lines, demo: other.lines });
    return differences;
  });
}
