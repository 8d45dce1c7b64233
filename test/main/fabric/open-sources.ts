// The app's own settings of fabrics in a folder that ends with the test, with a keychain that reverses what it keeps.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { FabricSources } from '../../../src-main/fabric/fabric-sources.ts';
import type { SecretBox } from '../../../src-main/settings/fabric-secrets.ts';

// electron-store asks the electron package where its binary lies; outside of Electron any answer will do.
process.env.ELECTRON_OVERRIDE_DIST_PATH ??= tmpdir();
const { openFabricStore } = await import('../../../src-main/settings/fabric-store.ts');
const { openFabricSecrets } = await import('../../../src-main/settings/fabric-secrets.ts');
const { openFabricMemories } = await import('../../../src-main/settings/fabric-memory.ts');

const turn = (text: string): string => [...text].reverse().join('');

/** Stands in for a keychain; `works: false` for a computer without one. */
export function fakeBox(works = true): SecretBox {
  return {
    available: () => works,
    encrypt: (text) => Buffer.from(`box:${turn(text)}`),
    decrypt: (blob) => {
      const text = blob.toString('utf8');
      if (!text.startsWith('box:')) throw new Error('encrypted by somebody else');
      return turn(text.slice(4));
    },
  };
}

/** A folder that goes with the test. */
export function useHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'hedgerow-fabrics-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

export function openSources(home = useHome(), box = fakeBox()): FabricSources {
  const now = Date.UTC(2025, 10, 28);
  return new FabricSources({
    store: openFabricStore(home, now),
    secrets: openFabricSecrets(home, now, box),
    memories: openFabricMemories(home, now, () => undefined),
  });
}
