/** Jobs and CronJobs: successes, failures with their delays, schedules. */
import { afterEach, describe, expect, it } from 'vitest';
import type { CronJob, Job } from '../../../../src-main/demo/world/workload-objects.ts';
import { makeLittleWorld, template, type LittleWorld } from './little-world.ts';

let world: LittleWorld;

afterEach(() => {
  expect(world.warnings).toEqual([]);
  world.stop();
});

function jobSpec(app: string, changes: object = {}): object {
  const { metadata, spec } = template(app) as { metadata: object; spec: object };
  return { template: { metadata, spec: { ...spec, restartPolicy: 'Never' } }, ...changes };
}

function create(changes: object = {}): void {
  world.create({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'import', namespace: 'default' },
    spec: jobSpec('import', changes),
  });
}

function get(): Job | undefined {
  return world.writer.find('Job', 'default', 'import');
}

function conditions(): string[] {
  return (get()?.status?.conditions ?? []).map(
    ({ type, status, reason }) => `${type} ${status} ${reason ?? ''}`,
  );
}

describe('a Job', () => {
  it('is complete when its pod has succeeded', () => {
    world = makeLittleWorld();
    world.behave = () => 'succeed';
    create();
    world.pass(5);
    expect(conditions()).toEqual([
      'SuccessCriteriaMet True CompletionsReached',
      'Complete True CompletionsReached',
    ]);
    expect(get()?.status).toMatchObject({
      succeeded: 1,
      ready: 0,
      terminating: 0,
      uncountedTerminatedPods: {},
    });
    expect(get()?.status).not.toHaveProperty('active');
    expect(get()?.status).not.toHaveProperty('failed');
    expect(get()?.status?.completionTime).toBe('2026-11-21T09:00:00Z');
    expect(world.messages('Job', 'Completed')).toEqual(['Job completed']);
  });

  it('tries again after 10 s, 20 s, 40 s, and gives up at the backoff limit', () => {
    world = makeLittleWorld();
    world.behave = () => 'fail';
    const times: number[] = [];
    const start = world.clock.now();
    world.writer.watchFromNow('Pod', ({ type }) => {
      if (type === 'ADDED') times.push(Math.round((world.clock.now() - start) / 1000));
    });
    create({ backoffLimit: 3 });
    world.pass(300);
    expect(times).toEqual([0, 10, 30, 70]);
    expect(conditions()).toEqual([
      'FailureTarget True BackoffLimitExceeded',
      'Failed True BackoffLimitExceeded',
    ]);
    expect(get()?.status).toMatchObject({ failed: 4 });
    expect(world.messages('Job', 'BackoffLimitExceeded')).toEqual([
      'Job has reached the specified backoff limit',
    ]);
  });

  it('runs as many at a time as its parallelism says, until it has its completions', () => {
    world = makeLittleWorld();
    world.behave = () => 'succeed';
    let most = 0;
    world.writer.watchFromNow('Pod', () => {
      const running = world.writer.list('Pod').filter(({ status }) => status?.phase === 'Pending');
      most = Math.max(most, running.length);
    });
    create({ completions: 5, parallelism: 2 });
    world.pass(30);
    expect(most).toBe(2);
    expect(world.writer.list('Pod')).toHaveLength(5);
    expect(get()?.status?.succeeded).toBe(5);
  });

  it('numbers its pods where it is Indexed', () => {
    world = makeLittleWorld();
    world.behave = () => 'succeed';
    create({ completions: 3, parallelism: 3, completionMode: 'Indexed' });
    world.pass(10);
    expect(get()?.status?.completedIndexes).toBe('0-2');
    expect(world.writer.list('Pod').map(({ spec }) => spec.hostname)).toEqual([
      'import-0',
      'import-1',
      'import-2',
    ]);
  });

  it('ends at its deadline and takes its pod along', () => {
    world = makeLittleWorld();
    create({ activeDeadlineSeconds: 30 });
    world.pass(29);
    expect(get()?.status).toMatchObject({ active: 1, ready: 1 });
    world.pass(10);
    expect(conditions()).toEqual(['FailureTarget True DeadlineExceeded', 'Failed True DeadlineExceeded']);
    expect(world.writer.list('Pod')).toEqual([]);
  });

  it('holds a pod until its end is counted, and lets all go with it', () => {
    world = makeLittleWorld();
    create({ completions: 2 });
    world.pass(5);
    const tracked = (): (readonly string[] | undefined)[] =>
      world.writer.list('Pod').map(({ metadata }) => metadata.finalizers);
    expect(tracked()).toEqual([['batch.kubernetes.io/job-tracking']]);
    const [pod] = world.writer.list('Pod');
    world.writer.delete('Pod', pod ?? { metadata: { name: '' } });
    world.pass(30);
    expect(get()?.status).toMatchObject({ failed: 1, active: 1 });
    expect(tracked()).toHaveLength(1);
    world.writer.delete(
      'Job',
      { metadata: { namespace: 'default', name: 'import' } },
      { propagationPolicy: 'Foreground' },
    );
    world.pass(10);
    expect(get()).toBeUndefined();
    expect(world.writer.list('Pod')).toEqual([]);
  });

  it('leaves its pods free when it goes alone', () => {
    world = makeLittleWorld();
    create();
    world.pass(5);
    world.writer.delete(
      'Job',
      { metadata: { namespace: 'default', name: 'import' } },
      { propagationPolicy: 'Orphan' },
    );
    world.pass(5);
    const [pod] = world.writer.list('Pod');
    expect(pod?.metadata.finalizers ?? []).toEqual([]);
    expect(pod?.metadata.ownerReferences ?? []).toEqual([]);
  });

  it('goes after its time to live, with its pods', () => {
    world = makeLittleWorld();
    world.behave = () => 'succeed';
    create({ ttlSecondsAfterFinished: 60 });
    world.pass(30);
    expect(get()).toBeDefined();
    world.pass(60);
    expect(get()).toBeUndefined();
    expect(world.writer.list('Pod')).toEqual([]);
  });

  it('that is suspended has no pods, and goes on when it is resumed', () => {
    world = makeLittleWorld();
    create();
    world.pass(5);
    const suspend = (suspended: boolean): void => {
      world.writer.update('Job', { metadata: { namespace: 'default', name: 'import' } }, (current) => ({
        ...current,
        spec: { ...current.spec, suspend: suspended },
      }));
      world.pass(5);
    };
    suspend(true);
    expect(world.writer.list('Pod')).toEqual([]);
    expect(conditions()).toEqual(['Suspended True JobSuspended']);
    expect(get()?.status?.failed).toBeUndefined();
    world.behave = () => 'succeed';
    suspend(false);
    expect(conditions()).toContain('Complete True CompletionsReached');
    expect(conditions()).toContain('Suspended False JobResumed');
  });
});

describe('a CronJob', () => {
  function createCron(spec: object = {}): void {
    world.create({
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'cleanup', namespace: 'default' },
      spec: { schedule: '*/2 * * * *', jobTemplate: { spec: jobSpec('cleanup') }, ...spec },
    });
  }
  const cron = (): CronJob | undefined => world.writer.find('CronJob', 'default', 'cleanup');
  const names = (): string[] => world.writer.list('Job').map(({ metadata }) => metadata.name);

  it('makes a Job at each scheduled minute, named after it, and keeps the last three', () => {
    world = makeLittleWorld();
    world.behave = () => 'succeed';
    createCron();
    world.pass(11 * 60);
    const minute = Date.parse('2026-11-21T09:00:00Z') / 60_000;
    expect(names()).toEqual([6, 8, 10].map((offset) => `cleanup-${minute + offset}`));
    expect(cron()?.status).toEqual({
      lastScheduleTime: '2026-11-21T09:10:00Z',
      lastSuccessfulTime: '2026-11-21T09:10:00Z',
    });
    const messages = world.messages('CronJob');
    expect(messages).toContain(`Created job cleanup-${minute + 2}`);
    expect(messages).toContain(`Saw completed job: cleanup-${minute + 2}, condition: Complete`);
    expect(messages).toContain(`Deleted job cleanup-${minute + 2}`);
  });

  it.each([
    { concurrencyPolicy: 'Allow', jobs: 5 },
    { concurrencyPolicy: 'Forbid', jobs: 1 },
    { concurrencyPolicy: 'Replace', jobs: 1 },
  ])('with $concurrencyPolicy has $jobs running when they do not end', ({ concurrencyPolicy, jobs }) => {
    world = makeLittleWorld();
    createCron({ concurrencyPolicy });
    world.pass(11 * 60);
    expect(names()).toHaveLength(jobs);
    expect(cron()?.status?.active).toHaveLength(jobs);
  });

  it('does nothing while it is suspended', () => {
    world = makeLittleWorld();
    createCron({ suspend: true });
    world.pass(600);
    expect(names()).toEqual([]);
  });
});
