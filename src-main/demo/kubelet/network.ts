/** The cluster's network as containers use it: names of Services, their endpoints, and what listens behind an address. */
import type { JsonObject, Resource, StoredObject } from '../model.ts';
import type { Registry } from '../registry/contract.ts';
import type { Listener, Machine } from './machine.ts';

export type ConnectError = 'refused' | 'no such host' | 'timeout' | 'unreachable';

export interface Connection {
  readonly ip: string;
  readonly listener?: Listener;
  readonly error?: ConnectError;
}

interface ServicePort {
  readonly name?: string;
  readonly port: number;
}
interface ServiceSpec {
  readonly clusterIP?: string;
  readonly type?: string;
  readonly externalName?: string;
  readonly ports?: readonly ServicePort[];
  readonly publishNotReadyAddresses?: boolean;
}
interface Slice {
  readonly endpoints?: readonly {
    readonly addresses?: readonly string[];
    readonly hostname?: string;
    readonly conditions?: { readonly ready?: boolean };
  }[];
  readonly ports?: readonly { readonly name?: string; readonly port?: number }[];
}
interface ReadyAddress {
  readonly ip: string;
  readonly hostname: string | undefined;
  readonly ports: readonly { readonly name?: string; readonly port?: number }[];
}

const DNS = { namespace: 'kube-system', name: 'kube-dns' };
const API_SERVER: Listener = {
  pid: 0,
  answer: () => ({
    status: 403,
    body: '{"kind":"Status","status":"Failure","reason":"Forbidden","code":403}\n',
  }),
};

export class Network {
  readonly #registry: Registry;
  readonly #services: Resource;
  readonly #slices: Resource;
  /** The containers of a pod share one address. */
  readonly #machines = new Map<string, Set<Machine>>();
  readonly #subscribers = new Map<string, Set<() => void>>();
  readonly #stops: (() => void)[];

  constructor(registry: Registry) {
    this.#registry = registry;
    this.#services = registry.catalogue.builtIn('v1', 'Service');
    this.#slices = registry.catalogue.builtIn('discovery.k8s.io/v1', 'EndpointSlice');
    this.#stops = [
      registry.watch(this.#services, {}, ({ object: { metadata } }) => {
        this.#notify(metadata.namespace ?? '', metadata.name);
      }),
      registry.watch(this.#slices, {}, ({ object: { metadata } }) => {
        this.#notify(metadata.namespace ?? '', metadata.labels?.['kubernetes.io/service-name'] ?? '');
      }),
    ];
  }

  stop(): void {
    for (const stop of this.#stops) stop();
  }

  add(ip: string, machine: Machine): void {
    const machines = this.#machines.get(ip) ?? new Set();
    this.#machines.set(ip, machines.add(machine));
  }

  remove(ip: string, machine: Machine): void {
    const machines = this.#machines.get(ip);
    machines?.delete(machine);
    if (machines?.size === 0) this.#machines.delete(ip);
  }

  /** What listens on a port of a pod's address. */
  listenerAt(ip: string, port: number): Listener | undefined {
    for (const machine of this.#machines.get(ip) ?? []) {
      const listener = machine.listeners.get(port);
      if (listener !== undefined) return listener;
    }
    return undefined;
  }

  isPod(ip: string): boolean {
    return this.#machines.has(ip);
  }

  nameserver(): string {
    const service = this.#registry.find(this.#services, DNS.namespace, DNS.name);
    return (service?.spec as ServiceSpec | undefined)?.clusterIP ?? '10.96.0.10';
  }

  /** False if there is a DNS Service and nothing ready behind it. */
  isDnsUp(): boolean {
    const service = this.#registry.find(this.#services, DNS.namespace, DNS.name);
    return service === undefined || this.#ready(service).length > 0;
  }

  /** Calls `listener` after each change of a Service a name may mean, or of its endpoints. */
  subscribe(namespace: string, host: string, listener: () => void): () => void {
    const { service, namespace: place } = partsOf(host, namespace);
    const key = `${place}/${service}`;
    const listeners = this.#subscribers.get(key) ?? new Set();
    this.#subscribers.set(key, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#subscribers.get(key) === listeners) this.#subscribers.delete(key);
    };
  }

  #notify(namespace: string, service: string): void {
    for (const listener of [...(this.#subscribers.get(`${namespace}/${service}`) ?? [])]) listener();
  }

  /** The addresses a name means in a namespace; undefined if the name does not exist. */
  lookup(namespace: string, name: string): { name: string; ips: readonly string[] } | undefined {
    if (isAddress(name)) return { name, ips: [name] };
    const { service, namespace: place, pod } = partsOf(name, namespace);
    const found = this.#registry.find(this.#services, place, service);
    if (found === undefined) return undefined;
    const spec = found.spec as ServiceSpec;
    const full = `${pod === '' ? '' : `${pod}.`}${service}.${place}.svc.cluster.local`;
    if (spec.type === 'ExternalName') return this.lookup(place, spec.externalName ?? '');
    if (spec.clusterIP !== 'None')
      return pod === '' ? { name: full, ips: [spec.clusterIP ?? ''] } : undefined;
    const ips = this.#ready(found)
      .filter(({ hostname }) => pod === '' || hostname === pod)
      .map(({ ip }) => ip);
    return ips.length === 0 ? undefined : { name: full, ips };
  }

  /** Opens a connection from a container. */
  connect(from: Machine, host: string, port: number): Connection {
    const { namespace, podIP } = from.options;
    if (/^(?:localhost|127\.|::1|\[::1\])/.test(host))
      return this.#dial(podIP, port, host === 'localhost' ? '127.0.0.1' : host);
    if (!isAddress(host) && !this.isDnsUp()) return { ip: '', error: 'timeout' };
    const found = this.lookup(namespace, host);
    const [ip] = found?.ips ?? [];
    if (ip === undefined) return { ip: '', error: 'no such host' };
    if (this.isPod(ip)) return this.#dial(ip, port, ip);
    const { service, namespace: place } = partsOf(host, namespace);
    const named = isAddress(host) ? undefined : this.#registry.find(this.#services, place, service);
    const target =
      named ??
      this.#registry.list(this.#services).find((each) => (each.spec as ServiceSpec).clusterIP === ip);
    if (target === undefined) return { ip, error: 'timeout' };
    const isApi = target.metadata.name === 'kubernetes' && target.metadata.namespace === 'default';
    if (isApi && port === 443) return { ip, listener: API_SERVER };
    const wanted = (target.spec as ServiceSpec).ports?.find((each) => each.port === port);
    // What no rule of the node covers goes astray; a port without endpoints is rejected.
    if (wanted === undefined) return { ip, error: 'timeout' };
    const [ready] = this.#ready(target);
    if (ready === undefined) return { ip, error: 'refused' };
    const behind = ready.ports.find(({ name = '' }) => name === (wanted.name ?? ''))?.port;
    return behind === undefined ? { ip, error: 'refused' } : this.#dial(ready.ip, behind, ip);
  }

  #dial(ip: string, port: number, shown: string): Connection {
    const listener = this.listenerAt(ip, port);
    if (listener !== undefined) return { ip: shown, listener };
    return { ip: shown, error: this.isPod(ip) ? 'refused' : 'unreachable' };
  }

  #ready(service: StoredObject): readonly ReadyAddress[] {
    const { namespace, name } = service.metadata;
    const all = (service.spec as ServiceSpec).publishNotReadyAddresses === true;
    return this.#registry
      .list(this.#slices, namespace)
      .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === name)
      .flatMap((slice) => {
        const { endpoints, ports = [] } = slice as unknown as Slice & JsonObject;
        return (endpoints ?? [])
          .filter(({ conditions }) => all || conditions?.ready !== false)
          .map(({ addresses, hostname }) => ({ ip: addresses?.[0] ?? '', hostname, ports }));
      });
  }
}

function isAddress(host: string): boolean {
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host) || host.includes(':');
}

/** The Service a name may mean: `db`, `db.shop`, `db-0.db.shop.svc.cluster.local`. */
function partsOf(host: string, namespace: string): { pod: string; service: string; namespace: string } {
  const plain = host.replace(/\.$/, '').replace(/\.cluster\.local$/, '');
  const isFull = plain.endsWith('.svc');
  const parts = plain.replace(/\.svc$/, '').split('.');
  if (parts.length === 3 || (isFull && parts.length > 2)) {
    const [pod = '', service = '', place = namespace] = parts;
    return { pod, service, namespace: place };
  }
  const [service = '', place = namespace] = parts;
  return { pod: '', service, namespace: place };
}

/** Go's words for a failed connection. */
export function dialError(host: string, port: number, { ip, error }: Connection, nameserver: string): string {
  if (error === 'no such host') return `dial tcp: lookup ${host} on ${nameserver}:53: no such host`;
  if (ip === '') return `dial tcp: lookup ${host} on ${nameserver}:53: read udp: i/o timeout`;
  const why =
    error === 'timeout'
      ? 'i/o timeout'
      : error === 'unreachable'
        ? 'connect: no route to host'
        : 'connect: connection refused';
  return `dial tcp ${ip}:${port}: ${why}`;
}
