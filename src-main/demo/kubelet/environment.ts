/** The variables of a container, from its spec, ConfigMaps, Secrets, the pod itself and the Services beside it. */
import type { StoredObject } from '../model.ts';
import type { Registry } from '../registry/contract.ts';
import { fieldOf, resourceOf, type PodAddresses } from './pod-fields.ts';
import type { ContainerSpec, EnvVar, Pod } from './pod-types.ts';

export interface EnvironmentInput {
  readonly registry: Registry;
  readonly pod: Pod;
  readonly container: ContainerSpec;
  readonly addresses: PodAddresses;
  readonly allocatable: Readonly<Record<string, string>>;
}

/** Thrown where the kubelet gives up: the message of CreateContainerConfigError. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConfigError';
  }
}

type Values = Readonly<Record<string, string>>;

/** The values of a ConfigMap or Secret (decoded); undefined if there is none of this name. */
export function valuesOf(
  registry: Registry,
  kind: 'ConfigMap' | 'Secret',
  namespace: string,
  name: string,
): Values | undefined {
  const found = registry.find(registry.catalogue.builtIn('v1', kind), namespace, name);
  if (found === undefined) return undefined;
  const { data = {}, binaryData = {} } = found as StoredObject & { data?: Values; binaryData?: Values };
  const decode = (values: Values): [string, string][] =>
    Object.entries(values).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]);
  return Object.fromEntries(
    kind === 'Secret' ? decode(data) : [...Object.entries(data), ...decode(binaryData)],
  );
}

function keyOf(
  { registry, pod }: EnvironmentInput,
  kind: 'ConfigMap' | 'Secret',
  { name = '', key, optional }: { readonly name?: string; readonly key: string; readonly optional?: boolean },
): string | undefined {
  const { namespace } = pod.metadata;
  const values = valuesOf(registry, kind, namespace, name);
  if (values !== undefined && Object.hasOwn(values, key)) return values[key];
  if (optional === true) return undefined;
  throw new ConfigError(
    values === undefined
      ? `${kind.toLowerCase()} "${name}" not found`
      : `couldn't find key ${key} in ${kind} ${namespace}/${name}`,
  );
}

function fromRef(input: EnvironmentInput, { valueFrom }: EnvVar): string | undefined {
  if (valueFrom?.configMapKeyRef !== undefined) return keyOf(input, 'ConfigMap', valueFrom.configMapKeyRef);
  if (valueFrom?.secretKeyRef !== undefined) return keyOf(input, 'Secret', valueFrom.secretKeyRef);
  if (valueFrom?.fieldRef !== undefined)
    return fieldOf(input.pod, valueFrom.fieldRef.fieldPath, input.addresses);
  const resource = valueFrom?.resourceFieldRef;
  if (resource === undefined) return undefined;
  const { spec } = input.pod;
  const named = [...spec.containers, ...(spec.initContainers ?? [])].find(
    ({ name }) => name === resource.containerName,
  );
  return resourceOf(named ?? input.container, resource, input.allocatable);
}

/** Puts variables in place of `$(NAME)`; `$$` is a dollar. */
export function expandVariables(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(/\$\$|\$\(([^()$\s]+)\)/g, (whole, name: string | undefined) =>
    name === undefined ? '$' : (variables.get(name) ?? whole),
  );
}

function serviceVariables({ registry, pod }: EnvironmentInput): [string, string][] {
  const services = registry.catalogue.builtIn('v1', 'Service');
  const own = pod.spec.enableServiceLinks === false ? [] : registry.list(services, pod.metadata.namespace);
  const api = registry.find(services, 'default', 'kubernetes');
  const all = api === undefined || own.includes(api) ? own : [...own, api];
  return all.flatMap((service): [string, string][] => {
    const { clusterIP = '', ports = [] } = service.spec as {
      clusterIP?: string;
      ports?: readonly { name?: string; port: number; protocol?: string }[];
    };
    const [first] = ports;
    if (first === undefined || clusterIP === '' || clusterIP === 'None') return [];
    const prefix = service.metadata.name.toUpperCase().replaceAll('-', '_');
    const named = ports.filter(({ name }) => name !== undefined);
    return [
      [`${prefix}_SERVICE_HOST`, clusterIP],
      [`${prefix}_SERVICE_PORT`, String(first.port)],
      ...named.map(({ name = '', port }): [string, string] => [
        `${prefix}_SERVICE_PORT_${name.toUpperCase().replaceAll('-', '_')}`,
        String(port),
      ]),
      [`${prefix}_PORT`, `${(first.protocol ?? 'TCP').toLowerCase()}://${clusterIP}:${first.port}`],
      ...ports.flatMap(({ port, protocol = 'TCP' }): [string, string][] => {
        const key = `${prefix}_PORT_${port}_${protocol}`;
        return [
          [key, `${protocol.toLowerCase()}://${clusterIP}:${port}`],
          [`${key}_PROTO`, protocol.toLowerCase()],
          [`${key}_PORT`, String(port)],
          [`${key}_ADDR`, clusterIP],
        ];
      }),
    ];
  });
}

/** All variables of a container, without those of its image. Throws ConfigError. */
export function environmentOf(input: EnvironmentInput): Map<string, string> {
  const { registry, pod, container } = input;
  const result = new Map<string, string>();
  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    const kind = configMapRef === undefined ? 'Secret' : 'ConfigMap';
    const { name = '', optional } = configMapRef ?? secretRef ?? {};
    const values = valuesOf(registry, kind, pod.metadata.namespace, name);
    if (values === undefined && optional !== true)
      throw new ConfigError(`${kind.toLowerCase()} "${name}" not found`);
    for (const [key, value] of Object.entries(values ?? {})) {
      if (/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(prefix + key)) result.set(prefix + key, value);
    }
  }
  const services = serviceVariables(input);
  const known = new Map([...services, ...result]);
  for (const variable of container.env ?? []) {
    const value =
      variable.valueFrom === undefined
        ? expandVariables(variable.value ?? '', known)
        : fromRef(input, variable);
    if (value === undefined) continue;
    result.set(variable.name, value);
    known.set(variable.name, value);
  }
  for (const [name, value] of services) if (!result.has(name)) result.set(name, value);
  return result;
}
