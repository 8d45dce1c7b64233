/** The system's keychain, as Electron's safeStorage gives it. */
import { safeStorage } from 'electron';
import type { SecretBox } from '../settings/fabric-secrets.ts';

export const secretBox: SecretBox = {
  // Where no keyring runs on Linux, Chromium encrypts with a password that everybody knows.
  available: () =>
    safeStorage.isEncryptionAvailable() &&
    (process.platform !== 'linux' ||
      !['basic_text', 'unknown'].includes(safeStorage.getSelectedStorageBackend())),
  encrypt: (text) => safeStorage.encryptString(text),
  decrypt: (blob) => safeStorage.decryptString(blob),
};
