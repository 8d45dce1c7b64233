/** What the width of the window means: when the sidebar collapses and when a view shows one pane at a time. */
import { settings } from './settings.svelte.ts';

const WIDE = 1200;
const SINGLE = 960;

class Layout {
  /** Width of the window in CSS px; smaller at higher zoom. */
  width = $state(typeof innerWidth === 'number' ? innerWidth : 1440);
  /** Below 1200 px the sidebar opens over the content, and only for a moment. */
  overlaid = $state(false);

  /** Below 960 px: list or detail, not both. */
  readonly single: boolean = $derived(this.width < SINGLE);
  readonly wide: boolean = $derived(this.width >= WIDE);
  readonly collapsed: boolean = $derived(this.wide ? settings.value.sidebarCollapsed : !this.overlaid);

  toggleSidebar(): void {
    if (this.wide) void settings.set({ sidebarCollapsed: !settings.value.sidebarCollapsed });
    else this.overlaid = !this.overlaid;
  }

  /** Follows the window; returns the clean-up. */
  start(): () => void {
    const measure = (): void => {
      this.width = innerWidth;
      if (this.wide) this.overlaid = false;
    };
    measure();
    addEventListener('resize', measure);
    return () => {
      removeEventListener('resize', measure);
    };
  }
}

export const layout = new Layout();
