/** Where the window opens: where it was, if a display still shows that place. */
import type { Stored } from '../settings/schema.ts';

const DEFAULT_SIZE = { width: 1440, height: 900 };

export type WindowBounds = NonNullable<Stored['window']>;

/** Part of a display that is free for windows, in px. */
interface Display {
  readonly workArea: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  };
}

/** How much of the window must lie on one display for its title bar to be within reach, px. */
const REACHABLE = { width: 200, height: 100 };

/** The bounds to open with: the remembered ones where a display still shows them, else their size or the default. */
export function usableBounds(
  stored: Stored['window'],
  displays: readonly Display[],
): { x?: number; y?: number; width: number; height: number } {
  if (stored === null) return DEFAULT_SIZE;
  const { x, y, width, height } = stored;
  const size = { width, height };
  if (x === undefined || y === undefined) return size;
  const shown = displays.some(({ workArea: area }) => {
    const across = Math.min(x + width, area.x + area.width) - Math.max(x, area.x);
    const down = Math.min(y + height, area.y + area.height) - Math.max(y, area.y);
    return across >= REACHABLE.width && down >= REACHABLE.height;
  });
  return shown ? { x, y, ...size } : size;
}
