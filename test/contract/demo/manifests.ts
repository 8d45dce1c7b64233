/** Objects that the cases of the contract suite send, each as small as its kind allows. */

export type Fields = Readonly<Record<string, unknown>>;

const IMAGE = 'hedgerow.test/busybox:1.36';

const meta = (name: string, more: Fields = {}): Fields => ({ name, ...more });

export const configMap = (name: string, data: Fields = { key: 'value' }, metadata: Fields = {}): Fields => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: meta(name, metadata),
  data,
});

export const secret = (name: string, more: Fields = { stringData: { password: 'hush' } }): Fields => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: meta(name),
  ...more,
});

export const container = (name = 'app', more: Fields = {}): Fields => ({
  name,
  image: IMAGE,
  command: ['sleep', '3600'],
  ...more,
});

export const pod = (name: string, spec: Fields = {}, metadata: Fields = {}): Fields => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: meta(name, metadata),
  spec: { containers: [container()], ...spec },
});

export const template = (app: string, spec: Fields = {}): Fields => ({
  metadata: { labels: { app } },
  spec: { containers: [container()], ...spec },
});

/** A kind of `apps/v1` with a selector and a template; `more` are further fields of its spec. */
export const workload = (kind: string, name: string, more: Fields = {}, metadata: Fields = {}): Fields => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: meta(name, metadata),
  spec: { selector: { matchLabels: { app: name } }, template: template(name), ...more },
});

export const deployment = (name: string, more: Fields = {}, metadata: Fields = {}): Fields =>
  workload('Deployment', name, more, metadata);

export const job = (name: string, more: Fields = {}): Fields => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: meta(name),
  spec: { template: { spec: { restartPolicy: 'Never', containers: [container()] } }, ...more },
});

export const cronJob = (name: string, more: Fields = {}): Fields => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: meta(name),
  spec: { schedule: '*/5 * * * *', jobTemplate: { spec: job(name).spec }, ...more },
});

export const service = (name: string, more: Fields = {}): Fields => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: meta(name),
  spec: { selector: { app: name }, ports: [{ port: 80 }], ...more },
});

export const object = (
  apiVersion: string,
  kind: string,
  name: string,
  more: Fields = {},
  metadata: Fields = {},
): Fields => ({ apiVersion, kind, metadata: meta(name, metadata), ...more });

/** A CustomResourceDefinition of the case's own group `{ns}.example.com`. */
export const definition = (plural: string, kind: string, version: Fields, more: Fields = {}): Fields => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.{ns}.example.com` },
  spec: {
    group: '{ns}.example.com',
    scope: 'Namespaced',
    names: { plural, kind, singular: kind.toLowerCase(), listKind: `${kind}List` },
    versions: [{ name: 'v1', served: true, storage: true, ...version }],
    ...more,
  },
});
