/** A world for tests: the real registry and controllers, with a stand-in for the kubelets. */
import { applyDefaults } from '../../../../src-main/demo/admission/defaults.ts';
import { admit, checkQuota } from '../../../../src-main/demo/admission/admit.ts';
import { validateObject } from '../../../../src-main/demo/admission/validation.ts';
import type { DraftObject, StoredObject } from '../../../../src-main/demo/model.ts';
import { PASS_THROUGH } from '../../../../src-main/demo/registry/pipeline.ts';
import { createRegistry } from '../../../../src-main/demo/registry/registry.ts';
import type { UsageOf } from '../../../../src-main/demo/world/autoscaler-metrics.ts';
import { startControlPlane, type ControlPlane } from '../../../../src-main/demo/world/control-plane.ts';
import type { Pod } from '../../../../src-main/demo/world/objects.ts';
import { Simulation } from '../../../../src-main/demo/world/simulation.ts';
import { createWriter, type Writer } from '../../../../src-main/demo/world/writer.ts';

export const START = Date.parse('2026-11-21T09:00:00Z');

/** What the stand-in makes of a pod's containers; undefined: it stays as it is. */
export type Behaviour = (pod: Pod) => 'ready' | 'unready' | 'succeed' | 'fail' | undefined;

export interface LittleWorld {
  readonly clock: Simulation;
  readonly writer: Writer;
  readonly controlPlane: ControlPlane;
  behave: Behaviour;
  /** Lets so many seconds pass. */
  pass(seconds: number): void;
  create(object: DraftObject): StoredObject;
  /** Messages of the events about objects of a kind, oldest first. */
  messages(kind: string, reason?: string): string[];
  /** Every hostile or impossible thing that controllers stumbled over. */
  readonly warnings: Error[];
  stop(): void;
}

const START_MS = 700;
const STOP_MS = 400;

export function makeLittleWorld({
  nodes = 3,
  cpu = '4',
  memory = '8Gi',
  usageOf = () => undefined,
}: {
  readonly nodes?: number;
  readonly cpu?: string;
  readonly memory?: string;
  readonly usageOf?: UsageOf;
} = {}): LittleWorld {
  const clock = new Simulation(START - 2000);
  let seed = 7;
  const registry = createRegistry({
    now: () => clock.now(),
    random: () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed / 2_147_483_648;
    },
    pipeline: { ...PASS_THROUGH, applyDefaults, admit, review: checkQuota, validateObject },
  });
  const writer = createWriter(registry, 'test');
  for (const name of ['default', 'kube-system', 'kube-node-lease'])
    writer.create('Namespace', { metadata: { name } });
  for (let index = 1; index <= nodes; index += 1) {
    const amounts = { cpu, memory, pods: '110', 'ephemeral-storage': '100Gi' };
    writer.create('Node', {
      metadata: {
        name: `node-${index}`,
        labels: {
          'kubernetes.io/hostname': `node-${index}`,
          'topology.kubernetes.io/zone': `zone-${index % 2}`,
        },
      },
      spec: {},
      status: { capacity: amounts, allocatable: amounts },
    });
  }
  const controlPlane = startControlPlane({ registry, clock, rootCertificate: 'PEM', usageOf });
  const warnings: Error[] = [];
  const onWarning = (warning: Error): void => {
    warnings.push(warning);
  };
  process.on('warning', onWarning);
  const world: LittleWorld = {
    clock,
    writer,
    controlPlane,
    behave: () => 'ready',
    pass: (seconds) => {
      clock.advanceTo(clock.now() + seconds * 1000);
    },
    create: (object) => {
      const resource = registry.catalogue.builtIn(object.apiVersion ?? '', object.kind ?? '');
      const caller = { username: 'tester', groups: ['system:masters'] };
      const namespace = resource.namespaced ? (object.metadata?.namespace ?? 'default') : undefined;
      return registry.create(resource, namespace, object, { caller, internal: true });
    },
    messages: (kind, reason) =>
      writer
        .list('Event')
        .filter(
          (event) =>
            (event.involvedObject as { kind: string }).kind === kind &&
            (reason === undefined || event.reason === reason),
        )
        .map(({ message }) => message),
    warnings,
    stop: () => {
      controlPlane.stop();
      clock.stop();
      process.off('warning', onWarning);
    },
  };
  standInForKubelets(world);
  // Nodes are ready and service accounts are there when a test begins.
  clock.advanceTo(START);
  return world;
}

function standInForKubelets(world: LittleWorld): void {
  const { clock, writer } = world;
  let address = 1;
  writer.watch('Pod', ({ type, object, old }) => {
    const { nodeName } = object.spec;
    if (type === 'DELETED' || nodeName === undefined) return;
    if (object.metadata.deletionTimestamp !== undefined) {
      if (old?.metadata.deletionTimestamp === undefined) {
        clock.after(STOP_MS, () => writer.delete('Pod', object, { gracePeriodSeconds: 0 }));
      }
      return;
    }
    if (old !== undefined && old.spec.nodeName === nodeName) return;
    clock.after(START_MS, () => {
      const outcome = world.behave(object);
      if (outcome === undefined) return;
      address += 1;
      const podIP = `10.0.${address >> 8}.${address & 255}`;
      const now = writer.now();
      const ended = outcome === 'succeed' || outcome === 'fail';
      const ready = outcome === 'ready' ? 'True' : 'False';
      const terminated = { exitCode: outcome === 'fail' ? 1 : 0, finishedAt: now };
      writer.updateStatus('Pod', object, ({ status }) => ({
        ...status,
        phase: outcome === 'succeed' ? 'Succeeded' : outcome === 'fail' ? 'Failed' : 'Running',
        podIP,
        podIPs: [{ ip: podIP }],
        startTime: now,
        conditions: [
          ...(status?.conditions ?? []).filter((condition) => condition.type === 'PodScheduled'),
          { type: 'Ready', status: ready, lastProbeTime: null, lastTransitionTime: now },
        ],
        containerStatuses: object.spec.containers.map(({ name }) => ({
          name,
          ready: ready === 'True',
          restartCount: 0,
          image: 'x',
          imageID: '',
          state: ended ? { terminated } : { running: { startedAt: now } },
        })),
      }));
    });
  });
}

/** A template with one container, labelled `app`. */
export function template(app: string, changes: object = {}): object {
  return {
    metadata: { labels: { app } },
    spec: { containers: [{ name: 'main', image: 'example/app:1', ...changes }] },
  };
}

export function deployment(name: string, spec: object = {}): DraftObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: { replicas: 2, selector: { matchLabels: { app: name } }, template: template(name), ...spec },
  };
}
