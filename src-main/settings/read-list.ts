/** Reads a list from a settings file entry by entry, so that a bad one does not cost the others. */
import type { z } from 'zod';

/** More entries than that in one list are no settings. */
const MAX_ENTRIES = 2000;

/** The entries that fit the schema; `wrong` gets the names of the others (`manual[3]`), or the list's own name. */
export function readList<T>(raw: unknown, name: string, schema: z.ZodType<T>, wrong: string[]): T[] {
  if (raw === undefined) return [];
  if (!Array.isArray(raw)) {
    wrong.push(name);
    return [];
  }
  if (raw.length > MAX_ENTRIES) wrong.push(`entries of ${name} beyond the first ${String(MAX_ENTRIES)}`);
  return (raw as unknown[]).slice(0, MAX_ENTRIES).flatMap((entry, index) => {
    const parsed = schema.safeParse(entry);
    if (parsed.success) return [parsed.data];
    wrong.push(`${name}[${String(index)}]`);
    return [];
  });
}
