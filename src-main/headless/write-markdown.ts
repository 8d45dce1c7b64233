/** Writes an outcome as Markdown that can be pasted into a ticket. */
import type { Finding } from '../../shared/model/finding.ts';
import { formatRef, type Instant } from '../../shared/model/ref.ts';
import { cleanLine, formatAge } from './plain-text.ts';
import { closingSentence, type Outcome } from './report.ts';

/** Plain text in Markdown: whatever the cluster put there stays text, mentions and links included. */
function plain(text: string): string {
  return cleanLine(text).replace(/[\\`*_{}[\]<>#|~&!@]/g, (char) => (char === '@' ? '&#64;' : `\\${char}`));
}

/** A code span, fenced by more backticks than the text holds; `|` is escaped for use in a table. */
function code(text: string): string {
  const clean = cleanLine(text);
  const longest = Math.max(0, ...(clean.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = clean.startsWith('`') || clean.endsWith('`') || clean === '' ? ' ' : '';
  return `${fence}${pad}${clean.replace(/\|/g, '\\|')}${pad}${fence}`;
}

function effectLines(
  finding: Finding,
  all: ReadonlyMap<string, Finding>,
  depth: number,
  seen: Set<string>,
): string[] {
  return finding.effects.flatMap((id) => {
    const effect = all.get(id);
    if (effect === undefined || seen.has(id)) return [];
    seen.add(id);
    const line = `${'  '.repeat(depth)}- ${effect.severity}: ${plain(effect.summary)}`;
    return [line, ...effectLines(effect, all, depth + 1, seen)];
  });
}

function findingLines(finding: Finding, all: ReadonlyMap<string, Finding>, now: Instant): string[] {
  const lines = [`### ${finding.severity.toUpperCase()}: ${plain(finding.summary)}`, ''];
  lines.push(`- **Cause:** ${plain(finding.cause)}`, `- **Next step:** ${plain(finding.advice)}`);
  if (finding.since !== undefined) {
    lines.push(`- **Since:** ${new Date(finding.since).toISOString()} (${formatAge(now - finding.since)})`);
  }
  lines.push(
    `- **Rule:** ${code(finding.scenario)}, confidence ${finding.confidence}, finding ${code(finding.id)}`,
  );
  if (finding.notChecked.length > 0) lines.push(`- **Not checked:** ${plain(finding.notChecked.join(', '))}`);
  if (finding.evidence.length > 0) {
    lines.push('', '| object | field | observed | why |', '|---|---|---|---|');
    for (const { ref, path, observed, why } of finding.evidence) {
      lines.push(`| ${code(formatRef(ref))} | ${code(path)} | ${code(observed)} | ${plain(why)} |`);
    }
  }
  const effects = effectLines(finding, all, 0, new Set([finding.id]));
  if (effects.length > 0) lines.push('', `Effects (${finding.effects.length}):`, '', ...effects);
  return [...lines, ''];
}

/** The whole outcome as Markdown, ending with a newline. */
export function writeMarkdown(outcome: Outcome): string {
  const { findings, blindSpots } = outcome.result;
  const all = new Map(findings.map((finding) => [finding.id, finding]));
  const roots = findings.filter((finding) => finding.rootCause === null || !all.has(finding.rootCause));
  const facts = [outcome.server, outcome.version].filter((fact) => fact !== undefined).map(code);
  const lines = [`## Diagnosis of ${plain(outcome.fabric)}`, ''];
  lines.push(
    [new Date(outcome.now).toISOString(), ...facts].join(', '),
    '',
    `${plain(closingSentence(outcome))}.`,
    '',
  );
  for (const finding of roots) lines.push(...findingLines(finding, all, outcome.now));
  if (blindSpots.length > 0) {
    lines.push('### Cannot tell', '', '| kind | why | what would help |', '|---|---|---|');
    for (const { kind, namespace, reason, fix } of blindSpots) {
      lines.push(
        `| ${plain(namespace === undefined ? kind : `${kind} in ${namespace}`)} | ${plain(reason)} | ${plain(fix)} |`,
      );
    }
    lines.push('');
  }
  return `${lines.join('\n').trimEnd()}\n`;
}
