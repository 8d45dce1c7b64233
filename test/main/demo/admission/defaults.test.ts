/** Defaults and admission give the objects that kube-apiserver 1.35.4 answered to the same manifests, as recorded. */
import { describe, expect, it } from 'vitest';
import { record } from '../../../../shared/cluster/narrow.ts';
import { applyDefaults } from '../../../../src-main/demo/admission/defaults.ts';
import { validateObject } from '../../../../src-main/demo/admission/validation.ts';
import type { DraftObject } from '../../../../src-main/demo/model.ts';
import { createStubRegistry, namespaceObjects, resourceFor } from './stub-registry.ts';
import { NAMESPACE, prepare, readLines } from './write-path.ts';

interface Recorded {
  readonly name: string;
  readonly manifest: DraftObject;
  readonly answer: DraftObject;
}

const RECORDED = readLines('defaulted.jsonl') as readonly Recorded[];

/** What the registry adds besides, not defaults: a namespace's finalizer, a node's taint; an empty list is decoded to null. */
const LEFT_TO_OTHERS: Readonly<Record<string, readonly string[]>> = {
  Namespace: ['spec'],
  Node: ['spec'],
  EndpointSlice: ['endpoints'],
};

function compared(object: DraftObject): DraftObject {
  const { labels, annotations, finalizers } = object.metadata ?? {};
  const kept = Object.entries({ labels, annotations, finalizers }).filter(([, value]) => value !== undefined);
  const left = new Set([...(LEFT_TO_OTHERS[object.kind ?? ''] ?? []), 'status']);
  const rest = Object.fromEntries(Object.entries(object).filter(([field]) => !left.has(field)));
  return { ...rest, metadata: Object.fromEntries(kept) };
}

describe('an object with little in it', () => {
  it.each(RECORDED)('is filled in: $name', ({ manifest, answer }) => {
    const { resource, object } = prepare(createStubRegistry(namespaceObjects(NAMESPACE)), manifest);
    expect(compared(object)).toEqual(compared(answer));
    expect(validateObject(resource, object, undefined)).toEqual([]);
  });
});

describe('applyDefaults', () => {
  it.each(RECORDED)('changes nothing the second time: $name', ({ manifest }) => {
    const resource = resourceFor(manifest.apiVersion ?? '', manifest.kind ?? '');
    const once = applyDefaults(resource, manifest);
    expect(applyDefaults(resource, once)).toEqual(once);
  });

  it('leaves the given object as it is', () => {
    for (const { manifest } of RECORDED) {
      const before = JSON.stringify(manifest);
      applyDefaults(resourceFor(manifest.apiVersion ?? '', manifest.kind ?? ''), manifest);
      expect(JSON.stringify(manifest)).toBe(before);
    }
  });

  it('leaves custom resources to their schema', () => {
    const resource = { ...resourceFor('v1', 'Pod'), custom: { schema: {}, columns: [] } };
    const object: DraftObject = { apiVersion: 'v1', kind: 'Pod', spec: { containers: [{ name: 'c' }] } };
    expect(applyDefaults(resource, object)).toBe(object);
  });

  it('tells a tag of latest from others', () => {
    const policyOf = (image: string): unknown => {
      const pod = { apiVersion: 'v1', kind: 'Pod', spec: { containers: [{ name: 'c', image }] } };
      const { spec } = applyDefaults(resourceFor('v1', 'Pod'), pod);
      return record((record(spec).containers as unknown[])[0]).imagePullPolicy;
    };
    const digest = `sha256:${'a'.repeat(64)}`;
    expect(['x', 'x:latest', 'h:5000/x', `x:latest@${digest}`].map(policyOf)).toEqual(
      Array(4).fill('Always'),
    );
    expect(['x:1', 'h:5000/x:1', `x@${digest}`, 'No:latest', ''].map(policyOf)).toEqual(
      Array(5).fill('IfNotPresent'),
    );
  });
});
