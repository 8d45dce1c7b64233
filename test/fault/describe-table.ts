/** Writes the fault table as Markdown, for readers of README. */
import { PHASES } from './fault-table.ts';
import type { Expected, FaultRow, Phase } from './fault-table.ts';

/** Where README holds the table. */
export const MARKERS = { begin: '<!-- fault-table:begin -->', end: '<!-- fault-table:end -->' } as const;

const toldOf = (told: string): string => (told === 'nothing' ? 'nothing' : `\`${told}\``);

/** The value most phases share; cells tell what differs from it. */
function usual<K extends keyof Expected>(row: FaultRow, key: K): Expected[K] {
  const values = PHASES.map((phase) => row.phases[phase][key]);
  const counted = values.map((value) => values.filter((other) => other === value).length);
  return values[counted.indexOf(Math.max(...counted))] ?? row.phases['first connect'][key];
}

function cell(row: FaultRow, phase: Phase): string {
  const { link, told, back } = row.phases[phase];
  return [
    link,
    ...(told === usual(row, 'told') ? [] : [toldOf(told)]),
    ...(back === usual(row, 'back') ? [] : [back]),
    ...(phase === 'during a write' ? [`write ${row.write}`] : []),
  ].join(', ');
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** One line per fault: the finding, the link in each phase, how a write ends, and how the fabric comes back. */
export function describeFaults(rows: readonly FaultRow[]): string {
  const head = ['Fault', 'Finding', ...PHASES.map(capital), 'Comes back'];
  const lines = rows.map((row) => [
    row.name,
    toldOf(usual(row, 'told')),
    ...PHASES.map((phase) => cell(row, phase)),
    usual(row, 'back'),
  ]);
  const draw = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [draw(head), draw(head.map(() => '---')), ...lines.map(draw)].join('\n');
}
