/** CustomResourceDefinitions themselves. */
import { cases, del, get, patch, post, put } from '../contract-case.ts';
import { definition } from '../manifests.ts';
import { CRDS, GROUP, LEAVES, leaf, leafDefinition, served, silent } from './leaves.ts';
import { TABLE } from './printed.ts';

const conditions = (body: unknown): unknown =>
  (body as { status?: { conditions?: { type: string }[] } }).status?.conditions?.toSorted((a, b) =>
    a.type < b.type ? -1 : 1,
  );

export const CUSTOM_DEFINITIONS = cases('custom', {
  definition: [
    post(CRDS, leafDefinition()),
    get(LEAVES, { until: 200 }),
    get(`${CRDS}/leaves.{ns}.example.com`, { show: conditions }),
    get(`${CRDS}/leaves.{ns}.example.com`, {
      show: (body) => ({
        ...(body as object),
        metadata: undefined,
        status: { ...(body as { status: object }).status, conditions: undefined },
      }),
    }),
    get(GROUP, { until: 200 }),
    get(`${GROUP}/v1`, {
      until: 200,
      show: (body) =>
        JSON.parse(
          JSON.stringify(body, (key, value: unknown) => (key === 'storageVersionHash' ? undefined : value)),
        ) as unknown,
    }),
    get(`${GROUP}/v2`),
    post(CRDS, leafDefinition()),
    get(`${CRDS}/leaves.{ns}.example.com`, { headers: TABLE }),
  ],
  'cluster-scoped': [
    post(
      CRDS,
      definition(
        'spines',
        'Spine',
        { schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } },
        { scope: 'Cluster' },
      ),
    ),
    post(
      `${GROUP}/v1/spines`,
      {
        apiVersion: '{ns}.example.com/v1',
        kind: 'Spine',
        metadata: { name: 'one' },
        anything: { goes: [1, 'x'] },
      },
      { until: 201 },
    ),
    get(`${GROUP}/v1/spines/one`),
    get(`${GROUP}/v1/spines/one`, { headers: TABLE }),
    get(`${GROUP}/v1/spines`, { headers: TABLE }),
    put(`${GROUP}/v1/spines/one/status`, {}),
    get(`${GROUP}/v1/namespaces/{ns}/spines`),
    patch('merge', `${GROUP}/v1/spines/one`, { status: { free: true } }),
  ],
  versions: [
    post(
      CRDS,
      definition(
        'spines',
        'Spine',
        {},
        {
          versions: [
            {
              name: 'v1',
              served: true,
              storage: true,
              schema: { openAPIV3Schema: { type: 'object', properties: { a: { type: 'string' } } } },
            },
            {
              name: 'v1beta1',
              served: true,
              storage: false,
              deprecated: true,
              schema: { openAPIV3Schema: { type: 'object', properties: { a: { type: 'string' } } } },
            },
            {
              name: 'v1alpha1',
              served: false,
              storage: false,
              schema: { openAPIV3Schema: { type: 'object' } },
            },
          ],
        },
      ),
    ),
    post(
      `${GROUP}/v1/namespaces/{ns}/spines`,
      { apiVersion: '{ns}.example.com/v1', kind: 'Spine', metadata: { name: 'one' }, a: 'x' },
      { until: 201 },
    ),
    get(`${GROUP}/v1beta1/namespaces/{ns}/spines/one`, { until: 200 }),
    get(`${GROUP}/v1alpha1/namespaces/{ns}/spines/one`),
    get(GROUP, { until: 200 }),
  ],
  'definition-deleted': [
    ...served,
    post(LEAVES, leaf('one')),
    del(`${CRDS}/leaves.{ns}.example.com`, undefined, silent),
    get(LEAVES, { until: 404 }),
    get(`${CRDS}/leaves.{ns}.example.com`, { until: 404 }),
  ],
  'definition-wrong': [
    post(CRDS, {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'x' },
      spec: {},
    }),
    post(CRDS, { ...(leafDefinition() as object), metadata: { name: 'wrong.{ns}.example.com' } }),
    post(CRDS, leafDefinition({ schema: undefined })),
    post(CRDS, leafDefinition({ schema: { openAPIV3Schema: { type: 'object', properties: { spec: {} } } } })),
    post(CRDS, leafDefinition({ schema: { openAPIV3Schema: { type: 'string' } } })),
    post(
      CRDS,
      leafDefinition({
        schema: { openAPIV3Schema: { type: 'object', properties: { a: { type: 'array' } } } },
      }),
    ),
    post(CRDS, leafDefinition({ storage: false })),
    post(CRDS, leafDefinition({ name: 'V1' })),
    post(CRDS, leafDefinition({}, { scope: 'Galaxy' })),
    post(
      CRDS,
      leafDefinition({ additionalPrinterColumns: [{ name: 'x', type: 'colour', jsonPath: 'spec' }] }),
    ),
  ],
});
