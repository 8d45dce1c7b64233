// Types of virtual-display.mjs, for the tests.

/** A running virtual display; `env` is to be given to the program that draws on it. */
export interface VirtualDisplay {
  readonly env: { readonly DISPLAY: string; readonly XAUTHORITY: string };
  stop(): Promise<void>;
}

export function startVirtualDisplay(size?: { width?: number; height?: number }): Promise<VirtualDisplay>;
