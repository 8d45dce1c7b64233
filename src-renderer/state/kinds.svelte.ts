/** The kinds a fabric serves, and how many objects each has: for the kind tree, the palette and links to objects. */
import type { AppError } from '../../shared/errors.ts';
import type { KindCount, KindInfo, ResourceId } from '../../shared/ipc.ts';
import type { Ref } from '../../shared/model/ref.ts';
import { call } from '../api.ts';
import { kindKey, kindOfRef } from './ref-resource.ts';

// Kinds counted by one call: what is there appears while the rest is under way.
const AT_ONCE = 100;

/**
 * `kinds.use(fabric)` reads discovery once per fabric (again with `reload`); `kinds.count(...)` asks for the numbers
 * of what is on screen. `kinds.list` is empty until `phase` is `ready`.
 */
class Kinds {
  fabric = $state<string | null>(null);
  list = $state.raw<readonly KindInfo[]>([]);
  phase = $state<'loading' | 'ready' | 'failed'>('loading');
  error = $state.raw<AppError | null>(null);
  /** By `kindKey`; a kind that was not counted yet is missing. */
  counts = $state.raw<ReadonlyMap<string, KindCount['count']>>(new Map());
  #ticket = 0;

  /** Shows the kinds of this fabric; asks for them unless they are there. */
  use(fabric: string): void {
    if (this.fabric === fabric && this.phase !== 'failed') return;
    if (this.fabric !== fabric) {
      this.list = [];
      this.counts = new Map();
    }
    this.fabric = fabric;
    void this.reload();
  }

  /** Asks discovery again and keeps the known kinds meanwhile. */
  async reload(): Promise<void> {
    const fabric = this.fabric;
    if (fabric === null) return;
    this.#ticket += 1;
    const ticket = this.#ticket;
    if (this.list.length === 0) this.phase = 'loading';
    const answer = await call('kinds.list', { fabric });
    if (ticket !== this.#ticket) return;
    if (answer.ok) {
      this.list = answer.value;
      this.error = null;
      this.phase = 'ready';
    } else {
      this.error = answer.error;
      if (this.list.length === 0) this.phase = 'failed';
    }
  }

  /** Counts these kinds; where the call fails they are unknown, never an old number. */
  async count(resources: readonly ResourceId[]): Promise<void> {
    const fabric = this.fabric;
    if (fabric === null || resources.length === 0) return;
    const plain = resources
      .slice(0, AT_ONCE)
      .map(({ group, version, resource }) => ({ group, version, resource }));
    const answer = await call('kinds.counts', { fabric, resources: plain });
    if (this.fabric !== fabric) return;
    const counts = new Map(this.counts);
    if (answer.ok) for (const one of answer.value) counts.set(kindKey(one), one.count);
    else for (const one of plain) counts.set(kindKey(one), 'unknown');
    this.counts = counts;
    await this.count(resources.slice(AT_ONCE));
  }

  /** Where an object of this reference is served; undefined where the kind is not (or not yet known to be) served. */
  ofRef(ref: Pick<Ref, 'apiVersion' | 'kind'>): KindInfo | undefined {
    return kindOfRef(this.list, ref);
  }

  byKey(key: string): KindInfo | undefined {
    return this.list.find((info) => kindKey(info) === key);
  }
}

export const kinds = new Kinds();
