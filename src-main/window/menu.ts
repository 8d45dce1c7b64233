/** The menu: what the platform expects and no more, for the page has its own buttons and keys. */
import { Menu, type MenuItemConstructorOptions } from 'electron';

/** Roles bring their usual keys along: editing, zoom to 200 %, full screen, quit. */
export function setMenu(platform: NodeJS.Platform): void {
  const mac: MenuItemConstructorOptions[] = platform === 'darwin' ? [{ role: 'appMenu' }] : [];
  const view: MenuItemConstructorOptions = {
    label: 'View',
    submenu: [
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { type: 'separator' },
      { role: 'togglefullscreen' },
    ],
  };
  const file: MenuItemConstructorOptions = { label: 'File', submenu: [{ role: 'quit' }] };
  const rest = platform === 'darwin' ? [{ role: 'windowMenu' } as const] : [];
  Menu.setApplicationMenu(Menu.buildFromTemplate([...mac, file, { role: 'editMenu' }, view, ...rest]));
}
