/** The shortcuts as the sheet of keys lists them. */
import type { Shortcut } from '../../state/keyboard.svelte.ts';

export interface KeyGroup {
  readonly name: string;
  readonly shortcuts: readonly Shortcut[];
}

/** Groups in the order of first registration; equal entries once; those that do nothing now are left out. */
export function groupShortcuts(shortcuts: readonly Shortcut[]): readonly KeyGroup[] {
  const groups = new Map<string, Map<string, Shortcut>>();
  for (const shortcut of shortcuts) {
    if (shortcut.unlisted === true || shortcut.when?.() === false) continue;
    const group = groups.get(shortcut.group) ?? new Map<string, Shortcut>();
    group.set(`${shortcut.keys} ${shortcut.label}`, shortcut);
    groups.set(shortcut.group, group);
  }
  return [...groups].map(([name, entries]) => ({ name, shortcuts: [...entries.values()] }));
}
