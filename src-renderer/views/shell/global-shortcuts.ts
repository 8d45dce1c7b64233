/** The keys that work everywhere. */
import { dock } from '../../state/dock.svelte.ts';
import { fabrics } from '../../state/fabrics.svelte.ts';
import type { Shortcut } from '../../state/keyboard.svelte.ts';
import { layout } from '../../state/layout.svelte.ts';
import { navigation, VIEW_NAMES, type View } from '../../state/navigation.svelte.ts';
import { focusNextPane } from '../../state/panes.ts';

const GROUP = 'Everywhere';
const VIEW_KEYS: readonly (readonly [keys: string, view: View])[] = [
  ['g t', 'triage'],
  ['g r', 'resources'],
  ['g a', 'access'],
  ['g c', 'connection'],
];

function openNumber(number: number): boolean {
  const fabric = fabrics.list[number - 1];
  if (fabric) void fabrics.open(fabric.id);
  return fabric !== undefined;
}

/** The list for the registry; `showKeys` opens the sheet of keys. */
export function globalShortcuts(showKeys: () => void): readonly Shortcut[] {
  const onFabric = (): boolean => fabrics.current !== undefined;
  return [
    { keys: 'Alt+1', label: 'First fabric, and so on to Alt 9', group: GROUP, run: () => openNumber(1) },
    ...[2, 3, 4, 5, 6, 7, 8, 9].map((number) => ({
      keys: `Alt+${number}`,
      label: `Fabric ${number}`,
      group: GROUP,
      unlisted: true,
      run: () => openNumber(number),
    })),
    ...VIEW_KEYS.map(([keys, view]) => ({
      keys,
      label: VIEW_NAMES[view],
      group: GROUP,
      when: onFabric,
      run: () => {
        navigation.go(view);
      },
    })),
    {
      keys: 'Mod+b',
      label: 'Collapse or expand the sidebar',
      group: GROUP,
      when: onFabric,
      run: () => {
        layout.toggleSidebar();
      },
    },
    {
      keys: 'Mod+`',
      label: 'Hide or show the dock',
      group: GROUP,
      when: () => dock.tabs.length > 0,
      run: () => {
        dock.toggle();
      },
    },
    {
      keys: 'F6',
      label: 'Next pane',
      group: GROUP,
      run: () => {
        focusNextPane(1);
      },
    },
    {
      keys: 'Shift+F6',
      label: 'Previous pane',
      group: GROUP,
      run: () => {
        focusNextPane(-1);
      },
    },
    {
      keys: 'Escape',
      label: 'Close the sidebar',
      group: GROUP,
      unlisted: true,
      when: () => layout.overlaid,
      run: () => {
        layout.overlaid = false;
      },
    },
    {
      keys: '?',
      label: 'All keys',
      group: GROUP,
      run: () => {
        showKeys();
      },
    },
  ];
}
