/** Composition root of the app: reads the flags and the home, then starts it once Electron is ready. */
import { app, protocol } from 'electron';
import { SCENARIOS } from '../shared/scenarios/index.ts';
import { startApp } from './app.ts';
import { chooseHome } from './home.ts';
import { cleanLine } from './headless/plain-text.ts';
import { openLog } from './logging.ts';
import { memorySettings, openSettings } from './settings/settings.ts';
import { parseAppFlags, type AppFlags } from './window/app-flags.ts';
import { SCHEME } from './window/protocol.ts';

const startedAt = process.getCreationTime() ?? Date.now();

function openSettingsOrNone(home: string) {
  try {
    return openSettings(home, Date.now());
  } catch (error) {
    return memorySettings(home, error);
  }
}

function run(flags: AppFlags): void {
  const unattended = flags.smoke || flags.screenshot !== undefined;
  const home = chooseHome(process.env.HEDGEROW_HOME, unattended, () => app.getPath('userData'));
  // Chromium's own files go there too, and the lock of the single instance is tied to this folder.
  app.setPath('userData', home.folder);
  const log = openLog(home.folder);
  process.on('uncaughtException', (error) => log.error('uncaught exception', error));
  process.on('unhandledRejection', (reason) => log.error('unhandled rejection', reason));
  if (!app.requestSingleInstanceLock({ context: flags.context })) {
    if (unattended) process.stderr.write('Hedgerow is already open with this HEDGEROW_HOME.\n');
    app.exit(unattended ? 1 : 0);
    return;
  }
  if (flags.screenshot !== undefined) app.commandLine.appendSwitch('force-device-scale-factor', '1');
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
  const settings = openSettingsOrNone(home.folder);
  void app
    .whenReady()
    .then(() => startApp({ flags, home, log, settings, startedAt, scenarios: SCENARIOS }))
    .catch((error: unknown) => {
      log.error('start failed', error);
      process.stderr.write(
        `Hedgerow could not start: ${cleanLine(error instanceof Error ? error.message : String(error))}\n`,
      );
      app.exit(1);
    });
}

const parsed = parseAppFlags(process.argv, app.isPackaged);
if ('refused' in parsed) {
  process.stderr.write(
    `${cleanLine(parsed.refused)}.\nFlags: --kubeconfig FILE, --context NAME, --demo, --smoke, --screenshot FILE.png\n`,
  );
  app.exit(2);
} else run(parsed.flags);
