/** Draws a severity glyph outside of Svelte: for the gutter of the YAML view. */
import { mount } from 'svelte';
import type { Severity } from '../../../shared/model/finding.ts';
import SeverityGlyph from '../../parts/SeverityGlyph.svelte';

/** An element with the glyph; the component holds no state and needs no clean-up. */
export function drawSeverity(severity: Severity): HTMLElement {
  const host = document.createElement('span');
  host.className = 'cm-severity';
  mount(SeverityGlyph, { target: host, props: { severity, size: 11 } });
  return host;
}
