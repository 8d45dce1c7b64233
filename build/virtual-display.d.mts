// Types of virtual-display.mjs, for the tests.

/** A running virtual display; `env` is to be given to the program that draws on it. */
export interface VirtualDisplay {
  readonly env: { readonly DISPLAY: string; readonly XAUTHORITY: string };
  stop(): Promise<void>;
}

export function startVirtualDisplay(options?: {
  /** Pixels; 1920 by default. */
  width?: number;
  /** Pixels; 1080 by default. */
  height?: number;
  /** The display ends by itself with the first program on it. */
  oneProgram?: boolean;
}): Promise<VirtualDisplay>;
