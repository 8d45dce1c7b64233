/** The cells of services, endpoints and ingresses, as the API server prints them. */
import { formatLabels, formatSelector, shorten } from './format.ts';
import { since } from './duration.ts';
import type { PrintCells } from './row.ts';
import { countAt, listAt, numberAt, textAt, valueAt } from './value.ts';

function addressesOf(object: unknown): readonly string[] {
  const found = listAt(object, 'status', 'loadBalancer', 'ingress').map(
    (ingress) => textAt(ingress, 'ip') || textAt(ingress, 'hostname'),
  );
  return [...new Set(found.filter(Boolean))].sort();
}

function externalIp(service: unknown): string {
  const external = listAt(service, 'spec', 'externalIPs').filter((ip) => typeof ip === 'string');
  switch (textAt(service, 'spec', 'type')) {
    case 'ClusterIP':
    case 'NodePort':
      return external.join(',') || '<none>';
    case 'LoadBalancer':
      return [...addressesOf(service), ...external].join(',') || '<pending>';
    case 'ExternalName':
      return textAt(service, 'spec', 'externalName');
    default:
      return '<unknown>';
  }
}

function portText(port: unknown): string {
  const node = countAt(port, 'nodePort');
  const number = countAt(port, 'port');
  return `${node > 0 ? `${number}:${node}` : number}/${textAt(port, 'protocol')}`;
}

const printService: PrintCells = (object, now) => {
  const [clusterIp] = listAt(object, 'spec', 'clusterIPs');
  return [
    object.metadata.name,
    textAt(object, 'spec', 'type'),
    typeof clusterIp === 'string' ? clusterIp : '<none>',
    externalIp(object),
    listAt(object, 'spec', 'ports').map(portText).join(',') || '<none>',
    since(object.metadata.creationTimestamp, now),
    formatLabels(valueAt(object, 'spec', 'selector')),
  ];
};

function joinHostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function endpointsText(endpoints: unknown): string {
  const subsets = listAt(endpoints, 'subsets');
  if (subsets.length === 0) return '<none>';
  const texts = subsets.flatMap((subset) => {
    const addresses = listAt(subset, 'addresses').map((address) => textAt(address, 'ip'));
    const ports = listAt(subset, 'ports');
    if (ports.length === 0) return addresses;
    return ports.flatMap((port) => addresses.map((ip) => joinHostPort(ip, countAt(port, 'port'))));
  });
  return shorten(texts, 3, texts.length);
}

const printEndpoints: PrintCells = (object, now) => [
  object.metadata.name,
  endpointsText(object),
  since(object.metadata.creationTimestamp, now),
];

const printEndpointSlice: PrintCells = (object, now) => {
  const ports = listAt(object, 'ports').map((port) => {
    const number = numberAt(port, 'port');
    if (number !== undefined) return String(number);
    const name = valueAt(port, 'name');
    return typeof name === 'string' ? name : '*';
  });
  const addresses = listAt(object, 'endpoints')
    .flatMap((endpoint) => listAt(endpoint, 'addresses'))
    .filter((address) => typeof address === 'string');
  return [
    object.metadata.name,
    textAt(object, 'addressType'),
    shorten(ports, 3, ports.length) || '<unset>',
    shorten(addresses, 3, addresses.length) || '<unset>',
    since(object.metadata.creationTimestamp, now),
  ];
};

function hostsText(ingress: unknown): string {
  const rules = listAt(ingress, 'spec', 'rules');
  const hosts: string[] = [];
  let more = false;
  for (const rule of rules) {
    if (hosts.length === 3) more = true;
    const host = textAt(rule, 'host');
    if (!more && host !== '') hosts.push(host);
  }
  if (hosts.length === 0) return '*';
  return more ? `${hosts.join(',')} + ${rules.length - 3} more...` : hosts.join(',');
}

const printIngress: PrintCells = (object, now) => [
  object.metadata.name,
  textAt(object, 'spec', 'ingressClassName') || '<none>',
  hostsText(object),
  addressesOf(object).join(','),
  listAt(object, 'spec', 'tls').length > 0 ? '80, 443' : '80',
  since(object.metadata.creationTimestamp, now),
];

const printIngressClass: PrintCells = (object, now) => {
  const parameters = valueAt(object, 'spec', 'parameters');
  const group = textAt(parameters, 'apiGroup');
  const kind = `${textAt(parameters, 'kind')}${group === '' ? '' : `.${group}`}`;
  return [
    object.metadata.name,
    textAt(object, 'spec', 'controller'),
    parameters === undefined ? '<none>' : `${kind}/${textAt(parameters, 'name')}`,
    since(object.metadata.creationTimestamp, now),
  ];
};

const printNetworkPolicy: PrintCells = (object, now) => [
  object.metadata.name,
  formatSelector(valueAt(object, 'spec', 'podSelector')),
  since(object.metadata.creationTimestamp, now),
];

const printServiceCidr: PrintCells = (object, now) => [
  object.metadata.name,
  listAt(object, 'spec', 'cidrs')
    .filter((cidr) => typeof cidr === 'string')
    .join(','),
  since(object.metadata.creationTimestamp, now),
];

const printIpAddress: PrintCells = (object, now) => {
  const parent = valueAt(object, 'spec', 'parentRef');
  const group = textAt(parent, 'group');
  const parts = [
    group === '' ? textAt(parent, 'resource') : `${textAt(parent, 'resource')}.${group}`,
    textAt(parent, 'namespace'),
    textAt(parent, 'name'),
  ];
  // One cell more than there are columns, as the API server has it.
  return [
    object.metadata.name,
    parts.filter(Boolean).join('/'),
    since(object.metadata.creationTimestamp, now),
  ];
};

export const NETWORK_CELLS: Readonly<Record<string, PrintCells>> = {
  services: printService,
  endpoints: printEndpoints,
  'endpointslices.discovery.k8s.io': printEndpointSlice,
  'ingresses.networking.k8s.io': printIngress,
  'ingressclasses.networking.k8s.io': printIngressClass,
  'networkpolicies.networking.k8s.io': printNetworkPolicy,
  'servicecidrs.networking.k8s.io': printServiceCidr,
  'ipaddresses.networking.k8s.io': printIpAddress,
};
