/** The annotation of client-side `kubectl apply`, which server-side apply keeps true and takes over from. */
import { isRecord } from '../../../shared/cluster/narrow.ts';
import type { DraftObject } from '../model.ts';
import { fieldOf } from '../schema/json-object.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

type Fields = Readonly<Record<string, unknown>>;

function annotationOf(object: Fields): string {
  const value = fieldOf(fieldOf(object.metadata, 'annotations'), LAST_APPLIED);
  return typeof value === 'string' ? value : '';
}

export function hasLastApplied(object: Fields): boolean {
  return annotationOf(object) !== '';
}

/** What was applied last by the client; undefined if the annotation is missing or broken. */
export function readLastApplied(object: Fields): Fields | undefined {
  try {
    const applied: unknown = JSON.parse(annotationOf(object));
    return isRecord(applied) ? applied : undefined;
  } catch {
    return undefined;
  }
}

/** Names in order, as the server's encoder has them. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, sorted(value[name])]),
  );
}

/** The object with what is applied now in the annotation. */
export function withLastApplied(object: Fields, applied: DraftObject): Fields {
  const { annotations = {}, ...rest } = applied.metadata ?? {};
  const { [LAST_APPLIED]: _, ...others } = annotations;
  const metadata = Object.keys(others).length === 0 ? rest : { ...rest, annotations: others };
  const text = `${JSON.stringify(sorted({ ...applied, metadata }))}\n`;
  const own = object.metadata as Fields;
  return {
    ...object,
    metadata: { ...own, annotations: { ...(own.annotations as Fields), [LAST_APPLIED]: text } },
  };
}
