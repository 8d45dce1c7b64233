/** The facts about a failed connection, in order and as text. */
import type { AppError } from '../../../shared/errors.ts';
import type { FabricSummary } from '../../../shared/model/fabric.ts';
import { capitalise, clean } from '../../parts/text.ts';

/** Name and value of each known fact, the general ones first. */
export function failureFacts(
  fabric: Pick<FabricSummary, 'id' | 'server' | 'signIn' | 'source' | 'insecureTls'>,
  error: AppError | undefined,
): readonly (readonly [string, string])[] {
  const facts = new Map<string, string>([['Context', fabric.id]]);
  if (fabric.server !== undefined) facts.set('Server', fabric.server);
  facts.set('Sign-in', capitalise(fabric.signIn));
  facts.set('Kubeconfig', fabric.source);
  if (fabric.insecureTls) facts.set('Certificate checks', 'off');
  if (error?.status !== undefined) facts.set('HTTP status', String(error.status));
  for (const [name, value] of Object.entries(error?.details ?? {})) {
    const label = capitalise(name);
    if (![...facts.values()].includes(value)) facts.set(label, value);
  }
  return [...facts];
}

/** The failure as plain text for whoever can help. */
export function writeFailure(fabric: FabricSummary, error: AppError | undefined): string {
  const facts = failureFacts(fabric, error).map(([name, value]) => `${name}: ${value}`);
  return clean(
    [
      error?.message ?? `Hedgerow cannot connect to ${fabric.id}.`,
      ...(error?.hint ? [`Next step: ${error.hint}`] : []),
      '',
      ...facts,
      '',
    ].join('\n'),
  );
}
