/** What the table shows: the rows of the watch, filtered and in order, held still while someone works in them. */
import { untrack } from 'svelte';
import type { Row } from '../../../shared/ipc.ts';
import type { FabricFindings } from '../../state/findings.svelte.ts';
import { clock } from '../../state/clock.svelte.ts';
import type { RowWatch } from '../../state/rows.svelte.ts';
import { countHidden, tableColumns } from './columns.ts';
import type { Filter } from './filter.ts';
import { parseFilter } from './filter.ts';
import { indexHealth } from './health-index.ts';
import type { Field, RowContext } from './match-row.ts';
import { compileFilter, fieldOf } from './match-row.ts';
import type { SortBy } from './order.ts';
import { compareRows, defaultSort, holdOrder } from './order.ts';

// Without pointer or key for this long, rows may change places again.
const IDLE_MS = 6000;

export interface ShownRow {
  readonly row: Row;
  /** Deleted or no longer matching, and kept in its place until the order is released. */
  readonly gone: boolean;
}

/** One kind's table. Made anew for each kind and namespace. Create it while a component initialises. */
export class TableModel {
  filterText = $state('');
  showAll = $state(false);
  selected = $state<string | null>(null);
  shown = $state.raw<readonly ShownRow[]>([]);
  fresh = $state(0);
  moved = $state(false);
  #clicked = $state.raw<SortBy | null>(null);
  #touched = $state(0);
  #inside = $state(false);
  #previous: readonly Row[] = [];
  #choice = '';
  readonly #watch: RowWatch;
  readonly #findings: () => FabricFindings;

  constructor(watch: RowWatch, findings: () => FabricFindings) {
    this.#watch = watch;
    this.#findings = findings;
    $effect(() => {
      const ideal = this.ideal;
      const held = this.held;
      const choice = JSON.stringify([this.filterText, this.sort]);
      untrack(() => {
        this.#settle(ideal, held, choice);
      });
    });
  }

  readonly health = $derived.by(() => indexHealth(this.#findings().byId.values()));
  readonly namespaced: boolean = $derived.by(
    () => this.#watch.kind.namespaced && this.#watch.namespace === undefined,
  );
  readonly columns = $derived.by(() =>
    tableColumns(this.#watch.columns, { namespaces: this.namespaced, all: this.showAll }),
  );
  readonly hidden: number = $derived.by(() => countHidden(this.#watch.columns));
  readonly filter: Filter = $derived.by(() =>
    parseFilter(this.filterText, (key) => fieldOf(key, this.#watch.columns) !== undefined),
  );
  readonly sort: SortBy = $derived.by(() => {
    const asked = this.filter.sort;
    const field = asked && fieldOf(asked.key, this.#watch.columns);
    if (asked && field !== undefined) return { field, descending: asked.descending };
    return this.#clicked ?? defaultSort(this.#watch.columns);
  });
  /** Rows that match, in the order asked for. */
  readonly ideal: readonly Row[] = $derived.by(() => this.#arrange());
  readonly total: number = $derived.by(() => (this.#watch.version, this.#watch.byUid.size));
  /** True while rows must not move: someone points at them or works in them. */
  readonly held: boolean = $derived.by(
    () => this.#inside && this.#watch.watch?.phase !== 'listing' && clock.now - this.#touched < IDLE_MS,
  );

  /** Pointer or focus entered, moved within, or left the rows. */
  touch(inside: boolean): void {
    this.#inside = inside;
    if (inside) this.#touched = Date.now();
  }

  /** Shows what waits, in the order it belongs. */
  release(): void {
    this.#apply(this.ideal);
  }

  /** A click on a header: ascending, then descending, then the default again. */
  sortBy(field: Field): void {
    const current = this.#clicked;
    if (current?.field !== field) this.#clicked = { field, descending: false };
    else this.#clicked = current.descending ? null : { field, descending: true };
    this.filterText = withoutSort(this.filterText);
  }

  indexOf(uid: string | null): number {
    return uid === null ? -1 : this.shown.findIndex(({ row }) => row.uid === uid);
  }

  #arrange(): readonly Row[] {
    // The map is not reactive: its version is.
    void this.#watch.version;
    const { byUid, columns } = this.#watch;
    const { byUid: health } = this.health;
    const severityOf = (uid: string) => health.get(uid)?.severity;
    const namespaces = new Set<string>();
    for (const row of byUid.values()) if (row.namespace !== undefined) namespaces.add(row.namespace);
    const arrivedOf = (uid: string) => this.#watch.arrived.get(uid);
    const context: RowContext = { columns, severityOf, arrivedOf, now: Date.now(), namespaces };
    const matches = compileFilter(this.filter, context);
    // Beginning with the order before, sorting is nearly linear: most rows already stand right.
    const known = new Set<string>();
    const candidates: Row[] = [];
    for (const { uid } of this.#previous) {
      const row = byUid.get(uid);
      known.add(uid);
      if (row && matches(row)) candidates.push(row);
    }
    for (const row of byUid.values()) if (!known.has(row.uid) && matches(row)) candidates.push(row);
    candidates.sort(compareRows(this.sort, context));
    this.#previous = candidates;
    return candidates;
  }

  #settle(ideal: readonly Row[], held: boolean, choice: string): void {
    if (!held || choice !== this.#choice || this.shown.length === 0) {
      this.#choice = choice;
      this.#apply(ideal);
      return;
    }
    const kept = holdOrder(
      this.shown.map(({ row }) => row.uid),
      ideal.map((row) => row.uid),
    );
    const matching = new Set(ideal.map((row) => row.uid));
    this.shown = this.shown.map(({ row }) => ({
      row: this.#watch.byUid.get(row.uid) ?? row,
      gone: !matching.has(row.uid),
    }));
    this.fresh = kept.fresh;
    this.moved = kept.moved;
  }

  #apply(ideal: readonly Row[]): void {
    this.shown = ideal.map((row) => ({ row, gone: false }));
    this.fresh = 0;
    this.moved = false;
  }
}

function withoutSort(text: string): string {
  return text.replace(/(?:^|\s)-?sort:\s*\S*/gi, ' ').trim();
}
