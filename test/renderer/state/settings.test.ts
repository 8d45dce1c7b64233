// Which theme the page shows.
import { expect, it } from 'vitest';
import { installWindow } from '../fake-window.ts';

installWindow();
const { resolveTheme } = await import('../../../src-renderer/state/settings.svelte.ts');

it.each([
  ['system', true, false, 'light'],
  ['system', false, false, 'dark'],
  ['dark', true, false, 'dark'],
  ['light', false, false, 'light'],
  ['light', true, true, 'hc'],
] as const)('chosen %s, system light %s, more contrast %s: %s', (chosen, light, contrast, theme) => {
  expect(resolveTheme(chosen, light, contrast)).toBe(theme);
});
