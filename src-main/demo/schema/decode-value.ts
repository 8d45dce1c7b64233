/** Walks a JSON value along its type as Go's decoder would, and gives back what its encoder would write. */
import { isRecord } from '../../../shared/cluster/narrow.ts';
import type { FieldType } from './field-type.ts';
import { goFieldsOf, type GoField } from './go-fields.ts';
import { setField } from './json-object.ts';
import { readScalar, RESOURCE, valueName } from './scalars.ts';

/** A value of the wrong type. */
export interface Misfit {
  readonly value: unknown;
  readonly type: FieldType;
  readonly goType: string;
}

/** What Go's decoder says of a value that it cannot read. */
export class DecodeFailure extends Error {
  /** Absent where the type is right, and the text is not. */
  readonly misfit: Misfit | undefined;

  constructor(message: string, misfit?: Misfit) {
    super(message);
    this.misfit = misfit;
  }
}

/** State of one decoding. */
export interface Decoding {
  /** `unknown field "spec.foo"`, in the order of the document. */
  readonly unknown: string[];
  /** Labels of the fields on the way to the value. */
  readonly labels: string[];
  /** Name of the struct that holds the field, '' at the root. */
  struct: string;
}

// As many as the real decoder reports.
const MAX_UNKNOWN = 100;

/** Decodes `value`; undefined means that Go would leave it out. Throws a DecodeFailure. */
export function decodeValue(
  value: unknown,
  type: FieldType,
  goType: string,
  path: string,
  state: Decoding,
): unknown {
  if (type.custom && type.shape !== 'struct' && type.shape !== 'map' && type.shape !== 'list') return value;
  switch (type.shape) {
    case 'any':
      return value;
    case 'struct':
      return decodeStruct(value, type, goType, path, state);
    case 'map':
      return decodeMap(value, type, goType, path, state);
    case 'list':
      return decodeList(value, type, goType, path, state);
    default: {
      if (value === null) return undefined;
      const read = readScalar(value, type, goType);
      if ('value' in read) return read.value;
      if (read.problem !== undefined) throw new DecodeFailure(read.problem);
      throw new DecodeFailure(mismatch(read.found, read.wanted, state), { value, type, goType });
    }
  }
}

/** Go's sentence; no field is named at the root. */
function mismatch(found: string, wanted: string, { struct, labels }: Decoding): string {
  const where = labels.length === 0 ? 'value' : `struct field ${struct}.${labels.join('.')}`;
  return `json: cannot unmarshal ${found} into Go ${where} of type ${wanted}`;
}

function wrong(value: unknown, type: FieldType, goType: string, state: Decoding): unknown {
  // Custom resources are not bound to Go types: their validation tells.
  if (type.custom || value === null) return type.custom ? value : undefined;
  throw new DecodeFailure(mismatch(valueName(value), goType, state), { value, type, goType });
}

function decodeStruct(
  value: unknown,
  type: FieldType,
  goType: string,
  path: string,
  state: Decoding,
): unknown {
  if (!isRecord(value)) return wrong(value, type, goType, state);
  const out: Record<string, unknown> = {};
  const goFields = goFieldsOf(type.name);
  const { struct } = state;
  for (const name of Object.keys(value)) {
    const field = type.fields.get(name);
    const at = path === '' ? name : `${path}.${name}`;
    if (field === undefined) {
      if (type.preserves) setField(out, name, value[name]);
      else noteUnknown(at, state);
      continue;
    }
    const go = goFields.get(name);
    if (type.custom && !field.custom) {
      const metadata = decodeOwnPart(value[name], field, at, state);
      if (metadata !== undefined) out[name] = metadata;
      continue;
    }
    state.labels.push(go?.label ?? name);
    state.struct = type.structName;
    const decoded = decodeValue(value[name], field, go?.type ?? field.goType, at, state);
    state.labels.pop();
    state.struct = struct;
    if (decoded !== undefined && !isLeftOut(decoded, field, go)) out[name] = decoded;
  }
  addZeroValues(out, type);
  return out;
}

/** The metadata within a custom resource is decoded by itself, and its errors count from there. */
function decodeOwnPart(value: unknown, type: FieldType, path: string, { unknown }: Decoding): unknown {
  try {
    return decodeValue(value, type, type.goType, path, { unknown, labels: [], struct: '' });
  } catch (error) {
    if (!(error instanceof DecodeFailure) || path === 'metadata') throw error;
    throw new DecodeFailure(`${path}: Invalid value: ${JSON.stringify(value)}: ${error.message}`);
  }
}

function noteUnknown(path: string, { unknown }: Decoding): void {
  if (unknown.length < MAX_UNKNOWN) unknown.push(`unknown field ${JSON.stringify(path)}`);
}

/** Go's `omitempty`. */
function isLeftOut(value: unknown, type: FieldType, go: GoField | undefined): boolean {
  if (go === undefined || go.pointer || go.always) return false;
  if (type.shape === 'list') return (value as readonly unknown[]).length === 0;
  if (type.shape === 'map') return Object.keys(value as object).length === 0;
  return value === '' || value === 0 || value === false;
}

function decodeMap(value: unknown, type: FieldType, goType: string, path: string, state: Decoding): unknown {
  if (!isRecord(value)) return wrong(value, type, goType, state);
  const { element } = type;
  const out: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const decoded = decodeValue(
      value[name],
      element,
      elementGoType(goType, element),
      `${path}.${name}`,
      state,
    );
    setField(out, name, decoded ?? zeroOf(element));
  }
  return out;
}

function decodeList(value: unknown, type: FieldType, goType: string, path: string, state: Decoding): unknown {
  if (!Array.isArray(value)) return wrong(value, type, goType, state);
  const { element } = type;
  const elementType = elementGoType(goType, element);
  return value.map(
    (each, index) => decodeValue(each, element, elementType, `${path}[${index}]`, state) ?? zeroOf(element),
  );
}

/** `v1.Container` of `[]v1.Container`; a named list or map does not tell. */
function elementGoType(goType: string, element: FieldType): string {
  if (goType === 'v1.ResourceList') return RESOURCE;
  const inner = /^(?:\[\]|map\[[^\]]*\])\*?(.*)$/.exec(goType)?.[1];
  return inner ?? element.goType;
}

const ZERO: Partial<Record<FieldType['shape'], unknown>> = {
  string: '',
  integer: 0,
  number: 0,
  boolean: false,
  quantity: '0',
  'int-or-string': 0,
  time: null,
  bytes: '',
};

function zeroOf(type: FieldType): unknown {
  if (type.custom || type.shape === 'any') return null;
  if (type.shape === 'struct') return addZeroValues({}, type);
  if (type.shape === 'list') return null;
  return type.shape === 'map' ? null : ZERO[type.shape];
}

/**
 * A new object of a type, as Go has it: with every field that is always written, null where that is a list or map.
 * Ownership of fields is reckoned from it.
 */
export function zeroObject(type: FieldType): Readonly<Record<string, unknown>> {
  const out: Record<string, unknown> = {};
  for (const [name, go] of goFieldsOf(type.name)) {
    const field = go.always ? type.fields.get(name) : undefined;
    if (field === undefined) continue;
    out[name] = go.pointer ? null : field.shape === 'struct' ? zeroObject(field) : zeroOf(field);
  }
  return out;
}

/** Fields of these shapes are filled in; of the others a missing one and a zero one are told apart later. */
const FILLED = new Set<FieldType['shape']>([
  'struct',
  'string',
  'integer',
  'number',
  'boolean',
  'quantity',
  'time',
]);

const alwaysWritten = new WeakMap<FieldType, readonly string[]>();

function namesAlwaysWritten(type: FieldType): readonly string[] {
  const known = alwaysWritten.get(type);
  if (known !== undefined) return known;
  const goFields = goFieldsOf(type.name);
  const names = [...type.fields].flatMap(([name, { shape }]) => {
    const go = goFields.get(name);
    return go?.always === true && !go.pointer && FILLED.has(shape) ? [name] : [];
  });
  alwaysWritten.set(type, names);
  return names;
}

function addZeroValues(out: Record<string, unknown>, type: FieldType): Record<string, unknown> {
  for (const name of namesAlwaysWritten(type)) {
    if (Object.hasOwn(out, name)) continue;
    const field = type.fields.get(name);
    if (field !== undefined) out[name] = zeroOf(field);
  }
  return out;
}
