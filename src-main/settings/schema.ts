/** The shape of the settings file and how far a broken one can still be used. */
import { z } from 'zod';
import type { Settings } from '../../shared/ipc.ts';

/** Where the window was, in px; `x` and `y` are missing until it was moved. */
const windowSchema = z.object({
  x: z.int().min(-100_000).max(100_000).optional(),
  y: z.int().min(-100_000).max(100_000).optional(),
  width: z.int().min(400).max(20_000),
  height: z.int().min(300).max(20_000),
  maximized: z.boolean(),
});

export const settingsShape = {
  theme: z.enum(['system', 'dark', 'light']),
  sidebarCollapsed: z.boolean(),
  dockHeight: z.int().min(80).max(4_000),
  letterKeys: z.boolean(),
} satisfies { [K in keyof Settings]: z.ZodType<Settings[K]> };

const storedShape = {
  ...settingsShape,
  window: windowSchema.nullable(),
  /** Kubeconfig chosen in the app; null means the KUBECONFIG variable or the default file. */
  kubeconfig: z.string().min(1).max(4096).nullable(),
  /** Contexts that were open when the app was last closed. */
  openFabrics: z.array(z.string().max(1024)).max(100),
};

/** All that the file holds. */
export type Stored = z.infer<z.ZodObject<typeof storedShape>>;

export const DEFAULTS: Stored = {
  theme: 'system',
  sidebarCollapsed: false,
  dockHeight: 326,
  letterKeys: true,
  window: null,
  kubeconfig: null,
  openFabrics: [],
};

/**
 * Takes every field that is valid and the default for each that is not; `wrong` names the latter.
 * Unknown fields are left to the caller: a newer version may have written them.
 */
export function readFields<T extends object>(
  shape: { readonly [K in keyof T]: z.ZodType },
  defaults: T,
  raw: object,
): { stored: T; wrong: string[] } {
  const wrong: string[] = [];
  const stored = { ...defaults } as Record<string, unknown>;
  for (const [key, schema] of Object.entries<z.ZodType>(shape)) {
    if (!Object.hasOwn(raw, key)) continue;
    const parsed = schema.safeParse((raw as Record<string, unknown>)[key]);
    if (parsed.success) stored[key] = parsed.data;
    else wrong.push(key);
  }
  return { stored: stored as T, wrong };
}

/** The settings in a parsed file, as `readFields` takes them. */
export function readStored(raw: unknown): { stored: Stored; wrong: string[] } {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    return { stored: DEFAULTS, wrong: ['(the whole file)'] };
  }
  return readFields(storedShape, DEFAULTS, raw);
}

/** The part of the settings that the renderer sees. */
export function publicSettings(stored: Stored): Settings {
  const { theme, sidebarCollapsed, dockHeight, letterKeys } = stored;
  return { theme, sidebarCollapsed, dockHeight, letterKeys };
}
