/** The connection as text for whoever can help, and as JSON for a file. Neither holds a secret. */
import type { ConnectionView } from '../../../shared/model/connection.ts';
import type { FabricSummary } from '../../../shared/model/fabric.ts';
import type { Instant } from '../../../shared/model/ref.ts';
import { clean } from '../../parts/text.ts';
import type { Headline } from './headline.ts';
import { certificateFacts, credentialFacts, endpointFacts, formatMs, LAYER_NAMES } from './words.ts';

/** Plain text: sentence, advice, layers, facts, attempts. */
export function writeReport(
  fabric: Pick<FabricSummary, 'id' | 'server' | 'source' | 'signIn'>,
  view: ConnectionView,
  headline: Headline,
  now: Instant,
): string {
  const { probe, credentials, attempts } = view;
  const lines = [
    `${headline.scenario === undefined ? '' : `${headline.scenario}: `}${headline.sentence}`,
    ...(headline.cause ? [`Why: ${headline.cause}`] : []),
    ...(headline.advice ? [`Next step: ${headline.advice}`] : []),
    '',
    `Fabric: ${fabric.id}, from ${fabric.source}`,
    `Server: ${fabric.server ?? 'unknown'}`,
  ];
  if (probe) {
    lines.push('', `Probe at ${new Date(probe.at).toISOString()}:`);
    for (const step of probe.steps)
      lines.push(
        `- ${LAYER_NAMES[step.layer]}: ${step.state}${step.ms === undefined ? '' : `, ${formatMs(step.ms)}`}. ${step.says}`,
      );
    for (const fact of [...endpointFacts(probe).slice(1), ...certificateFacts(probe, now)])
      lines.push(`${fact.name}: ${fact.value}${fact.note ? ` (${fact.note})` : ''}`);
    for (const other of probe.alternatives) lines.push(`Also answers: ${other.server}. ${other.says}`);
  }
  if (credentials) {
    lines.push('', 'Credentials:');
    for (const fact of credentialFacts(credentials, now))
      lines.push(`${fact.name}: ${fact.value}${fact.note ? ` (${fact.note})` : ''}`);
  }
  if (attempts.length > 0) {
    lines.push('', 'Attempts:');
    for (const one of attempts)
      lines.push(
        `- ${new Date(one.at).toISOString()} ${one.ok ? 'ok' : 'failed'}, ${formatMs(one.ms)}. ${one.says}`,
      );
  }
  return clean(`${lines.join('\n')}\n`);
}

/** The probe as a file: name and JSON text; undefined where nothing was probed. */
export function exportProbe(
  fabric: string,
  view: ConnectionView,
): { readonly name: string; readonly text: string } | undefined {
  if (!view.probe) return undefined;
  const safe = fabric.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 80);
  return {
    name: `probe-${safe}.json`,
    text: `${JSON.stringify({ fabric, probe: view.probe, attempts: view.attempts, breaker: view.breaker }, null, 2)}\n`,
  };
}
