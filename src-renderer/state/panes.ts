/** Moves the focus from pane to pane (F6). A pane is an element with `data-pane` and `tabindex="-1"`. */

function isShown(element: HTMLElement): boolean {
  return element.getClientRects().length > 0;
}

/** Focuses the pane after (or before) the one that holds the focus; within it the element marked `data-pane-focus`. */
export function focusNextPane(step: 1 | -1): void {
  const panes = [...document.querySelectorAll<HTMLElement>('[data-pane]')].filter(isShown);
  if (panes.length === 0) return;
  const at = panes.findIndex((pane) => pane.contains(document.activeElement));
  const next = at < 0 ? (step > 0 ? 0 : panes.length - 1) : (at + step + panes.length) % panes.length;
  const pane = panes[next];
  const inner = pane?.querySelector<HTMLElement>('[data-pane-focus]');
  (inner && isShown(inner) ? inner : pane)?.focus();
}
