/** Objects with anything in them: defaults, admission and validation refuse or pass, and never fail. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkQuota } from '../../../../src-main/demo/admission/admit.ts';
import { validateObject } from '../../../../src-main/demo/admission/validation.ts';
import type { DraftObject, StoredObject } from '../../../../src-main/demo/model.ts';
import { StatusError } from '../../../../src-main/demo/status-error.ts';
import { createStubRegistry, namespaceObjects } from './stub-registry.ts';
import { ADMIN, merge, NAMESPACE, prepare, readLines } from './write-path.ts';

const MANIFESTS = (readLines('defaulted.jsonl') as readonly { manifest: DraftObject }[]).map(
  ({ manifest }) => manifest,
);

/** Every path to a value inside. */
function pathsOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

function replaced(value: unknown, path: readonly string[], by: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return by;
  if (Array.isArray(value))
    return value.map((item, index) =>
      String(index) === first ? replaced(item, rest, by) : (item as unknown),
    );
  return { ...(value as object), [first]: replaced((value as Record<string, unknown>)[first], rest, by) };
}

const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(
    JSON.parse('{"__proto__":{"a":1},"constructor":{"prototype":{}}}') as unknown,
    -1,
    1e300,
    'a'.repeat(70_000),
    '\u0000\u202e',
  ),
);

const spoilt = fc.constantFrom(...MANIFESTS).chain((manifest) =>
  fc
    .tuple(fc.constantFrom(...pathsOf(manifest.spec ?? manifest)), anything)
    .map(([path, value]): DraftObject => {
      if (manifest.spec !== undefined) return { ...manifest, spec: replaced(manifest.spec, path, value) };
      const changed = replaced(manifest, path, value);
      return merge(changed, { apiVersion: manifest.apiVersion, kind: manifest.kind }) as DraftObject;
    }),
);

/** Runs one write; a refusal is fine. */
function write(manifest: DraftObject, old?: StoredObject): void {
  const registry = createStubRegistry(namespaceObjects(NAMESPACE));
  try {
    const { resource, object } = prepare(registry, manifest, old);
    for (const cause of validateObject(resource, object, old)) expect(cause.message).toBeTypeOf('string');
    const operation = old === undefined ? ('create' as const) : ('update' as const);
    checkQuota(
      { operation, resource, namespace: NAMESPACE, name: 'x', object, old, context: ADMIN },
      registry,
    );
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
  }
}

describe('a write of a spoilt object', () => {
  it('is refused or passes', () => {
    fc.assert(
      fc.property(spoilt, (manifest) => {
        write(manifest);
      }),
      { numRuns: 1_500 },
    );
  });

  it('is refused or passes as an update', () => {
    fc.assert(
      fc.property(spoilt, (manifest) => {
        const original = MANIFESTS.find(
          ({ kind, metadata }) => kind === manifest.kind && metadata?.name === manifest.metadata?.name,
        );
        if (original === undefined) return;
        write(manifest, prepare(createStubRegistry(namespaceObjects(NAMESPACE)), original).object);
      }),
      { numRuns: 700 },
    );
  });
});
