/** Fills an API server with running pods of about 5 KB on nodes that do not exist, as a bench needs them. */
import { Agent, request } from 'undici';
import type { Dispatcher } from 'undici';

/** Where to write, and with which token. */
export interface Target {
  readonly server: string;
  readonly token: string;
  readonly dispatcher: Dispatcher;
}

/** A target with a connection pool of its own. Close its dispatcher when done. */
export function openTarget(server: string, token: string, ca: string): Target {
  return { server, token, dispatcher: new Agent({ connections: 24, connect: { ca } }) };
}

/** One JSON request; throws on any status from 400 on, with the server's words. */
export async function send(
  target: Target,
  method: 'GET' | 'POST' | 'PATCH',
  path: string,
  body?: unknown,
): Promise<unknown> {
  const answer = await request(`${target.server}${path}`, {
    method,
    dispatcher: target.dispatcher,
    headers: {
      authorization: `Bearer ${target.token}`,
      'content-type': method === 'PATCH' ? 'application/strategic-merge-patch+json' : 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 400)
    throw new Error(`${method} ${path}: ${String(answer.statusCode)} ${text.slice(0, 300)}`);
  return JSON.parse(text);
}

const NAMESPACES = 20;
const NODES = 100;
/** Every 100th pod crash-loops, so that the diagnosis has something to say. */
const SICK_EVERY = 100;

/** A pod whose status a bench changes. */
export interface BenchPod {
  readonly namespace: string;
  readonly name: string;
  /** Its status with this many restarts. */
  readonly statusWith: (restarts: number) => object;
}

/** `bench-3`, for pod number 3, 23, 43 … */
function namespaceOf(index: number): string {
  return `bench-${String(index % NAMESPACES)}`;
}

/** Runs `work` for 0 … count-1, at most 24 at once. */
async function eachOf(count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: 24 }, worker));
}

/** Creates namespaces, nodes and `count` pods, and sets their status. The first pod it returns is a healthy one. */
export async function loadPods(target: Target, count: number): Promise<BenchPod[]> {
  await eachOf(NAMESPACES, async (index) => {
    const name = namespaceOf(index);
    await send(target, 'POST', '/api/v1/namespaces', { metadata: { name } });
    await send(target, 'POST', `/api/v1/namespaces/${name}/serviceaccounts`, { metadata: { name: 'app' } });
  });
  await eachOf(NODES, (index) =>
    send(target, 'POST', '/api/v1/nodes', { metadata: { name: `node-${String(index)}` } }),
  );
  await eachOf(count, async (index) => {
    const path = `/api/v1/namespaces/${namespaceOf(index)}/pods`;
    await send(target, 'POST', path, podOf(index));
    await send(target, 'PATCH', `${path}/${podName(index)}/status`, { status: statusOf(index) });
  });
  return Array.from({ length: count }, (_, position) => {
    const index = (position + 1) % count;
    return {
      namespace: namespaceOf(index),
      name: podName(index),
      statusWith: (restarts: number) => statusOf(index, restarts),
    };
  });
}

function podName(index: number): string {
  return `web-${String(index).padStart(5, '0')}`;
}

function podOf(index: number): object {
  const env = Array.from({ length: 24 }, (_, at) => ({
    name: `SETTING_NUMBER_${String(at)}`,
    value: `value-${String(index)}-${String(at)}-of-a-typical-length`,
  }));
  return {
    metadata: {
      name: podName(index),
      labels: { app: `web-${String(index % 250)}`, 'app.kubernetes.io/part-of': 'bench' },
      annotations: { 'bench/padding': 'x'.repeat(600) },
    },
    spec: {
      nodeName: `node-${String(index % NODES)}`,
      serviceAccountName: 'app',
      automountServiceAccountToken: false,
      containers: [
        {
          name: 'main',
          image: 'registry.example/team/web:1.4.2',
          env,
          resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '128Mi' } },
          readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 10 },
        },
      ],
    },
  };
}

/** The status of pod number `index`; `restarts` is what a latency probe changes. */
function statusOf(index: number, restarts = 0): object {
  const since = new Date(Date.now() - 3_600_000).toISOString();
  const sick = index % SICK_EVERY === 0;
  const ready = sick ? 'False' : 'True';
  const ended = { exitCode: 3, reason: 'Error', startedAt: since, finishedAt: since };
  return {
    phase: 'Running',
    podIP: `10.1.${String((index >> 8) & 255)}.${String(index & 255)}`,
    startTime: since,
    conditions: ['Initialized', 'PodScheduled', 'ContainersReady', 'Ready'].map((type) => ({
      type,
      status: type.includes('Ready') ? ready : 'True',
      lastTransitionTime: since,
    })),
    containerStatuses: [
      {
        name: 'main',
        image: 'registry.example/team/web:1.4.2',
        imageID: `registry.example/team/web@sha256:${'0'.repeat(64)}`,
        containerID: `containerd://${String(index).padStart(64, '0')}`,
        ready: !sick,
        started: !sick,
        restartCount: sick ? 7 + restarts : restarts,
        state: sick
          ? { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container' } }
          : { running: { startedAt: since } },
        ...(sick ? { lastState: { terminated: ended } } : {}),
      },
    ],
  };
}
