/** All fabrics of the kubeconfig, as the main process pushes them, and which one is on screen. */
import type { AppError } from '../../shared/errors.ts';
import type { FabricList } from '../../shared/ipc.ts';
import type { FabricSummary } from '../../shared/model/fabric.ts';
import { call, on } from '../api.ts';

/**
 * `fabrics.current` is the fabric on screen or undefined (welcome); every call takes its `id`. Nothing is contacted
 * before `open` or before main opened one by itself (a context given on the command line).
 */
export class Fabrics {
  list = $state.raw<readonly FabricSummary[]>([]);
  sources = $state.raw<readonly string[]>([]);
  problems = $state.raw<readonly AppError[]>([]);
  /** False until the kubeconfig was read once. */
  loaded = $state(false);
  /** Why the last call about fabrics failed; shown as a notice until the next one. */
  error = $state.raw<AppError | null>(null);
  selected = $state<string | null>(null);
  /** Being closed: main may still list it as open for a moment. */
  #closing = new Set<string>();

  readonly current: FabricSummary | undefined = $derived(
    this.list.find((fabric) => fabric.id === this.selected),
  );

  /** Reads the list once and follows it; returns the clean-up. */
  start(): () => void {
    const stop = on('fabrics', (list) => {
      this.take(list);
    });
    void call('fabrics.list', null).then((answer) => {
      if (answer.ok) this.take(answer.value);
      else this.error = answer.error;
      this.loaded = true;
    });
    return stop;
  }

  take(list: FabricList): void {
    this.list = list.fabrics;
    this.sources = list.sources;
    this.problems = list.problems;
    this.loaded = true;
    if (this.selected !== null && !list.fabrics.some((fabric) => fabric.id === this.selected))
      this.selected = null;
    for (const fabric of list.fabrics) if (fabric.link.phase === 'closed') this.#closing.delete(fabric.id);
    // Main may open a fabric by itself; the first one open is the one to show.
    this.selected ??= this.#firstOpen();
  }

  /** Shows a fabric and, where it was never contacted, opens it. */
  async open(id: string): Promise<void> {
    const fabric = this.list.find((one) => one.id === id);
    if (!fabric) return;
    this.#closing.delete(id);
    this.selected = id;
    this.error = null;
    if (fabric.link.phase !== 'closed' || fabric.problem) return;
    const answer = await call('fabric.open', { fabric: id });
    if (!answer.ok) this.error = answer.error;
  }

  /** Ends the connection of a fabric and shows the next open one, or the welcome screen. */
  async close(id: string): Promise<void> {
    this.error = null;
    this.#closing.add(id);
    if (this.selected === id) this.selected = this.#firstOpen();
    const answer = await call('fabric.close', { fabric: id });
    if (!answer.ok) this.error = answer.error;
  }

  async retry(id: string): Promise<void> {
    this.error = null;
    const answer = await call('fabric.retry', { fabric: id });
    if (!answer.ok) this.error = answer.error;
  }

  /** Lets the user pick another kubeconfig. Cancelling the dialog is no error. */
  async chooseKubeconfig(): Promise<void> {
    await this.#read('kubeconfig.choose');
  }

  async reloadKubeconfig(): Promise<void> {
    await this.#read('kubeconfig.reload');
  }

  #firstOpen(): string | null {
    const open = this.list.find((one) => one.link.phase !== 'closed' && !this.#closing.has(one.id));
    return open?.id ?? null;
  }

  async #read(name: 'kubeconfig.choose' | 'kubeconfig.reload'): Promise<void> {
    this.error = null;
    const answer = await call(name, null);
    if (answer.ok) this.take(answer.value);
    else if (answer.error.code !== 'cancelled') this.error = answer.error;
  }
}

export const fabrics = new Fabrics();
