/** Writes an outcome for a person at a terminal. */
import { styleText } from 'node:util';
import type { BlindSpot, Finding, Severity } from '../../shared/model/finding.ts';
import { formatRef, type Instant } from '../../shared/model/ref.ts';
import { cleanLine, formatAge, wrapLine } from './plain-text.ts';
import { closingSentence, type Outcome } from './report.ts';

type Style = Parameters<typeof styleText>[0];

/** Glyphs lose ink with rank, so that the order survives without colour. */
const LOOK: Readonly<Record<Severity, { glyph: string; style: Style }>> = {
  critical: { glyph: '■', style: ['red', 'bold'] },
  high: { glyph: '◆', style: 'red' },
  medium: { glyph: '△', style: 'yellow' },
  low: { glyph: '○', style: 'blue' },
  info: { glyph: '·', style: 'gray' },
};

/** Evidence beyond this is counted, not listed: the JSON has it all. */
const EVIDENCE_SHOWN = 6;
const LABEL_WIDTH = 10;

export interface TextStyle {
  readonly color: boolean;
  /** Columns to wrap at; undefined leaves lines whole (output that is piped). */
  readonly width?: number | undefined;
}

class TextWriter {
  readonly lines: string[] = [];
  readonly style: TextStyle;
  constructor(style: TextStyle) {
    this.style = style;
  }
  paint(style: Style, text: string): string {
    return this.style.color ? styleText(style, text, { validateStream: false }) : text;
  }
  /** A wrapped line: `first` stands before the text and may hold colour, `indent` is its visible width. */
  put(first: string, indent: number, text: string): void {
    const clean = cleanLine(text);
    const parts =
      this.style.width === undefined ? [clean] : wrapLine(clean, Math.max(30, this.style.width - indent));
    parts.forEach((part, index) => this.lines.push((index === 0 ? first : ' '.repeat(indent)) + part));
  }
  label(name: string, text: string, depth: number): void {
    const indent = 2 + depth * 2;
    this.put(' '.repeat(indent) + this.paint('dim', name.padEnd(LABEL_WIDTH)), indent + LABEL_WIDTH, text);
  }
}

function sinceText(since: Instant, now: Instant): string {
  return `${new Date(since).toISOString().replace('.000Z', 'Z')} (${formatAge(now - since)} ago)`;
}

function writeHead(writer: TextWriter, finding: Finding, depth: number): void {
  const { glyph, style } = LOOK[finding.severity];
  const word = finding.severity.toUpperCase();
  const indent = depth * 2;
  writer.put(
    `${' '.repeat(indent)}${writer.paint(style, `${glyph} ${word}`)}  `,
    indent + word.length + 4,
    finding.summary,
  );
}

function writeFinding(
  writer: TextWriter,
  finding: Finding,
  all: ReadonlyMap<string, Finding>,
  now: Instant,
): void {
  writeHead(writer, finding, 0);
  writer.label('Cause', finding.cause, 0);
  writer.label('Next', finding.advice, 0);
  writeEvidence(writer, finding);
  if (finding.since !== undefined) writer.label('Since', sinceText(finding.since, now), 0);
  if (finding.confidence !== 'high') writer.label('Certainty', finding.confidence, 0);
  if (finding.notChecked.length > 0) writer.label('Unchecked', finding.notChecked.join(', '), 0);
  writer.label('Rule', finding.scenario, 0);
  if (finding.effects.length > 0) {
    writer.label('Effects', String(finding.effects.length), 0);
    writeEffects(writer, finding, all, 2, new Set([finding.id]));
  }
  writer.lines.push('');
}

/** Claims under the object they point at; the last line of a log names the failure best, so it is always there. */
function writeEvidence(writer: TextWriter, { evidence }: Finding): void {
  const first = evidence.slice(0, EVIDENCE_SHOWN);
  const log = evidence.slice(EVIDENCE_SHOWN).filter(({ path }) => path === 'log');
  const shown = [...first, ...log];
  let object = '';
  for (const { ref, path, observed, why } of shown) {
    const name = formatRef(ref);
    if (name !== object) writer.label(object === '' ? 'Proof' : '', name, 0);
    object = name;
    writer.label('', `  ${path} = ${observed} (${why.replace(/\.$/, '')})`, 0);
  }
  const more = evidence.length - shown.length;
  if (more > 0) writer.label('', `  and ${more} more in the JSON output`, 0);
}

function writeEffects(
  writer: TextWriter,
  finding: Finding,
  all: ReadonlyMap<string, Finding>,
  depth: number,
  seen: Set<string>,
): void {
  for (const id of finding.effects) {
    const effect = all.get(id);
    if (effect === undefined || seen.has(id)) continue;
    seen.add(id);
    writeHead(writer, effect, depth);
    writeEffects(writer, effect, all, depth + 1, seen);
  }
}

function writeBlindSpots(writer: TextWriter, spots: readonly BlindSpot[]): void {
  if (spots.length === 0) return;
  writer.lines.push(writer.paint('bold', `Cannot tell (${spots.length})`));
  for (const spot of spots) {
    const where = spot.namespace === undefined ? '' : ` in namespace ${spot.namespace}`;
    writer.put(`  ${writer.paint('magenta', '?')} `, 4, `${spot.kind}${where}: ${spot.reason}`);
    writer.label('Fix', spot.fix, 1);
  }
  writer.lines.push('');
}

/** The whole outcome as text, ending with a newline; nothing from the cluster can act on the terminal. */
export function writeText(outcome: Outcome, style: TextStyle): string {
  const writer = new TextWriter(style);
  const { findings, blindSpots } = outcome.result;
  const head = [outcome.fabric, outcome.server, outcome.version]
    .filter((part) => part !== undefined)
    .map(cleanLine);
  writer.lines.push(writer.paint('bold', `Fabric ${head.join('  ')}`), '');
  const all = new Map(findings.map((finding) => [finding.id, finding]));
  for (const finding of findings) {
    // An effect is told under its cause; one whose cause is not in the list stands for itself.
    if (finding.rootCause !== null && all.has(finding.rootCause)) continue;
    writeFinding(writer, finding, all, outcome.now);
  }
  writeBlindSpots(writer, blindSpots);
  writer.put('', 0, `${closingSentence(outcome)}.`);
  return `${writer.lines.join('\n')}\n`;
}
