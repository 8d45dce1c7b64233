/** The one window: sandboxed, without a way out of its page, at the place where it was last. */
import { BrowserWindow, nativeTheme, screen, session, type WebContents } from 'electron';
import type { Stored } from '../settings/schema.ts';
import { usableBounds, type WindowBounds } from './bounds.ts';
import { ORIGIN } from './protocol.ts';

const MINIMUM = { minWidth: 640, minHeight: 480 };
const TITLE_BAR = 44;

/** Colours of the tokens bg-0 and fg-2: the window's own buttons stand on the page's top bar. */
const CHROME = {
  dark: { color: '#0b0f11', symbolColor: '#b3bfc5' },
  light: { color: '#eef1f1', symbolColor: '#415057' },
} as const;

function chrome(): { color: string; symbolColor: string } {
  return nativeTheme.shouldUseDarkColors ? CHROME.dark : CHROME.light;
}

/** Shuts every door of a page: no other page, no second window, no web view, no permission. */
function confine(contents: WebContents): void {
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** Denies every permission a page could ask for; the clipboard is reached by a call of our own. */
export function denyPermissions(): void {
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.defaultSession.setPermissionCheckHandler(() => false);
  session.defaultSession.setDevicePermissionHandler(() => false);
}

export interface WindowOptions {
  readonly preload: string;
  /** PNG for the task bar, where the platform takes none from the program itself. */
  readonly icon: string;
  readonly stored: Stored['window'];
  /** Bounds in effect for a picture, whatever is remembered. */
  readonly fixedSize?: { readonly width: number; readonly height: number } | undefined;
  readonly remember: (bounds: WindowBounds) => void;
}

function followBounds(window: BrowserWindow, remember: (bounds: WindowBounds) => void): void {
  let timer: NodeJS.Timeout | undefined;
  const save = () => {
    clearTimeout(timer);
    if (window.isDestroyed() || window.isMinimized()) return;
    remember({ ...window.getNormalBounds(), maximized: window.isMaximized() });
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(save, 500);
  };
  window.on('resize', later);
  window.on('move', later);
  window.on('close', save);
}

/** Creates the window and loads the page into it; it shows itself once there is something to see. */
export function openWindow(options: WindowOptions): BrowserWindow {
  const bounds = options.fixedSize ?? usableBounds(options.stored, screen.getAllDisplays());
  const window = new BrowserWindow({
    ...bounds,
    ...(options.fixedSize === undefined ? MINIMUM : { useContentSize: true, resizable: false }),
    show: false,
    title: 'Hedgerow',
    icon: options.icon,
    backgroundColor: chrome().color,
    titleBarStyle: 'hidden',
    titleBarOverlay: { ...chrome(), height: TITLE_BAR - 1 },
    trafficLightPosition: { x: 14, y: 14 },
    autoHideMenuBar: true,
    webPreferences: {
      preload: options.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      spellcheck: false,
      v8CacheOptions: 'code',
    },
  });
  confine(window.webContents);
  if (options.fixedSize === undefined) {
    followBounds(window, options.remember);
    if (options.stored?.maximized === true) window.maximize();
  }
  const paint = () => {
    if (process.platform !== 'darwin') window.setTitleBarOverlay({ ...chrome(), height: TITLE_BAR - 1 });
    window.setBackgroundColor(chrome().color);
  };
  nativeTheme.on('updated', paint);
  window.on('closed', () => nativeTheme.off('updated', paint));
  window.once('ready-to-show', () => window.show());
  void window.loadURL(`${ORIGIN}/index.html`);
  return window;
}
