/** How Kubernetes' Go types declare their fields: what the published schemas do not tell, and answers show. */
import document from './go-fields.json' with { type: 'json' };

export interface GoField {
  /** As Go prints it, without the pointer: `v1.PullPolicy`, `[]v1.Container`. */
  readonly type: string;
  readonly pointer: boolean;
  /** A zero value is written, too, because nothing lets it be left out. */
  readonly always: boolean;
  /** Name in Go's error messages: after the structs that embed it, `ProbeHandler.httpGet`. */
  readonly label: string;
}

export type GoFields = ReadonlyMap<string, GoField>;

const schemas = document.schemas as unknown as Readonly<Record<string, Readonly<Record<string, string>>>>;
const read = new Map<string, GoFields>();
const NONE: GoFields = new Map();

function readField(name: string, text: string): GoField {
  const [declared = '', ...flags] = text.split(' ');
  const embedded = flags.at(-2) === 'in' ? `${flags.at(-1) ?? ''}.` : '';
  return {
    type: declared.replace(/^\*/, ''),
    pointer: declared.startsWith('*'),
    always: flags[0] === 'always',
    label: `${embedded}${name}`,
  };
}

/** The fields of a built-in schema, by their JSON names. */
export function goFieldsOf(schemaName: string | undefined): GoFields {
  if (schemaName === undefined) return NONE;
  const known = read.get(schemaName);
  if (known !== undefined) return known;
  const fields = new Map(
    Object.entries(schemas[schemaName] ?? {}).map(([name, text]) => [name, readField(name, text)] as const),
  );
  read.set(schemaName, fields);
  return fields;
}
