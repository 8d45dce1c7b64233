/** `fabric-secrets.json`: tokens of fabrics, encrypted by the system's keychain; without one they last for this run. */
import { z } from 'zod';
import type { AppError } from '../../shared/errors.ts';
import { openJsonFile } from './json-file.ts';
import { readList } from './read-list.ts';
import { unusableFile } from './settings.ts';

const NAME = 'fabric-secrets';

/** What of Electron's safeStorage is used. */
export interface SecretBox {
  /** False where no keychain runs, or only one that hides nothing. */
  available(): boolean;
  encrypt(text: string): Buffer;
  /** Throws for what another keychain or another user encrypted. */
  decrypt(blob: Buffer): string;
}

export interface FabricSecrets {
  /** What was wrong with the file at start, if anything. */
  readonly problem: AppError | undefined;
  /** Whether the keychain can be used now. */
  readonly keychain: boolean;
  /** The token filed under a key; undefined where there is none, or none that can be decrypted. */
  token(key: string): string | undefined;
  /** Where the token is kept; `locked`: in the keychain, which does not give it out now. */
  where(key: string): 'none' | 'keychain' | 'session' | 'locked';
  /** Keeps a token: in the keychain's file if that can be, else for this run. Throws the file system's error. */
  set(key: string, token: string): void;
  /** Throws the file system's error; the token is forgotten in this run even so. */
  remove(key: string): void;
}

const entrySchema = z.object({ key: z.string().min(1).max(64), blob: z.base64().max(262_144) });

/** Opens the file in `home`; never throws. What cannot be decrypted stays in it until it is replaced or removed. */
export function openFabricSecrets(home: string, now: number, box: SecretBox): FabricSecrets {
  const blobs = new Map<string, string>();
  /** Tokens in the clear: those of this session, and those that were decrypted once. */
  const plain = new Map<string, string>();
  let problem: AppError | undefined;
  let save: (next: ReadonlyMap<string, string>) => void;
  try {
    const opened = openJsonFile(home, NAME, now, 'the rest is used');
    const wrong: string[] = [];
    for (const { key, blob } of readList(opened.store.store.tokens, 'tokens', entrySchema, wrong))
      blobs.set(key, blob);
    save = (next) => opened.store.set({ tokens: [...next].map(([key, blob]) => ({ key, blob })) });
    if (wrong.length > 0) {
      opened.keepCopy(`${wrong.join(', ')} cannot be used`);
      save(blobs);
    }
    problem = opened.problem;
  } catch (error) {
    problem = unusableFile(home, NAME, error);
    save = () => {
      throw error;
    };
  }

  const store = (change: (next: Map<string, string>) => void) => {
    const next = new Map(blobs);
    change(next);
    save(next);
    blobs.clear();
    for (const [key, blob] of next) blobs.set(key, blob);
  };

  /** Undefined where the keychain does not do it: the token lasts for this session then. */
  const encrypted = (token: string): string | undefined => {
    if (!box.available()) return undefined;
    try {
      return box.encrypt(token).toString('base64');
    } catch {
      return undefined;
    }
  };

  return {
    problem,
    get keychain() {
      return box.available();
    },
    token(key) {
      const known = plain.get(key);
      if (known !== undefined) return known;
      const blob = blobs.get(key);
      if (blob === undefined || !box.available()) return undefined;
      try {
        const token = box.decrypt(Buffer.from(blob, 'base64'));
        plain.set(key, token);
        return token;
      } catch {
        return undefined;
      }
    },
    where(key) {
      if (blobs.has(key)) return this.token(key) === undefined ? 'locked' : 'keychain';
      return plain.has(key) ? 'session' : 'none';
    },
    set(key, token) {
      const blob = encrypted(token);
      if (blob !== undefined) store((next) => next.set(key, blob));
      else if (blobs.has(key)) store((next) => next.delete(key));
      plain.set(key, token);
    },
    remove(key) {
      plain.delete(key);
      if (blobs.has(key)) store((next) => next.delete(key));
    },
  };
}
