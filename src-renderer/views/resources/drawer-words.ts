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

export function describeObject(facts: ObjectFacts): ObjectWords {
  const { target, served, hasView, error, goneAt, watch, now } = facts;
  const name = clean(formatRef(target.ref));
  if (hasView) {
    if (goneAt !== null) {
      return {
        live: false,
        notice: {
          glyph: 'none',
          text: `Deleted: gone at ${formatInstant(goneAt, now)}. This is its last known content.`,
        },
      };
    }
    if (error)
      return { live: false, notice: { glyph: 'failed', text: `Updates stopped: ${clean(error.message)}` } };
    if (watch?.phase === 'stale' || watch?.phase === 'expired') {
      const from =
        watch.asOf === undefined ? 'before contact was lost' : `from ${formatInstant(watch.asOf, now)}`;
      return {
        live: false,
        notice: {
          glyph: 'stale',
          text: `Content ${from}. ${watch.error ? clean(watch.error.message) : 'Contact is lost.'}`,
        },
      };
    }
    return { live: watch?.phase === 'live' };
  }
  const blank = (
    glyph: State,
    title: string,
    text: string,
    options: { denied?: boolean; retry?: boolean } = {},
  ): ObjectWords => ({
    live: false,
    blank: { glyph, title, text, denied: options.denied ?? false, retry: options.retry ?? false },
  });
  if (!target.resource) {
    const text = `Discovery does not list ${clean(target.ref.kind)} in ${clean(target.ref.apiVersion)}. Not a fault.`;
    return served
      ? blank('none', `This cluster does not serve ${clean(target.ref.kind)}`, text)
      : { live: false };
  }
  if (goneAt !== null || error?.code === 'not-found') {
    return blank('none', `${name} does not exist`, 'It was deleted, or it never was there.', { retry: true });
  }
  if (error?.code === 'forbidden' || watch?.phase === 'denied') {
    const said = clean(error?.message ?? watch?.error?.message ?? '');
    return blank('denied', `You may not read ${name}`, said, { denied: true, retry: true });
  }
  const failure = error ?? watch?.error;
  if (failure) {
    const hint = failure.hint === undefined ? '' : ` ${clean(failure.hint)}`;
    return blank('failed', `Cannot read ${name}`, `${clean(failure.message)}${hint}`, { retry: true });
  }
  return { live: false };
}
