// Makes real incidents happen in a cluster, each in a namespace of its name.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Cluster } from './use-cluster.ts';

const FOLDER = join(import.meta.dirname, 'incidents');

const stateSchema = z.object({ waiting: z.object({ reason: z.string().default('') }).optional() });

const containerSchema = z.object({
  ready: z.boolean(),
  restartCount: z.number(),
  state: stateSchema.default({}),
});

const podSchema = z.object({
  metadata: z.object({ name: z.string() }),
  status: z.object({
    phase: z.string(),
    conditions: z.array(z.object({ type: z.string(), reason: z.string().optional() })).default([]),
    initContainerStatuses: z.array(containerSchema).default([]),
    containerStatuses: z.array(containerSchema).default([]),
  }),
});

type Pod = z.infer<typeof podSchema>;

type Settled = (pods: Pod[]) => boolean;

const containers = (pod: Pod): z.infer<typeof containerSchema>[] => [
  ...pod.status.initContainerStatuses,
  ...pod.status.containerStatuses,
];

const every =
  (holds: (pod: Pod) => boolean): Settled =>
  (pods) =>
    pods.every(holds);

const waitsFor = (reason: string) => (pod: Pod) =>
  containers(pod).some(({ state }) => state.waiting?.reason === reason);

/** Every pod is in crash-loop back-off and has been restarted three times. */
const crashLooping = every((pod) =>
  containers(pod).some(
    ({ state, restartCount }) => state.waiting?.reason === 'CrashLoopBackOff' && restartCount >= 3,
  ),
);

const backingOff = every(waitsFor('ImagePullBackOff'));

// Variables fail as the container is made, volumes before that; the Deployment `optional` runs.
const configurationMissing: Settled = (pods) => {
  const count = (holds: (pod: Pod) => boolean): number => pods.filter(holds).length;
  return (
    count(waitsFor('CreateContainerConfigError')) === 3 &&
    count(waitsFor('ContainerCreating')) === 2 &&
    count((pod) => pod.status.phase === 'Running') === 1
  );
};

const done = every((pod) => pod.status.phase === 'Succeeded' || containers(pod).every(({ ready }) => ready));

// When an incident has become what it is to be. Its manifest is incidents/<name>.yaml.
const SETTLED: Readonly<Record<string, Settled>> = {
  'configmap-missing': configurationMissing,
  'crash-loop': crashLooping,
  'crash-loop-command-not-found': crashLooping,
  'crash-loop-completed': crashLooping,
  healthy: (pods) => done(pods) && pods.some(({ metadata }) => metadata.name.startsWith('cleanup-')),
  'image-invalid-name': every(waitsFor('InvalidImageName')),
  'image-never-pull': every(waitsFor('ErrImageNeverPull')),
  'image-not-found': backingOff,
  'image-rate-limited': backingOff,
  'image-registry-unreachable': backingOff,
  'image-unauthorised': backingOff,
  'init-failing': crashLooping,
  'liveness-kill': crashLooping,
  'oom-killed': crashLooping,
  'readiness-failed': every((pod) => pod.status.phase === 'Running'),
  'secret-missing': configurationMissing,
  'service-pods-crash': crashLooping,
  'service-selector-mismatch': done,
  'sigkill-not-oom': crashLooping,
  'start-error': crashLooping,
  unschedulable: every((pod) => pod.status.conditions.some(({ reason }) => reason === 'Unschedulable')),
};

/** Names of all incidents. */
export function listIncidents(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort();
}

/** Whether it is known when the incident has settled. */
export function hasSettledRule(name: string): boolean {
  return Object.hasOwn(SETTLED, name);
}

/**
 * Makes an incident happen: applies its manifest. The cluster must have a real node.
 * The namespace is named like the incident.
 */
export async function applyIncident(cluster: Cluster, name: string): Promise<void> {
  if (!cluster.node) throw new Error(`The cluster "${cluster.name}" has no node: start it with --node.`);
  if (!listIncidents().includes(name)) {
    throw new Error(`There is no incident "${name}". There are: ${listIncidents().join(', ')}.`);
  }
  const manifest = readFileSync(join(FOLDER, `${name}.yaml`), 'utf8');
  await cluster.apply(manifest.replaceAll('${REGISTRY}', cluster.node.registry));
}

/** Whether the incident is fully there, seen by the pods of its namespace. */
export function isSettled(name: string, pods: readonly unknown[]): boolean {
  const settled = SETTLED[name];
  if (!settled) throw new Error(`incidents.ts does not say when "${name}" has settled.`);
  return pods.length > 0 && settled(pods.map((pod) => podSchema.parse(pod)));
}
