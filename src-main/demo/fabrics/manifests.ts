/** Writes Kubernetes manifests of workloads from a few facts, as a careful team would. */
import type { DraftObject, JsonObject } from '../model.ts';

/** Where an environment variable gets its value. */
type EnvSource =
  | string
  | { readonly configMap: string; readonly key: string }
  | { readonly secret: string; readonly key: string };

export interface App {
  readonly namespace: string;
  readonly name: string;
  readonly image: string;
  readonly replicas?: number;
  /** 0 for a program that listens nowhere. Default 8080. */
  readonly port?: number;
  /** Readiness probe. Default `http` where it listens. */
  readonly probe?: 'http' | 'tcp' | 'none';
  readonly env?: Readonly<Record<string, EnvSource>>;
  /** ConfigMaps whose keys all become variables. */
  readonly envFrom?: readonly string[];
  /** ConfigMaps and Secrets mounted, by path. */
  readonly mounts?: Readonly<Record<string, { readonly configMap: string } | { readonly secret: string }>>;
  readonly args?: readonly string[];
  /** Request, e.g. `50m`. */
  readonly cpu?: string;
  /** Request and limit, e.g. `128Mi`. */
  readonly memory?: string;
  readonly strategy?: JsonObject;
  readonly serviceAccount?: string;
  readonly hostNetwork?: boolean;
  readonly tolerations?: readonly JsonObject[];
  readonly priorityClass?: string;
  /** What it is part of, as a label. */
  readonly partOf?: string;
}

export const RECREATE: JsonObject = { type: 'Recreate' };

function labelsOf({ name, partOf }: Pick<App, 'name' | 'partOf'>): Record<string, string> {
  return { app: name, ...(partOf === undefined ? {} : { 'app.kubernetes.io/part-of': partOf }) };
}

export function namespace(name: string, labels: Record<string, string> = {}): DraftObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

export function deployment(app: App): DraftObject {
  const { replicas = 2, strategy } = app;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadataOf(app),
    spec: {
      replicas,
      selector: { matchLabels: { app: app.name } },
      ...(strategy === undefined ? {} : { strategy }),
      template: templateOf(app),
    },
  };
}

/** With a headless Service of its own name, which `service` makes. */
export function statefulSet(app: App): DraftObject {
  const { replicas = 1, name } = app;
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: metadataOf(app),
    spec: {
      replicas,
      serviceName: name,
      podManagementPolicy: 'Parallel',
      selector: { matchLabels: { app: name } },
      template: templateOf(app),
    },
  };
}

export function daemonSet(app: App): DraftObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: metadataOf(app),
    spec: { selector: { matchLabels: { app: app.name } }, template: templateOf(app) },
  };
}

export function cronJob(app: App, schedule: string): DraftObject {
  const template = templateOf({ port: 0, ...app });
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: metadataOf(app),
    spec: {
      schedule,
      concurrencyPolicy: 'Forbid',
      successfulJobsHistoryLimit: 1,
      jobTemplate: {
        spec: {
          backoffLimit: 2,
          template: { ...template, spec: { ...template.spec, restartPolicy: 'OnFailure' } },
        },
      },
    },
  };
}

interface ServiceOptions {
  /** Default: the app's. */
  readonly name?: string;
  readonly headless?: boolean;
  readonly port?: number;
  readonly clusterIP?: string;
}

export function service(
  app: Pick<App, 'namespace' | 'name' | 'port' | 'partOf'>,
  options: ServiceOptions = {},
): DraftObject {
  const { name = app.name, headless = false, port = app.port ?? 8080, clusterIP } = options;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: app.namespace, labels: labelsOf(app) },
    spec: {
      ...(headless ? { clusterIP: 'None' } : clusterIP === undefined ? {} : { clusterIP }),
      selector: { app: app.name },
      ports: [{ name: 'main', port, targetPort: app.port ?? 8080 }],
    },
  };
}

/** @param paths Services by path */
export function ingress(
  where: { readonly namespace: string; readonly name: string },
  host: string,
  paths: Readonly<Record<string, string>>,
): DraftObject {
  const backends = Object.entries(paths).map(([path, name]) => ({
    path,
    pathType: 'Prefix',
    backend: { service: { name, port: { name: 'main' } } },
  }));
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { ...where },
    spec: { ingressClassName: 'edge', rules: [{ host, http: { paths: backends } }] },
  };
}

export function configMap(where: string, name: string, data: Record<string, string>): DraftObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: where }, data };
}

/** @param values as plain text */
export function secret(where: string, name: string, values: Record<string, string>): DraftObject {
  const data = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
  );
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: where }, type: 'Opaque', data };
}

export function disruptionBudget(app: Pick<App, 'namespace' | 'name'>): DraftObject {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: app.name, namespace: app.namespace },
    spec: { maxUnavailable: 1, selector: { matchLabels: { app: app.name } } },
  };
}

export function quota(where: string, hard: Record<string, string>): DraftObject {
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'team-quota', namespace: where },
    spec: { hard },
  };
}

function metadataOf(app: App): NonNullable<DraftObject['metadata']> {
  return { name: app.name, namespace: app.namespace, labels: labelsOf(app) };
}

function templateOf(app: App): { metadata: JsonObject; spec: JsonObject } {
  const { serviceAccount, hostNetwork, tolerations, priorityClass, mounts } = app;
  const volumes = Object.values(mounts ?? {}).map((source) =>
    'configMap' in source
      ? { name: source.configMap, configMap: { name: source.configMap } }
      : { name: source.secret, secret: { secretName: source.secret } },
  );
  return {
    metadata: { labels: labelsOf(app) },
    spec: {
      ...(serviceAccount === undefined ? {} : { serviceAccountName: serviceAccount }),
      ...(hostNetwork === true ? { hostNetwork } : {}),
      ...(tolerations === undefined ? {} : { tolerations }),
      ...(priorityClass === undefined ? {} : { priorityClassName: priorityClass }),
      containers: [containerOf(app)],
      ...(volumes.length === 0 ? {} : { volumes }),
    },
  };
}

function containerOf(app: App): JsonObject {
  const { name, image, args, port = 8080, cpu = '20m', memory = '64Mi' } = app;
  const { probe = port === 0 ? 'none' : 'http' } = app;
  const env = Object.entries(app.env ?? {}).map(([key, source]) => envOf(key, source));
  const mounts = Object.entries(app.mounts ?? {}).map(([mountPath, source]) => ({
    name: 'configMap' in source ? source.configMap : source.secret,
    mountPath,
    readOnly: true,
  }));
  const check =
    probe === 'http'
      ? { httpGet: { path: '/healthz', port } }
      : { tcpSocket: { port }, initialDelaySeconds: 2 };
  return {
    name,
    image,
    ...(args === undefined ? {} : { args }),
    ...(port === 0 ? {} : { ports: [{ name: 'main', containerPort: port }] }),
    ...(app.envFrom === undefined
      ? {}
      : { envFrom: app.envFrom.map((map) => ({ configMapRef: { name: map } })) }),
    ...(env.length === 0 ? {} : { env }),
    resources: { requests: { cpu, memory }, limits: { memory } },
    ...(probe === 'none' ? {} : { readinessProbe: { ...check, periodSeconds: 5 } }),
    ...(mounts.length === 0 ? {} : { volumeMounts: mounts }),
  };
}

function envOf(name: string, source: EnvSource): JsonObject {
  if (typeof source === 'string') return { name, value: source };
  const [field, from] =
    'configMap' in source ? ['configMapKeyRef', source.configMap] : ['secretKeyRef', source.secret];
  return { name, valueFrom: { [field]: { name: from, key: source.key } } };
}
