/** Services: ports, addresses, and what goes with which type. */
import { isRecord, list, record, records, text } from '../../../../shared/cluster/narrow.ts';
import type { DraftObject, StoredObject } from '../../model.ts';
import { numberIn, type Fields } from '../json.ts';
import { checkPortReference } from './handlers.ts';
import { checkLabels, checkOneOf } from './metadata.ts';
import { CIDR, isCidr } from './network.ts';
import { dnsLabel, dnsSubdomain, isIpV6, portNumber, qualifiedName } from './names.ts';
import { checkIp } from './pod-spec.ts';
import { InOrder, type Report } from './report.ts';

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const EXPOSED = new Set(['NodePort', 'LoadBalancer']);
const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];
const FAMILIES = ['IPv4', 'IPv6'];
const FAMILY_POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];
const LONGEST_AFFINITY_S = 86_400;

function checkPorts(report: Report, spec: Fields): void {
  const ports = records(spec.ports);
  const names = new Set<string>();
  ports.forEach((port, index) => {
    const at = `spec.ports[${index}]`;
    const name = text(port.name);
    if (name === '') {
      if (ports.length > 1) report.required(`${at}.name`);
    } else {
      report.invalidAll(`${at}.name`, name, dnsLabel(name));
      if (names.has(name)) report.duplicate(`${at}.name`, name);
      names.add(name);
    }
    const number = numberIn(port.port) ?? 0;
    report.invalidAll(`${at}.port`, number, portNumber(number));
    checkOneOf(report, `${at}.protocol`, port.protocol, PROTOCOLS);
    checkPortReference(report, `${at}.targetPort`, port.targetPort);
    const protocol = text(port.appProtocol);
    if (protocol !== '') report.invalidAll(`${at}.appProtocol`, protocol, qualifiedName(protocol));
  });
}

/** No node port and no port twice with the same protocol. */
function checkDuplicates(report: Report, spec: Fields): void {
  const ports = records(spec.ports);
  if (spec.type === 'ClusterIP') {
    ports.forEach((port, index) => {
      if (!port.nodePort) return;
      report.forbidden(`spec.ports[${index}].nodePort`, "may not be used when `type` is 'ClusterIP'");
    });
  }
  const nodePorts = new Set<string>();
  ports.forEach((port, index) => {
    const number = numberIn(port.nodePort) ?? 0;
    if (number === 0) return;
    const key = `${text(port.protocol)} ${number}`;
    if (nodePorts.has(key)) report.duplicate(`spec.ports[${index}].nodePort`, port.nodePort);
    nodePorts.add(key);
  });
  const taken = new Set<string>();
  ports.forEach((port, index) => {
    const key = `${text(port.protocol)} ${String(port.port)}`;
    if (taken.has(key)) {
      const inner = new InOrder({
        Name: '',
        Protocol: port.protocol,
        AppProtocol: null,
        Port: port.port,
        TargetPort: 0,
        NodePort: 0,
      });
      report.duplicate(`spec.ports[${index}]`, inner);
    }
    taken.add(key);
  });
}

function checkType(report: Report, spec: Fields, headless: boolean): void {
  const type = text(spec.type);
  if (headless && EXPOSED.has(type)) {
    report.invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`);
  }
  if (type !== 'ExternalName') return;
  const only = 'may not be set for ExternalName services';
  if (list(spec.clusterIPs).length > 0) report.forbidden('spec.clusterIPs', only);
  if (list(spec.ipFamilies).length > 0) report.forbidden('spec.ipFamilies', only);
  if (spec.ipFamilyPolicy != null) report.forbidden('spec.ipFamilyPolicy', only);
  const name = text(spec.externalName).replace(/\.$/, '');
  if (name === '') report.required('spec.externalName');
  else report.invalidAll('spec.externalName', name, dnsSubdomain(name));
}

function checkAffinity(report: Report, spec: Fields): void {
  checkOneOf(report, 'spec.sessionAffinity', spec.sessionAffinity, ['ClientIP', 'None']);
  const field = 'spec.sessionAffinityConfig';
  if (spec.sessionAffinity !== 'ClientIP') return;
  const seconds = numberIn(record(record(spec.sessionAffinityConfig).clientIP).timeoutSeconds);
  if (seconds === undefined) report.required(field, 'when session affinity type is ClientIP');
  else if (seconds <= 0 || seconds > LONGEST_AFFINITY_S) {
    const words = `must be greater than 0 and less than ${LONGEST_AFFINITY_S}`;
    report.invalid(`${field}.clientIP.timeoutSeconds`, seconds, words);
  }
}

function checkAddresses(report: Report, spec: Fields): void {
  if (spec.type === 'ExternalName') return;
  const field = 'spec.clusterIPs';
  const addresses = list(spec.clusterIPs).map(text);
  const single = text(spec.clusterIP);
  if (single !== '') {
    if (addresses.length === 0) report.required(field);
    else if (addresses[0] !== single) report.invalid(field, addresses, 'first value must match `clusterIP`');
  } else if (addresses.length > 0)
    report.invalid(field, addresses, 'must be empty when `clusterIP` is not specified');
  const families = list(spec.ipFamilies).map(text);
  families.forEach((family, index) => {
    if (!FAMILIES.includes(family)) report.notSupported(`spec.ipFamilies[${index}]`, family, FAMILIES);
    if (families.indexOf(family) < index) report.duplicate(`spec.ipFamilies[${index}]`, family);
  });
  const policy = spec.ipFamilyPolicy;
  if (typeof policy === 'string' && !FAMILY_POLICIES.includes(policy)) {
    report.notSupported('spec.ipFamilyPolicy', policy, FAMILY_POLICIES);
  }
  const before = report.size;
  addresses.forEach((address, index) => {
    if (index === 0 && address === 'None') {
      if (addresses.length > 1) report.invalid(field, addresses, "'None' must be the first and only value");
    } else checkIp(report, `${field}[${index}]`, address);
  });
  if (addresses.length > 2) report.invalid(field, addresses, 'may only hold up to 2 values');
  if (report.size > before) return;
  const ofSixes = addresses.filter(isIpV6).length;
  if (addresses.length === 2 && ofSixes !== 1) {
    report.invalid(field, addresses, 'may specify no more than one IP for each IP family');
  }
  addresses.forEach((address, index) => {
    const family = isIpV6(address) ? 'IPv6' : 'IPv4';
    if (address === 'None' || !FAMILIES.includes(families[index] ?? '') || families[index] === family) return;
    report.invalid(
      `${field}[${index}]`,
      address,
      `expected an ${String(families[index])} value as indicated by \`ipFamilies[${index}]\``,
    );
  });
}

function checkBalancer(report: Report, spec: Fields): void {
  const balances = spec.type === 'LoadBalancer';
  const only = "may only be used when `type` is 'LoadBalancer'";
  if (balances) {
    list(spec.loadBalancerSourceRanges)
      .map(text)
      .forEach((range, index) => {
        if (!isCidr(range.trim())) report.invalid(`spec.LoadBalancerSourceRanges[${index}]`, range, CIDR);
      });
  }
  if (list(spec.loadBalancerSourceRanges).length > 0 && !balances) {
    report.forbidden('spec.LoadBalancerSourceRanges', only);
  }
  if (spec.allocateLoadBalancerNodePorts != null && !balances) {
    report.forbidden('spec.allocateLoadBalancerNodePorts', only);
  }
  if (spec.loadBalancerClass != null && !balances) {
    report.forbidden('spec.loadBalancerClass', "may only be used when `type` is 'LoadBalancer'");
  }
}

function checkTraffic(report: Report, spec: Fields): void {
  const type = text(spec.type);
  const policy = text(spec.externalTrafficPolicy);
  const exposed = EXPOSED.has(type) || (type === 'ClusterIP' && list(spec.externalIPs).length > 0);
  const field = 'spec.externalTrafficPolicy';
  if (exposed) checkOneOf(report, field, policy, ['Cluster', 'Local']);
  else if (policy !== '') report.invalid(field, policy, 'may only be set for externally-accessible services');
  const port = numberIn(spec.healthCheckNodePort) ?? 0;
  const checked = type === 'LoadBalancer' && policy === 'Local';
  if (!checked && port !== 0) {
    const words = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    report.invalid('spec.healthCheckNodePort', port, words);
  } else if (checked && port === 0) report.required('spec.healthCheckNodePort');
  else if (checked) report.invalidAll('spec.healthCheckNodePort', port, portNumber(port));
  const inner = spec.internalTrafficPolicy;
  if (typeof inner === 'string' && inner !== 'Cluster' && inner !== 'Local') {
    report.notSupported('spec.internalTrafficPolicy', inner, ['Cluster', 'Local']);
  }
  const spread = spec.trafficDistribution;
  if (typeof spread === 'string' && !DISTRIBUTIONS.includes(spread)) {
    report.notSupported('spec.trafficDistribution', spread, DISTRIBUTIONS);
  }
}

function checkHealthPortUpdate(report: Report, spec: Fields, old: Fields): void {
  const needs = ({ type, externalTrafficPolicy }: Fields): boolean =>
    type === 'LoadBalancer' && externalTrafficPolicy === 'Local';
  if (needs(spec) && needs(old) && spec.healthCheckNodePort !== old.healthCheckNodePort) {
    report.forbidden('spec.healthCheckNodePort', 'field is immutable');
  }
}

function checkAddressUpdate(report: Report, spec: Fields, old: Fields): void {
  if (spec.type === 'ExternalName' || old.type === 'ExternalName') return;
  const [now, before] = [list(spec.clusterIPs), list(old.clusterIPs)];
  if (now[0] === 'None' && before[0] === 'None') return;
  const field = 'spec.clusterIPs[0]';
  if (before.length > 0 && now.length === 0) report.invalid(field, now, 'primary clusterIP can not be unset');
  else if (before.length > 0 && now[0] !== before[0]) report.invalid(field, now, 'may not change once set');
}

export function checkService(report: Report, service: DraftObject, old: StoredObject | undefined): void {
  const spec = record(service.spec);
  const before = report.size;
  checkAddresses(report, spec);
  // Addresses are given out before the rest is looked at, so their faults stand alone.
  if (report.size > before) return;
  if (old !== undefined) {
    checkAddressUpdate(report, spec, record(old.spec));
    checkHealthPortUpdate(report, spec, record(old.spec));
  }
  const headless = list(spec.clusterIPs).length === 1 && list(spec.clusterIPs)[0] === 'None';
  if (list(spec.ports).length === 0 && !headless && spec.type !== 'ExternalName')
    report.required('spec.ports');
  checkType(report, spec, headless);
  checkPorts(report, spec);
  if (isRecord(spec.selector)) checkLabels(report, 'spec.selector', spec.selector);
  checkAffinity(report, spec);
  list(spec.externalIPs).forEach((address, index) => {
    checkIp(report, `spec.externalIPs[${index}]`, address);
  });
  checkOneOf(report, 'spec.type', spec.type, TYPES);
  checkDuplicates(report, spec);
  checkBalancer(report, spec);
  checkTraffic(report, spec);
}
