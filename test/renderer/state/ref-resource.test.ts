// From an object's reference to the collection it lies in.
import { describe, expect, it } from 'vitest';
import { apiVersionOf, groupOf, kindKey, kindOfRef } from '../../../src-renderer/state/ref-resource.ts';
import { kind } from '../views/resources/kinds.ts';

const KINDS = [
  kind('v1', 'pods', 'Pod'),
  kind('v1', 'events', 'Event'),
  kind('events.k8s.io/v1', 'events', 'Event'),
  kind('vpc.githedgehog.com/v1beta1', 'vpcs', 'VPC'),
  kind('apps/v1', 'deployments', 'Deployment'),
  kind('apps/v1beta2', 'deployments', 'Deployment'),
];

describe('kindOfRef', () => {
  it.each([
    ['v1', 'Pod', '/pods v1'],
    ['v1', 'Event', '/events v1'],
    ['events.k8s.io/v1', 'Event', 'events.k8s.io/events v1'],
    ['vpc.githedgehog.com/v1alpha2', 'VPC', 'vpc.githedgehog.com/vpcs v1beta1'],
    ['apps/v1beta2', 'Deployment', 'apps/deployments v1beta2'],
    ['extensions/v1', 'Deployment', undefined],
    ['v1', 'constructor', undefined],
    ['', 'Pod', '/pods v1'],
  ])('%s %s', (apiVersion, name, served) => {
    const found = kindOfRef(KINDS, { apiVersion, kind: name });
    expect(found && `${kindKey(found)} ${found.version}`).toBe(served);
  });
});

it.each([
  ['v1', ''],
  ['apps/v1', 'apps'],
])('groupOf %s', (apiVersion, group) => {
  expect(groupOf(apiVersion)).toBe(group);
});

it('writes apiVersions', () => {
  expect(KINDS.slice(2, 4).map(apiVersionOf)).toEqual(['events.k8s.io/v1', 'vpc.githedgehog.com/v1beta1']);
  expect(apiVersionOf({ group: '', version: 'v1' })).toBe('v1');
});
