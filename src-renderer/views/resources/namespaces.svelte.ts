/** The namespaces to choose from: those the fabric lists, and those that are seen elsewhere where it does not. */
import type { FabricSummary } from '../../../shared/model/fabric.ts';
import { kinds } from '../../state/kinds.svelte.ts';
import { RowWatch } from '../../state/rows.svelte.ts';
import { compareNatural } from './cell.ts';

export interface NamespaceNames {
  readonly list: readonly string[];
  /** Why there may be more. */
  readonly note: string | undefined;
}

/** Follows the namespaces of a fabric while the calling component lives. */
export function namespaceNames(fabric: () => FabricSummary, table: () => RowWatch | null): NamespaceNames {
  let watch = $state.raw<RowWatch | null>(null);
  const id = $derived(fabric().id);
  const kind = $derived(kinds.fabric === id ? kinds.byKey('/namespaces') : undefined);

  $effect(() => {
    if (!kind) return;
    const created = new RowWatch(id, kind, undefined);
    watch = created;
    created.start();
    return () => {
      created.stop();
      watch = null;
    };
  });

  const denied = $derived(watch?.watch?.phase === 'denied' || watch?.error != null);
  const list = $derived.by(() => {
    const names = new Set<string>();
    const seen = table();
    void watch?.version;
    for (const row of watch?.byUid.values() ?? []) names.add(row.name);
    if (names.size === 0 && seen) {
      void seen.version;
      for (const row of seen.byUid.values()) if (row.namespace !== undefined) names.add(row.namespace);
    }
    for (const name of [fabric().namespace, seen?.namespace]) if (name !== undefined) names.add(name);
    return [...names].sort(compareNatural);
  });
  return {
    get list() {
      return list;
    },
    get note() {
      return denied ? 'You may not list namespaces, so there may be more. Type a name to use it.' : undefined;
    },
  };
}
