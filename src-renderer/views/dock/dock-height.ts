/** How tall the dock may be, and how keys change that. All in px. */

const LEAST = 120;
// What is left of the window above the dock: bars, and some rows of the view.
const ABOVE = 260;
const STEP = 24;

/** The nearest height that leaves room for the view above; never less than a few lines. */
export function clampHeight(wanted: number, windowHeight: number): number {
  const most = Math.max(LEAST, windowHeight - ABOVE);
  return Math.round(Math.min(most, Math.max(LEAST, wanted)));
}

/** The height after a key on the separator; undefined for keys that mean nothing there. */
export function resizeByKey(height: number, key: string, windowHeight: number): number | undefined {
  switch (key) {
    case 'ArrowUp':
      return clampHeight(height + STEP, windowHeight);
    case 'ArrowDown':
      return clampHeight(height - STEP, windowHeight);
    case 'Home':
      return clampHeight(0, windowHeight);
    case 'End':
      return clampHeight(windowHeight, windowHeight);
    default:
      return undefined;
  }
}
