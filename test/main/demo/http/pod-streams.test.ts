/** Logs over HTTP and commands over WebSockets, as kubectl asks for them. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket } from 'ws';
import { afterEach, describe, expect, it } from 'vitest';
import { servePodExec } from '../../../../src-main/demo/http/pod-exec.ts';
import { servePodLog, type PodRequest } from '../../../../src-main/demo/http/pod-log.ts';
import { getPodMetrics, listNodeMetrics, listPodMetrics } from '../../../../src-main/demo/http/metrics.ts';
import { sendError } from '../../../../src-main/demo/http/respond.ts';
import { createCluster, podOf, type Cluster } from '../kubelet/cluster.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const TWO = `apiVersion: v1
kind: Pod
metadata: { name: two }
spec:
  containers:
    - { name: a, image: 'hedgerow.test/busybox:1.36', command: [sleep, '3600'] }
    - { name: b, image: 'hedgerow.test/busybox:1.36', command: [sleep, '3600'] }
`;

/** A server for the pods of a cluster at /<pod>; GET is the log, an upgrade runs a command. */
async function serve(
  script = 'echo one; echo two; sleep 60; echo three; sleep 3600',
): Promise<{ cluster: Cluster; url: string }> {
  const cluster = createCluster();
  cluster.apply(podOf('web', JSON.stringify(['sh', '-c', script])));
  cluster.apply(TWO);
  cluster.apply(
    podOf(
      'bad',
      '[sleep, "1"]',
      'env: [{ name: A, valueFrom: { configMapKeyRef: { name: nope, key: a } } }]',
    ),
  );
  cluster.pass(10);
  const contextOf = (request: http.IncomingMessage): PodRequest => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    return {
      registry: cluster.registry,
      kubelet: cluster.world.kubelet,
      namespace: 'test',
      name: pathname.slice(1),
      query: searchParams,
    };
  };
  const server = http.createServer((request, response) => {
    try {
      servePodLog(request, response, contextOf(request));
    } catch (error) {
      sendError(request, response, error);
    }
  });
  server.on('upgrade', (request, socket, head) => {
    servePodExec(request, socket, head, contextOf(request));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { cluster, url: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

interface Exec {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: { status?: string; message?: string; reason?: string; details?: unknown };
}

/** Runs a command over a WebSocket and sends the input, channel by channel. */
async function exec(
  url: string,
  query: string,
  input: readonly Buffer[] = [],
  protocol = 'v5.channel.k8s.io',
): Promise<Exec> {
  const client = new WebSocket(`ws://${url}/${query}`, [protocol]);
  const texts = ['', '', '', ''];
  client.on('open', () => {
    for (const message of input) client.send(message);
  });
  client.on('message', (data: Buffer) => {
    texts[data[0] ?? 0] += data.subarray(1).toString();
  });
  await new Promise<void>((resolve, reject) => {
    client.on('close', () => {
      resolve();
    });
    client.on('unexpected-response', (_, response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => {
        reject(new Error(`${response.statusCode} ${(JSON.parse(body) as { message: string }).message}`));
      });
    });
  });
  return {
    stdout: texts[1] ?? '',
    stderr: texts[2] ?? '',
    status: JSON.parse(texts[3] ?? '{}') as Exec['status'],
  };
}

describe('a log', () => {
  it.each([
    ['web', 200, 'one\ntwo\n'],
    ['web?tailLines=1', 200, 'two\n'],
    [
      'web?tailLines=-1',
      422,
      'PodLogOptions "web" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0',
    ],
    [
      'web?limitBytes=0',
      422,
      'PodLogOptions "web" is invalid: limitBytes: Invalid value: 0: must be greater than 0',
    ],
    [
      'web?sinceSeconds=5&sinceTime=2026-01-01T00:00:00Z',
      422,
      'PodLogOptions "web" is invalid: []: Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified',
    ],
    ['web?tailLines=abc', 400, 'strconv.ParseInt: parsing "abc": invalid syntax'],
    ['web?container=zz', 400, 'container zz is not valid for pod web'],
    ['two', 400, 'a container name must be specified for pod two, choose one of: [a b]'],
    ['bad', 400, 'container "app" in pod "bad" is waiting to start: CreateContainerConfigError'],
    ['nope', 404, 'pods "nope" not found'],
  ])('%s: %i', async (path, code, text) => {
    const { url } = await serve();
    const answer = await fetch(`http://${url}/${path}`);
    expect(answer.status).toBe(code);
    const body = await answer.text();
    expect(code === 200 ? body : (JSON.parse(body) as { message: string }).message).toBe(text);
  });

  it('is followed', async () => {
    const { cluster, url } = await serve('echo one; sleep 60; echo two; exit 1');
    const answer = await fetch(`http://${url}/web?follow=true`);
    const text = answer.text();
    cluster.pass(60);
    expect(await text).toBe('one\ntwo\n');
  });
});

describe('a command', () => {
  it.each(['v5.channel.k8s.io', 'v4.channel.k8s.io'])(
    'gives its output, errors and success in %s',
    async (protocol) => {
      const { url } = await serve();
      const ended = await exec(
        url,
        'web?stdout=true&stderr=true&command=sh&command=-c&command=echo%20a%3Becho%20b%20%3E%262',
        [],
        protocol,
      );
      expect(ended).toEqual({ stdout: 'a\n', stderr: 'b\n', status: { metadata: {}, status: 'Success' } });
    },
  );

  it('gives the code of its end', async () => {
    const { url } = await serve();
    const { status } = await exec(url, 'web?stdout=true&command=sh&command=-c&command=exit%207');
    expect(status).toEqual({
      metadata: {},
      status: 'Failure',
      message: 'command terminated with non-zero exit code: exit status 7',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '7' }] },
    });
  });

  it('reads its input until the client closes that stream', async () => {
    const { url } = await serve();
    const input = [Buffer.from('\0echo a\nexit 3\n'), Buffer.of(255, 0)];
    const { stdout, status } = await exec(url, 'web?stdin=true&stdout=true&command=sh', input);
    expect(stdout).toBe('a\n');
    expect(status.reason).toBe('NonZeroExitCode');
  });

  it('on a terminal has a prompt, an echo and a line that can be edited', async () => {
    const { url } = await serve();
    const keys = Buffer.from('\0echo ab\u007f\r\u0004');
    const { stdout } = await exec(url, 'web?stdin=true&stdout=true&tty=true&command=sh', [
      Buffer.from('\u0004{"Width":80,"Height":24}'),
      keys,
    ]);
    expect(stdout).toBe('/ # echo ab\b \b\r\na\r\n/ # ');
  });

  it.each([
    [
      'web?stdout=true&command=nosuch',
      /^Internal error occurred: Internal error occurred: error executing command in container: .*exec: "nosuch": executable file not found in \$PATH: unknown$/,
    ],
    [
      'bad?stdout=true&command=ls',
      /^Internal error occurred: unable to upgrade connection: container not found \("app"\)$/,
    ],
  ])('that cannot run says why over the WebSocket: %s', async (query, message) => {
    const { url } = await serve();
    expect((await exec(url, query)).status).toMatchObject({
      status: 'Failure',
      reason: 'InternalError',
      message: expect.stringMatching(message) as string,
    });
  });

  it.each([
    ['nope?stdout=true&command=ls', 'v5.channel.k8s.io', '404 pods "nope" not found'],
    [
      'two?stdout=true&command=ls',
      'v5.channel.k8s.io',
      '400 a container name must be specified for pod two, choose one of: [a b]',
    ],
    [
      'web?stdout=true&command=ls',
      'v9.channel.k8s.io',
      '403 none of the offered subprotocols is served here',
    ],
    ['web?stdout=true', 'v5.channel.k8s.io', '400 you must specify at least 1 command for the container'],
  ])('that is refused before the upgrade: %s %s', async (query, protocol, message) => {
    const { url } = await serve();
    await expect(exec(url, query, [], protocol)).rejects.toThrow(message);
  });
});

describe('metrics', () => {
  it('are there for what runs', async () => {
    const { cluster } = await serve();
    const source = { registry: cluster.registry, kubelet: cluster.world.kubelet };
    expect(listPodMetrics(source, 'test').map(({ metadata }) => metadata.name)).toEqual(['two', 'web']);
    expect(getPodMetrics(source, 'test', 'web')).toMatchObject({
      kind: 'PodMetrics',
      containers: [{ name: 'app', usage: { memory: expect.stringMatching(/^\d+Ki$/) as string } }],
    });
    expect(() => getPodMetrics(source, 'test', 'bad')).toThrow(
      'podmetrics.metrics.k8s.io "test/bad" not found',
    );
    expect(listNodeMetrics(source)).toMatchObject([
      { metadata: { name: 'node-1' }, usage: { cpu: expect.stringMatching(/^\d+n$/) as string } },
    ]);
  });
});
