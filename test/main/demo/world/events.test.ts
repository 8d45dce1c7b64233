/** Events: repeated ones are counted, similar ones combined, floods cut, old ones expired. */
import { afterEach, describe, expect, it } from 'vitest';
import type { WorldEvent } from '../../../../src-main/demo/world/other-objects.ts';
import { deployment, makeLittleWorld, type LittleWorld } from './little-world.ts';

let world: LittleWorld;

afterEach(() => {
  expect(world.warnings).toEqual([]);
  world.stop();
});

function record(message: string, changes: { readonly action?: string; readonly reason?: string } = {}): void {
  const about = world.writer.find('Namespace', undefined, 'default');
  if (about === undefined) throw new Error('no namespace');
  world.controlPlane.recordEvent({
    about,
    type: 'Warning',
    reason: 'Testing',
    message,
    source: { component: 'tester', host: 'node-1' },
    ...changes,
  });
}

function events(reason = 'Testing'): readonly WorldEvent[] {
  return world.writer.list('Event', 'default').filter((event) => event.reason === reason);
}

describe('an event', () => {
  it('has the fields of the real recorder', () => {
    world = makeLittleWorld();
    record('it happened');
    expect(events()).toMatchObject([
      {
        type: 'Warning',
        message: 'it happened',
        count: 1,
        firstTimestamp: '2026-11-21T09:00:00Z',
        lastTimestamp: '2026-11-21T09:00:00Z',
        eventTime: null,
        involvedObject: { kind: 'Namespace', apiVersion: 'v1', name: 'default' },
        source: { component: 'tester', host: 'node-1' },
        reportingComponent: 'tester',
        reportingInstance: 'node-1',
      },
    ]);
    expect(events()[0]?.metadata.name).toMatch(/^default\.[0-9a-f]{16}$/);
  });

  it('that repeats is counted in one object', () => {
    world = makeLittleWorld();
    record('again');
    world.pass(60);
    record('again');
    record('other');
    expect(events().map(({ message, count }) => [message, count])).toEqual([
      ['again', 2],
      ['other', 1],
    ]);
    expect(events()[0]).toMatchObject({
      firstTimestamp: '2026-11-21T09:00:00Z',
      lastTimestamp: '2026-11-21T09:01:00Z',
    });
  });

  it('is combined with similar ones from the tenth on', () => {
    world = makeLittleWorld();
    for (let index = 1; index <= 12; index += 1) record(`pod ${index} failed`);
    expect(events()).toHaveLength(10);
    expect(events().at(-1)).toMatchObject({
      message: '(combined from similar events): pod 12 failed',
      count: 3,
    });
  });

  it('is cut off after 25 at once, and let through again five minutes later, with the true count', () => {
    world = makeLittleWorld();
    for (let index = 0; index < 40; index += 1) record('flood');
    expect(events()[0]?.count).toBe(25);
    world.pass(301);
    record('flood');
    expect(events()[0]?.count).toBe(41);
  });

  it('of a new recorder is a series when it repeats', () => {
    world = makeLittleWorld();
    record('cannot', { action: 'Scheduling' });
    expect(events()[0]).toMatchObject({ eventTime: '2026-11-21T09:00:00.000000Z', firstTimestamp: null });
    expect(events()[0]).not.toHaveProperty('series');
    world.pass(60);
    record('cannot', { action: 'Scheduling' });
    expect(events()).toHaveLength(1);
    expect(events()[0]?.series).toEqual({ count: 2, lastObservedTime: '2026-11-21T09:01:00.000000Z' });
  });

  it('goes an hour after it was last seen', () => {
    world = makeLittleWorld();
    record('once');
    record('twice');
    world.pass(1800);
    record('twice');
    world.pass(1801);
    expect(events().map(({ message }) => message)).toEqual(['twice']);
    world.pass(1800);
    expect(events()).toEqual([]);
    expect(world.writer.list('Event')).toEqual([]);
  });

  it('that comes again after it went keeps its first time and its count', () => {
    world = makeLittleWorld();
    record('rare');
    world.pass(7200);
    record('rare');
    expect(events()).toMatchObject([
      { count: 2, firstTimestamp: '2026-11-21T09:00:00Z', lastTimestamp: '2026-11-21T11:00:00Z' },
    ]);
  });
});

it('an event that is refused is lost, and nothing else', () => {
  world = makeLittleWorld();
  world.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } });
  world.pass(1);
  const pod = world.create({ ...deployment('web'), metadata: { name: 'web', namespace: 'team' } });
  world.pass(5);
  world.writer.delete('Namespace', { metadata: { name: 'team' } });
  expect(() => {
    world.controlPlane.recordEvent({
      about: pod,
      type: 'Normal',
      reason: 'Late',
      message: 'too late',
      source: { component: 'tester' },
    });
  }).not.toThrow();
  expect(world.writer.list('Event', 'team').filter(({ reason }) => reason === 'Late')).toEqual([]);
});
