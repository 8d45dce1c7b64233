/** Ingresses, network policies, endpoints and endpoint slices. */
import { isRecord, list, record, records, text } from '../../../../shared/cluster/narrow.ts';
import type { DraftObject, StoredObject } from '../../model.ts';
import { numberIn, type Fields } from '../json.ts';
import { checkFormat, checkImmutable, checkOneOf, checkSelector } from './metadata.ts';
import {
  dnsLabel,
  dns1035Label,
  dnsSubdomain,
  isIpAddress,
  isIpV4,
  isIpV6,
  pathSegment,
  portName,
  portNumber,
  wildcardSubdomain,
} from './names.ts';
import { checkIp } from './pod-spec.ts';
import type { Report } from './report.ts';

const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
const BAD_SEQUENCES = ['//', '/./', '/../', '%2f', '%2F'];
const BAD_ENDS = ['/..', '/.'];

function checkHost(report: Report, field: string, host: string): void {
  report.invalidAll(field, host, host.includes('*') ? wildcardSubdomain(host) : dnsSubdomain(host));
}

function checkBackend(report: Report, field: string, backend: Fields): void {
  const service = isRecord(backend.service) ? backend.service : undefined;
  if (isRecord(backend.resource)) {
    if (service !== undefined) report.invalid(field, '', 'cannot set both resource and service backends');
    return;
  }
  if (service === undefined) {
    report.invalid(field, '', 'resource or service backend is required');
    return;
  }
  const name = text(service.name);
  if (name === '') report.required(`${field}.service.name`);
  else report.invalidAll(`${field}.service.name`, name, dns1035Label(name));
  const port = record(service.port);
  const [portText, number] = [text(port.name), numberIn(port.number) ?? 0];
  if (portText !== '') {
    report.invalidAll(`${field}.service.port.name`, portText, portName(portText));
    if (number !== 0) report.invalid(field, '', 'cannot set both port name & port number');
  } else if (number === 0) report.required(field, 'port name or number is required');
  else report.invalidAll(`${field}.service.port.number`, number, portNumber(number));
}

function checkPath(report: Report, at: string, path: Fields): void {
  const [type, value] = [path.pathType, text(path.path)];
  if (typeof type !== 'string') report.required(`${at}.pathType`, 'pathType must be specified');
  else if (type === 'Exact' || type === 'Prefix') {
    if (!value.startsWith('/')) report.invalid(`${at}.path`, value, 'must be an absolute path');
    if (value !== '') {
      for (const bad of BAD_SEQUENCES)
        if (value.includes(bad)) report.invalid(`${at}.path`, value, `must not contain '${bad}'`);
      for (const bad of BAD_ENDS)
        if (value.endsWith(bad)) report.invalid(`${at}.path`, value, `cannot end with '${bad}'`);
    }
  } else if (type === 'ImplementationSpecific') {
    if (value !== '' && !value.startsWith('/'))
      report.invalid(`${at}.path`, value, 'must be an absolute path');
  } else report.notSupported(`${at}.pathType`, type, PATH_TYPES);
  checkBackend(report, `${at}.backend`, record(path.backend));
}

export function checkIngress(report: Report, ingress: DraftObject): void {
  const spec = record(ingress.spec);
  const rules = records(spec.rules);
  if (rules.length === 0 && !isRecord(spec.defaultBackend)) {
    report.invalid(
      'spec',
      spec.rules === undefined ? null : spec.rules,
      'either `defaultBackend` or `rules` must be specified',
    );
  }
  if (isRecord(spec.defaultBackend)) checkBackend(report, 'spec.defaultBackend', spec.defaultBackend);
  rules.forEach((rule, index) => {
    const at = `spec.rules[${index}]`;
    const host = text(rule.host);
    if (host !== '') {
      if (isIpAddress(host)) report.invalid(`${at}.host`, host, 'must be a DNS name, not an IP address');
      else checkHost(report, `${at}.host`, host);
    }
    if (!isRecord(rule.http)) return;
    const paths = records(rule.http.paths);
    if (paths.length === 0) report.required(`${at}.http.paths`);
    paths.forEach((path, position) => {
      checkPath(report, `${at}.http.paths[${position}]`, path);
    });
  });
  records(spec.tls).forEach((tls, index) => {
    const at = `spec.tls[${index}]`;
    list(tls.hosts).forEach((host, position) => {
      checkHost(report, `${at}.hosts[${position}]`, text(host));
    });
    checkFormat(report, `${at}.secretName`, tls.secretName, dnsSubdomain);
  });
  checkFormat(report, 'spec.ingressClassName', spec.ingressClassName, dnsSubdomain);
}

export const CIDR = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

export function isCidr(value: string): boolean {
  const [address = '', bits = ''] = value.split('/');
  if (!/^\d{1,3}$/.test(bits) || value.split('/').length !== 2) return false;
  return isIpV4(address) ? Number(bits) <= 32 : isIpV6(address) && Number(bits) <= 128;
}

function checkPolicyPort(report: Report, at: string, port: Fields): void {
  const protocol = text(port.protocol);
  if (protocol !== '' && !['TCP', 'UDP', 'SCTP'].includes(protocol)) {
    report.notSupported(`${at}.protocol`, protocol, ['TCP', 'UDP', 'SCTP']);
  }
  const end = numberIn(port.endPort);
  if (typeof port.port === 'number') {
    report.invalidAll(`${at}.port`, port.port, portNumber(port.port));
    if (end === undefined) return;
    if (end < port.port)
      report.invalid(`${at}.endPort`, port.port, 'must be greater than or equal to `port`');
    report.invalidAll(`${at}.endPort`, end, portNumber(end));
  } else if (typeof port.port === 'string') {
    if (end !== undefined)
      report.invalid(`${at}.endPort`, end, 'may not be specified when `port` is non-numeric');
    report.invalidAll(`${at}.port`, port.port, portName(port.port));
  } else if (end !== undefined)
    report.invalid(`${at}.endPort`, end, 'may not be specified when `port` is not specified');
}

function checkPeer(report: Report, at: string, peer: Fields): void {
  const selectors = ['podSelector', 'namespaceSelector'].filter((name) => isRecord(peer[name]));
  for (const name of selectors) checkSelector(report, `${at}.${name}`, peer[name]);
  if (!isRecord(peer.ipBlock)) {
    if (selectors.length === 0) report.required(at, 'must specify a peer');
    return;
  }
  const cidr = text(peer.ipBlock.cidr);
  if (cidr === '') report.required(`${at}.ipBlock.cidr`);
  else if (!isCidr(cidr)) report.invalid(`${at}.ipBlock.cidr`, cidr, CIDR);
  else {
    list(peer.ipBlock.except).forEach((except, index) => {
      if (!isCidr(text(except))) report.invalid(`${at}.ipBlock.except[${index}]`, except, CIDR);
    });
  }
  if (selectors.length > 0) report.forbidden(at, 'may not specify both ipBlock and another peer');
}

export function checkNetworkPolicy(report: Report, policy: DraftObject): void {
  const spec = record(policy.spec);
  checkSelector(report, 'spec.podSelector', spec.podSelector);
  for (const [side, peers] of [
    ['ingress', 'from'],
    ['egress', 'to'],
  ] as const) {
    records(spec[side]).forEach((rule, index) => {
      const at = `spec.${side}[${index}]`;
      records(rule.ports).forEach((port, position) => {
        checkPolicyPort(report, `${at}.ports[${position}]`, port);
      });
      records(rule[peers]).forEach((peer, position) => {
        checkPeer(report, `${at}.${peers}[${position}]`, peer);
      });
    });
  }
  const types = list(spec.policyTypes);
  if (types.length > 2)
    report.invalid('spec.policyTypes', types, 'may not specify more than two policyTypes');
  else {
    types.forEach((type, index) => {
      if (type === 'Ingress' || type === 'Egress') return;
      report.notSupported(`spec.policyTypes[${index}]`, type, ['Ingress', 'Egress']);
    });
  }
}

/** An address that pods can have: not one that means something else. */
function checkEndpointIp(report: Report, field: string, address: string): void {
  checkIp(report, field, address);
  if (!isIpAddress(address)) report.invalid(field, address, 'must be a valid IP address');
  else if (address === '0.0.0.0' || address === '::')
    report.invalid(field, address, `may not be unspecified (${address})`);
  else if (address.startsWith('127.') || address === '::1') {
    report.invalid(field, address, 'may not be in the loopback range (127.0.0.0/8, ::1/128)');
  } else if (address.startsWith('169.254.')) {
    report.invalid(field, address, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)');
  }
}

export function checkEndpoints(report: Report, endpoints: DraftObject): void {
  records(endpoints.subsets).forEach((subset, index) => {
    const at = `subsets[${index}]`;
    const [ready, waiting, ports] = [
      records(subset.addresses),
      records(subset.notReadyAddresses),
      records(subset.ports),
    ];
    if (ready.length + waiting.length === 0)
      report.required(at, 'must specify `addresses` or `notReadyAddresses`');
    for (const [name, addresses] of [
      ['addresses', ready],
      ['notReadyAddresses', waiting],
    ] as const) {
      addresses.forEach(({ ip }, position) => {
        checkEndpointIp(report, `${at}.${name}[${position}].ip`, text(ip));
      });
    }
    ports.forEach((port, position) => {
      const place = `${at}.ports[${position}]`;
      const name = text(port.name);
      if (name === '' && ports.length > 1) report.required(`${place}.name`);
      else if (name !== '') report.invalidAll(`${place}.name`, name, dnsLabel(name));
      const number = numberIn(port.port) ?? 0;
      report.invalidAll(`${place}.port`, number, portNumber(number));
      checkOneOf(report, `${place}.protocol`, port.protocol, ['SCTP', 'TCP', 'UDP']);
    });
  });
}

export function checkEndpointSlice(report: Report, slice: DraftObject, old: StoredObject | undefined): void {
  if (old !== undefined) checkImmutable(report, 'addressType', slice.addressType, old.addressType);
  checkOneOf(report, 'addressType', slice.addressType, ['FQDN', 'IPv4', 'IPv6']);
  const names = new Set<string>();
  records(slice.ports).forEach((port, index) => {
    const name = text(port.name);
    checkFormat(report, `ports[${index}].name`, name, dnsLabel);
    if (names.has(name)) report.duplicate(`ports[${index}].name`, name);
    names.add(name);
    checkOneOf(report, `ports[${index}].protocol`, port.protocol, ['SCTP', 'TCP', 'UDP']);
  });
  records(slice.endpoints).forEach((endpoint, index) => {
    const addresses = list(endpoint.addresses);
    if (addresses.length === 0)
      report.required(`endpoints[${index}].addresses`, 'must contain at least 1 address');
    addresses.forEach((address, position) => {
      if (slice.addressType === 'IPv4' && isIpV6(text(address))) {
        report.invalid(`endpoints[${index}].addresses`, address, 'must be an IPv4 address');
        return;
      }
      if (slice.addressType === 'IPv4' && !isIpV4(text(address))) {
        checkIp(report, `endpoints[${index}].addresses[${position}]`, address);
      }
    });
  });
}

/** An Ingress class: whose controller, and where its parameters lie. */
export function checkIngressClass(
  report: Report,
  ingressClass: DraftObject,
  old: StoredObject | undefined,
): void {
  const spec = record(ingressClass.spec);
  const controller = text(spec.controller);
  if (old !== undefined) checkImmutable(report, 'spec.controller', controller, record(old.spec).controller);
  const [host = '', ...rest] = controller.split('/');
  if (controller === '') report.required('spec.controller');
  else if (host === '' || rest.join('/') === '') {
    report.invalid('spec.controller', controller, 'must be a domain-prefixed path (such as "acme.io/foo")');
  } else report.invalidAll('spec.controller', host, dnsSubdomain(host));
  if (!isRecord(spec.parameters)) return;
  const { apiGroup, scope, namespace } = spec.parameters;
  checkFormat(report, 'spec.parameters.apiGroup', apiGroup, dnsSubdomain);
  for (const field of ['kind', 'name']) {
    const value = text(spec.parameters[field]);
    if (value === '') report.required(`spec.parameters.${field}`);
    else report.invalidAll(`spec.parameters.${field}`, value, pathSegment(value));
  }
  const at = 'spec.parameters.namespace';
  if (scope === 'Namespace') {
    if (namespace == null) report.required(at, "`parameters.scope` is set to 'Namespace'");
    else report.invalidAll(at, namespace, dnsLabel(text(namespace)));
  } else if (scope !== 'Cluster')
    report.notSupported('spec.parameters.scope', text(scope), ['Cluster', 'Namespace']);
  else if (namespace != null) report.forbidden(at, "`parameters.scope` is set to 'Cluster'");
}
