/** One node with a world around it, in virtual time: pods are applied as YAML and time passes at will. */
import { parseAllDocuments } from 'yaml';
import type { DraftObject, StoredObject } from '../../../../src-main/demo/model.ts';
import type { Pod } from '../../../../src-main/demo/kubelet/pod-types.ts';
import { PIPELINE } from '../../../../src-main/demo/pipeline.ts';
import { seededRandom } from '../../../../src-main/demo/random.ts';
import type { Registry, WriteContext } from '../../../../src-main/demo/registry/contract.ts';
import { createRegistry } from '../../../../src-main/demo/registry/registry.ts';
import { Simulation } from '../../../../src-main/demo/world/simulation.ts';
import { startWorld, type World } from '../../../../src-main/demo/world/world.ts';

const ADMIN: WriteContext = { caller: { username: 'admin', groups: ['system:masters'] }, internal: true };
const NODE = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'node-1' },
  spec: { podCIDR: '10.244.1.0/24' },
  status: {
    capacity: { cpu: '4', memory: '16Gi', pods: '110' },
    allocatable: { cpu: '4', memory: '16Gi', pods: '110' },
    addresses: [{ type: 'InternalIP', address: '192.0.2.11' }],
  },
} as unknown as DraftObject;

interface SeenEvent {
  readonly reason: string;
  readonly message: string;
  readonly count: number;
}

export interface Cluster {
  readonly registry: Registry;
  readonly world: World;
  readonly clock: Simulation;
  pass(seconds: number): void;
  /** Creates the objects of a YAML text in namespace `test`. */
  apply(yaml: string): void;
  change(kind: string, name: string, change: (object: StoredObject) => DraftObject): void;
  delete(kind: string, name: string): void;
  pod(name: string): Pod;
  /** Undefined if it is gone. */
  findPod(name: string): Pod | undefined;
  container(
    pod: string,
    name?: string,
  ): Record<string, unknown> & { state: Record<string, Record<string, unknown>> };
  condition(pod: string, type: string): string;
  events(pod: string): readonly SeenEvent[];
  log(pod: string, options?: Parameters<World['kubelet']['readLog']>[2], container?: string): string;
  /** Runs a command to its end; gives what it wrote and its code. */
  exec(pod: string, ...command: string[]): { output: string; code: number | undefined };
}

export function createCluster(): Cluster {
  const clock = new Simulation(Date.parse('2026-03-02T08:00:00Z'));
  const report = (error: unknown): never => {
    throw error;
  };
  const registry = createRegistry({
    now: () => clock.now(),
    random: seededRandom(7),
    pipeline: PIPELINE,
    report,
  });
  const { catalogue } = registry;
  const namespaces = catalogue.builtIn('v1', 'Namespace');
  const pods = catalogue.builtIn('v1', 'Pod');
  const world = startWorld({ registry, clock });
  for (const name of ['default', 'kube-system', 'test']) {
    registry.create(
      namespaces,
      undefined,
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
      ADMIN,
    );
  }
  registry.create(catalogue.builtIn('v1', 'Node'), undefined, NODE, ADMIN);
  const pass = (seconds: number): void => {
    clock.advanceTo(clock.now() + seconds * 1000);
  };
  pass(5);
  const kindOf = (kind: string): Parameters<Registry['get']>[0] => {
    const found = catalogue.all().find((resource) => resource.kind === kind);
    if (found === undefined) throw new RangeError(`no kind ${kind}`);
    return found;
  };
  const pod = (name: string): Pod => registry.get(pods, 'test', name) as Pod;
  return {
    registry,
    world,
    clock,
    pass,
    apply: (yaml) => {
      for (const document of parseAllDocuments(yaml)) {
        const object = document.toJS() as DraftObject;
        registry.create(kindOf(object.kind ?? ''), 'test', object, ADMIN);
      }
    },
    change: (kind, name, change) => {
      registry.update(kindOf(kind), 'test', name, (current) => change(current as StoredObject), ADMIN);
    },
    delete: (kind, name) => {
      registry.delete(kindOf(kind), 'test', name, {}, ADMIN);
    },
    pod,
    findPod: (name) => registry.find(pods, 'test', name) as Pod | undefined,
    container: (name, container) => {
      const status = pod(name).status as unknown as Record<
        string,
        ReturnType<Cluster['container']>[] | undefined
      >;
      const all = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])];
      const found = container === undefined ? all[0] : all.find((each) => each.name === container);
      if (found === undefined) throw new RangeError(`no status of a container in ${name}`);
      return found;
    },
    condition: (name, type) =>
      pod(name).status?.conditions?.find((each) => each.type === type)?.status ?? 'absent',
    events: (name) =>
      (
        registry.list(catalogue.builtIn('v1', 'Event'), 'test') as unknown as (SeenEvent & {
          involvedObject: { name: string };
        })[]
      )
        .filter(({ involvedObject }) => involvedObject.name === name)
        .map(({ reason, message, count }) => ({ reason, message, count })),
    log: (name, options = {}, container = 'app') => world.kubelet.readLog(pod(name), container, options),
    exec: (name, ...command) => {
      const session = world.kubelet.openShell(pod(name), 'app', command, false);
      let output = '';
      let code: number | undefined;
      session.onOutput((_, bytes) => {
        output += new TextDecoder().decode(bytes);
      });
      session.endInput();
      session.onExit((exitCode, error) => {
        code = exitCode;
        output += error ?? '';
      });
      return {
        get output() {
          return output;
        },
        get code() {
          return code;
        },
      };
    },
  };
}

/** A pod of one busybox container `app`, with more of its container and of its spec as YAML flow maps. */
export function podOf(name: string, command: string, container = '', spec = ''): string {
  const rest = container === '' ? '' : `, ${container}`;
  return `
apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec:
  containers:
    - { name: app, image: 'hedgerow.test/busybox:1.36', command: ${command}${rest} }
${spec.replace(/^(?=.)/gm, '  ')}`;
}
