// Prints the path of the Electron executable in use: `npm run -s runtime`. With `--startable` it fails, with
// the reason on stderr, if this machine cannot open a window with it.
import { findRuntime } from './electron-runtime.mjs';
import { setUp } from './setup.mjs';
import { fail } from './terminal.mjs';

try {
  await setUp(process.argv.includes('--startable') ? 'start' : 'package');
  process.stdout.write(`${findRuntime().executable}\n`);
} catch (error) {
  fail(error);
}
