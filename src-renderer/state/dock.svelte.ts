/** The dock below the views: which logs, shells and sign-ins are open. Views ask here; views/dock shows it. */
import type { LogTarget } from '../../shared/streams.ts';

export type DockTab =
  | {
      readonly id: string;
      readonly kind: 'logs';
      readonly fabric: string;
      readonly target: LogTarget;
      readonly previous: boolean;
    }
  | {
      readonly id: string;
      readonly kind: 'shell';
      readonly fabric: string;
      readonly namespace: string;
      readonly pod: string;
      readonly container: string;
    }
  | { readonly id: string; readonly kind: 'sign-in'; readonly fabric: string };

/**
 * `dock.openLogs(...)`, `dock.openShell(...)` and `dock.openSignIn(...)` add a tab (or return to the equal one, but for
 * shells) and show the dock;
 * `dock.close(id)` removes a tab; `dock.toggle()` hides or shows. A tab's component owns its stream and ends it
 * when it is destroyed.
 */
export class Dock {
  tabs = $state.raw<readonly DockTab[]>([]);
  active = $state<string | null>(null);
  open = $state(false);
  #count = 0;

  openLogs(fabric: string, target: LogTarget, previous = false): void {
    const wanted = JSON.stringify({ fabric, target, previous });
    const known = this.tabs.find(
      (tab) =>
        tab.kind === 'logs' &&
        JSON.stringify({ fabric: tab.fabric, target: tab.target, previous: tab.previous }) === wanted,
    );
    if (known) this.#show(known.id);
    else this.#add({ id: this.#next(), kind: 'logs', fabric, target, previous });
  }

  openShell(fabric: string, namespace: string, pod: string, container: string): void {
    this.#add({ id: this.#next(), kind: 'shell', fabric, namespace, pod, container });
  }

  /** The tab in which a fabric's own command signs in. */
  openSignIn(fabric: string): void {
    const known = this.tabs.find((tab) => tab.kind === 'sign-in' && tab.fabric === fabric);
    if (known) this.#show(known.id);
    else this.#add({ id: this.#next(), kind: 'sign-in', fabric });
  }

  close(id: string): void {
    const index = this.tabs.findIndex((tab) => tab.id === id);
    this.tabs = this.tabs.filter((tab) => tab.id !== id);
    if (this.active === id) this.active = (this.tabs[index] ?? this.tabs[index - 1])?.id ?? null;
    if (this.tabs.length === 0) this.open = false;
  }

  toggle(): void {
    this.open = !this.open && this.tabs.length > 0;
  }

  #next(): string {
    this.#count += 1;
    return `tab-${this.#count}`;
  }

  #add(tab: DockTab): void {
    this.tabs = [...this.tabs, tab];
    this.#show(tab.id);
  }

  #show(id: string): void {
    this.active = id;
    this.open = true;
  }
}

export const dock = new Dock();
