/** How Go's converter of strategic merge patches words what its JSON decoder would word otherwise. */
import { isRecord } from '../../../shared/cluster/narrow.ts';
import type { DecodeFailure, Misfit } from '../schema/decode-value.ts';

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'slice';
  if (isRecord(value)) return 'map';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : 'string';
}

function scalarWords({ value, type, goType }: Misfit): string {
  const kind = kindOf(value);
  const isConvertible =
    (type.shape === 'string' && kind === 'int64') || (type.shape === 'integer' && kind === 'float64');
  if (isConvertible) return `cannot convert ${kind} to ${goType}`;
  return `unrecognized type: ${type.shape === 'string' ? 'string' : goType}`;
}

/** The failure in the converter's words. */
export function converterWords({ misfit, message }: DecodeFailure): string {
  if (misfit === undefined) {
    return message.startsWith('illegal base64') ? `error decoding from json: ${message}` : message;
  }
  const kind = kindOf(misfit.value);
  switch (misfit.type.shape) {
    case 'struct':
      return `cannot restore struct from: ${kind}`;
    case 'map':
      return `cannot restore map from ${kind}`;
    case 'list':
    case 'bytes':
      return `cannot restore slice from ${kind}`;
    case 'string':
    case 'integer':
    case 'number':
    case 'boolean':
      return scalarWords(misfit);
    default:
      return message.replace(/struct field \S+ of/, 'value of');
  }
}
