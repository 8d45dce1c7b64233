/** JSON Merge Patch (RFC 7386). */
import { isRecord } from '../../../shared/cluster/narrow.ts';
import { setField } from '../schema/json-object.ts';

/** The target with the patch merged in; neither is changed. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const base = isRecord(target) ? target : {};
  const out: Record<string, unknown> = {};
  for (const name of Object.keys(base)) {
    if (!Object.hasOwn(patch, name)) setField(out, name, base[name]);
    else if (patch[name] !== null) setField(out, name, mergePatch(base[name], patch[name]));
  }
  for (const name of Object.keys(patch)) {
    if (patch[name] === null || Object.hasOwn(base, name)) continue;
    setField(out, name, mergePatch(undefined, patch[name]));
  }
  return out;
}
