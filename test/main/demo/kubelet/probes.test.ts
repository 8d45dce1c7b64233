/** How init containers, sidecars and probes decide about a pod, in the words of the real kubelet. */
import { describe, expect, it } from 'vitest';
import { createCluster, podOf } from './cluster.ts';

const shell = (script: string): string => JSON.stringify(['sh', '-c', script]);
const SLEEP = '[sleep, "3600"]';

describe('init containers and sidecars', () => {
  const spec = (script: string): string => `
initContainers:
  - { name: log, restartPolicy: Always, image: 'hedgerow.test/busybox:1.36', command: [sleep, '3600'] }
  - { name: prepare, image: 'hedgerow.test/busybox:1.36', command: ${shell(script)} }
`;
  it('run in order, before the containers', () => {
    const cluster = createCluster();
    cluster.apply(podOf('web', SLEEP, '', spec('sleep 5')));
    cluster.pass(4);
    expect(cluster.container('web', 'log')).toMatchObject({ ready: true });
    expect(cluster.container('web', 'app').state).toEqual({ waiting: { reason: 'PodInitializing' } });
    expect(cluster.condition('web', 'Initialized')).toBe('False');
    cluster.pass(6);
    expect(cluster.condition('web', 'Ready')).toBe('True');
    expect(cluster.pod('web').status?.phase).toBe('Running');
  });

  it('keep the pod pending while one fails', () => {
    const cluster = createCluster();
    cluster.apply(podOf('web', SLEEP, '', spec('echo no database >&2; exit 1')));
    cluster.pass(60);
    expect(cluster.pod('web').status?.phase).toBe('Pending');
    expect(cluster.pod('web').status?.conditions?.find(({ type }) => type === 'Initialized')).toMatchObject({
      reason: 'ContainersNotInitialized',
      message: 'containers with incomplete status: [prepare]',
    });
    expect(cluster.container('web', 'prepare')).toMatchObject({
      state: { waiting: { reason: 'CrashLoopBackOff' } },
    });
    expect(cluster.log('web', {}, 'prepare')).toBe('no database\n');
  });
});

describe('probes', () => {
  it.each([
    [
      'readinessProbe: { httpGet: { path: /ready, port: 8080 }, periodSeconds: 2 }',
      '[httpd, -f, -p, "8080", -h, /www]',
      'Readiness probe failed: HTTP probe failed with statuscode: 404',
    ],
    [
      'readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 2 }',
      SLEEP,
      'Readiness probe failed: dial tcp {ip}:8080: connect: connection refused',
    ],
    [
      'readinessProbe: { exec: { command: [cat, /tmp/ok] }, periodSeconds: 2 }',
      SLEEP,
      "Readiness probe failed: cat: can't open '/tmp/ok': No such file or directory\n",
    ],
  ])('%s', (probe, command, message) => {
    const cluster = createCluster();
    cluster.apply(podOf('web', command, probe));
    cluster.pass(20);
    expect(cluster.container('web')).toMatchObject({ ready: false, started: true, restartCount: 0 });
    const wanted = message.replace('{ip}', cluster.pod('web').status?.podIP ?? '');
    expect(cluster.events('web')).toContainEqual(
      expect.objectContaining({ reason: 'Unhealthy', message: wanted }),
    );
  });

  it('pass once what they ask for is there, and fail when it goes', () => {
    const cluster = createCluster();
    cluster.apply(
      podOf(
        'web',
        SLEEP,
        'readinessProbe: { exec: { command: [cat, /tmp/ok] }, periodSeconds: 2, failureThreshold: 1 }',
      ),
    );
    cluster.pass(10);
    expect(cluster.condition('web', 'Ready')).toBe('False');
    cluster.exec('web', 'touch', '/tmp/ok');
    cluster.pass(4);
    expect(cluster.condition('web', 'Ready')).toBe('True');
    cluster.exec('web', 'rm', '/tmp/ok');
    cluster.pass(4);
    expect(cluster.condition('web', 'Ready')).toBe('False');
  });

  it.each([
    [
      'livenessProbe: { httpGet: { path: /healthz, port: 8080 }, periodSeconds: 2, failureThreshold: 2 }',
      'liveness',
    ],
    ['startupProbe: { exec: { command: [cat, /tmp/ok] }, periodSeconds: 2, failureThreshold: 3 }', 'startup'],
  ])('end the container: %s', (probe, kind) => {
    const cluster = createCluster();
    cluster.apply(podOf('web', SLEEP, probe, 'terminationGracePeriodSeconds: 2'));
    cluster.pass(20);
    expect(cluster.events('web')).toContainEqual(
      expect.objectContaining({
        reason: 'Killing',
        message: `Container app failed ${kind} probe, will be restarted`,
      }),
    );
    expect(cluster.container('web').restartCount).toBeGreaterThan(0);
    expect(cluster.container('web')).toMatchObject({
      lastState: { terminated: { exitCode: 137, reason: 'Error' } },
    });
  });
});
