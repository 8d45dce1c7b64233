/** Events: one shape for both forms, the latest of each reason, found by uid or by name. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventKeysOf, eventSubject, latestEvents, normaliseEvent } from '../../../shared/cluster/events.ts';
import type { KubeEvent } from '../../../shared/model/kube.ts';
import { build, buildEvent, buildPod } from '../objects.ts';

const at = (time: string): number => Date.parse(`2026-11-20T${time}Z`);
const pod = buildPod('web');

describe('normaliseEvent', () => {
  it('reads a core event', () => {
    const event = buildEvent('e', pod, { count: 7, reportingComponent: 'kubelet' });
    expect(normaliseEvent(event)).toMatchObject({
      type: 'Warning',
      reason: 'BackOff',
      message: 'about web',
      count: 7,
      first: at('09:00:00'),
      last: at('09:30:00'),
      source: 'kubelet',
      ref: { kind: 'Event', name: 'e' },
    });
  });

  it("reads a kubelet's event in the new form, with series and eventTime null", () => {
    const event = build('Event', 'e', {
      apiVersion: 'events.k8s.io/v1',
      regarding: { kind: 'Pod', name: 'web', uid: 'pod-web', fieldPath: 'spec.containers{main}' },
      note: 'Back-off restarting failed container',
      reason: 'BackOff',
      eventTime: null,
      series: null,
      deprecatedCount: 12,
      deprecatedFirstTimestamp: '2026-11-20T09:00:00Z',
      deprecatedLastTimestamp: '2026-11-20T09:40:00Z',
      deprecatedSource: { component: 'kubelet' },
      reportingController: 'kubelet',
    }) as KubeEvent;
    expect(normaliseEvent(event)).toMatchObject({
      message: 'Back-off restarting failed container',
      count: 12,
      first: at('09:00:00'),
      last: at('09:40:00'),
      fieldPath: 'spec.containers{main}',
      source: 'kubelet',
    });
    expect(eventSubject(event)).toBe('pod-web');
  });

  it.each([
    [
      'series before all',
      { series: { count: 9, lastObservedTime: '2026-11-20T09:50:00.000001Z' }, count: 2 },
      9,
      '09:50:00',
    ],
    [
      'eventTime where it stands alone',
      { firstTimestamp: null, lastTimestamp: null, eventTime: '2026-11-20T09:10:00.5Z' },
      1,
      '09:10:00.5',
    ],
    ['lastTimestamp before eventTime', { eventTime: '2026-11-20T09:10:00Z' }, 1, '09:30:00'],
    ['no count at all', { count: null }, 1, '09:30:00'],
  ])('takes %s', (_name, fields, count, last) => {
    const event = normaliseEvent(buildEvent('e', pod, fields as never));
    expect([event.count, event.last]).toEqual([count, at(last)]);
  });

  it('survives anything', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('series', 'count', 'eventTime', 'involvedObject', 'message', 'source'),
          fc.anything(),
        ),
        (fields) => {
          const event = normaliseEvent({ ...buildEvent('e', pod), ...fields });
          expect(event.count).toBeGreaterThan(0);
          expect(typeof eventSubject({ ...buildEvent('e', pod), ...fields })).toBe('string');
        },
      ),
    );
  });
});

describe('finding events', () => {
  it("finds a kubelet's node events, which give the node's name as uid", () => {
    const node = build('Node', 'n1');
    const event = build('Event', 'e', {
      involvedObject: { kind: 'Node', name: 'n1', uid: 'n1' },
    }) as KubeEvent;
    expect(eventKeysOf(node)).toContain(eventSubject(event));
  });

  it('finds events without a uid by name, and not those of a namesake in another namespace', () => {
    const about = (namespace: string) =>
      eventSubject(build('Event', 'e', { involvedObject: { kind: 'Pod', namespace, name: 'web' } }));
    expect(eventKeysOf(pod)).toContain(about('shop'));
    expect(eventKeysOf(pod)).not.toContain(about('bank'));
  });

  it('keeps the latest of each reason, container and message, newest first', () => {
    const event = (name: string, reason: string, minute: number, message: string, container = 'main') =>
      buildEvent(name, pod, {
        reason,
        message,
        lastTimestamp: `2026-11-20T09:${minute}:00Z`,
        involvedObject: { kind: 'Pod', uid: 'pod-web', fieldPath: `spec.containers{${container}}` },
      });
    const events = [
      event('a', 'Failed', 10, 'Failed to pull image "x": not found'),
      event('b', 'Failed', 40, 'Error: ImagePullBackOff'),
      event('c', 'Failed', 30, 'Failed to pull image "x": not found'),
      event('d', 'Failed', 20, 'Error: ImagePullBackOff', 'sidecar'),
    ];
    expect(latestEvents(events).map(({ ref }) => ref.name)).toEqual(['b', 'c', 'd']);
  });

  it('says the same in whatever order events come', () => {
    const event = fc
      .tuple(fc.constantFrom('A', 'B', 'C'), fc.integer({ min: 10, max: 12 }), fc.constantFrom('x', 'y', 'z'))
      .map(([reason, minute, name]) =>
        buildEvent(`${name}-${reason}-${minute}`, pod, {
          reason,
          lastTimestamp: `2026-11-20T09:${minute}:00Z`,
        }),
      );
    fc.assert(
      fc.property(fc.array(event), (events) => {
        expect(latestEvents([...events].reverse())).toEqual(latestEvents(events));
      }),
    );
  });
});
