// Paths of the API from hostile names.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppFailure } from '../../../shared/errors.ts';
import { collectionPath, objectPath } from '../../../src-main/kube/resource-url.ts';

const PODS = { group: '', version: 'v1', resource: 'pods' };
const DEPLOYMENTS = { group: 'apps', version: 'v1', resource: 'deployments' };

describe('paths of the API', () => {
  it.each([
    [collectionPath(PODS), '/api/v1/pods'],
    [collectionPath(PODS, 'shop'), '/api/v1/namespaces/shop/pods'],
    [collectionPath(DEPLOYMENTS), '/apis/apps/v1/deployments'],
    [objectPath(DEPLOYMENTS, 'shop', 'web'), '/apis/apps/v1/namespaces/shop/deployments/web'],
    [objectPath(PODS, 'shop', 'web-1', 'log'), '/api/v1/namespaces/shop/pods/web-1/log'],
    [objectPath({ ...PODS, resource: 'nodes' }, undefined, 'n1'), '/api/v1/nodes/n1'],
    [objectPath(PODS, 'a/../b', 'c?d#e'), '/api/v1/namespaces/a%2F..%2Fb/pods/c%3Fd%23e'],
  ])('%s', (path, expected) => {
    expect(path).toBe(expected);
  });

  it('keeps every name in its own segment', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1 }),
        fc.string({ minLength: 1 }),
        (namespace, name) => {
          fc.pre(!['.', '..'].includes(namespace) && !['.', '..'].includes(name));
          const { pathname } = new URL(objectPath(PODS, namespace, name), 'http://server');
          expect(pathname.split('/').map(decodeURIComponent)).toEqual([
            '',
            'api',
            'v1',
            'namespaces',
            namespace,
            'pods',
            name,
          ]);
        },
      ),
    );
  });

  it.each(['', '.', '..'])('refuses %j as a name', (name) => {
    expect(() => objectPath(PODS, 'shop', name)).toThrow(AppFailure);
    expect(() => collectionPath(PODS, name)).toThrow(AppFailure);
  });
});
