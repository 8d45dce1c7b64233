/** The states of a table in words: loading, empty, denied, absent, failed, stale. */
import type { AppError } from '../../../shared/errors.ts';
import type { KindInfo } from '../../../shared/ipc.ts';
import type { WatchState } from '../../../shared/model/fabric.ts';
import type { Instant } from '../../../shared/model/ref.ts';
import type { State } from '../../parts/link-words.ts';
import { clean, formatCount } from '../../parts/text.ts';
import { formatInstant } from '../../parts/time.ts';
import { kindLabel } from './kind-label.ts';

export interface TableFacts {
  readonly kind: KindInfo;
  readonly namespace: string | undefined;
  readonly watch: WatchState | null;
  /** The subscription itself failed. */
  readonly error: AppError | null;
  readonly rows: number;
  /** Since when the rows are those of before; null while they are what `watch` tells of. */
  readonly oldFrom: Instant | null;
  readonly now: Instant;
}

/** What stands in place of the rows; `rows` where rows can be shown. */
export type TableState =
  | { readonly show: 'rows' }
  | { readonly show: 'loading'; readonly text: string }
  | {
      readonly show: 'empty' | 'denied' | 'absent' | 'failed';
      readonly glyph: State;
      readonly title: string;
      readonly text: string;
    };

function where(namespace: string | undefined): string {
  return namespace === undefined ? '' : ` in namespace ${clean(namespace)}`;
}

/** The kind in the middle of a sentence: acronyms keep their case. */
function kindWords(kind: KindInfo): string {
  const label = kindLabel(kind);
  return /^[A-Z][a-z]/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label;
}

/** Which state a table is in, and its words. Denied and absent win over old rows: those are not to be read any more. */
export function describeTable(facts: TableFacts): TableState {
  const { kind, watch, error, rows } = facts;
  const phase = watch?.phase;
  if (phase === 'denied') return describeDenied(facts, watch?.error);
  if (error?.code === 'forbidden') return describeDenied(facts, error);
  if (phase === 'absent' || error?.code === 'not-served') {
    const title = `This cluster does not serve ${kindWords(kind)}`;
    return {
      show: 'absent',
      glyph: 'none',
      title,
      text: 'Discovery does not list this kind any more. Not a fault.',
    };
  }
  if (rows > 0) return { show: 'rows' };
  const lost = phase === 'stale' || phase === 'expired';
  const failure = error ?? (lost || phase === 'idle' ? watch?.error : undefined);
  if (failure) {
    const hint = failure.hint === undefined ? '' : ` ${clean(failure.hint)}`;
    const text = `${clean(failure.message)}${hint}`;
    return { show: 'failed', glyph: 'failed', title: `Cannot list ${kindWords(kind)}`, text };
  }
  if (lost) return describeUnknown(facts);
  if (phase === 'live' || phase === 'catching-up') return describeEmpty(facts);
  return { show: 'loading', text: describeLoading(facts) };
}

function describeEmpty({ kind, namespace, watch, now }: TableFacts): TableState {
  const asOf = watch?.asOf;
  const since = asOf === undefined ? '' : ` The list is complete as of ${formatInstant(asOf, now)}.`;
  return {
    show: 'empty',
    glyph: 'ok',
    title: `No ${kindWords(kind)}${where(namespace)}`,
    text: `Nothing of this kind exists here.${since}`,
  };
}

function describeUnknown({ kind, namespace, watch, now }: TableFacts): TableState {
  const asOf = watch?.asOf;
  const from = asOf === undefined ? 'was never read completely' : `was empty at ${formatInstant(asOf, now)}`;
  return {
    show: 'failed',
    glyph: 'stale',
    title: `Cannot tell whether there are ${kindWords(kind)}${where(namespace)}`,
    text: `Contact is lost; the list ${from}.`,
  };
}

/** `Pods: 3,500 of about 5,000`, or `Reading pods` before the first page. */
export function describeLoading({ kind, watch, rows }: Pick<TableFacts, 'kind' | 'watch' | 'rows'>): string {
  const received = Math.max(rows, watch?.objects ?? 0);
  if (received === 0) return `Reading ${kindWords(kind)}`;
  const expected = watch?.expected;
  const of = expected !== undefined && expected > received ? ` of about ${formatCount(expected)}` : ' so far';
  return `${kindLabel(kind)}: ${formatCount(received)}${of}`;
}

function describeDenied({ kind, namespace }: TableFacts, error: AppError | undefined): TableState {
  const verb = error?.details?.['verb'] ?? 'list';
  const place = !kind.namespaced || namespace !== undefined ? where(namespace) : ' in all namespaces';
  const scope =
    kind.namespaced && namespace !== undefined ? `a Role in ${clean(namespace)}` : 'a ClusterRole';
  const said = error ? ` The server said: ${clean(error.message)}` : '';
  return {
    show: 'denied',
    glyph: 'denied',
    title: `You may not ${clean(verb)} ${kindWords(kind)}${place}`,
    text: `Ask for ${scope} with the verbs get, list and watch on ${clean(kind.resource)}.${said}`,
  };
}

/** The line above rows that are not current; undefined while they are. */
export function describeStaleness({ watch, error, rows, oldFrom, now }: TableFacts): string | undefined {
  if (rows === 0) return undefined;
  if (error) return `Updates stopped: ${clean(error.message)}`;
  const lost = watch?.phase === 'stale' || watch?.phase === 'expired';
  if (!lost && oldFrom === null) return undefined;
  const asOf = oldFrom ?? watch?.asOf;
  const from = asOf === undefined ? 'before contact was lost' : `from ${formatInstant(asOf, now)}`;
  const why = watch?.error
    ? clean(watch.error.message)
    : lost
      ? 'Contact is lost.'
      : 'The list is read again.';
  return `Data ${from}. ${why}`;
}
