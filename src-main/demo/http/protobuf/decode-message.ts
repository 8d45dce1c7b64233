/** Turns messages of Kubernetes' own kinds into the objects that their JSON would be: kubectl writes its typed requests so. */
import tables from './messages.json' with { type: 'json' };
import { readFields, WireError, type WireField } from './reader.ts';

type Fields = Record<string, unknown>;

interface FieldRow {
  readonly name: string;
  readonly type: string;
  readonly repeated: boolean;
  readonly map: boolean;
  /** Absent and zero differ: the field is a pointer. */
  readonly pointer: boolean;
  /** The fields of the message stand among those of the outer one. */
  readonly inline: boolean;
}

const DEEPEST = 64;

/** Field numbers and JSON names, from the struct tags of k8s.io/api 0.35. */
const MESSAGES: Readonly<Record<string, string>> = tables.messages;
const ROOTS: Readonly<Record<string, string>> = tables.roots;

const parsed = new Map<string, ReadonlyMap<number, FieldRow>>();

function rowsOf(message: string): ReadonlyMap<number, FieldRow> {
  const known = parsed.get(message);
  if (known !== undefined) return known;
  const rows = (MESSAGES[message] ?? '')
    .split('; ')
    .filter(Boolean)
    .map((text): [number, FieldRow] => {
      const [number = '', name = '', shape = ''] = text.split(' ');
      const [, flags = '', type = ''] = /^([\^*%?]*)(.*)$/.exec(shape) ?? [];
      const has = (flag: string): boolean => flags.includes(flag);
      const row = { name, type, repeated: has('*'), map: has('%'), pointer: has('?'), inline: has('^') };
      return [Number(number), row];
    });
  const table = new Map(rows);
  parsed.set(message, table);
  return table;
}

function bytesOf({ value }: WireField): Buffer {
  if (typeof value === 'bigint') throw new WireError('proto: wrong wireType');
  return value;
}

function numberOf({ value }: WireField): number {
  if (typeof value !== 'bigint') throw new WireError('proto: wrong wireType');
  return Number(BigInt.asIntN(64, value));
}

function only(bytes: Buffer, number: number): WireField | undefined {
  return readFields(bytes).findLast((field) => field.number === number);
}

function readTime(bytes: Buffer, fraction: boolean): string | undefined {
  const seconds = only(bytes, 1);
  if (seconds === undefined) return undefined;
  const nanos = only(bytes, 2);
  const milliseconds = numberOf(seconds) * 1000;
  if (Math.abs(milliseconds) > 8.64e15) throw new WireError('time is out of range');
  const text = new Date(milliseconds).toISOString().slice(0, 19);
  const micros = nanos === undefined ? 0 : Math.floor(numberOf(nanos) / 1000);
  return fraction ? `${text}.${String(micros).padStart(6, '0')}Z` : `${text}Z`;
}

function readIntOrString(bytes: Buffer): string | number {
  const type = only(bytes, 1);
  if (type !== undefined && numberOf(type) === 1) {
    const text = only(bytes, 3);
    return text === undefined ? '' : bytesOf(text).toString('utf8');
  }
  const number = only(bytes, 2);
  return number === undefined ? 0 : numberOf(number);
}

function readRawJson(bytes: Buffer): unknown {
  const raw = only(bytes, 1);
  return raw === undefined ? undefined : (JSON.parse(bytesOf(raw).toString('utf8')) as unknown);
}

function readDuration(bytes: Buffer): string {
  const field = only(bytes, 1);
  return `${field === undefined ? 0 : numberOf(field) / 1e9}s`;
}

/** Messages whose JSON is no object of their fields. */
const SPECIAL: Readonly<Record<string, (bytes: Buffer) => unknown>> = {
  'meta.v1.Time': (bytes) => readTime(bytes, false),
  'meta.v1.MicroTime': (bytes) => readTime(bytes, true),
  'meta.v1.Duration': readDuration,
  'meta.v1.FieldsV1': readRawJson,
  'runtime.RawExtension': readRawJson,
  'api.resource.Quantity': (bytes) => {
    const field = only(bytes, 1);
    return field === undefined ? '0' : bytesOf(field).toString('utf8');
  },
  'util.intstr.IntOrString': readIntOrString,
};

const SCALARS: Readonly<Record<string, (field: WireField) => unknown>> = {
  string: (field) => bytesOf(field).toString('utf8'),
  bytes: (field) => bytesOf(field).toString('base64'),
  bool: (field) => numberOf(field) !== 0,
  int32: numberOf,
  int64: numberOf,
  uint32: numberOf,
  uint64: numberOf,
  double: ({ value }) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(typeof value === 'bigint' ? value : 0n);
    return bytes.readDoubleLE();
  },
};

function readValue(type: string, field: WireField, depth: number): unknown {
  const scalar = SCALARS[type];
  if (scalar !== undefined) return scalar(field);
  const special = SPECIAL[type];
  if (special !== undefined) return special(bytesOf(field));
  // Some lists are messages of their own.
  const value = readMessage(type, bytesOf(field), depth + 1);
  return /\.(ExtraValue|Verbs)$/.test(type) ? (value.items ?? []) : value;
}

function isZero(value: unknown): boolean {
  return value === undefined || value === '' || value === 0 || value === false;
}

function set(target: Fields, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}

function own(target: Fields, name: string): unknown {
  return Object.hasOwn(target, name) ? target[name] : undefined;
}

function addEntry(target: Fields, row: FieldRow, field: WireField, depth: number): void {
  const entry = bytesOf(field);
  const key = only(entry, 1);
  const value = only(entry, 2) ?? { number: 2, value: Buffer.alloc(0) };
  const entries = (own(target, row.name) as Fields | undefined) ?? {};
  set(entries, key === undefined ? '' : bytesOf(key).toString('utf8'), readValue(row.type, value, depth));
  set(target, row.name, entries);
}

function addField(target: Fields, row: FieldRow, field: WireField, depth: number): void {
  if (row.map) {
    addEntry(target, row, field, depth);
    return;
  }
  const value = readValue(row.type, field, depth);
  if (row.inline) Object.assign(target, value);
  else if (row.repeated)
    set(target, row.name, [...((own(target, row.name) as unknown[] | undefined) ?? []), value]);
  // What is no pointer is always written, and absent when it is zero.
  else if (row.pointer ? value !== undefined : !isZero(value)) set(target, row.name, value);
}

function readMessage(type: string, bytes: Buffer, depth: number): Fields {
  if (depth > DEEPEST) throw new WireError('proto: message is nested too deeply');
  const rows = rowsOf(type);
  const target: Fields = {};
  for (const field of readFields(bytes)) {
    const row = rows.get(field.number);
    if (row !== undefined) addField(target, row, field, depth);
  }
  return target;
}

const MAGIC = Buffer.from('k8s\0');

/**
 * The object in a body of the media type application/vnd.kubernetes.protobuf; undefined for a kind that is not known here.
 * Throws WireError for what is no such message.
 */
export function decodeProtobuf(body: Buffer): Readonly<Record<string, unknown>> | undefined {
  if (!body.subarray(0, 4).equals(MAGIC))
    throw new WireError(
      'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    );
  const envelope = body.subarray(4);
  const meta = only(envelope, 1);
  const raw = only(envelope, 2);
  const text = (number: number): string => {
    const field = meta === undefined ? undefined : only(bytesOf(meta), number);
    return field === undefined ? '' : bytesOf(field).toString('utf8');
  };
  const [apiVersion, kind] = [text(1), text(2)];
  const name = `${apiVersion} ${kind}`;
  const message =
    kind === 'DeleteOptions' ? 'meta.v1.DeleteOptions' : Object.hasOwn(ROOTS, name) ? ROOTS[name] : undefined;
  if (message === undefined) return undefined;
  try {
    return {
      kind,
      apiVersion,
      ...readMessage(message, raw === undefined ? Buffer.alloc(0) : bytesOf(raw), 0),
    };
  } catch (error) {
    throw error instanceof SyntaxError ? new WireError(error.message) : error;
  }
}
