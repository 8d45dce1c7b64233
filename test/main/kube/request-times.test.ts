// What is known of the speed of our own requests: grouped as RBAC names them, the last ones only.
import { describe, expect, it } from 'vitest';
import type { RequestOptions } from '../../../src-main/kube/contract.ts';
import { createTimes, describeRequest } from '../../../src-main/kube/request-times.ts';

describe('describeRequest', () => {
  it.each<[string, RequestOptions, string]>([
    ['/api/v1/pods', {}, 'list pods'],
    ['/api/v1/namespaces/shop/pods', {}, 'list pods'],
    ['/api/v1/namespaces/shop/pods/web', {}, 'get pods'],
    ['/api/v1/namespaces/shop/pods/web/log', {}, 'get pods/log'],
    ['/api/v1/namespaces', {}, 'list namespaces'],
    ['/api/v1/namespaces/kube-system', {}, 'get namespaces'],
    ['/apis/apps/v1/deployments', { query: { watch: 'true' } }, 'watch deployments'],
    ['/apis/apps/v1/namespaces/a/deployments/b', { method: 'PATCH' }, 'patch deployments'],
    [
      '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      { method: 'POST' },
      'create selfsubjectaccessreviews',
    ],
    ['/version', {}, 'get /version'],
    ['/apis', {}, 'get /apis'],
    ['/apis/apps/v1', {}, 'get /apis/apps/v1'],
  ])('%s %j: %s', (path, options, name) => {
    const { verb, resource } = describeRequest(path, options);
    expect(`${verb} ${resource}`).toBe(name);
  });
});

describe('createTimes', () => {
  it('tells the middle and the slow end of each kind of request, slowest first', () => {
    const times = createTimes();
    for (let ms = 1; ms <= 100; ms++) times.record('/api/v1/pods', {}, ms, 200);
    times.record('/version', {}, 500, 429);
    expect(times.read()).toEqual([
      { verb: 'get', resource: '/version', count: 1, p50: 500, p95: 500, throttled: 1 },
      { verb: 'list', resource: 'pods', count: 100, p50: 50, p95: 95, throttled: 0 },
    ]);
  });

  it('never grows', () => {
    const times = createTimes();
    for (let count = 0; count < 5000; count++) times.record(`/r${count}`, {}, 1, 200);
    const read = times.read();
    expect(read.reduce((sum, { count }) => sum + count, 0)).toBe(300);
    expect(read.some(({ resource }) => resource === '/r4999')).toBe(true);
  });

  it('forgets what is long ago', () => {
    let now = 0;
    const times = createTimes(() => now);
    times.record('/version', {}, 1, 429);
    now = 16 * 60_000;
    times.record('/api', {}, 1, 200);
    expect(times.read().map(({ resource }) => resource)).toEqual(['/api']);
  });
});
