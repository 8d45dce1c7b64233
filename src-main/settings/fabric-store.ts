/** `fabrics.json`: settings of fabrics and fabrics that were added by hand, without any secret. */
import { z } from 'zod';
import type { AppError } from '../../shared/errors.ts';
import { NO_SETTINGS, type FabricSettings } from '../../shared/model/fabric-settings.ts';
import { fabricKeyShape, settingsShape, storedManualSchema, type StoredManual } from './fabric-schema.ts';
import { openJsonFile, type JsonFile } from './json-file.ts';
import { readList } from './read-list.ts';
import { readFields } from './schema.ts';
import { unusableFile } from './settings.ts';

const NAME = 'fabrics';

/** What settings and memory of a fabric are filed under: the file that defines it and its name there. */
export interface FabricKey {
  readonly source: string;
  readonly context: string;
}

export interface FabricStore {
  /** What was wrong with the file at start, if anything. */
  readonly problem: AppError | undefined;
  /** `NO_SETTINGS` where nothing was set. */
  settingsOf(key: FabricKey): FabricSettings;
  /** Writes at once; undefined forgets. A failed write is thrown as the file system's error, and nothing has changed. */
  setSettings(key: FabricKey, settings: FabricSettings | undefined): void;
  /** In the order in which they were added. */
  manual(): readonly StoredManual[];
  /** Adds, or replaces the one with its key. Writes as `setSettings`. */
  putManual(manual: StoredManual): void;
  /** Writes as `setSettings`. */
  removeManual(key: string): void;
}

type Entry = FabricKey & { readonly settings: FabricSettings };

const entrySchema = z.object({ ...fabricKeyShape, settings: z.record(z.string(), z.unknown()) });

const fileOf = ({ source, context }: FabricKey): string => JSON.stringify([source, context]);

const isDefault = (settings: FabricSettings): boolean =>
  JSON.stringify(settings) === JSON.stringify(NO_SETTINGS);

interface Content {
  readonly settings: readonly Entry[];
  readonly manual: readonly StoredManual[];
}

/** What can be used of the file. A bad entry costs itself, a bad value of an entry that value. */
function readContent(opened: JsonFile): Content {
  const raw = opened.store.store;
  const wrong: string[] = [];
  const settings = readList(raw.settings, 'settings', entrySchema, wrong).map((entry): Entry => {
    const read = readFields(settingsShape, NO_SETTINGS, entry.settings);
    wrong.push(...read.wrong.map((field) => `${field} of fabric ${entry.context}`));
    return { source: entry.source, context: entry.context, settings: read.stored };
  });
  const manual = readList(raw.manual, 'manual', storedManualSchema, wrong);
  const unique = [...new Map(manual.map((one) => [one.key, one])).values()];
  if (wrong.length > 0) {
    opened.keepCopy(`${wrong.slice(0, 5).join(', ')}${wrong.length > 5 ? ' and more' : ''} cannot be used`);
    opened.store.set({ settings, manual: unique });
  }
  return { settings, manual: unique };
}

function storeOver(
  problem: AppError | undefined,
  content: Content,
  write: (change: object) => void,
): FabricStore {
  const settings = new Map(content.settings.map((entry) => [fileOf(entry), entry]));
  let manual = content.manual;
  const writeManual = (next: readonly StoredManual[]) => {
    write({ manual: next });
    manual = next;
  };
  return {
    problem,
    settingsOf: (key) => settings.get(fileOf(key))?.settings ?? NO_SETTINGS,
    setSettings({ source, context }, wanted) {
      const key = fileOf({ source, context });
      const next = new Map(settings);
      if (wanted === undefined || isDefault(wanted)) next.delete(key);
      else next.set(key, { source, context, settings: wanted });
      write({ settings: [...next.values()] });
      settings.clear();
      for (const [each, entry] of next) settings.set(each, entry);
    },
    manual: () => manual,
    putManual(one) {
      const known = manual.some(({ key }) => key === one.key);
      writeManual(known ? manual.map((each) => (each.key === one.key ? one : each)) : [...manual, one]);
    },
    removeManual: (key) => writeManual(manual.filter((each) => each.key !== key)),
  };
}

/**
 * Opens `fabrics.json` in `home`. Never throws: where the file cannot be used, what is set lasts for this run and
 * `problem` says so. `now` in ms since the epoch names the copy of a damaged file.
 */
export function openFabricStore(home: string, now: number): FabricStore {
  try {
    const opened = openJsonFile(home, NAME, now, 'the rest is used');
    const content = readContent(opened);
    return storeOver(opened.problem, content, (change) => opened.store.set(change));
  } catch (error) {
    return storeOver(unusableFile(home, NAME, error), { settings: [], manual: [] }, () => undefined);
  }
}
