/** What a pod asks of a node, by the scheduler's arithmetic. */
import { describe, expect, it } from 'vitest';
import type { Container, Pod, PodSpec } from '../../../shared/model/kube.ts';
import { requestsOf } from '../../../shared/scenarios/pod-requests.ts';
import { buildPod } from '../objects.ts';

function container(cpu: string | undefined, extra: Partial<Container> = {}): Container {
  return { name: 'c', ...(cpu === undefined ? {} : { resources: { requests: { cpu } } }), ...extra };
}

const cpuOf = (spec: PodSpec): number | undefined => requestsOf(buildPod('web', { spec })).get('cpu');
const sidecar = { restartPolicy: 'Always' };

describe('requestsOf', () => {
  it.each<[what: string, spec: PodSpec, cpu: number | undefined]>([
    ['main containers add up', { containers: [container('250m'), container('1')] }, 1.25],
    [
      'a larger init container counts alone',
      { containers: [container('500m')], initContainers: [container('2')] },
      2,
    ],
    [
      'init containers do not add up',
      { containers: [container('1')], initContainers: [container('600m'), container('700m')] },
      1,
    ],
    [
      'a sidecar runs beside the main ones',
      { containers: [container('1')], initContainers: [container('500m', sidecar)] },
      1.5,
    ],
    [
      'an init container runs beside the sidecars before it',
      { containers: [container('100m')], initContainers: [container('500m', sidecar), container('2')] },
      2.5,
    ],
    [
      'and not beside those after it',
      { containers: [container('100m')], initContainers: [container('2'), container('500m', sidecar)] },
      2,
    ],
    ['overhead comes on top', { containers: [container('1')], overhead: { cpu: '250m' } }, 1.25],
    [
      'a request for the whole pod replaces the sum',
      { containers: [container('1')], resources: { requests: { cpu: '3' } } },
      3,
    ],
    ['nothing asked is nothing', { containers: [container(undefined)] }, undefined],
    ['what is no quantity is left out', { containers: [container('many'), container('1')] }, 1],
  ])('%s', (_, spec, cpu) => {
    expect(cpuOf(spec)).toBe(cpu);
  });

  it('always asks for one place', () => {
    expect(requestsOf(buildPod('web')).get('pods')).toBe(1);
    expect(requestsOf({ spec: { containers: 'none' } } as unknown as Pod).get('pods')).toBe(1);
  });
});
