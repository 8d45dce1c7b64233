/** Whether what is there is what a plan wants, and whose it is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../shared/model/kube.ts';
import { ownerOf } from '../../../shared/recovery/owner.ts';
import { isSameObject, withoutServerFields } from '../../../shared/recovery/same-object.ts';

const role = (rules: unknown, metadata: object = {}, more: object = {}): KubeObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name: 'r', ...metadata },
  rules,
  ...more,
});
const rule = { apiGroups: [''], resources: ['pods'], verbs: ['get'] };

describe('isSameObject', () => {
  it.each<[string, KubeObject, KubeObject, boolean]>([
    ['equal', role([rule]), role([rule]), true],
    ['what the server adds', role([rule]), role([rule], { uid: 'u', resourceVersion: '7' }), true],
    ['labels of others', role([rule]), role([rule], { labels: { team: 'a' } }), true],
    [
      'fields in another order',
      role([{ verbs: ['get'], resources: ['pods'], apiGroups: [''] }]),
      role([rule]),
      true,
    ],
    ['an empty list left out', role([{ ...rule, resourceNames: [] }]), role([rule]), true],
    ['one verb more', role([rule]), role([{ ...rule, verbs: ['get', 'list'] }]), false],
    ['one rule more', role([rule]), role([rule, rule]), false],
    ['a field more', role([rule]), role([rule], {}, { aggregationRule: { x: 1 } }), false],
    ['another kind', role([rule]), { ...role([rule]), kind: 'Role' }, false],
    [
      'an account that is there',
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'a' } },
      {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'a' },
        imagePullSecrets: [{ name: 'x' }],
      },
      true,
    ],
  ])('%s', (_what, wanted, there, same) => {
    expect(isSameObject(wanted, there)).toBe(same);
  });

  it('an object is itself, and no other than one with a field changed', () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(value, (rules) => {
        expect(isSameObject(role(rules), role(JSON.parse(JSON.stringify(rules))))).toBe(true);
        expect(isSameObject(role([rules, 'more']), role([rules]))).toBe(false);
      }),
    );
  });
});

describe('withoutServerFields', () => {
  it('keeps what somebody wrote', () => {
    const there = role(
      [rule],
      { uid: 'u', managedFields: [], generation: 2, annotations: { a: 'b' } },
      { status: {} },
    );
    expect(withoutServerFields(there)).toEqual(role([rule], { annotations: { a: 'b' } }));
  });
});

describe('ownerOf', () => {
  it.each([
    [
      { annotations: { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop/web' } },
      'Argo CD application shop',
    ],
    [{ labels: { 'argocd.argoproj.io/instance': 'shop' } }, 'Argo CD application shop'],
    [{ labels: { 'kustomize.toolkit.fluxcd.io/name': 'infra' } }, 'Flux Kustomization infra'],
    [
      { labels: { 'helm.toolkit.fluxcd.io/name': 'web' }, annotations: { 'meta.helm.sh/release-name': 'x' } },
      'Flux HelmRelease web',
    ],
    [{ annotations: { 'meta.helm.sh/release-name': 'web' } }, 'Helm release web'],
    [{ labels: { 'app.kubernetes.io/managed-by': 'hedgerow' } }, undefined],
    [{ labels: 7 }, undefined],
  ])('%j: %s', (metadata, owner) => {
    expect(ownerOf(role([], metadata))).toBe(owner);
  });
});
