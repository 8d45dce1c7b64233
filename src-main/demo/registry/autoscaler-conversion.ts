/** HorizontalPodAutoscalers of autoscaling/v1: one CPU target in the spec, everything else in annotations; stored as v2. */
import { isRecord } from '../../../shared/cluster/narrow.ts';
import type { ObjectMeta, StoredObject } from '../model.ts';
import { fieldsOf, objectsOf, without, type Fields } from './json.ts';

const PREFIX = 'autoscaling.alpha.kubernetes.io/';
const METRICS = `${PREFIX}metrics`;
const BEHAVIOR = `${PREFIX}behavior`;
const CONDITIONS = `${PREFIX}conditions`;
const CURRENT = `${PREFIX}current-metrics`;

type Path = readonly [string] | readonly [string, string];

/** Where v1 and v2 keep the parts of one source of metrics. */
type Parts = readonly (readonly [v1: string, v2: Path])[];

const RESOURCE: Parts = [
  ['name', ['name']],
  ['container', ['container']],
  ['targetAverageUtilization', ['target', 'averageUtilization']],
  ['targetAverageValue', ['target', 'averageValue']],
];

const SOURCES: Readonly<Record<string, { readonly field: string; readonly parts: Parts }>> = {
  Resource: { field: 'resource', parts: RESOURCE },
  ContainerResource: { field: 'containerResource', parts: RESOURCE },
  Pods: {
    field: 'pods',
    parts: [
      ['metricName', ['metric', 'name']],
      ['selector', ['metric', 'selector']],
      ['targetAverageValue', ['target', 'averageValue']],
    ],
  },
  Object: {
    field: 'object',
    parts: [
      ['target', ['describedObject']],
      ['metricName', ['metric', 'name']],
      ['selector', ['metric', 'selector']],
      ['targetValue', ['target', 'value']],
      ['averageValue', ['target', 'averageValue']],
    ],
  },
  External: {
    field: 'external',
    parts: [
      ['metricName', ['metric', 'name']],
      ['metricSelector', ['metric', 'selector']],
      ['targetValue', ['target', 'value']],
      ['targetAverageValue', ['target', 'averageValue']],
    ],
  },
};

const TARGET_TYPES = [
  ['averageUtilization', 'Utilization'],
  ['averageValue', 'AverageValue'],
  ['value', 'Value'],
] as const;

function sourceOf(metric: Fields): { readonly field: string; readonly parts: Parts } | undefined {
  const { type } = metric;
  return typeof type === 'string' && Object.hasOwn(SOURCES, type) ? SOURCES[type] : undefined;
}

function metricToV1(metric: Fields): Fields {
  const source = sourceOf(metric);
  if (source === undefined) return metric;
  const value = fieldsOf(metric[source.field]);
  const parts = source.parts.map(([v1, [outer, inner]]) => {
    return [v1, inner === undefined ? value[outer] : fieldsOf(value[outer])[inner]] as const;
  });
  const present = parts.filter(([, part]) => part !== undefined);
  return { type: metric.type, [source.field]: Object.fromEntries(present) };
}

function metricFromV1(metric: Fields): Fields {
  const source = sourceOf(metric);
  if (source === undefined) return metric;
  const value = fieldsOf(metric[source.field]);
  const made: Record<string, unknown> = {};
  for (const [v1, [outer, inner]] of source.parts) {
    if (value[v1] === undefined) continue;
    made[outer] = inner === undefined ? value[v1] : { ...fieldsOf(made[outer]), [inner]: value[v1] };
  }
  const target = fieldsOf(made.target);
  const type = TARGET_TYPES.find(([field]) => target[field] !== undefined)?.[1];
  return { type: metric.type, [source.field]: { ...made, target: { ...(type && { type }), ...target } } };
}

/** Renames the keys of objects at every depth. */
function withKeys(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => withKeys(item, rename));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [rename(key), withKeys(item, rename)]),
  );
}

const capital = (key: string): string => key.charAt(0).toUpperCase() + key.slice(1);
const small = (key: string): string => key.charAt(0).toLowerCase() + key.slice(1);

function cpuTargetOf(metric: Fields): number | undefined {
  const { name, target } = fieldsOf(metric.resource);
  const { averageUtilization } = fieldsOf(target);
  const isCpu = metric.type === 'Resource' && name === 'cpu';
  return isCpu && typeof averageUtilization === 'number' ? averageUtilization : undefined;
}

function cpuMetric(averageUtilization: number): Fields {
  const target = { type: 'Utilization', averageUtilization };
  return { type: 'Resource', resource: { name: 'cpu', target } };
}

function currentCpuOf(status: Fields): number | undefined {
  const values = objectsOf(status.currentMetrics).map(({ resource }) => fieldsOf(resource));
  const value = fieldsOf(values.find(({ name }) => name === 'cpu')?.current).averageUtilization;
  return typeof value === 'number' ? value : undefined;
}

/** The annotation's value, or undefined: what a client wrote there may be anything. */
function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function withAnnotations(metadata: ObjectMeta, annotations: Readonly<Record<string, string>>): ObjectMeta {
  const others = without(metadata, 'annotations');
  return Object.keys(annotations).length === 0 ? others : { ...others, annotations };
}

export function autoscalerToV1(stored: StoredObject): StoredObject {
  const spec = fieldsOf(stored.spec);
  const status = fieldsOf(stored.status);
  const metrics = objectsOf(spec.metrics);
  const cpu = metrics.find((metric) => cpuTargetOf(metric) !== undefined);
  const target = cpu && cpuTargetOf(cpu);
  const others = metrics.filter((metric) => metric !== cpu).map(metricToV1);
  const current = currentCpuOf(status);
  const { conditions, currentMetrics } = status;
  const kept: readonly (readonly [string, unknown])[] = [
    [METRICS, others.length === 0 ? undefined : others],
    [BEHAVIOR, withKeys(spec.behavior, capital)],
    [CONDITIONS, conditions],
    [CURRENT, objectsOf(currentMetrics).length === 0 ? undefined : currentMetrics],
  ];
  const written = kept.filter(([, value]) => value !== undefined);
  const annotations = Object.fromEntries(written.map(([name, value]) => [name, JSON.stringify(value)]));
  return {
    ...stored,
    apiVersion: 'autoscaling/v1',
    metadata: withAnnotations(stored.metadata, { ...stored.metadata.annotations, ...annotations }),
    spec: {
      ...without(spec, 'metrics', 'behavior'),
      ...(target === undefined ? {} : { targetCPUUtilizationPercentage: target }),
    },
    status: {
      currentReplicas: 0,
      ...without(status, 'conditions', 'currentMetrics'),
      ...(current === undefined ? {} : { currentCPUUtilizationPercentage: current }),
    },
  };
}

export function autoscalerFromV1(object: StoredObject): StoredObject {
  const { [METRICS]: metrics, [BEHAVIOR]: behavior, ...rest } = object.metadata.annotations ?? {};
  const { [CONDITIONS]: conditions, [CURRENT]: current, ...annotations } = rest;
  const { targetCPUUtilizationPercentage: target, ...spec } = fieldsOf(object.spec);
  const { currentCPUUtilizationPercentage: _current, ...status } = fieldsOf(object.status);
  const all = [
    ...(typeof target === 'number' ? [cpuMetric(target)] : []),
    ...objectsOf(parse(metrics)).map(metricFromV1),
  ];
  const rules = withKeys(parse(behavior), small);
  const conditionList = parse(conditions);
  return {
    ...object,
    apiVersion: 'autoscaling/v2',
    metadata: withAnnotations(object.metadata, annotations),
    spec: {
      ...spec,
      ...(all.length === 0 ? {} : { metrics: all }),
      ...(isRecord(rules) ? { behavior: rules } : {}),
    },
    status: {
      ...without(status, ...(status.currentReplicas === 0 ? (['currentReplicas'] as const) : [])),
      currentMetrics: parse(current) ?? null,
      ...(Array.isArray(conditionList) ? { conditions: conditionList as unknown[] } : {}),
    },
  };
}
