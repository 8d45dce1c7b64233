// Renders icon.svg to icon.png (1024 pixels) and icon-512.png with the Electron runtime: `node build/render-icon.mjs`.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureRuntime } from './electron-runtime.mjs';
import { hasNoDisplay } from './linux-libraries.mjs';
import { fail, say } from './terminal.mjs';
import { startVirtualDisplay } from './virtual-display.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const SIZES = { 1024: here('icon.png'), 512: here('icon-512.png') };

// A small app: it draws the icon into a transparent canvas of each size.
const APP = `
import { writeFileSync } from 'node:fs';
import { app, BrowserWindow } from 'electron';
const { svg, sizes } = JSON.parse(process.env.HEDGEROW_ICON);
const draw = (size) => \`new Promise((resolve, reject) => {
  const image = new Image();
  image.onerror = reject;
  image.onload = () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: \${size}, height: \${size} });
    canvas.getContext('2d').drawImage(image, 0, 0, \${size}, \${size});
    resolve(canvas.toDataURL('image/png'));
  };
  image.src = 'data:image/svg+xml;base64,\${Buffer.from(svg).toString('base64')}';
})\`;
app.whenReady().then(async () => {
  const window = new BrowserWindow({ show: false });
  await window.loadURL('data:text/html,<title>icon</title>');
  for (const [size, file] of Object.entries(sizes)) {
    const url = await window.webContents.executeJavaScript(draw(size));
    writeFileSync(file, Buffer.from(url.split(',')[1], 'base64'));
  }
  app.exit(0);
});
`;

async function render() {
  const runtime = await ensureRuntime();
  const folder = mkdtempSync(join(tmpdir(), 'hedgerow-icon-'));
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'icon', version: '1.0.0', main: 'main.mjs' }),
  );
  writeFileSync(join(folder, 'main.mjs'), APP);
  const display = hasNoDisplay() ? await startVirtualDisplay() : undefined;
  const switches = process.platform === 'linux' ? ['--no-sandbox', '--disable-gpu'] : [];
  const icon = JSON.stringify({ svg: readFileSync(here('icon.svg'), 'utf8'), sizes: SIZES });
  const env = { ...process.env, ...display?.env, HEDGEROW_ICON: icon };
  try {
    const args = [...switches, `--user-data-dir=${join(folder, 'data')}`, folder];
    const child = spawn(runtime.executable, args, { env, stdio: ['ignore', 'inherit', 'ignore'] });
    const code = await new Promise((resolve) => child.on('close', resolve));
    if (code !== 0) throw new Error(`The icon was not rendered: Electron ended with code ${code}.`);
    say(`Wrote ${Object.values(SIZES).join(' and ')}.`);
  } finally {
    await display?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

await render().catch(fail);
