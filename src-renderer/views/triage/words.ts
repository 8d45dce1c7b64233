/** Findings in words: subjects, scenarios, what is affected, and the whole as text for a chat or a ticket. */
import type { Finding, FindingId } from '../../../shared/model/finding.ts';
import { formatRef, type Instant, type Ref } from '../../../shared/model/ref.ts';
import { capitalise, clean, formatCount, plural } from '../../parts/text.ts';
import { formatAge, formatInstant } from '../../parts/time.ts';

/** `shop/Deployment/checkout`, `Node/fra1-w02`. */
export function writeSubject(ref: Ref): string {
  return `${ref.namespace === undefined ? '' : `${ref.namespace}/`}${ref.kind}/${ref.name}`;
}

/**
 * The summary for a row whose second line names the object in full: there the name alone does.
 * `3 of 4 pods of Deployment shop/web crash-loop` → `3 of 4 pods of web crash-loop`.
 */
export function writeTitle(finding: Pick<Finding, 'summary' | 'subject'>): string {
  return finding.summary.replace(formatRef(finding.subject), () => finding.subject.name);
}

/** The summary for an effect's row, without the namespace where it is `home`, the one of its root. */
export function writeEffect(finding: Pick<Finding, 'summary' | 'subject'>, home: string | undefined): string {
  const { kind, name, namespace } = finding.subject;
  if (namespace === undefined || namespace !== home) return finding.summary;
  return finding.summary.replace(formatRef(finding.subject), () => `${kind} ${name}`);
}

/** `Pod/web-1`: short, where the namespace is told elsewhere. */
export function writeObject(ref: Ref): string {
  return `${ref.kind}/${ref.name}`;
}

/** A field path in the pieces between which a line may break, cleaned: `status.`, `conditions`, `[Ready]`. */
export function pathParts(path: string): readonly string[] {
  return clean(path).split(/(?<=\.)|(?=\[)/);
}

/** What the part of a subject is, where the scenario tells: `container main`. */
export function describePart(scenario: string, part: string): string {
  return scenario.startsWith('pod/') ? `container ${part}` : part;
}

const ACRONYMS = new Set([
  'oom',
  'dns',
  'tls',
  'pvc',
  'pv',
  'cni',
  'ip',
  'vpc',
  'crd',
  'api',
  'psu',
  'cpu',
  'rbac',
  'hpa',
  'pdb',
]);

/** `pod/crash-loop-back-off` → `Crash loop back off`: what a box of the chain says of a finding. */
export function nameScenario(scenario: string): string {
  const words = (scenario.split('/').at(-1) ?? scenario).split('-');
  return capitalise(words.map((word) => (ACRONYMS.has(word) ? word.toUpperCase() : word)).join(' '));
}

/** Kinds with their number, most frequent first: `6 Pods, 1 Ingress`. */
function countKinds(refs: readonly Ref[]): string {
  const counts = new Map<string, number>();
  for (const ref of refs) counts.set(ref.kind, (counts.get(ref.kind) ?? 0) + 1);
  const sorted = [...counts].sort((a, b) => b[1] - a[1]);
  const shown = sorted
    .slice(0, 3)
    .map(([kind, count]) => plural(count, kind, kind.endsWith('s') ? `${kind}es` : `${kind}s`));
  const rest = sorted.slice(3).reduce((sum, [, count]) => sum + count, 0);
  return [...shown, ...(rest > 0 ? [`${formatCount(rest)} more`] : [])].join(', ');
}

/**
 * What suffers: the objects that show the failure and those of its effects, each once. Undefined where nothing but the
 * subject itself does.
 */
export function describeImpact(finding: Finding, effects: readonly Finding[]): string | undefined {
  const seen = new Set<string>();
  const refs: Ref[] = [];
  for (const ref of [finding, ...effects].flatMap((one) =>
    one.members.length > 0 ? one.members : [one.subject],
  )) {
    const key = `${ref.apiVersion} ${writeSubject(ref)}`;
    if (seen.has(key) || (ref === finding.subject && finding.members.length === 0)) continue;
    seen.add(key);
    refs.push(ref);
  }
  return refs.length === 0 ? undefined : countKinds(refs);
}

/** All effects below a finding, at any depth, each once; circles end. */
export function effectsBelow(
  finding: Finding,
  find: (id: FindingId) => Finding | undefined,
): readonly Finding[] {
  const seen = new Set<FindingId>([finding.id]);
  const found: Finding[] = [];
  const queue = [...finding.effects];
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    const effect = seen.has(id) ? undefined : find(id);
    seen.add(id);
    if (!effect) continue;
    found.push(effect);
    queue.push(...effect.effects);
  }
  return found;
}

/** The finding as plain text: sentence, place, time, cause, next step, proof, gaps. */
export function summarise(
  finding: Finding,
  fabric: string,
  effects: readonly Finding[],
  now: Instant,
): string {
  const since =
    finding.since === undefined
      ? 'Since: unknown'
      : `Since: ${new Date(finding.since).toISOString()} (${formatAge(finding.since, now)}, ${formatInstant(finding.since, now)} local)`;
  const log = finding.log;
  const lines = [
    `[${finding.severity.toUpperCase()}] ${finding.summary}`,
    `Fabric: ${fabric}`,
    `Object: ${writeSubject(finding.subject)}${finding.part === undefined ? '' : ` (${finding.part})`}`,
    `Check: ${finding.scenario}, confidence ${finding.confidence}${finding.status === 'unverified' ? ', unverified: the data is stale' : ''}`,
    since,
    '',
    `Why: ${finding.cause}`,
    `Next step: ${finding.advice}`,
  ];
  if (finding.evidence.length > 0) lines.push('', 'Evidence:');
  for (const one of finding.evidence)
    lines.push(`- ${writeSubject(one.ref)} ${one.path} = ${one.observed} (${one.why})`);
  if (effects.length > 0) lines.push('', `Effects (${effects.length}):`);
  for (const effect of effects.slice(0, 20)) lines.push(`- [${effect.severity}] ${effect.summary}`);
  if (effects.length > 20) lines.push(`- and ${effects.length - 20} more`);
  const error = log?.firstError === undefined ? undefined : log.lines[log.firstError];
  if (log && error)
    lines.push(
      '',
      `First error in the ${log.previous ? 'previous ' : ''}log of ${log.pod.name}/${log.container}:`,
      error.text,
    );
  if (finding.notChecked.length > 0) lines.push('', `Not checked: ${finding.notChecked.join(', ')}`);
  return clean(`${lines.join('\n')}\n`);
}
