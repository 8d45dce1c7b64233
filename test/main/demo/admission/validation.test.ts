/** Bad manifests and forbidden updates are refused with the causes, in the order and in the words of kube-apiserver 1.35.4, as recorded. */
import { describe, expect, it } from 'vitest';
import { validateObject } from '../../../../src-main/demo/admission/validation.ts';
import type { DraftObject, StoredObject } from '../../../../src-main/demo/model.ts';
import { invalid, StatusError, type StatusCause } from '../../../../src-main/demo/status-error.ts';
import { createStubRegistry, namespaceObjects, type StubRegistry } from './stub-registry.ts';
import { merge, NAMESPACE, prepare, readLines } from './write-path.ts';

interface Refusal {
  readonly name: string;
  readonly message: string;
  readonly causes: readonly StatusCause[];
}
type RefusedCreation = Refusal & { readonly manifest: DraftObject };
type RefusedUpdate = Refusal & { readonly base: DraftObject; readonly patch: DraftObject };

const CREATIONS = readLines('refused-creations.jsonl') as readonly RefusedCreation[];
const UPDATES = readLines('refused-updates.jsonl') as readonly RefusedUpdate[];

function registryWithNamespace(): StubRegistry {
  return createStubRegistry(namespaceObjects(NAMESPACE));
}

/** What the server would answer, in the shape of the records. */
function answer(manifest: DraftObject, old?: StoredObject): Omit<Refusal, 'name'> {
  try {
    const { resource, object } = prepare(registryWithNamespace(), manifest, old);
    const causes = validateObject(resource, object, old);
    return {
      causes,
      message: causes.length === 0 ? '' : invalid(resource, object.metadata.name, causes).message,
    };
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return { causes: error.status.details?.causes ?? [], message: error.message };
  }
}

describe('a creation', () => {
  it.each(CREATIONS)('is refused for: $name', ({ manifest, causes, message }) => {
    expect(answer(manifest)).toEqual({ causes, message });
  });
});

describe('an update', () => {
  it.each(UPDATES)('is refused for: $name', ({ base, patch, causes, message }) => {
    const { object: old } = prepare(registryWithNamespace(), base);
    expect(answer(merge(old, patch) as DraftObject, old)).toEqual({ causes, message });
  });

  it('of the status alone is not checked again', () => {
    const { resource, object } = prepare(registryWithNamespace(), {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: { containers: [{ name: 'NOT GOOD', image: 'x' }] },
    });
    expect(validateObject(resource, object, undefined)).toHaveLength(1);
    expect(validateObject(resource, { ...object, status: { phase: 'Running' } }, object)).toEqual([]);
  });
});
