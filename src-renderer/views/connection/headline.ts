/** The one sentence on top of the connection view, and what it rests on. */
import type { AppError } from '../../../shared/errors.ts';
import type { ConnectionView } from '../../../shared/model/connection.ts';
import type { FabricSummary } from '../../../shared/model/fabric.ts';
import type { Finding, Severity } from '../../../shared/model/finding.ts';
import type { Instant } from '../../../shared/model/ref.ts';
import type { State } from '../../parts/link-words.ts';
import { nameOf } from '../../parts/fabric-name.ts';
import { formatInstant } from '../../parts/time.ts';

export interface Headline {
  /** Of the finding; undefined where there is none. */
  readonly severity?: Severity;
  /** Where no severity says it. */
  readonly state: State;
  /** One word for the state. */
  readonly word: string;
  /** The finding it is, so that it is not told twice. */
  readonly finding?: string;
  readonly scenario?: string;
  readonly sentence: string;
  readonly cause?: string | undefined;
  readonly advice?: string | undefined;
}

/** The findings about the fabric itself, worst first. */
export function connectionFindings(findings: readonly Finding[]): readonly Finding[] {
  // A Hedgehog Fabric is an object of the cluster and has a uid.
  return findings.filter(
    ({ subject, status }) => subject.kind === 'Fabric' && subject.uid === undefined && status !== 'clearing',
  );
}

function ofError(error: AppError | undefined): Pick<Headline, 'sentence' | 'advice'> | undefined {
  return error && { sentence: error.message, advice: error.hint };
}

/** What the link says by itself. */
function ofLink(fabric: FabricSummary, failure: AppError | undefined): Headline {
  const { link } = fabric;
  const id = nameOf(fabric);
  const error = ofError(failure);
  switch (link.phase) {
    case 'failed':
      return {
        state: 'failed',
        word: 'Cannot connect',
        ...(error ?? { sentence: `${id} cannot be reached.` }),
      };
    case 'stale':
      return { state: 'stale', word: 'Stale', ...(error ?? { sentence: `Contact with ${id} is lost.` }) };
    case 'live':
      return {
        state: 'ok',
        word: 'Live',
        sentence: `${id} answers, and ${String(link.watches.live)} of ${String(link.watches.total)} watches are live.`,
      };
    case 'connecting':
      return { state: 'busy', word: 'Connecting', sentence: `Hedgerow is making contact with ${id}.` };
    case 'syncing':
      return { state: 'busy', word: 'Reading', sentence: `${id} answers; its lists are being read.` };
    case 'closed':
      return { state: 'none', word: 'Not opened', sentence: `${id} is not open, so nothing was contacted.` };
  }
}

/** Decides what the view says first: another cluster, a finding, a pause, a failure, or that all is well. */
export function headlineOf(
  fabric: FabricSummary,
  view: ConnectionView | null,
  finding: Finding | undefined,
  now: Instant,
): Headline {
  const id = nameOf(fabric);
  const worst = finding?.severity === 'critical' || fabric.identity !== 'changed';
  if (finding && worst) {
    const { severity, scenario, summary, cause, advice } = finding;
    const said = { severity, word: severity, scenario, finding: finding.id };
    return { ...said, state: 'failed', sentence: summary, cause, advice };
  }
  if (fabric.identity === 'changed')
    return {
      state: 'failed',
      word: 'Another cluster',
      sentence: `Another cluster answers as ${id}, so it is read-only until you accept it.`,
    };
  const pause = fabric.pause ?? view?.pause;
  if (pause?.why === 'sign-in')
    return {
      state: 'failed',
      word: 'Paused',
      sentence: pause.error?.message ?? `${id} is paused until you sign in.`,
      advice: pause.error?.hint,
    };
  if (pause)
    return {
      state: 'unknown',
      word: 'Stopped',
      sentence: `You stopped the retries of ${id} at ${formatInstant(pause.since, now)}.`,
    };
  return ofLink(fabric, view?.probe?.error ?? fabric.link.error);
}
