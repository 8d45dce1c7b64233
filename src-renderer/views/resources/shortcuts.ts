/** The keys of the Resources view. */
import type { Shortcut } from '../../state/keyboard.svelte.ts';

/** What the keys act on; each is undefined while it is not on screen. */
export interface ShortcutTargets {
  readonly findKind: () => Promise<void>;
  readonly table: () =>
    { focusFilter(): void; move(step: number): boolean; openSelected(): boolean } | undefined;
  readonly drawer: () =>
    | {
        showTab(name: 'yaml' | 'events' | 'relations'): void;
        search(): void;
        focus(): void;
        openLogs(): boolean;
        openShell(): boolean;
        openOwner(): boolean;
      }
    | undefined;
  /** Closes what lies over the table; false where nothing does. */
  readonly close: () => boolean;
}

/** Shortcuts for the keyboard registry, under the heading `Resources`. */
export function resourceShortcuts(on: ShortcutTargets): readonly Shortcut[] {
  const open = (): boolean => on.drawer() !== undefined;
  const add = (keys: string, label: string, run: Shortcut['run'], when?: () => boolean): Shortcut => ({
    keys,
    label,
    group: 'Resources',
    run,
    ...(when ? { when } : {}),
  });
  return [
    add('/', 'Filter the rows', () => on.table()?.focusFilter()),
    add(':', 'Find a kind', () => void on.findKind()),
    add('j', 'Next row', () => on.table()?.move(1) ?? false),
    add('k', 'Previous row', () => on.table()?.move(-1) ?? false),
    // The grid itself handles Enter while it has the focus; this one serves after j and k from elsewhere.
    {
      ...add('Enter', 'Open the selected row', () => on.table()?.openSelected() ?? false),
      within: () => document.body.querySelector('[role=grid]') ?? undefined,
    },
    add('Escape', 'Close the object', () => on.close()),
    add('y', 'YAML of the open object', () => on.drawer()?.showTab('yaml'), open),
    add('l', 'Logs of the open object', () => on.drawer()?.openLogs() ?? false, open),
    add('s', 'Shell in the open pod', () => on.drawer()?.openShell() ?? false, open),
    add('o', 'Owner of the open object', () => on.drawer()?.openOwner() ?? false, open),
    add('Mod+f', 'Search in the YAML', () => on.drawer()?.search(), open),
  ];
}
