/** Creates and starts one container: its configuration, files, variables and first process. */
import { createHash } from 'node:crypto';
import type { Container } from './container.ts';
import { ContainerLog } from './container-log.ts';
import { secondTime, type Host, type KubeletContext } from './context.ts';
import { ConfigError, environmentOf, expandVariables } from './environment.ts';
import { createProcess } from './execute.ts';
import { createWritableVolume, FileTree, type Mount, type VolumeFiles } from './files.ts';
import type { FoundImage } from './images.ts';
import { Machine, NO_INPUT, type Streams } from './machine.ts';
import { refusalOf } from './pod-access.ts';
import { fullNameOf, type ContainerSpec, type Pod } from './pod-types.ts';
import { parseQuantity } from '../../../shared/cluster/quantities.ts';
import { INTERPRETER } from './shell/interpreter.ts';
import { fillVariables } from './templates.ts';
import { mountsOf } from './volumes.ts';

export interface StartInput {
  readonly context: KubeletContext;
  readonly pod: Pod;
  readonly host: Host;
  readonly podIP: string;
  readonly volumes: ReadonlyMap<string, { readonly files: VolumeFiles; readonly type: string }>;
  readonly image: FoundImage;
  /** Called when the first process has ended. */
  readonly onExit: (code: number) => void;
}

const START_FAILED =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process:';
const BASE_FILES: readonly [string, string][] = [
  ['/etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n'],
  ['/etc/group', 'root:x:0:\nnobody:x:65534:\n'],
  ['/www/index.html', 'ok\n'],
  ...['/bin/', '/usr/bin/', '/proc/', '/sys/', '/home/', '/root/', '/tmp/', '/var/tmp/', '/dev/shm/'].map(
    (path): [string, string] => [path, ''],
  ),
];
const imageFiles = new Map<FoundImage, ReadonlyMap<string, string>>();

function filesOf(image: FoundImage): ReadonlyMap<string, string> {
  const known = imageFiles.get(image);
  if (known !== undefined) return known;
  const { program } = image.row;
  const files = new Map([...BASE_FILES, ...Object.entries(program.files ?? {})]);
  imageFiles.set(image, files);
  return files;
}

/** The network's files and the termination log, which the kubelet mounts itself. */
function ownMounts({ pod, podIP, context }: StartInput, spec: ContainerSpec): Mount[] {
  const hostname = hostnameOf(pod);
  const nameserver = context.network.nameserver();
  const { namespace } = pod.metadata;
  const texts: readonly [string, string][] = [
    [
      '/etc/hosts',
      `# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n${podIP}\t${hostname}\n`,
    ],
    ['/etc/hostname', `${hostname}\n`],
    [
      '/etc/resolv.conf',
      `search ${namespace}.svc.cluster.local svc.cluster.local cluster.local\nnameserver ${nameserver}\noptions ndots:5\n`,
    ],
    [spec.terminationMessagePath ?? '/dev/termination-log', ''],
  ];
  return texts.map(([path, text]) => {
    const volume = createWritableVolume();
    volume.write?.('file', text);
    return { path, type: 'ext4', readOnly: false, volume, subPath: 'file' };
  });
}

function hostnameOf({ metadata, spec }: Pod): string {
  return spec.hostNetwork === true ? (spec.nodeName ?? '') : (spec.hostname ?? metadata.name).slice(0, 63);
}

/** `runAsNonRoot` refuses user 0. */
function checkUser(pod: Pod, spec: ContainerSpec, imageUser: number): number {
  const isNonRoot = spec.securityContext?.runAsNonRoot ?? pod.spec.securityContext?.runAsNonRoot;
  const asked = spec.securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser;
  const user = asked ?? imageUser;
  if (isNonRoot !== true || user !== 0) return user;
  const what =
    asked === undefined ? 'runAsNonRoot and image will run as root' : 'runAsNonRoot and it will run as root';
  const where =
    asked === undefined ? `container has ${what}` : "container's runAsUser breaks non-root policy";
  throw new ConfigError(`${where} (pod: "${fullNameOf(pod)}", container: ${spec.name})`);
}

/** The command line: `command` and `args` of the spec over those of the image. */
function commandLine({ image }: StartInput, spec: ContainerSpec, env: ReadonlyMap<string, string>): string[] {
  const { command = [], args = [], runsArguments } = image.row.program;
  const given = (spec.args ?? []).map((arg) => expandVariables(arg, env));
  if (spec.command !== undefined && spec.command.length > 0)
    return [...spec.command.map((part) => expandVariables(part, env)), ...given];
  if (given.length === 0) return [...command, ...args];
  if (runsArguments !== true) return [...command, ...given];
  // An entry point that takes options for its own program.
  return /^-/.test(given[0] ?? '') ? [...command.slice(0, 1), ...given] : given;
}

function containerID({ metadata }: Pod, { spec, restartCount }: Container): string {
  return `containerd://${createHash('sha256').update(`${metadata.uid}/${spec.name}/${restartCount}`).digest('hex')}`;
}

/** Makes the machine of a container. Throws ConfigError. */
function createMachine(input: StartInput, container: Container): { machine: Machine; argv: string[] } {
  const { context, pod, host, podIP, image } = input;
  const { spec } = container;
  const { registry, clock } = context;
  const { program } = image.row;
  const addresses = { podIP, hostIP: host.ip };
  const own = environmentOf({ registry, pod, container: spec, addresses, allocatable: host.allocatable });
  const user = checkUser(pod, spec, program.user ?? 0);
  const env = new Map<string, string>([
    ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    ['HOSTNAME', hostnameOf(pod)],
    ...Object.entries(program.env ?? {}).map(([name, value]): [string, string] => [
      name,
      fillVariables(value, own),
    ]),
    ...own,
    ['HOME', user === 0 ? '/root' : '/'],
  ]);
  const mounts = [...mountsOf(spec, input.volumes), ...ownMounts(input, spec)];
  const limit = parseQuantity(spec.resources?.limits?.memory);
  const machine = new Machine({
    clock,
    random: registry.random,
    files: new FileTree(filesOf(image), mounts),
    network: context.network,
    env,
    workingDir: spec.workingDir ?? '/',
    hostname: hostnameOf(pod),
    podName: pod.metadata.name,
    podIP,
    namespace: pod.metadata.namespace,
    refusalOf: (wanted) => refusalOf(registry, pod, wanted),
    node: host.name,
    tag: image.reference.tag,
    repository: image.reference.repository,
    user,
    program,
    interpreter: INTERPRETER,
    memoryLimitMiB: limit === undefined ? undefined : limit / 1_048_576,
    nodeMemoryMiB: host.memoryMiB,
  });
  return { machine, argv: commandLine(input, spec, env) };
}

/** Starts a container whose image is there. The container's state says how it went; true if it runs or has run. */
export function startContainer(input: StartInput, container: Container): boolean {
  const { context, pod, image } = input;
  const { fieldPath } = container;
  const record = (type: 'Normal' | 'Warning', reason: string, message: string): void => {
    context.record(pod, { type, reason, message, fieldPath });
  };
  let made: ReturnType<typeof createMachine>;
  try {
    made = createMachine(input, container);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    record('Warning', 'Failed', `Error: ${error.message}`);
    container.state = { waiting: { reason: 'CreateContainerConfigError', message: error.message } };
    return false;
  }
  const { machine, argv } = made;
  const isAgain = container.id !== '';
  if (isAgain) container.restartCount += 1;
  container.last = container.state.terminated ?? container.last;
  container.image = image;
  container.id = containerID(pod, container);
  container.previousLog = container.log;
  const log = new ContainerLog(context.clock);
  container.log = log;
  machine.mainOutput = log;
  record('Normal', 'Created', 'Container created');
  const streams: Streams = { stdin: NO_INPUT, stdout: log, stderr: log, isTerminal: false };
  const task = createProcess(machine, argv, streams, input.onExit);
  const folder = machine.options.workingDir;
  const isNoFolder = machine.options.files.read(folder) !== undefined;
  if ('error' in task || isNoFolder) {
    const why =
      'error' in task ? task.error : `error during container init: mkdir ${folder}: not a directory`;
    failStart(container, `${START_FAILED} ${why}: unknown`, context);
    record('Warning', 'Failed', `Error: ${container.state.waiting?.message ?? ''}`);
    return false;
  }
  container.machine = machine;
  container.isStopping = false;
  container.isOutOfMemory = false;
  container.startedMs = context.clock.now();
  container.isStarted = container.spec.startupProbe === undefined;
  container.passesReadiness = container.spec.readinessProbe === undefined;
  container.state = { running: { startedAt: secondTime(context.clock.now()) } };
  context.network.add(input.podIP, machine);
  machine.onOutOfMemory = () => {
    container.isOutOfMemory = true;
    task.kill(137);
  };
  machine.onChange = () => {
    for (const prober of container.probers) prober.poke();
  };
  record('Normal', 'Started', 'Container started');
  task.start();
  return true;
}

function failStart(container: Container, message: string, { clock }: KubeletContext): void {
  container.finishedMs = clock.now();
  container.log?.end();
  container.last = {
    exitCode: 128,
    reason: 'StartError',
    message,
    startedAt: '1970-01-01T00:00:00Z',
    finishedAt: secondTime(clock.now()),
    containerID: container.id,
  };
  container.state = { waiting: { reason: 'RunContainerError', message } };
}
