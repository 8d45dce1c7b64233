/** The spec of a pod, in a pod or in a template, in the order in which the API server checks it. */
import { isRecord, list, record, records, text } from '../../../../shared/cluster/narrow.ts';
import { numberIn, type Fields } from '../json.ts';
import { checkContainers, checkInitContainers } from './containers.ts';
import { checkAnnotations, checkFormat, checkLabels, checkOneOf } from './metadata.ts';
import { between, dnsLabel, dnsSubdomain, isIpAddress, qualifiedName } from './names.ts';
import type { Report } from './report.ts';
import { checkResources } from './resources.ts';
import { checkAffinity, checkSpread, checkTolerations } from './scheduling.ts';
import { checkVolumes } from './volumes.ts';

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const LARGEST_INT32 = 2_147_483_647;
const NAMESERVER_LIMIT = 3;

function checkHostNetwork(report: Report, field: string, spec: Fields, isPod: boolean): void {
  if (spec.hostNetwork !== true) return;
  records(spec.containers).forEach(({ ports }, index) => {
    records(ports).forEach((port, position) => {
      const hostPort = numberIn(port.hostPort) ?? 0;
      if ((!isPod && hostPort === 0) || hostPort === port.containerPort) return;
      const at = `${field}.containers[${index}].ports[${position}].hostPort`;
      report.invalid(at, hostPort, 'must match `containerPort` when `hostNetwork` is true');
    });
  });
}

function checkSecurity(report: Report, field: string, security: unknown): void {
  for (const name of ['fsGroup', 'runAsUser', 'runAsGroup']) {
    const id = numberIn(record(security)[name]);
    if (id !== undefined && (id < 0 || id > LARGEST_INT32)) {
      report.invalid(`${field}.${name}`, id, between(0, LARGEST_INT32));
    }
  }
  const policy = record(security).fsGroupChangePolicy;
  if (typeof policy === 'string' && policy !== 'Always' && policy !== 'OnRootMismatch') {
    report.notSupported(`${field}.fsGroupChangePolicy`, policy, ['Always', 'OnRootMismatch']);
  }
}

const IP = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';

/** An IP address in the notations of old and new. */
export function checkIp(report: Report, field: string, value: unknown): void {
  if (!isIpAddress(text(value))) report.invalid(field, value, IP);
}

function checkDns(report: Report, field: string, spec: Fields): void {
  const config = isRecord(spec.dnsConfig) ? spec.dnsConfig : undefined;
  const servers = list(config?.nameservers);
  if (spec.dnsPolicy === 'None') {
    if (config === undefined) {
      report.required(field, 'must provide `dnsConfig` when `dnsPolicy` is None');
      return;
    }
    if (servers.length === 0) {
      report.required(
        `${field}.nameservers`,
        'must provide at least one DNS nameserver when `dnsPolicy` is None',
      );
      return;
    }
  }
  if (servers.length > NAMESERVER_LIMIT) {
    report.invalid(
      `${field}.nameservers`,
      servers,
      `must not have more than ${NAMESERVER_LIMIT} nameservers`,
    );
  }
  servers.forEach((server, index) => {
    checkIp(report, `${field}.nameservers[${index}]`, server);
  });
}

function checkGates(report: Report, field: string, gates: unknown): void {
  const seen = new Set<string>();
  records(gates).forEach((gate, index) => {
    const name = text(gate.name);
    report.invalidAll(`${field}[${index}]`, name, qualifiedName(name));
    if (seen.has(name)) report.duplicate(`${field}[${index}]`, name);
    seen.add(name);
  });
}

/** What concerns names and times: after all the rest. */
function checkTail(report: Report, field: string, spec: Fields): void {
  checkFormat(report, `${field}.serviceAccountName`, spec.serviceAccountName, dnsSubdomain);
  checkFormat(report, `${field}.nodeName`, spec.nodeName, dnsSubdomain);
  const deadline = numberIn(spec.activeDeadlineSeconds);
  if (deadline !== undefined && (deadline < 1 || deadline > LARGEST_INT32)) {
    report.invalid(`${field}.activeDeadlineSeconds`, deadline, between(1, LARGEST_INT32));
  }
  checkFormat(report, `${field}.hostname`, spec.hostname, dnsLabel);
  checkFormat(report, `${field}.subdomain`, spec.subdomain, dnsLabel);
  checkTolerations(report, `${field}.tolerations`, spec.tolerations);
  records(spec.hostAliases).forEach((alias, index) => {
    const at = `${field}.hostAliases[${index}]`;
    checkIp(report, `${at}.ip`, alias.ip);
    list(alias.hostnames).forEach((name, position) => {
      report.invalidAll(`${at}.hostnames[${position}]`, name, dnsSubdomain(text(name)));
    });
  });
  checkFormat(report, `${field}.priorityClassName`, spec.priorityClassName, dnsSubdomain);
  checkFormat(report, `${field}.runtimeClassName`, spec.runtimeClassName, dnsSubdomain);
  if (spec.preemptionPolicy !== undefined) {
    checkOneOf(report, `${field}.preemptionPolicy`, spec.preemptionPolicy, ['PreemptLowerPriority', 'Never']);
  }
  if (isRecord(spec.os) && spec.os.name !== 'linux' && spec.os.name !== 'windows') {
    if (text(spec.os.name) === '') report.required(`${field}.os.name`);
    else report.notSupported(`${field}.os.name`, spec.os.name, ['linux', 'windows']);
  }
}

export interface PodSpecOptions {
  /** A pod, not a template. */
  readonly isPod: boolean;
  /** Volumes that come with each pod: the claims of a StatefulSet. */
  readonly claims?: readonly string[];
}

export function checkPodSpec(
  report: Report,
  field: string,
  spec: Fields,
  { isPod, claims = [] }: PodSpecOptions,
): void {
  const graceSeconds = numberIn(spec.terminationGracePeriodSeconds);
  if (graceSeconds === undefined) report.required(`${field}.terminationGracePeriodSeconds`);
  const fromClaims = claims.map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  const own = list(spec.volumes).filter((volume) => !claims.includes(text(record(volume).name)));
  const all = claims.length === 0 ? list(spec.volumes) : [...fromClaims, ...own];
  const volumes = checkVolumes(report, `${field}.volumes`, all);
  checkContainers(report, `${field}.containers`, list(spec.containers), volumes, graceSeconds);
  checkInitContainers(report, `${field}.initContainers`, spec, volumes, graceSeconds);
  if (isRecord(spec.resources)) checkResources(report, `${field}.resources`, spec.resources);
  checkHostNetwork(report, field, spec, isPod);
  checkOneOf(report, `${field}.restartPolicy`, spec.restartPolicy, RESTART_POLICIES);
  checkOneOf(report, `${field}.dnsPolicy`, spec.dnsPolicy, DNS_POLICIES);
  checkLabels(report, `${field}.nodeSelector`, spec.nodeSelector);
  checkSecurity(report, `${field}.securityContext`, spec.securityContext);
  checkAffinity(report, `${field}.affinity`, spec.affinity);
  checkDns(report, `${field}.dnsConfig`, spec);
  records(spec.readinessGates).forEach(({ conditionType }, index) => {
    const at = `${field}.readinessGates[${index}].conditionType`;
    report.invalidAll(at, text(conditionType), qualifiedName(text(conditionType)));
  });
  checkGates(report, `${field}.schedulingGates`, spec.schedulingGates);
  checkSpread(report, `${field}.topologySpreadConstraints`, spec.topologySpreadConstraints);
  checkTail(report, field, spec);
}

/** A template of pods: its labels, annotations and spec. */
export function checkPodTemplate(
  report: Report,
  field: string,
  template: Fields,
  claims: readonly string[] = [],
): void {
  const metadata = record(template.metadata);
  checkLabels(report, `${field}.labels`, metadata.labels);
  checkAnnotations(report, `${field}.annotations`, metadata.annotations);
  checkPodSpec(report, `${field}.spec`, record(template.spec), { isPod: false, claims });
  if (list(record(template.spec).ephemeralContainers).length > 0) {
    report.forbidden(`${field}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template');
  }
}
