/** The dialogs of the system: which kubeconfig to read, and where to save. */
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { dialog, type BrowserWindow } from 'electron';
import { AppFailure } from '../../shared/errors.ts';

const TITLES = { kubeconfig: 'Choose a kubeconfig', program: 'Choose the program' } as const;

/** The file the user chose, or undefined. */
export async function askForFile(
  window: BrowserWindow,
  what: keyof typeof TITLES,
): Promise<string | undefined> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    title: TITLES[what],
    properties: ['openFile', 'showHiddenFiles', 'dontAddToRecent'],
  });
  return canceled ? undefined : filePaths[0];
}

/** Saves text where the user says; the path, or null. `name` is a proposal: any folder in it is dropped. */
export async function askAndSave(window: BrowserWindow, name: string, text: string): Promise<string | null> {
  const { canceled, filePath } = await dialog.showSaveDialog(window, { defaultPath: basename(name) });
  if (canceled || filePath === '') return null;
  try {
    await writeFile(filePath, text, { mode: 0o600 });
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason';
    const message = `The file ${filePath} could not be written (${why}).`;
    const hint = 'Choose another folder, or check its permissions and the space on the disk.';
    throw new AppFailure(
      { code: 'invalid', message, hint, retryable: true, details: { file: filePath, errno: why } },
      { cause },
    );
  }
  return filePath;
}
