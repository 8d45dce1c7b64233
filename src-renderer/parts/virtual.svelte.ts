/** A window on a long list: which of its rows are in view. Call `createVirtualRows` while a component initialises. */
import type { VirtualItem } from '@tanstack/svelte-virtual';
import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
} from '@tanstack/svelte-virtual';
import { untrack } from 'svelte';

export interface VirtualOptions {
  /** Number of rows; read reactively. */
  readonly count: () => number;
  readonly scroller: () => HTMLElement | undefined;
  /** Height of one row in px; the estimate where rows are measured. Read reactively. */
  readonly rowHeight: () => number;
  /** Rows rendered beyond either edge. */
  readonly overscan?: number;
  /** Height in px of something sticky above the rows, inside the scroller. */
  readonly header?: number;
  /** True where rows have their own heights: then give each row the attachment `measure`. Read reactively. */
  readonly measured?: () => boolean;
  /** Identity of a row, for measured ones that change places. */
  readonly key?: (index: number) => number;
}

export interface VirtualRows {
  /** Rows in view, with their distance from the top in px. */
  readonly items: readonly VirtualItem[];
  /** Height in px of all rows. */
  readonly height: number;
  /** Brings a row into view. */
  show(index: number, align?: 'auto' | 'center' | 'start' | 'end'): void;
  /** Distance of a row from the top in px. */
  offsetOf(index: number): number;
  /** Attachment for measured rows; the element needs `data-index`. */
  readonly measure: (element: HTMLElement) => void;
}

/** Follows scroll position and size of the scroller. Rows not in `items` shall not be rendered. */
export function createVirtualRows(options: VirtualOptions): VirtualRows {
  let items = $state.raw<readonly VirtualItem[]>([]);
  let height = $state(0);

  const read = (instance: Virtualizer<HTMLElement, HTMLElement>): void => {
    items = instance.getVirtualItems();
    height = instance.getTotalSize();
  };
  const configure = () => ({
    count: options.count(),
    getScrollElement: () => options.scroller() ?? null,
    estimateSize: options.rowHeight,
    overscan: options.overscan ?? 8,
    scrollPaddingStart: options.header ?? 0,
    ...(options.key ? { getItemKey: options.key } : {}),
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: read,
  });
  const virtualizer = untrack(() => new Virtualizer<HTMLElement, HTMLElement>(configure()));

  $effect(() => virtualizer._didMount());
  let sizing = '';
  $effect(() => {
    options.scroller();
    const next = configure();
    const now = `${options.rowHeight()} ${options.measured?.() ?? false}`;
    untrack(() => {
      virtualizer.setOptions(next);
      virtualizer._willUpdate();
      if (now !== sizing) virtualizer.measure();
      sizing = now;
      read(virtualizer);
    });
  });

  return {
    get items() {
      return items;
    },
    get height() {
      return height;
    },
    show(index, align = 'auto') {
      if (index >= 0 && index < options.count()) virtualizer.scrollToIndex(index, { align });
    },
    offsetOf(index) {
      return virtualizer.getOffsetForIndex(index, 'start')?.[0] ?? 0;
    },
    measure: (element) => {
      if (options.measured?.() === true) virtualizer.measureElement(element);
    },
  };
}
