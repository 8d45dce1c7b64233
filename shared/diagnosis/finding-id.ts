/** Ids of findings: equal for the same failure in every process, and nothing but a name. */
import { refKey } from '../cluster/refs.ts';
import type { FindingId } from '../model/finding.ts';
import type { Ref } from '../model/ref.ts';

const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';
const ID_LENGTH = 13;

export interface FindingIdentity {
  readonly scenario: string;
  readonly subject: Ref;
  /** Uid of the controller of the pods, where pods were grouped. */
  readonly revision?: string | undefined;
  readonly part?: string | undefined;
  readonly same?: string | undefined;
}

/** 13 characters of Crockford's base 32: a 64-bit hash of what makes the failure this one. */
export function findingId({ scenario, subject, revision, part, same }: FindingIdentity): FindingId {
  const identity = JSON.stringify([scenario, refKey(subject), revision ?? '', part ?? '', same ?? '']);
  return textId(identity);
}

/** A name for a text, equal for equal texts in every process: 13 characters. Not for secrets. */
export function textId(text: string): string {
  let rest = hash64(text);
  let id = '';
  for (let index = 0; index < ID_LENGTH; index += 1) {
    id = `${DIGITS[Number(rest & 31n)] ?? ''}${id}`;
    rest >>= 5n;
  }
  return id;
}

/** Two 32-bit lanes of multiply-and-rotate with a final avalanche (the construction of MurmurHash3); not for secrets. */
function hash64(text: string): bigint {
  let high = 0x9e3779b9;
  let low = 0x85ebca6b;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    high = Math.imul(rotate(high ^ Math.imul(unit, 0xcc9e2d51), 15), 0x1b873593);
    low = Math.imul(rotate(low ^ Math.imul(unit, 0x1b873593), 13), 5) + 0xe6546b64;
  }
  high = avalanche(high ^ text.length ^ low);
  low = avalanche(low ^ high);
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function avalanche(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
