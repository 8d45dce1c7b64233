/** Pod Security admission: refuses or warns of pods that break the level of their namespace (Kubernetes: Pod Security Standards). */
import { list, record, records, text } from '../../../../shared/cluster/narrow.ts';
import type { Registry } from '../../registry/contract.ts';
import { numberIn, valueAt, type Fields } from '../json.ts';
import { isFor, refuse, type ObjectRequest } from './request.ts';

interface Complaint {
  readonly reason: string;
  readonly detail: string;
}
type Check = (spec: Fields) => Complaint | undefined;

function containersOf(spec: Fields): readonly Fields[] {
  return [...records(spec.initContainers), ...records(spec.containers), ...records(spec.ephemeralContainers)];
}

function quoted(items: readonly string[]): string {
  return items.map((item) => `"${item}"`).join(', ');
}

function plural(word: string, items: readonly unknown[]): string {
  return items.length === 1 ? word : `${word}s`;
}

function distinct(items: readonly string[]): readonly string[] {
  return [...new Set(items)].sort();
}

/** `container "a"`, `containers "a", "b"`. */
function named(containers: readonly Fields[]): string {
  return `${plural('container', containers)} ${quoted(containers.map(({ name }) => text(name)))}`;
}

const security = (container: Fields): Fields => record(container.securityContext);
const added = (container: Fields): readonly string[] =>
  list(record(security(container).capabilities).add).map(text);

/** A complaint about the containers that fail `isBad`, if there are any. */
function about(
  spec: Fields,
  isBad: (container: Fields) => boolean,
  reason: string,
  say: (bad: readonly Fields[]) => string,
): Complaint | undefined {
  const bad = containersOf(spec).filter(isBad);
  return bad.length === 0 ? undefined : { reason, detail: say(bad) };
}

const checkEscalation: Check = (spec) =>
  about(
    spec,
    (container) => security(container).allowPrivilegeEscalation !== false,
    'allowPrivilegeEscalation != false',
    (bad) => `${named(bad)} must set securityContext.allowPrivilegeEscalation=false`,
  );

const DEFAULT_CAPABILITIES = new Set([
  ...['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE'],
  ...['SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT'],
]);

function mustNotAdd(bad: readonly Fields[], allowed: ReadonlySet<string>): string {
  const extra = distinct(bad.flatMap(added).filter((capability) => !allowed.has(capability)));
  return `${named(bad)} must not include ${quoted(extra)} in securityContext.capabilities.add`;
}

const checkCapabilities: Check = (spec) =>
  about(
    spec,
    (container) => added(container).some((capability) => !DEFAULT_CAPABILITIES.has(capability)),
    'non-default capabilities',
    (bad) => mustNotAdd(bad, DEFAULT_CAPABILITIES),
  );

const checkDropped: Check = (spec) => {
  const containers = containersOf(spec);
  const bind = new Set(['NET_BIND_SERVICE']);
  const keeping = containers.filter(
    (each) => !list(record(security(each).capabilities).drop).includes('ALL'),
  );
  const adding = containers.filter((each) => added(each).some((capability) => !bind.has(capability)));
  const details = [
    ...(keeping.length === 0 ? [] : [`${named(keeping)} must set securityContext.capabilities.drop=["ALL"]`]),
    ...(adding.length === 0 ? [] : [mustNotAdd(adding, bind)]),
  ];
  return details.length === 0
    ? undefined
    : { reason: 'unrestricted capabilities', detail: details.join('; ') };
};

const checkHostNamespaces: Check = (spec) => {
  const shared = ['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => spec[field] === true);
  if (shared.length === 0) return undefined;
  return { reason: 'host namespaces', detail: shared.map((field) => `${field}=true`).join(', ') };
};

const checkHostPaths: Check = (spec) => {
  const names = records(spec.volumes)
    .filter(({ hostPath }) => hostPath != null)
    .map(({ name }) => text(name));
  if (names.length === 0) return undefined;
  return { reason: 'hostPath volumes', detail: `${plural('volume', names)} ${quoted(names)}` };
};

const hostPorts = (container: Fields): readonly string[] =>
  records(container.ports).flatMap(({ hostPort }) =>
    numberIn(hostPort) ? [String(numberIn(hostPort))] : [],
  );

const checkHostPorts: Check = (spec) =>
  about(
    spec,
    (container) => hostPorts(container).length > 0,
    'hostPort',
    (bad) => {
      const ports = distinct(bad.flatMap(hostPorts));
      return `${named(bad)} ${bad.length === 1 ? 'uses' : 'use'} ${plural('hostPort', ports)} ${ports.join(', ')}`;
    },
  );

const checkPrivileged: Check = (spec) =>
  about(
    spec,
    (container) => security(container).privileged === true,
    'privileged',
    (bad) => `${named(bad)} must not set securityContext.privileged=true`,
  );

const HARMLESS = [
  ...[
    'configMap',
    'csi',
    'downwardAPI',
    'emptyDir',
    'ephemeral',
    'image',
    'persistentVolumeClaim',
    'projected',
  ],
  'secret',
];

const checkVolumes: Check = (spec) => {
  const bad = records(spec.volumes).filter((volume) => HARMLESS.every((source) => volume[source] == null));
  if (bad.length === 0) return undefined;
  const names = bad.map(({ name }) => text(name));
  const types = distinct(
    bad.map(
      (volume) => Object.keys(volume).find((field) => field !== 'name' && volume[field] != null) ?? 'unknown',
    ),
  );
  const uses = `${bad.length === 1 ? 'uses' : 'use'} ${plural('restricted volume type', types)} ${quoted(types)}`;
  return { reason: 'restricted volume types', detail: `${plural('volume', names)} ${quoted(names)} ${uses}` };
};

/** What a pod sets for all its containers, or one container for itself. */
interface Setting {
  readonly reason: string;
  readonly read: (context: Fields) => unknown;
  readonly isBad: (value: unknown) => boolean;
  readonly mustNot: (values: readonly string[]) => string;
  /** Absent: it need not be set at all. */
  readonly must?: string;
}

function checkSetting({ reason, read, isBad, mustNot, must }: Setting): Check {
  return (spec) => {
    const whole = read(record(spec.securityContext));
    const containers = containersOf(spec);
    const wrong = containers.filter(
      (each) => read(security(each)) !== undefined && isBad(read(security(each))),
    );
    const wholeIsBad = whole !== undefined && isBad(whole);
    const setters = [...(wholeIsBad ? ['pod'] : []), ...(wrong.length === 0 ? [] : [named(wrong)])];
    if (setters.length > 0) {
      const values = [...(wholeIsBad ? [whole] : []), ...wrong.map((each) => read(security(each)))];
      return {
        reason,
        detail: `${setters.join(' and ')} must not set ${mustNot(distinct(values.map(text)))}`,
      };
    }
    const silent = containers.filter((each) => read(security(each)) === undefined);
    if (must === undefined || whole !== undefined || silent.length === 0) return undefined;
    return { reason, detail: `pod or ${named(silent)} must set ${must}` };
  };
}

const PROFILE: Setting = {
  reason: 'seccompProfile',
  read: (context) => valueAt(context.seccompProfile, 'type'),
  isBad: (type) => type !== 'RuntimeDefault' && type !== 'Localhost',
  mustNot: (types) => `securityContext.seccompProfile.type to ${quoted(types)}`,
};

const checkNonRoot = checkSetting({
  reason: 'runAsNonRoot != true',
  read: ({ runAsNonRoot }) => runAsNonRoot ?? undefined,
  isBad: (value) => value === false,
  mustNot: () => 'securityContext.runAsNonRoot=false',
  must: 'securityContext.runAsNonRoot=true',
});
const checkUser = checkSetting({
  reason: 'runAsUser=0',
  read: ({ runAsUser }) => runAsUser ?? undefined,
  isBad: (value) => value === 0,
  mustNot: () => 'runAsUser=0',
});

const BASELINE: readonly Check[] = [checkHostNamespaces, checkHostPorts, checkPrivileged];
const LEVELS: ReadonlyMap<string, readonly Check[]> = new Map([
  [
    'baseline',
    [
      checkCapabilities,
      checkHostNamespaces,
      checkHostPaths,
      checkHostPorts,
      checkPrivileged,
      checkSetting(PROFILE),
    ],
  ],
  [
    'restricted',
    [
      ...BASELINE,
      checkEscalation,
      checkDropped,
      checkVolumes,
      checkNonRoot,
      checkUser,
      checkSetting({
        ...PROFILE,
        must: 'securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"',
      }),
    ],
  ],
]);

/** `violates PodSecurity "restricted:latest": …` without its verb; undefined for a pod that keeps to the level. */
function violation(labels: Fields, mode: 'enforce' | 'warn', spec: Fields): string | undefined {
  const level = text(labels[`pod-security.kubernetes.io/${mode}`]);
  const version = text(labels[`pod-security.kubernetes.io/${mode}-version`]) || 'latest';
  const complaints = (LEVELS.get(level) ?? []).flatMap((check) => check(spec) ?? []);
  if (complaints.length === 0) return undefined;
  const words = complaints.map(({ reason, detail }) => `${reason} (${detail})`).join(', ');
  return `PodSecurity "${level}:${version}": ${words}`;
}

/** Where the kinds that make pods keep their spec. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  pods: ['spec'],
  replicationcontrollers: ['spec', 'template', 'spec'],
  'deployments.apps': ['spec', 'template', 'spec'],
  'replicasets.apps': ['spec', 'template', 'spec'],
  'statefulsets.apps': ['spec', 'template', 'spec'],
  'daemonsets.apps': ['spec', 'template', 'spec'],
  'jobs.batch': ['spec', 'template', 'spec'],
  'cronjobs.batch': ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};

/** Throws 403 for a new pod that breaks the enforced level; warns of a pod or template that breaks the level for warnings. */
export function checkPodSecurity(request: ObjectRequest, registry: Registry): void {
  const { resource, namespace, object, context } = request;
  const path = Object.hasOwn(TEMPLATES, resource.storedAs) ? TEMPLATES[resource.storedAs] : undefined;
  if (path === undefined || namespace === undefined || context.subresource) return;
  const isPod = isFor(request, '', 'pods');
  if (isPod && request.operation !== 'create') return;
  const labels = registry.find(registry.catalogue.builtIn('v1', 'Namespace'), undefined, namespace)?.metadata
    .labels;
  if (labels === undefined) return;
  const spec = record(valueAt(object, ...path));
  const enforced = isPod ? violation(labels, 'enforce', spec) : undefined;
  if (enforced !== undefined) throw refuse(request, `violates ${enforced}`);
  // Where no level is named for warnings, it is the one that is enforced.
  const mode = labels['pod-security.kubernetes.io/warn'] === undefined ? 'enforce' : 'warn';
  const warned = context.warn === undefined ? undefined : violation(labels, mode, spec);
  if (warned !== undefined) context.warn?.(`would violate ${warned}`);
}
