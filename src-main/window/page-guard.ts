/** Watches over the page: forgets what it had asked for when it is gone, and loads it again when it crashed. */
import type { BrowserWindow } from 'electron';

/** More crashes than this within a minute, and loading the page again helps nobody. */
const CRASHES = 3;

export interface GuardParts {
  /** The page is gone or loads anew: its subscriptions and streams end. */
  readonly forget: () => void;
  readonly isClosing: () => boolean;
  readonly report: (message: string) => void;
  /** Told to the user once the page is there again. */
  readonly notice: (message: string) => void;
  readonly giveUp: () => void;
}

/** Begins to watch; ends with the window. */
export function guardPage(window: BrowserWindow, parts: GuardParts): void {
  const { webContents } = window;
  let crashes: number[] = [];
  webContents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
    if (isMainFrame && !isSameDocument) parts.forget();
  });
  webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    parts.forget();
    if (reason === 'clean-exit' || parts.isClosing()) return;
    parts.report(`the page ended: ${reason} (${exitCode})`);
    const now = Date.now();
    crashes = [...crashes.filter((at) => now - at < 60_000), now];
    if (crashes.length > CRASHES) {
      process.stderr.write(
        `The window of Hedgerow ended ${crashes.length} times within a minute (${reason}).\n`,
      );
      parts.giveUp();
      return;
    }
    parts.notice(
      `The window ended unexpectedly (${reason}) and was loaded again. The fabrics stayed connected.`,
    );
    webContents.reload();
  });
}
