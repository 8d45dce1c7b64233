/** Programs: scripts of the shell, images' own programs with their needs, logs, and commands run from outside. */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { ImageRow } from '../../../../src-main/demo/kubelet/image-row.ts';
import { startKubelet } from '../../../../src-main/demo/kubelet/kubelet.ts';
import { parseScript } from '../../../../src-main/demo/kubelet/shell/parse.ts';
import { ShellSyntaxError } from '../../../../src-main/demo/kubelet/shell/syntax.ts';
import { createCluster, podOf, type Cluster } from './cluster.ts';

const SLEEP = '[sleep, "3600"]';
const running = (container = ''): Cluster => {
  const cluster = createCluster();
  cluster.apply(podOf('web', SLEEP, container));
  cluster.pass(5);
  return cluster;
};

describe('the shell', () => {
  it.each([
    ['x=5; y=$((x * 2 + 1)); echo "$x $y ${z:-none} ${#y}"', '5 11 none 2\n'],
    ['for i in 1 2 3; do [ $i = 2 ] && continue; echo $i; done', '1\n3\n'],
    ['i=0; while [ $i -lt 3 ]; do i=$((i+1)); done; echo $i', '3\n'],
    ['if [ -f /etc/passwd ]; then echo yes; else echo no; fi', 'yes\n'],
    ['case abc in a*) echo a;; *) echo other;; esac', 'a\n'],
    ['f() { echo "f:$1"; return 3; }; f x; echo $?', 'f:x\n3\n'],
    ['echo one > /tmp/a; echo two >> /tmp/a; cat /tmp/a | grep -c o', '2\n'],
    ['echo "$(echo in | tr a-z A-Z)" `echo back`', 'IN back\n'],
    ['false || echo or; true && echo and', 'or\nand\n'],
    ['cat <<E\nhello $HOSTNAME\nE', 'hello web\n'],
    ['yes | head -2', 'y\ny\n'],
    ['(exit 4); echo $?', '4\n'],
    ['set -e; false; echo not reached', ''],
    ['foo', 'sh: foo: not found\n'],
    ['cat /nope', "cat: can't open '/nope': No such file or directory\n"],
    ['printf "%s=%d\\n" a 7', 'a=7\n'],
    ['a="x  y"; echo $a; echo "$a"', 'x y\nx  y\n'],
    ['echo a b c | { read first rest; echo "$rest"; }', 'b c\n'],
    ['trap "echo bye" EXIT; echo hi', 'hi\nbye\n'],
    ['echo if', 'if\n'],
    ['which ls curl; echo $?', '/bin/ls\n1\n'],
  ])('%s', (script, output) => {
    expect(running().exec('web', 'sh', '-c', script).output).toBe(output);
  });

  it('gives the code of its last command, 2 for what is no script', () => {
    const cluster = running();
    expect(cluster.exec('web', 'sh', '-c', 'exit 7').code).toBe(7);
    expect(cluster.exec('web', 'sh', '-c', 'if true').code).toBe(2);
  });

  it.each(['while true; do :; done', 'f() { f; }; f', 'while true; do x=$x.; done', 'yes > /dev/null'])(
    'does not hang the process: %s',
    (script) => {
      const cluster = createCluster();
      cluster.apply(
        podOf('busy', JSON.stringify(['sh', '-c', script]), 'resources: { limits: { memory: 64Mi } }'),
      );
      cluster.pass(3600);
      expect(cluster.pod('busy').status?.phase).toBe('Running');
    },
  );

  it('parses any text or says what is wrong', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'ab $(){}"\'`;|&<>\n\\#=!*[]iffidodonecaseesac') }),
        (text) => {
          try {
            parseScript(text);
          } catch (error) {
            expect(error).toBeInstanceOf(ShellSyntaxError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

const shop: readonly ImageRow[] = [
  {
    repository: 'reg.demo.test/shop/api',
    tags: ['1.0'],
    program: {
      command: ['/app/api'],
      listens: [8080],
      needs: [
        { env: 'TOKEN', log: ['{time} TOKEN is not set'], exitCode: 2, afterMs: 100 },
        { endpoint: 'db:5432', log: ['cannot reach {target}: {error}'], afterMs: 500 },
      ],
      readyLog: ['ready on 8080'],
      runningLog: { everyMs: 1000, lines: ['request {n} took {int:1-9} ms'] },
      stopLog: ['stopping'],
    },
  },
  {
    repository: 'reg.demo.test/shop/api',
    tags: ['1.1'],
    program: { command: ['/app/api'], memoryMiB: 20, leakMiBPerMinute: 10 },
  },
  {
    repository: 'reg.demo.test/shop/db',
    tags: ['9'],
    program: { command: ['/db'], listens: [5432], speaksHttp: false },
  },
];

/** A cluster whose kubelet knows these images too; the world's own finds none of them. */
function withImages(): Cluster {
  const cluster = createCluster();
  cluster.world.kubelet.stop();
  const events: string[] = [];
  const kubelet = startKubelet({
    registry: cluster.registry,
    clock: cluster.clock,
    recordEvent: ({ message }) => events.push(message),
    images: shop,
  });
  return {
    ...cluster,
    world: { ...cluster.world, kubelet },
    log: (name, options = {}, container = 'app') => kubelet.readLog(cluster.pod(name), container, options),
  };
}

const pod = (name: string, image: string, more = ''): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, labels: { app: ${name} } }\nspec:\n  containers: [{ name: app, image: '${image}'${more} }]\n`;
const SERVICE =
  'apiVersion: v1\nkind: Service\nmetadata: { name: db }\nspec: { selector: { app: db }, ports: [{ port: 5432 }] }\n';

describe('programs of images', () => {
  it('say what they miss and end', () => {
    const cluster = withImages();
    cluster.apply(pod('api', 'reg.demo.test/shop/api:1.0'));
    cluster.pass(10);
    expect(cluster.container('api')).toMatchObject({ lastState: { terminated: { exitCode: 2 } } });
    expect(cluster.log('api')).toMatch(/^2026-03-02T08:00:\d\d\.\d{3}Z TOKEN is not set\n$/);
  });

  it('fail without what they depend on, recover when it is there, and fail again when it goes', () => {
    const cluster = withImages();
    const token = ', env: [{ name: TOKEN, value: x }]';
    cluster.apply(SERVICE);
    cluster.apply(pod('api', 'reg.demo.test/shop/api:1.0', token));
    cluster.pass(10);
    expect(cluster.log('api')).toMatch(
      /^cannot reach db:5432: dial tcp 10\.96\.\d+\.\d+:5432: connect: connection refused\n$/,
    );
    cluster.apply(pod('db', 'reg.demo.test/shop/db:9'));
    cluster.pass(400);
    expect(cluster.condition('api', 'Ready')).toBe('True');
    expect(cluster.log('api', { tailLines: 1 })).toMatch(/^request \d+ took \d ms\n$/);
    const { restartCount } = cluster.container('api');
    cluster.delete('Pod', 'db');
    cluster.pass(60);
    expect(cluster.container('api').restartCount).toBeGreaterThan(Number(restartCount));
    expect(cluster.condition('api', 'Ready')).toBe('False');
  });

  it('grow until the kernel kills them', () => {
    const cluster = withImages();
    cluster.apply(pod('leak', 'reg.demo.test/shop/api:1.1', ', resources: { limits: { memory: 64Mi } }'));
    cluster.pass(200);
    expect(cluster.container('leak')).toMatchObject({ restartCount: 0, ready: true });
    cluster.pass(120);
    expect(cluster.container('leak')).toMatchObject({
      restartCount: 1,
      lastState: { terminated: { reason: 'OOMKilled', exitCode: 137 } },
    });
  });

  it('use what they say, for the metrics', () => {
    const cluster = withImages();
    cluster.apply(pod('leak', 'reg.demo.test/shop/api:1.1'));
    cluster.pass(5);
    const [usage] = cluster.world.kubelet.usage(cluster.pod('leak'))?.containers ?? [];
    expect(usage?.memoryBytes).toBeGreaterThan(19 * 1024 ** 2);
    expect(usage?.memoryBytes).toBeLessThan(24 * 1024 ** 2);
  });
});

describe('logs', () => {
  it.each([
    [
      'logs of a container that waits',
      'env: [{ name: A, valueFrom: { configMapKeyRef: { name: nope, key: a } } }]',
      {},
      'container "app" in pod "web" is waiting to start: CreateContainerConfigError',
    ],
    [
      'the previous run of one that never ended',
      '',
      { previous: true },
      'previous terminated container "app" in pod "web" not found',
    ],
  ])('%s', (_, container, options, message) => {
    const cluster = running(container);
    expect(() => cluster.log('web', options)).toThrow(message);
  });

  it('are cut by lines, bytes and time, with times where asked', () => {
    const cluster = createCluster();
    cluster.apply(
      podOf('web', JSON.stringify(['sh', '-c', 'echo one; sleep 60; echo two; echo three; sleep 3600'])),
    );
    cluster.pass(70);
    expect(cluster.log('web')).toBe('one\ntwo\nthree\n');
    expect(cluster.log('web', { tailLines: 1 })).toBe('three\n');
    expect(cluster.log('web', { limitBytes: 5 })).toBe('one\nt');
    expect(cluster.log('web', { sinceSeconds: 30 })).toBe('two\nthree\n');
    expect(cluster.log('web', { timestamps: true, tailLines: 1 })).toMatch(
      /^2026-03-02T08:01:\d\d\.\d{1,9}Z three\n$/,
    );
  });

  it('are followed until the container ends', () => {
    const cluster = createCluster();
    cluster.apply(podOf('web', JSON.stringify(['sh', '-c', 'echo one; sleep 10; echo two; exit 1'])));
    cluster.pass(5);
    const seen: string[] = [];
    cluster.world.kubelet.followLog(
      cluster.pod('web'),
      'app',
      {},
      (text) => seen.push(text),
      () => seen.push('END'),
    );
    cluster.pass(10);
    expect(seen).toEqual(['one\n', 'two\n', 'END']);
  });
});
