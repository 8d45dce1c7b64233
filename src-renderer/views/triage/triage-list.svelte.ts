/** The state of one fabric's triage list: selection, folds, filter, and holding still under the pointer. */
import type { Finding, FindingId } from '../../../shared/model/finding.ts';
import type { FabricFindings } from '../../state/findings.svelte.ts';
import { filterForest, idsOf, type Forest } from '../../state/forest.ts';
import { makeLasting } from '../../state/lasting.svelte.ts';
import { compileFilter } from './filter.ts';
import { compareForests, type Waiting } from './hold.ts';
import { listRows, optionFrom, type ListRow } from './rows.ts';

/** After the last key or move of the pointer in the list it may re-rank again, in ms. */
const IDLE_MS = 4000;

export class TriageList {
  query = $state('');
  /** Key of the selected row: a finding's id, or `more:<root>`. */
  selected = $state<string | null>(null);
  unfolded = $state.raw<ReadonlySet<FindingId>>(new Set());
  /** Roots that show all their effects. */
  all = $state.raw<ReadonlySet<FindingId>>(new Set());
  #active = $state(false);
  #held = $state.raw<Forest | null>(null);
  #idle: ReturnType<typeof setTimeout> | undefined;
  readonly diagnosis: FabricFindings;

  readonly #matches = $derived.by(() => compileFilter(this.query, (id) => this.diagnosis.find(id)));
  readonly #live: Forest = $derived.by(() => this.#filter(this.diagnosis.forest));
  readonly shown: Forest = $derived.by(() => (this.#held ? this.#filter(this.#held) : this.#live));
  readonly rows: readonly ListRow[] = $derived(
    listRows(this.shown.roots, { unfolded: this.unfolded, all: this.all }),
  );
  /** What a re-rank would bring, while the list is held. */
  readonly waiting: Waiting | undefined = $derived(compareForests(this.shown, this.#live));
  /** True while rows must not move: someone points at them or works in the list by keyboard, and has not paused. */
  readonly holding: boolean = $derived.by(() => this.diagnosis.synced && this.#active);
  /** The finding to show beside the list. */
  readonly finding: Finding | undefined = $derived.by(() =>
    this.selected === null ? undefined : this.diagnosis.find(this.selected.replace(/^more:/, '')),
  );

  constructor(diagnosis: FabricFindings) {
    this.diagnosis = diagnosis;
  }

  /** Call on every key, click or move of the pointer in the list. */
  touch(): void {
    this.#active = true;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      this.#active = false;
    }, IDLE_MS);
  }

  /** The pointer has left the list. */
  leave(): void {
    clearTimeout(this.#idle);
    this.#active = false;
  }

  /** Follows `holding`: freezes the present rows, or lets the newest through. Call from an effect on `holding`. */
  settle(holding: boolean): void {
    if (holding && this.diagnosis.forest.roots.length > 0) this.#held ??= this.diagnosis.forest;
    else if (!holding) this.#release();
  }

  /** Re-ranks now, at the user's wish. */
  rerank(): void {
    this.#release();
    if (this.holding) this.#held = this.diagnosis.forest;
  }

  select(key: string): void {
    this.selected = key;
    if (this.finding) this.diagnosis.see(this.finding.id);
  }

  /** Selects a finding wherever it is, unfolding the root above it; false where there is no such finding. */
  reveal(id: FindingId): boolean {
    const root = this.diagnosis.forest.roots.find((one) => idsOf([one]).includes(id));
    if (!root) return false;
    this.query = '';
    if (root.id !== id) {
      this.unfold(root.id);
      this.showAll(root.id);
    }
    if (this.#held) this.#held = this.diagnosis.forest;
    this.select(id);
    return true;
  }

  /** Selects the worst root and shows its effects, where nothing is selected yet. */
  selectFirst(): void {
    if (this.selected !== null) return;
    const first = this.rows.find((row) => row.kind === 'finding');
    if (!first) return;
    this.selected = first.key;
    this.unfold(first.key);
  }

  /** Moves the selection by options; returns the row that is selected now. */
  move(step: number): ListRow | undefined {
    const row = optionFrom(this.rows, this.selected, step);
    if (row) this.select(row.key);
    return row;
  }

  unfold(root: FindingId): void {
    this.unfolded = new Set([...this.unfolded, root]);
  }

  fold(root: FindingId): void {
    this.unfolded = new Set([...this.unfolded].filter((id) => id !== root));
    this.all = new Set([...this.all].filter((id) => id !== root));
  }

  showAll(root: FindingId): void {
    this.all = new Set([...this.all, root]);
  }

  /** → unfolds the selected root or the counted rest; false where there is nothing to unfold. */
  unfoldSelected(): boolean {
    const row = this.rows.find((one) => one.key === this.selected);
    if (row?.kind === 'finding' && row.below > 0 && !row.unfolded) this.unfold(row.id);
    else if (row?.kind === 'more') this.expandMore(row.root);
    else return false;
    return true;
  }

  /** ← folds the selected root, or goes from an effect up to its root. */
  foldSelected(): boolean {
    const row = this.rows.find((one) => one.key === this.selected);
    if (row?.kind === 'finding' && row.unfolded) this.fold(row.id);
    else if (row?.kind === 'effect' || row?.kind === 'more') this.select(row.root);
    else return false;
    return true;
  }

  /** Shows the counted rest of a root's effects and selects the first of them. */
  expandMore(root: FindingId): void {
    const at = this.rows.findIndex((row) => row.kind === 'more' && row.root === root);
    this.showAll(root);
    const next = this.rows[at];
    if (next) this.select(next.key);
  }

  #filter(forest: Forest): Forest {
    return this.#matches ? filterForest(forest, this.#matches) : forest;
  }

  #release(): void {
    this.#held = null;
    this.diagnosis.forgetRetired(this.finding?.id ?? null);
  }
}

const lists = new WeakMap<FabricFindings, TriageList>();

/** The list state of a diagnosis; kept while its fabric is open, so that a change of view loses nothing. */
export function triageListOf(diagnosis: FabricFindings): TriageList {
  const known = lists.get(diagnosis);
  if (known) return known;
  const created = makeLasting(() => new TriageList(diagnosis));
  lists.set(diagnosis, created);
  return created;
}
