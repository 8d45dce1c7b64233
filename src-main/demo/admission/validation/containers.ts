/** The containers of a pod: names, images, ports, environment, mounts, resources. */
import { isRecord, list, record, records, text } from '../../../../shared/cluster/narrow.ts';
import { numberIn, type Fields } from '../json.ts';
import { checkEnvironment, checkEnvironmentFrom } from './environment.ts';
import { checkLifecycle, checkProbes } from './handlers.ts';
import { checkOneOf } from './metadata.ts';
import { between, dnsLabel, portName, portNumber } from './names.ts';
import { InOrder, type Report } from './report.ts';
import { checkResources } from './resources.ts';
import { checkDevices, checkMounts } from './volumes.ts';

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const MESSAGE_POLICIES = ['File', 'FallbackToLogsOnError'];
const RESTART_POLICIES = ['Always', 'Never', 'OnFailure'];
const LARGEST_ID = 2_147_483_647;

function checkPorts(report: Report, field: string, ports: unknown): void {
  const names = new Set<string>();
  records(ports).forEach((port, index) => {
    const at = `${field}[${index}]`;
    const name = text(port.name);
    if (name !== '') {
      const faults = portName(name);
      report.invalidAll(`${at}.name`, name, faults);
      if (faults.length === 0 && names.has(name)) report.duplicate(`${at}.name`, name);
      names.add(name);
    }
    const number = numberIn(port.containerPort) ?? 0;
    if (number === 0) report.required(`${at}.containerPort`);
    else report.invalidAll(`${at}.containerPort`, number, portNumber(number));
    const hostPort = numberIn(port.hostPort) ?? 0;
    if (hostPort !== 0) report.invalidAll(`${at}.hostPort`, hostPort, portNumber(hostPort));
    checkOneOf(report, `${at}.protocol`, port.protocol, PROTOCOLS);
  });
}

/** No two containers may want the same port of the node. */
function checkHostPorts(report: Report, field: string, containers: readonly unknown[]): void {
  const taken = new Set<string>();
  containers.forEach((container, index) => {
    records(record(container).ports).forEach((port, position) => {
      const hostPort = numberIn(port.hostPort) ?? 0;
      if (hostPort === 0) return;
      const key = `${text(port.protocol)}/${text(port.hostIP)}/${hostPort}`;
      if (taken.has(key)) report.duplicate(`${field}[${index}].ports[${position}].hostPort`, key);
      taken.add(key);
    });
  });
}

function checkSecurity(report: Report, field: string, value: unknown): void {
  if (!isRecord(value)) return;
  for (const id of ['runAsUser', 'runAsGroup']) {
    const number = numberIn(value[id]);
    if (number !== undefined && (number < 0 || number > LARGEST_ID)) {
      report.invalid(`${field}.${id}`, number, between(0, LARGEST_ID));
    }
  }
  if (value.allowPrivilegeEscalation === false) {
    if (value.privileged === true) {
      report.invalid(
        field,
        goSecurity(value),
        'cannot set `allowPrivilegeEscalation` to false and `privileged` to true',
      );
    }
    if (list(record(value.capabilities).add).includes('CAP_SYS_ADMIN')) {
      report.invalid(
        field,
        goSecurity(value),
        'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN',
      );
    }
  }
}

const SECURITY_FIELDS = [
  ...[
    'Capabilities',
    'Privileged',
    'SELinuxOptions',
    'WindowsOptions',
    'RunAsUser',
    'RunAsGroup',
    'RunAsNonRoot',
  ],
  ...['ReadOnlyRootFilesystem', 'AllowPrivilegeEscalation', 'ProcMount', 'SeccompProfile', 'AppArmorProfile'],
];

/** The server prints its inner form here: every field, by its Go name. */
function goSecurity(value: Fields): InOrder {
  const inner = (name: string): unknown => value[name.charAt(0).toLowerCase() + name.slice(1)] ?? null;
  return new InOrder(Object.fromEntries(SECURITY_FIELDS.map((name) => [name, inner(name)])));
}

/** What holds for containers of every sort. */
function checkCommon(
  report: Report,
  at: string,
  container: Fields,
  volumes: ReadonlyMap<string, Fields>,
): void {
  const name = text(container.name);
  if (name === '') report.required(`${at}.name`);
  else report.invalidAll(`${at}.name`, name, dnsLabel(name));
  if (text(container.image) === '') report.required(`${at}.image`);
  checkOneOf(report, `${at}.terminationMessagePolicy`, container.terminationMessagePolicy, MESSAGE_POLICIES);
  checkPorts(report, `${at}.ports`, container.ports);
  checkEnvironment(report, `${at}.env`, container.env);
  checkEnvironmentFrom(report, `${at}.envFrom`, container.envFrom);
  checkMounts(report, `${at}.volumeMounts`, container, volumes);
  checkDevices(report, `${at}.volumeDevices`, container, volumes);
  checkOneOf(report, `${at}.imagePullPolicy`, container.imagePullPolicy, PULL_POLICIES);
  checkResources(report, `${at}.resources`, container.resources);
  checkSecurity(report, `${at}.securityContext`, container.securityContext);
}

export function checkContainers(
  report: Report,
  field: string,
  containers: readonly unknown[],
  volumes: ReadonlyMap<string, Fields>,
  graceSeconds: number | undefined,
): void {
  if (containers.length === 0) {
    report.required(field);
    return;
  }
  const names = new Set<string>();
  containers.forEach((item, index) => {
    const container = record(item);
    const at = `${field}[${index}]`;
    checkCommon(report, at, container, volumes);
    const name = text(container.name);
    if (names.has(name)) report.duplicate(`${at}.name`, name);
    names.add(name);
    checkLifecycle(report, `${at}.lifecycle`, container.lifecycle, graceSeconds);
    checkProbes(report, at, container, graceSeconds);
    if (typeof container.restartPolicy === 'string' && !RESTART_POLICIES.includes(container.restartPolicy)) {
      report.notSupported(`${at}.restartPolicy`, container.restartPolicy, RESTART_POLICIES);
    }
  });
  checkHostPorts(report, field, containers);
}

const NOT_IN_INIT = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'];
const ONLY_SIDECARS = 'may not be set for init containers without restartPolicy=Always';

export function checkInitContainers(
  report: Report,
  field: string,
  spec: Fields,
  volumes: ReadonlyMap<string, Fields>,
  graceSeconds: number | undefined,
): void {
  const names = new Set(records(spec.containers).map(({ name }) => text(name)));
  list(spec.initContainers).forEach((item, index) => {
    const container = record(item);
    const at = `${field}[${index}]`;
    checkCommon(report, at, container, volumes);
    if (typeof container.restartPolicy === 'string' && !RESTART_POLICIES.includes(container.restartPolicy)) {
      report.notSupported(`${at}.restartPolicy`, container.restartPolicy, RESTART_POLICIES);
    }
    const name = text(container.name);
    if (names.has(name)) report.duplicate(`${at}.name`, name);
    else if (name !== '') names.add(name);
    checkHostPorts(report, field, [container]);
    if (container.restartPolicy === 'Always') {
      checkLifecycle(report, `${at}.lifecycle`, container.lifecycle, graceSeconds);
      checkProbes(report, at, container, graceSeconds);
      return;
    }
    for (const part of NOT_IN_INIT)
      if (container[part] != null) report.forbidden(`${at}.${part}`, ONLY_SIDECARS);
  });
}

/** In a pod (not in a template) an image must not be wrapped in blanks. */
export function checkImages(report: Report, field: string, containers: unknown): void {
  records(containers).forEach(({ image }, index) => {
    if (text(image) !== text(image).trim()) {
      report.invalid(`${field}[${index}].image`, image, 'must not have leading or trailing whitespace');
    }
  });
}
