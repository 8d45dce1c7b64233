// Opens one empty window for the harness; the test loads the page into it.
import { app, BrowserWindow } from 'electron';

app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1440, height: 900, frame: false, useContentSize: true });
  return window.loadURL('about:blank');
});
app.on('window-all-closed', () => app.quit());
