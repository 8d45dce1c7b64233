/** Events and autoscalers in the versions in which they are not stored, as Kubernetes 1.35 converts them. */
import { describe, expect, it } from 'vitest';
import type { StoredObject } from '../../../../src-main/demo/model.ts';
import { BY_USER, changed, makeTestWorld } from './world.ts';

const withoutHead = ({ apiVersion: _apiVersion, kind: _kind, metadata: _metadata, ...rest }: StoredObject) =>
  rest;

describe('an event', () => {
  const source = { component: 'c', host: 'h' };
  const core = {
    involvedObject: { namespace: 'n', name: 'x', kind: 'Pod' },
    reason: 'R',
    message: 'msg',
    source,
    firstTimestamp: '2026-01-01T00:00:00Z',
    lastTimestamp: '2026-01-01T00:01:00Z',
    count: 3,
    type: 'Normal',
    reportingComponent: 'rc',
    reportingInstance: 'ri',
    action: 'act',
  };

  it('of the core group is read as one of events.k8s.io', () => {
    const { registry, kind } = makeTestWorld();
    registry.create(kind('v1', 'Event'), 'n', { metadata: { name: 'e' }, ...core }, BY_USER);
    const event = registry.get(kind('events.k8s.io/v1', 'Event'), 'n', 'e');
    expect(event.apiVersion).toBe('events.k8s.io/v1');
    expect(withoutHead(event)).toEqual({
      regarding: core.involvedObject,
      reason: 'R',
      note: 'msg',
      deprecatedSource: source,
      deprecatedFirstTimestamp: core.firstTimestamp,
      deprecatedLastTimestamp: core.lastTimestamp,
      deprecatedCount: 3,
      type: 'Normal',
      eventTime: null,
      action: 'act',
      reportingController: 'rc',
      reportingInstance: 'ri',
    });
  });

  it('of events.k8s.io is read as one of the core group, and changed from there', () => {
    const { registry, kind } = makeTestWorld();
    const [events, cores] = [kind('events.k8s.io/v1', 'Event'), kind('v1', 'Event')];
    const series = { count: 3, lastObservedTime: '2026-01-01T00:00:09.123456Z' };
    const draft = {
      metadata: { name: 'e' },
      regarding: { name: 'x' },
      note: 'nn',
      series,
      reportingController: 'x/y',
    };
    const made = registry.create(events, 'n', draft, BY_USER);
    expect(made.apiVersion).toBe('events.k8s.io/v1');
    expect(withoutHead(registry.get(cores, 'n', 'e'))).toEqual({
      involvedObject: { name: 'x' },
      message: 'nn',
      source: {},
      firstTimestamp: null,
      lastTimestamp: null,
      eventTime: null,
      series,
      reportingComponent: 'x/y',
      reportingInstance: '',
    });
    registry.update(cores, 'n', 'e', changed({}, { message: 'other' }), BY_USER);
    expect(registry.get(events, 'n', 'e').note).toBe('other');
    expect(registry.list(events)).toHaveLength(1);
  });
});

describe('an autoscaler', () => {
  const scaleTargetRef = { kind: 'Deployment', name: 'w', apiVersion: 'apps/v1' };
  const cpu = {
    type: 'Resource',
    resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } },
  };
  const metrics = [
    cpu,
    {
      type: 'Resource',
      resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '100Mi' } },
    },
    { type: 'Pods', pods: { metric: { name: 'q' }, target: { type: 'AverageValue', averageValue: '5' } } },
    {
      type: 'Object',
      object: {
        describedObject: { kind: 'Service', name: 's' },
        metric: { name: 'r' },
        target: { type: 'Value', value: '9' },
      },
    },
    {
      type: 'External',
      external: {
        metric: { name: 'x', selector: { matchLabels: { a: 'b' } } },
        target: { type: 'Value', value: '1' },
      },
    },
  ];
  const behavior = {
    scaleDown: {
      stabilizationWindowSeconds: 5,
      selectPolicy: 'Max',
      policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
    },
  };
  const v2 = { scaleTargetRef, minReplicas: 1, maxReplicas: 3, metrics, behavior };

  function plant(spec: object) {
    const world = makeTestWorld();
    const [newer, older] = ['autoscaling/v2', 'autoscaling/v1'].map((version) =>
      world.kind(version, 'HorizontalPodAutoscaler'),
    );
    if (newer === undefined || older === undefined) throw new Error('not served');
    world.registry.create(newer, 'n', { metadata: { name: 'h', annotations: { z: 'y' } }, spec }, BY_USER);
    return { ...world, newer, older };
  }

  it('of v2 is read as v1 with the rest in annotations', () => {
    const { registry, older } = plant({ ...v2, metrics: metrics.slice(0, 2) });
    const { spec, status, metadata } = registry.get(older, 'n', 'h');
    expect(spec).toEqual({
      scaleTargetRef,
      minReplicas: 1,
      maxReplicas: 3,
      targetCPUUtilizationPercentage: 50,
    });
    expect(status).toEqual({ currentReplicas: 0, desiredReplicas: 0 });
    expect(metadata.annotations).toEqual({
      z: 'y',
      'autoscaling.alpha.kubernetes.io/metrics':
        '[{"type":"Resource","resource":{"name":"memory","targetAverageValue":"100Mi"}}]',
      'autoscaling.alpha.kubernetes.io/behavior':
        '{"ScaleDown":{"StabilizationWindowSeconds":5,"SelectPolicy":"Max","Policies":[{"Type":"Percent","Value":100,"PeriodSeconds":15}]}}',
    });
  });

  it('loses nothing when it is written as v1', () => {
    const { registry, older, newer } = plant(v2);
    const status = {
      desiredReplicas: 2,
      currentReplicas: 1,
      currentMetrics: [],
      conditions: [{ type: 'AbleToScale' }],
    };
    registry.update(newer, 'n', 'h', changed({}, { status }), { ...BY_USER, subresource: 'status' });
    const { spec } = registry.get(older, 'n', 'h') as { spec?: unknown };
    registry.update(older, 'n', 'h', changed({}, { spec: { ...(spec as object), maxReplicas: 7 } }), BY_USER);
    const after = registry.get(newer, 'n', 'h');
    expect(after.spec).toEqual({ ...v2, maxReplicas: 7 });
    expect(after.status).toMatchObject({ desiredReplicas: 2, conditions: [{ type: 'AbleToScale' }] });
    expect(after.metadata.annotations).toEqual({ z: 'y' });
  });

  it('with nonsense in its annotations is still an autoscaler', () => {
    const { registry, older, newer } = plant({ scaleTargetRef, maxReplicas: 3 });
    const annotations = {
      'autoscaling.alpha.kubernetes.io/metrics': '{',
      'autoscaling.alpha.kubernetes.io/behavior': '[1]',
    };
    registry.update(older, 'n', 'h', changed({ annotations }), BY_USER);
    expect(registry.get(newer, 'n', 'h').spec).toEqual({ scaleTargetRef, maxReplicas: 3 });
  });
});
