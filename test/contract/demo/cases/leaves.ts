/** The custom resource of the cases: a leaf switch, with every kind of rule a schema can have. */
import { del, get, post, type RequestStep } from '../contract-case.ts';
import { definition } from '../manifests.ts';

export const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
export const GROUP = '/apis/{ns}.example.com';
export const LEAVES = `${GROUP}/v1/namespaces/{ns}/leaves`;

const schema = {
  type: 'object',
  required: ['spec'],
  properties: {
    spec: {
      type: 'object',
      required: ['ports'],
      properties: {
        ports: { type: 'integer', minimum: 1, maximum: 64 },
        speed: { type: 'string', enum: ['10G', '25G', '100G'], default: '25G' },
        name: { type: 'string', pattern: '^[a-z]+$', maxLength: 5, minLength: 2 },
        tags: { type: 'array', items: { type: 'string' }, maxItems: 2, 'x-kubernetes-list-type': 'set' },
        links: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['port'],
          items: {
            type: 'object',
            required: ['port'],
            properties: {
              port: { type: 'integer' },
              to: { type: 'string' },
              up: { type: 'boolean', default: true },
            },
          },
        },
        free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        labels: { type: 'object', additionalProperties: { type: 'string' } },
        either: { 'x-kubernetes-int-or-string': true },
        since: { type: 'string', format: 'date-time' },
        ip: { type: 'string', format: 'ipv4' },
        ratio: { type: 'number', exclusiveMinimum: true, minimum: 0, multipleOf: 0.5 },
        nothing: { type: 'string', nullable: true },
      },
    },
    status: { type: 'object', properties: { ready: { type: 'boolean' }, replicas: { type: 'integer' } } },
  },
};

export const leafDefinition = (version: object = {}, more: object = {}): unknown =>
  definition(
    'leaves',
    'Leaf',
    {
      schema: { openAPIV3Schema: schema },
      subresources: {
        status: {},
        scale: { specReplicasPath: '.spec.ports', statusReplicasPath: '.status.replicas' },
      },
      additionalPrinterColumns: [
        { name: 'Ports', type: 'integer', jsonPath: '.spec.ports' },
        { name: 'Speed', type: 'string', jsonPath: '.spec.speed', priority: 1 },
        { name: 'Ready', type: 'boolean', jsonPath: '.status.ready' },
        { name: 'Tag', type: 'string', jsonPath: '.spec.tags[0]' },
        { name: 'Since', type: 'date', jsonPath: '.spec.since' },
      ],
      ...version,
    },
    {
      names: {
        plural: 'leaves',
        kind: 'Leaf',
        singular: 'leaf',
        listKind: 'LeafList',
        shortNames: ['lf'],
        categories: ['all', 'fabric'],
      },
      ...more,
    },
  );

export const leaf = (name: string, spec: unknown = { ports: 4 }, more: object = {}): unknown => ({
  apiVersion: '{ns}.example.com/v1',
  kind: 'Leaf',
  metadata: { name },
  spec,
  ...more,
});

export const silent = { show: () => 'compared elsewhere' };
/** The definition, served. */
export const served: readonly RequestStep[] = [
  post(CRDS, leafDefinition(), silent),
  get(LEAVES, { until: 200, ...silent }),
  post(LEAVES, leaf('warm-up'), { until: 201, ...silent }),
  del(`${LEAVES}/warm-up`, undefined, silent),
];
