/** Chooses the form of an answer from the Accept header: JSON or YAML, whole objects, tables or metadata alone. */
import { notAcceptable, StatusError } from '../../status-error.ts';

export type Transform = 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList';

export interface Negotiated {
  readonly format: 'json' | 'yaml';
  readonly as?: { readonly kind: Transform; readonly version: string };
  /** The aggregated form of discovery. */
  readonly discovery?: 'v2';
}

export interface Clause {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

const FORMATS: ReadonlyMap<string, 'json' | 'yaml'> = new Map([
  ['application/json', 'json'],
  ['application/yaml', 'yaml'],
  ['*/*', 'json'],
]);

const TRANSFORMS: ReadonlySet<string> = new Set([
  'Table',
  'PartialObjectMetadata',
  'PartialObjectMetadataList',
]);

const REPRESENTATIONS = 'application/json, application/yaml';

/** Clauses of an Accept header, the most wanted first. */
export function parseAccept(header: string): readonly Clause[] {
  return header
    .split(',')
    .map((part): Clause => {
      const [type = '', ...rest] = part.split(';').map((text) => text.trim());
      const parameters = new Map(
        rest.filter(Boolean).map((text): [string, string] => {
          const [key = '', value = ''] = text.split('=', 2);
          return [key.trim().toLowerCase(), value.trim().replace(/^"|"$/g, '')];
        }),
      );
      const quality = Number(parameters.get('q') ?? '1');
      return { type: type.toLowerCase(), parameters, quality: Number.isFinite(quality) ? quality : 1 };
    })
    .filter(({ type }) => type !== '')
    .sort((a, b) => b.quality - a.quality);
}

function choose({ type, parameters }: Clause): Negotiated | undefined {
  const format = FORMATS.get(type);
  if (format === undefined) return undefined;
  const stream = parameters.get('stream');
  if (stream !== undefined && stream !== 'watch') return undefined;
  const kind = parameters.get('as');
  if (kind === undefined) return { format };
  const [group = '', version = ''] = [parameters.get('g'), parameters.get('v')];
  if (kind === 'APIGroupDiscoveryList')
    return group === 'apidiscovery.k8s.io' && version === 'v2' ? { format, discovery: 'v2' } : undefined;
  const known =
    TRANSFORMS.has(kind) && group === 'meta.k8s.io' && (version === 'v1' || version === 'v1beta1');
  return known ? { format, as: { kind: kind as Transform, version } } : undefined;
}

/** Throws 406. `header` undefined means JSON. */
export function negotiate(header: string | undefined): Negotiated {
  if (header === undefined || header.trim() === '') return { format: 'json' };
  const clauses = parseAccept(header);
  for (const clause of clauses) {
    const chosen = choose(clause);
    if (chosen !== undefined) return chosen;
  }
  const known = clauses.some(
    ({ type }) => FORMATS.has(type) || type === 'application/vnd.kubernetes.protobuf',
  );
  if (known) throw notAcceptable(`only the following media types are accepted: ${REPRESENTATIONS}`);
  throw new StatusError(
    406,
    'NotAcceptable',
    `406: Not Acceptable\n\nAvailable representations: ${REPRESENTATIONS}`,
    {},
  );
}
