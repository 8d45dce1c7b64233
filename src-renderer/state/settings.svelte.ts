/** The user's settings and what follows from them on the page: the theme attribute. */
import type { Settings } from '../../shared/ipc.ts';
import { call } from '../api.ts';

const DEFAULTS: Settings = { theme: 'system', sidebarCollapsed: false, dockHeight: 326, letterKeys: true };

export type Theme = 'dark' | 'light' | 'hc';

/** High contrast where the system asks for it, else the chosen theme, else the system's. Pure. */
export function resolveTheme(
  chosen: Settings['theme'],
  prefersLight: boolean,
  prefersContrast: boolean,
): Theme {
  if (prefersContrast) return 'hc';
  if (chosen !== 'system') return chosen;
  return prefersLight ? 'light' : 'dark';
}

/** Read `settings.value.…` anywhere; change with `settings.set({…})`, which shows at once and is then stored. */
class SettingsState {
  value = $state.raw<Settings>(DEFAULTS);

  async load(): Promise<void> {
    const answer = await call('settings.get', null);
    if (answer.ok) this.value = answer.value;
  }

  async set(change: Partial<Settings>): Promise<void> {
    this.value = { ...this.value, ...change };
    const answer = await call('settings.set', change);
    if (answer.ok) this.value = answer.value;
  }

  /** Keeps `data-theme` in step with settings and system. Call within an effect root; returns the clean-up. */
  applyTheme(): () => void {
    const light = matchMedia('(prefers-color-scheme: light)');
    const contrast = matchMedia('(prefers-contrast: more)');
    const apply = (): void => {
      document.documentElement.dataset['theme'] = resolveTheme(
        this.value.theme,
        light.matches,
        contrast.matches,
      );
    };
    apply();
    light.addEventListener('change', apply);
    contrast.addEventListener('change', apply);
    return () => {
      light.removeEventListener('change', apply);
      contrast.removeEventListener('change', apply);
    };
  }
}

export const settings = new SettingsState();
