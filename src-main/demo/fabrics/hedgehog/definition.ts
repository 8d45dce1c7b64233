/** Writes a CustomResourceDefinition from a row: names, columns and schemas of one kind. */
import type { DraftObject } from '../../model.ts';
import { nothing, type Schema } from './schema.ts';

export interface KindRow {
  readonly kind: string;
  readonly plural: string;
  readonly shortNames?: string;
  /** Beside `hedgehog`. */
  readonly categories?: string;
  /** `Name path`, with `type` (string unless told) and `priority` behind: `Applied .status.lastAppliedTime date 1`. */
  readonly columns?: readonly string[];
  readonly description: string;
  readonly spec: Schema;
  readonly specRequired?: boolean;
  readonly status?: Schema;
}

export const VERSIONS = {
  'vpc.githedgehog.com': 'v1beta1',
  'wiring.githedgehog.com': 'v1beta1',
  'agent.githedgehog.com': 'v1beta1',
  'dhcp.githedgehog.com': 'v1beta1',
  'gateway.githedgehog.com': 'v1alpha1',
  'gwint.githedgehog.com': 'v1alpha1',
} as const;

export type Group = keyof typeof VERSIONS;

export function definitionOf(group: Group, row: KindRow): DraftObject {
  const { kind, plural, spec, status = nothing, description } = row;
  const base = { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object' } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}`, labels: { 'app.kubernetes.io/part-of': 'hedgehog-fabric' } },
    spec: {
      group,
      scope: 'Namespaced',
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular: kind.toLowerCase(),
        categories: ['hedgehog', ...words(row.categories)],
        ...(row.shortNames === undefined ? {} : { shortNames: words(row.shortNames) }),
      },
      versions: [
        {
          name: VERSIONS[group],
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: columnsOf(row.columns),
          schema: {
            openAPIV3Schema: {
              description,
              type: 'object',
              properties: { ...base, spec, status },
              ...(row.specRequired === true ? { required: ['spec'] } : {}),
            },
          },
        },
      ],
    },
  };
}

/** With the age last, where the row does not place it itself. */
function columnsOf(columns: readonly string[] = []): object[] {
  const age = columns.some((column) => column.startsWith('Age '))
    ? []
    : ['Age .metadata.creationTimestamp date'];
  return [...columns, ...age].map((column) => {
    const [name, jsonPath, type = 'string', priority] = column.split(' ');
    return { name, jsonPath, type, ...(priority === undefined ? {} : { priority: Number(priority) }) };
  });
}

function words(text: string | undefined): string[] {
  return text === undefined ? [] : text.split(' ');
}
