/** The keys of the triage list. */
import type { Shortcut } from '../../state/keyboard.svelte.ts';
import type { TriageList } from './triage-list.svelte.ts';

const GROUP = 'Triage';

export interface ListKeys {
  readonly scroller: () => HTMLElement | undefined;
  /** Rows per page. */
  readonly page: () => number;
  /** The selection moved by key. */
  readonly onMoved: () => void;
  readonly onOpen: () => void;
}

/** Moving, folding and opening; arrows and Enter only while the focus is in the list or nowhere. */
export function listShortcuts(list: TriageList, keys: ListKeys): readonly Shortcut[] {
  const within = keys.scroller;
  const move = (step: number) => (): boolean => {
    list.touch();
    const moved = list.move(step) !== undefined;
    if (moved) keys.onMoved();
    return moved;
  };
  const fold = (act: () => boolean) => (): boolean => {
    list.touch();
    const done = act();
    if (done) keys.onMoved();
    return done;
  };
  const unfold = fold(() => list.unfoldSelected());
  const shut = fold(() => list.foldSelected());
  const open = (): boolean => {
    if (list.selected === null) return false;
    const row = list.rows.find((one) => one.key === list.selected);
    if (row?.kind === 'more') list.expandMore(row.root);
    else keys.onOpen();
    return true;
  };
  return [
    {
      keys: 'j',
      label: 'Next finding',
      group: GROUP,
      run: move(1),
      hint: { keys: 'j k', word: 'move', order: 1 },
    },
    { keys: 'k', label: 'Previous finding', group: GROUP, run: move(-1) },
    {
      keys: 'ArrowDown',
      label: 'Next finding in the list',
      group: GROUP,
      within,
      run: move(1),
      unlisted: true,
    },
    {
      keys: 'ArrowUp',
      label: 'Previous finding in the list',
      group: GROUP,
      within,
      run: move(-1),
      unlisted: true,
    },
    { keys: 'PageDown', label: 'Next page', group: GROUP, within, run: () => move(keys.page())() },
    { keys: 'PageUp', label: 'Previous page', group: GROUP, within, run: () => move(-keys.page())() },
    { keys: 'Home', label: 'First finding', group: GROUP, within, run: move(-Infinity) },
    { keys: 'End', label: 'Last finding', group: GROUP, within, run: move(Infinity) },
    {
      keys: 'ArrowRight',
      label: 'Unfold the effects',
      group: GROUP,
      within,
      run: unfold,
      hint: { keys: 'ArrowRight', word: 'unfold', order: 2 },
    },
    { keys: 'ArrowLeft', label: 'Fold the effects, or up to the root', group: GROUP, within, run: shut },
    { keys: 'Enter', label: 'Open the finding', group: GROUP, within, run: open },
  ];
}
