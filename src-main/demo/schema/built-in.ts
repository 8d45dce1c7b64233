/** The schemas of the built-in kinds, as the real API server publishes them. */
import type { JsonObject } from '../model.ts';
import document from './built-in.json' with { type: 'json' };

/** By name, e.g. `io.k8s.api.core.v1.Pod`. */
export const BUILT_IN_SCHEMAS = document.schemas as unknown as Readonly<Record<string, JsonObject>>;
