/** The sentences of the log view: restarts, and how the streams are. */
import type { AppError } from '../../../shared/errors.ts';
import type { LogMessage } from '../../../shared/streams.ts';
import type { State } from '../../parts/link-words.ts';
import { clean, plural } from '../../parts/text.ts';
import type { SourceState } from '../../state/logs.svelte.ts';

/** `x2k8p/main restarted after exit code 1 (Error)`. */
export function restartSentence(message: Extract<LogMessage, { type: 'restart' }>): string {
  const { pod, container, exitCode, reason } = message;
  const after = exitCode === undefined ? '' : ` after exit code ${exitCode}`;
  const why = reason === undefined || reason === '' ? '' : ` (${reason})`;
  return `${container} of ${pod} restarted${after}${why}; its earlier log is above`;
}

/** `3 containers followed, 1 ended, 2 failed`; states with nothing in them are left out. */
export function describeSources(sources: readonly SourceState[], previous: boolean): string {
  const count = (state: SourceState['state']): number => sources.filter((one) => one.state === state).length;
  const parts = [
    [count('open'), previous ? 'being read' : 'followed'],
    [count('lost'), 'reconnecting'],
    [count('ended'), previous ? 'read' : 'ended'],
    [count('failed'), 'failed'],
  ] as const;
  const said = parts.filter(([number]) => number > 0);
  return said
    .map(([number, word], at) => `${at === 0 ? plural(number, 'container') : number} ${word}`)
    .join(', ');
}

export interface LogFacts {
  readonly phase: 'opening' | 'open' | 'closed' | 'failed';
  readonly error: AppError | null;
  readonly sources: readonly SourceState[];
  readonly lines: number;
  readonly previous: boolean;
}

export interface LogBlank {
  readonly glyph: State;
  readonly title: string;
  readonly text: string;
  readonly retry: boolean;
}

function sentence(error: AppError | null | undefined): string {
  if (!error) return '';
  return error.hint === undefined ? clean(error.message) : `${clean(error.message)} ${clean(error.hint)}`;
}

/** What stands in place of lines; undefined as soon as there are some. */
export function describeBlank({ phase, error, sources, lines, previous }: LogFacts): LogBlank | undefined {
  const which = previous ? 'previous log' : 'log';
  if (phase === 'failed') {
    return { glyph: 'failed', title: `The ${which} cannot be read`, text: sentence(error), retry: true };
  }
  if (lines > 0) return undefined;
  const running = sources.some((one) => one.state === 'open' || one.state === 'lost');
  if (phase === 'open' && (running || sources.length === 0)) {
    const lost = sources.find((one) => one.state === 'lost');
    if (lost) return { glyph: 'stale', title: 'Reconnecting', text: sentence(lost.error), retry: false };
    const text =
      sources.length === 0 ? 'Asking for the containers.' : 'The containers have written nothing yet.';
    return { glyph: 'busy', title: 'Waiting for lines', text, retry: false };
  }
  if (phase === 'opening') return { glyph: 'busy', title: `Opening the ${which}`, text: '', retry: false };
  const failed = sources.filter((one) => one.state === 'failed');
  if (failed.length > 0) {
    const more = failed.length > 1 ? ` ${failed.length - 1} more failed.` : '';
    return {
      glyph: 'failed',
      title: `The ${which} cannot be read`,
      text: sentence(failed[0]?.error) + more,
      retry: true,
    };
  }
  if (phase === 'closed' && sources.length === 0) {
    return { glyph: 'none', title: 'The stream ended before a line came', text: '', retry: true };
  }
  return {
    glyph: 'none',
    title: `The ${which} is empty`,
    text: 'The containers ended without writing a line.',
    retry: true,
  };
}
