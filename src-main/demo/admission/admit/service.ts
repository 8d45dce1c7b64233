/** Cluster addresses and node ports of services: given out on creation, kept on update, dropped with the type that needs them. */
import { isRecord, list, record, records, text } from '../../../../shared/cluster/narrow.ts';
import type { DraftObject, StoredObject } from '../../model.ts';
import type { Registry } from '../../registry/contract.ts';
import { invalid, type StatusError } from '../../status-error.ts';
import { sameValue, type Fields } from '../json.ts';
import {
  allocateAddress,
  allocatePort,
  isInRange,
  isPortInRange,
  SERVICE_RANGE,
  PORT_RANGE,
} from './allocation.ts';
import { isFor, type Admit, type ObjectRequest } from './request.ts';

type Draft = Record<string, unknown>;

const needsPorts = (spec: Fields): boolean => spec.type === 'NodePort' || spec.type === 'LoadBalancer';
const needsAddress = (spec: Fields): boolean => spec.type !== 'ExternalName';
const isHeadless = (spec: Fields): boolean => spec.clusterIP === 'None';
const needsHealthPort = (spec: Fields): boolean =>
  spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';

/** `clusterIP` is the first of `clusterIPs`; clients of old send only the one. */
function alignAddresses(spec: Draft, old: Fields | undefined): void {
  const single = text(spec.clusterIP);
  const several = list(spec.clusterIPs);
  const changed = old !== undefined && single !== text(old.clusterIP);
  if (single !== '' && (several.length === 0 || (changed && sameValue(several, old.clusterIPs)))) {
    spec.clusterIPs = [single, ...several.slice(1)];
  } else if (single === '' && several.length > 0 && old === undefined) {
    spec.clusterIP = several[0];
  }
}

/** What an update leaves out and the old service has. */
function keepAllocated(spec: Draft, old: Fields): void {
  if (needsAddress(old) && needsAddress(spec)) {
    if (text(spec.clusterIP) === '') spec.clusterIP = old.clusterIP;
    if (list(spec.clusterIPs).length === 0 && spec.clusterIP === old.clusterIP)
      spec.clusterIPs = old.clusterIPs;
    for (const field of ['ipFamilies', 'ipFamilyPolicy']) spec[field] ??= old[field];
  }
  if (needsPorts(old) && needsPorts(spec)) {
    const before = new Map(records(old.ports).map((port) => [portKey(port), port.nodePort]));
    spec.ports = list(spec.ports).map((port) => {
      if (!isRecord(port) || port.nodePort) return port;
      const kept = before.get(portKey(port));
      return kept === undefined ? port : { ...port, nodePort: kept };
    });
  }
  if (needsHealthPort(old) && needsHealthPort(spec) && !spec.healthCheckNodePort) {
    spec.healthCheckNodePort = old.healthCheckNodePort;
  }
}

function portKey(port: Fields): string {
  return `${text(port.protocol) || 'TCP'}/${String(port.port)}`;
}

/** What the old type had and the new one has no use for, unless the client changes it at the same time. */
function dropUseless(spec: Draft, old: Fields): void {
  const drop = (fields: readonly string[]): void => {
    for (const field of fields) if (sameValue(spec[field], old[field])) Reflect.deleteProperty(spec, field);
  };
  if (needsAddress(old) && !needsAddress(spec))
    drop(['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']);
  if (needsPorts(old) && !needsPorts(spec)) {
    const before = new Set(records(old.ports).map(({ nodePort }) => nodePort));
    spec.ports = list(spec.ports).map((port) => {
      if (!isRecord(port) || !before.has(port.nodePort)) return port;
      const { nodePort: _dropped, ...rest } = port;
      return rest;
    });
    drop(['externalTrafficPolicy']);
  }
  if (needsHealthPort(old) && !needsHealthPort(spec)) drop(['healthCheckNodePort']);
  if (old.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    drop(['allocateLoadBalancerNodePorts', 'loadBalancerClass']);
  }
}

function fillFamilies(spec: Draft): void {
  const free = isHeadless(spec) && Object.keys(record(spec.selector)).length === 0;
  spec.ipFamilyPolicy ??= free ? 'RequireDualStack' : 'SingleStack';
  if (list(spec.ipFamilies).length > 0) return;
  spec.ipFamilies = free && spec.ipFamilyPolicy !== 'SingleStack' ? ['IPv4', 'IPv6'] : ['IPv4'];
}

/** The addresses and ports that services hold; `except` is the one being written. */
interface Holdings {
  readonly addresses: ReadonlySet<string>;
  readonly ports: Set<number>;
}

function holdingsOf(request: ObjectRequest, registry: Registry): Holdings {
  const addresses = new Set<string>();
  const ports = new Set<number>();
  for (const service of registry.list(request.resource)) {
    if (service.metadata.uid === request.old?.metadata.uid) continue;
    const spec = record(service.spec);
    for (const address of list(spec.clusterIPs)) addresses.add(text(address));
    for (const { nodePort } of records(spec.ports)) if (typeof nodePort === 'number') ports.add(nodePort);
    if (typeof spec.healthCheckNodePort === 'number') ports.add(spec.healthCheckNodePort);
  }
  return { addresses, ports };
}

function fault(request: ObjectRequest, field: string, value: unknown, why: string): StatusError {
  const message = `Invalid value: ${JSON.stringify(value)}: ${why}`;
  return invalid(request.resource, request.name, [{ reason: 'FieldValueInvalid', message, field }]);
}

function fillAddress(request: ObjectRequest, spec: Draft, held: Holdings, registry: Registry): void {
  const given = text(list(spec.clusterIPs)[0]);
  if (given === 'None' || (given !== '' && given === text(record(request.old?.spec).clusterIP))) return;
  const complain = (why: string): StatusError =>
    fault(request, 'spec.clusterIPs', spec.clusterIPs, `failed to allocate IP ${given}: ${why}`);
  if (given !== '') {
    // What is no address at all is for validation to refuse.
    if (!/^\d+(\.\d+){3}$/.test(given)) return;
    if (!isInRange(given)) {
      throw complain(
        `the provided IP (${given}) is not in the valid range. The range of valid IPs is ${SERVICE_RANGE.first}/16`,
      );
    }
    if (held.addresses.has(given)) throw complain('provided IP is already allocated');
    return;
  }
  const address =
    request.context.dryRun === true ? SERVICE_RANGE.first : allocateAddress(held.addresses, registry.random);
  spec.clusterIP = address;
  spec.clusterIPs = [address];
}

function fillPorts(request: ObjectRequest, spec: Draft, held: Holdings, registry: Registry): void {
  const dryRun = request.context.dryRun === true;
  const before = new Set(records(record(request.old?.spec).ports).map(({ nodePort }) => nodePort));
  const byPort = new Map<unknown, number>();
  let next = PORT_RANGE.last + 2;
  const take = (): number => {
    const port = dryRun ? next++ : allocatePort(held.ports, registry.random);
    held.ports.add(port);
    return port;
  };
  const skip = spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts === false;
  spec.ports = list(spec.ports).map((port, index) => {
    if (!isRecord(port)) return port;
    if (!port.nodePort) {
      if (skip) return port;
      // The same number over TCP and UDP gets one node port.
      const nodePort = byPort.get(port.port) ?? take();
      byPort.set(port.port, nodePort);
      return { ...port, nodePort };
    }
    const number = Number(port.nodePort);
    const shared = byPort.get(port.port) === number;
    const field = `spec.ports[${index}].nodePort`;
    // A dry run does not look at the range.
    if (!dryRun && !before.has(number) && !isPortInRange(number)) {
      const range = `${PORT_RANGE.first}-${PORT_RANGE.last}`;
      throw fault(
        request,
        field,
        number,
        `provided port is not in the valid range. The range of valid ports is ${range}`,
      );
    }
    if (!shared && held.ports.has(number))
      throw fault(request, field, number, 'provided port is already allocated');
    held.ports.add(number);
    byPort.set(port.port, number);
    return port;
  });
  if (needsHealthPort(spec) && !spec.healthCheckNodePort) spec.healthCheckNodePort = take();
}

/** The service with its addresses and ports. Throws 422 for an address or port that is taken or out of range. */
export const admitService: Admit = (request, registry) => {
  const { object: service, old } = request;
  if (!isFor(request, '', 'services') || !isRecord(service.spec)) return service;
  const before = old === undefined ? undefined : record(old.spec);
  const spec: Draft = { ...service.spec };
  alignAddresses(spec, before);
  if (before !== undefined) {
    keepAllocated(spec, before);
    dropUseless(spec, before);
  }
  if (needsAddress(spec)) fillFamilies(spec);
  const addressed = needsAddress(spec) && !isHeadless(spec);
  if (addressed || needsPorts(spec)) {
    const complete = list(spec.clusterIPs).length > 0 && !needsPorts(spec) && before !== undefined;
    if (!complete || !sameValue(spec.clusterIPs, before.clusterIPs))
      allocate(request, spec, registry, addressed);
  }
  const next = { ...service, spec };
  return sameValue(next, service) ? service : withoutBalancer(next, old);
};

function allocate(request: ObjectRequest, spec: Draft, registry: Registry, addressed: boolean): void {
  const held = holdingsOf(request, registry);
  if (addressed) fillAddress(request, spec, held, registry);
  if (needsPorts(spec)) fillPorts(request, spec, held, registry);
}

/** A service that is no load balancer any more has no balancer's address. */
function withoutBalancer(
  service: DraftObject & { readonly spec: Fields },
  old: StoredObject | undefined,
): DraftObject {
  if (old === undefined || service.spec.type === 'LoadBalancer') return service;
  const status = record(service.status);
  return list(record(status.loadBalancer).ingress).length === 0
    ? service
    : { ...service, status: { ...status, loadBalancer: {} } };
}
