// Starts the app whose folder is named on the command line, as Electron's own default app would.
import './shims.mjs';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

const folder = process.argv
  .slice(1)
  .filter((argument) => !argument.startsWith('-'))
  .map((argument) => resolve(argument))
  .find((path) => existsSync(join(path, 'package.json')));

if (folder === undefined) {
  process.stderr.write('No folder of an app is named on the command line.\n');
  app.exit(1);
} else {
  const { name, productName, version, main } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  app.setName(productName ?? name);
  app.setVersion(version);
  app.setAppPath(folder);
  await import(pathToFileURL(join(folder, main)).href);
}
