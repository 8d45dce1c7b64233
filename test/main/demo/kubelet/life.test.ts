/** The life of pods: how they start, crash, wait and end, in the words of the real kubelet. */
import { describe, expect, it } from 'vitest';
import { createCluster, podOf } from './cluster.ts';

const shell = (script: string): string => JSON.stringify(['sh', '-c', script]);
const SLEEP = '[sleep, "3600"]';

describe('a pod that starts', () => {
  it('is running and ready, with its address, its node and three events', () => {
    const cluster = createCluster();
    cluster.apply(podOf('web', SLEEP));
    cluster.pass(5);
    expect(cluster.pod('web').status).toMatchObject({
      phase: 'Running',
      hostIP: '192.0.2.11',
      podIP: expect.stringMatching(/^10\.244\.1\./) as string,
    });
    expect(cluster.container('web')).toMatchObject({
      ready: true,
      started: true,
      restartCount: 0,
      lastState: {},
    });
    expect(
      ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) =>
        cluster.condition('web', type),
      ),
    ).toEqual(Array(5).fill('True'));
    expect(cluster.events('web').map(({ reason, message }) => `${reason}: ${message}`)).toEqual(
      expect.arrayContaining([
        'Pulled: Container image "hedgerow.test/busybox:1.36" already present on machine and can be accessed by the pod',
        'Created: Container created',
        'Started: Container started',
      ]),
    );
  });

  it('writes its status when it changes, and not while it only runs', () => {
    const cluster = createCluster();
    cluster.apply(
      podOf(
        'web',
        '[httpd, -f, -p, "8080", -h, /www]',
        'readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 1 }',
      ),
    );
    cluster.pass(10);
    const { resourceVersion } = cluster.pod('web').metadata;
    cluster.pass(600);
    expect(cluster.pod('web').metadata.resourceVersion).toBe(resourceVersion);
    expect(cluster.condition('web', 'Ready')).toBe('True');
  });

  it('derives the same status again when somebody strips it', () => {
    const cluster = createCluster();
    cluster.apply(podOf('web', SLEEP));
    cluster.pass(5);
    const before = cluster.pod('web').status;
    const { registry } = cluster;
    const pods = registry.catalogue.builtIn('v1', 'Pod');
    const context = { caller: { username: 'admin', groups: [] }, internal: true, subresource: 'status' };
    registry.update(
      pods,
      'test',
      'web',
      (current) => ({ ...current, status: { phase: 'Pending' } }),
      context,
    );
    cluster.pass(2);
    expect(cluster.pod('web').status).toMatchObject({
      phase: 'Running',
      containerStatuses: before?.containerStatuses,
      podIP: before?.podIP,
    });
  });
});

describe('a pod that crashes', () => {
  it.each([
    ['exit 3', 3, 'Error'],
    ['echo done', 0, 'Completed'],
    ['nosuchprogram', 127, 'Error'],
    ['sleep 60 & kill -9 $!; wait $!', 137, 'Error'],
  ])('waits for longer and longer: %s', (script, exitCode, reason) => {
    const cluster = createCluster();
    cluster.apply(podOf('bad', shell(script)));
    cluster.pass(4);
    expect(cluster.container('bad')).toMatchObject({
      restartCount: 1,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
    });
    cluster.pass(420);
    const { uid } = cluster.pod('bad').metadata;
    expect(cluster.container('bad')).toMatchObject({
      restartCount: 6,
      ready: false,
      state: {
        waiting: {
          reason: 'CrashLoopBackOff',
          message: `back-off 5m0s restarting failed container=app pod=bad_test(${uid})`,
        },
      },
      lastState: { terminated: { exitCode, reason } },
    });
    expect(cluster.pod('bad').status?.phase).toBe('Running');
    expect(cluster.events('bad')).toContainEqual(
      expect.objectContaining({
        reason: 'BackOff',
        message: `Back-off restarting failed container app in pod bad_test(${uid})`,
      }),
    );
  });

  it('begins anew after it has run for ten minutes', () => {
    const cluster = createCluster();
    cluster.apply(podOf('slow', shell('sleep 660; exit 1')));
    cluster.pass(2 * 661 + 30);
    expect(cluster.container('slow')).toMatchObject({
      restartCount: 2,
      state: { running: expect.anything() as object },
    });
  });

  it.each([
    [
      '/usr/local/bin/server',
      'exec: "/usr/local/bin/server": stat /usr/local/bin/server: no such file or directory',
    ],
    ['nosuchprogram', 'exec: "nosuchprogram": executable file not found in $PATH'],
    ['/etc/passwd', 'exec: "/etc/passwd": permission denied'],
  ])('cannot start %s', (program, why) => {
    const cluster = createCluster();
    cluster.apply(podOf('bad', JSON.stringify([program])));
    cluster.pass(30);
    const message = `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ${why}: unknown`;
    expect(cluster.container('bad')).toMatchObject({
      lastState: {
        terminated: { exitCode: 128, reason: 'StartError', startedAt: '1970-01-01T00:00:00Z', message },
      },
    });
    expect(cluster.events('bad')).toContainEqual(
      expect.objectContaining({ reason: 'Failed', message: `Error: ${message}` }),
    );
  });

  it.each([
    ['echo warming; exec tail /dev/zero', ''],
    ['dd if=/dev/zero of=/dev/null bs=200M', ''],
    ['x=a; while true; do x=$x$x; done', ''],
  ])('is killed over its memory limit: %s', (script) => {
    const cluster = createCluster();
    cluster.apply(podOf('eater', shell(script), 'resources: { limits: { memory: 24Mi } }'));
    cluster.pass(60);
    expect(cluster.container('eater')).toMatchObject({
      lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
    });
  });

  it('keeps what it wrote to its termination log', () => {
    const cluster = createCluster();
    cluster.apply(podOf('a', shell('echo why > /dev/termination-log; exit 2'), '', 'restartPolicy: Never'));
    cluster.apply(
      podOf(
        'b',
        shell('echo one; exit 2'),
        'terminationMessagePolicy: FallbackToLogsOnError',
        'restartPolicy: Never',
      ),
    );
    cluster.pass(5);
    expect(cluster.container('a').state).toMatchObject({ terminated: { message: 'why\n' } });
    expect(cluster.container('b').state).toMatchObject({ terminated: { message: 'one\n' } });
  });
});

describe('a pod that ends', () => {
  it.each([
    ['Never', 'exit 0', 'Succeeded', 'PodCompleted'],
    ['Never', 'exit 4', 'Failed', 'PodFailed'],
    ['OnFailure', 'exit 0', 'Succeeded', 'PodCompleted'],
  ])('restartPolicy %s, %s: %s', (policy, script, phase, reason) => {
    const cluster = createCluster();
    cluster.apply(podOf('job', shell(script), '', `restartPolicy: ${policy}`));
    cluster.pass(10);
    const { status } = cluster.pod('job');
    expect(status?.phase).toBe(phase);
    expect(status?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({
      status: 'False',
      reason,
    });
    expect(cluster.condition('job', 'PodReadyToStartContainers')).toBe('False');
  });

  it('fails after its deadline', () => {
    const cluster = createCluster();
    cluster.apply(
      podOf(
        'late',
        SLEEP,
        '',
        'restartPolicy: Never\nactiveDeadlineSeconds: 15\nterminationGracePeriodSeconds: 2',
      ),
    );
    cluster.pass(20);
    expect(cluster.pod('late').status).toMatchObject({
      phase: 'Failed',
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
    });
    expect(cluster.container('late').state).toMatchObject({ terminated: { exitCode: 137, reason: 'Error' } });
  });

  it.each([
    ['a program that ignores SIGTERM, after the grace period', SLEEP, 6],
    ['one with a trap, at once', shell("trap 'exit 0' TERM; while true; do sleep 1; done"), 2.5],
  ])('goes when deleted: %s', (_, command, seconds) => {
    const cluster = createCluster();
    cluster.apply(podOf('web', command, '', 'terminationGracePeriodSeconds: 3'));
    cluster.pass(5);
    cluster.delete('Pod', 'web');
    cluster.pass(0.5);
    expect(cluster.pod('web').metadata.deletionTimestamp).toBeDefined();
    expect(cluster.events('web')).toContainEqual(
      expect.objectContaining({ reason: 'Killing', message: 'Stopping container app' }),
    );
    cluster.pass(seconds);
    expect(cluster.findPod('web')).toBeUndefined();
  });
});
