/** The states of the open object in words. */
import type { AppError } from '../../../shared/errors.ts';
import type { WatchState } from '../../../shared/model/fabric.ts';
import type { Instant } from '../../../shared/model/ref.ts';
import { formatRef } from '../../../shared/model/ref.ts';
import type { State } from '../../parts/link-words.ts';
import { clean } from '../../parts/text.ts';
import { formatInstant } from '../../parts/time.ts';
import type { OpenTarget } from '../../state/object.svelte.ts';

export interface ObjectFacts {
  readonly target: OpenTarget;
  /** True once discovery has answered, so that a kind without resource is really not served. */
  readonly served: boolean;
  readonly hasView: boolean;
  readonly error: AppError | null;
  readonly goneAt: Instant | null;
  readonly watch: WatchState | null;
  readonly now: Instant;
}

export interface ObjectWords {
  /** True while the content is known to be current. */
  readonly live: boolean;
  /** A line above the content. */
  readonly notice?: { readonly glyph: State; readonly text: string };
  /** What stands in place of content that was never there; missing while it loads. */
  readonly blank?: {
    readonly glyph: State;
    readonly title: string;
    readonly text: string;
    readonly denied: boolean;
    readonly retry: boolean;
  };
}

/** What the tab of events says where they are not there: refused, or not read for another reason. */
export function eventsNote(reason: string): 'denied' | 'not read' {
  return /may not|forbidden|denied|refuse/i.test(reason) ? 'denied' : 'not read';
}

/** The state of the open object; `live: false` with nothing else means that it loads. */
export function describeObject(facts: ObjectFacts): ObjectWords {
  return facts.hasView ? describeKnown(facts) : describeBlank(facts);
}

function describeKnown({ error, goneAt, watch, now }: ObjectFacts): ObjectWords {
  const notice = (glyph: State, text: string): ObjectWords => ({ live: false, notice: { glyph, text } });
  if (goneAt !== null)
    return notice('none', `Deleted: gone at ${formatInstant(goneAt, now)}. This is its last known content.`);
  if (error) return notice('failed', `Updates stopped: ${clean(error.message)}`);
  if (watch?.phase === 'stale' || watch?.phase === 'expired' || watch?.phase === 'idle') {
    const from =
      watch.asOf === undefined ? 'before contact was lost' : `from ${formatInstant(watch.asOf, now)}`;
    return notice(
      'stale',
      `Content ${from}. ${watch.error ? clean(watch.error.message) : 'Contact is lost.'}`,
    );
  }
  return { live: watch?.phase === 'live' };
}

interface Options {
  readonly denied?: boolean;
  readonly retry?: boolean;
}

function blank(
  glyph: State,
  title: string,
  text: string,
  { denied = false, retry = false }: Options = {},
): ObjectWords {
  return { live: false, blank: { glyph, title, text, denied, retry } };
}

function describeBlank({ target, served, error, goneAt, watch }: ObjectFacts): ObjectWords {
  const { ref } = target;
  const name = clean(formatRef(ref));
  if (!target.resource) {
    if (!served) return { live: false };
    const text = `Discovery does not list ${clean(ref.kind)} in ${clean(ref.apiVersion)}. Not a fault.`;
    return blank('none', `This cluster does not serve ${clean(ref.kind)}`, text);
  }
  if (goneAt !== null || error?.code === 'not-found') {
    return blank('none', `${name} does not exist`, 'It was deleted, or it never was there.', { retry: true });
  }
  const failure = error ?? watch?.error;
  const said = failure ? clean(failure.message) : '';
  if (error?.code === 'forbidden' || watch?.phase === 'denied') {
    return blank('denied', `You may not read ${name}`, said, { denied: true, retry: true });
  }
  if (!failure) return { live: false };
  const hint = failure.hint === undefined ? '' : ` ${clean(failure.hint)}`;
  return blank('failed', `Cannot read ${name}`, `${said}${hint}`, { retry: true });
}
