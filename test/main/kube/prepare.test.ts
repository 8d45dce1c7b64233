// What is left of an object on its way into the store.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KINDS } from '../../../shared/kinds/kinds.ts';
import type { KubeObject } from '../../../shared/model/kube.ts';
import { prepareFor } from '../../../src-main/kube/prepare.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

const object = (kind: string, more: object = {}, metadata: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'a', uid: 'u', ...metadata },
  ...more,
});

describe('prepareFor', () => {
  it('drops managedFields that the text held in an unusual form', () => {
    expect(prepareFor(KINDS.Node)(object('Node', {}, { managedFields: {} })).metadata).toEqual({
      name: 'a',
      uid: 'u',
    });
  });

  it("drops kubectl's copy of the object and keeps other annotations", () => {
    const metadata = { annotations: { [LAST_APPLIED]: '{}', 'a.b/c': 'd' } };
    expect(prepareFor(KINDS.Pod)(object('Pod', {}, metadata)).metadata.annotations).toEqual({ 'a.b/c': 'd' });
  });

  it('drops annotations that hold nothing else', () => {
    const metadata = prepareFor(KINDS.Pod)(
      object('Pod', {}, { annotations: { [LAST_APPLIED]: '{}' } }),
    ).metadata;
    expect(Object.keys(metadata)).toEqual(['name', 'uid']);
  });

  it('drops the paths of the row', () => {
    const row = { ...KINDS.Node, strip: ['status', 'metadata.generation'] };
    const prepared = prepareFor(row)(object('Node', { spec: { a: 1 }, status: { b: 2 } }, { generation: 3 }));
    expect(prepared).toEqual(object('Node', { spec: { a: 1 } }));
  });

  it('keeps the keys of secrets and config maps and none of their values', () => {
    const secret = object('Secret', {
      data: { token: 'c2VjcmV0' },
      stringData: { plain: 'secret' },
      type: 'Opaque',
    });
    expect(prepareFor(KINDS.Secret)(secret)).toEqual(
      object('Secret', { data: { token: '' }, stringData: { plain: '' }, type: 'Opaque' }),
    );
    const map = object('ConfigMap', { binaryData: { 'a.bin': 'AAAA' } });
    expect(prepareFor(KINDS.ConfigMap)(map)).toEqual(object('ConfigMap', { binaryData: { 'a.bin': '' } }));
  });

  it.each([['text'], [['a', 'b']], [null], [7]])('keeps no value of a secret whose data is %j', (data) => {
    expect(prepareFor(KINDS.Secret)(object('Secret', { data })).data).toEqual({});
  });

  it('keeps keys of a secret that are special to JavaScript', () => {
    const secret = JSON.parse(
      '{"kind":"Secret","apiVersion":"v1","metadata":{"name":"a"},"data":{"__proto__":"eA=="}}',
    ) as KubeObject;
    expect(JSON.stringify(prepareFor(KINDS.Secret)(secret).data)).toBe('{"__proto__":""}');
    expect(Object.prototype).toEqual({});
  });

  it('drops literal values of variables and keeps their places and references', () => {
    const valueFrom = { secretKeyRef: { name: 's', key: 'k' } };
    const env = [{ name: 'A', value: 'secret' }, { name: 'B', valueFrom }, { name: 'C' }];
    const pod = object('Pod', {
      spec: { containers: [{ name: 'c', env }], initContainers: [{ name: 'i', env: [...env] }] },
    });
    const kept = [{ name: 'A' }, { name: 'B', valueFrom }, { name: 'C' }];
    expect(prepareFor(KINDS.Pod)(pod).spec).toEqual({
      containers: [{ name: 'c', env: kept }],
      initContainers: [{ name: 'i', env: kept }],
    });
  });

  it('takes objects of any shape below metadata', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(KINDS)),
        fc.dictionary(fc.string(), fc.jsonValue()),
        (row, more) => {
          const { metadata: _metadata, ...rest } = more;
          const json = JSON.stringify({ ...object(row.id, { spec: more, data: more }), ...rest });
          const prepared = prepareFor(row)(JSON.parse(json) as KubeObject);
          expect(prepared.metadata.name).toBe('a');
        },
      ),
    );
  });
});
