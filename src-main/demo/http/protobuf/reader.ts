/** Reads the wire format of Protocol Buffers: fields with their numbers, and their values as numbers or bytes. */

export interface WireField {
  readonly number: number;
  /** A varint or a fixed number; bytes for what has a length. */
  readonly value: bigint | Buffer;
}

/** What the bytes are not: a message. */
export class WireError extends Error {}

const VARINT_BYTES = 10;

class Cursor {
  #at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  varint(): bigint {
    let value = 0n;
    for (let index = 0; index < VARINT_BYTES; index += 1) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) throw new WireError('unexpected EOF');
      this.#at += 1;
      value |= BigInt(byte & 0x7f) << BigInt(7 * index);
      if (byte < 0x80) return value;
    }
    throw new WireError('proto: integer overflow');
  }

  take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new WireError('unexpected EOF');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}

function valueOf(cursor: Cursor, type: number): WireField['value'] {
  switch (type) {
    case 0:
      return cursor.varint();
    case 1:
      return cursor.take(8).readBigUInt64LE();
    case 2: {
      const length = cursor.varint();
      if (length > 0x7fffffffn) throw new WireError('unexpected EOF');
      return cursor.take(Number(length));
    }
    case 5:
      return BigInt(cursor.take(4).readUInt32LE());
    default:
      throw new WireError(`proto: illegal wireType ${type}`);
  }
}

/** The fields in the order in which they come. Throws WireError. */
export function readFields(bytes: Buffer): readonly WireField[] {
  const cursor = new Cursor(bytes);
  const fields: WireField[] = [];
  while (!cursor.done) {
    const tag = cursor.varint();
    const number = Number(tag >> 3n);
    if (number === 0) throw new WireError('proto: illegal tag 0');
    fields.push({ number, value: valueOf(cursor, Number(tag & 7n)) });
  }
  return fields;
}
