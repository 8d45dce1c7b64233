/** Bodies in Protocol Buffers, as kubectl writes its typed requests. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeProtobuf } from '../../../../../src-main/demo/http/protobuf/decode-message.ts';
import { WireError } from '../../../../../src-main/demo/http/protobuf/reader.ts';

/** Bytes of a field with a length. */
function field(number: number, content: Buffer | string): Buffer {
  const bytes = Buffer.from(content);
  const tag = (number << 3) | 2;
  const head = tag < 128 ? [tag] : [(tag & 0x7f) | 0x80, tag >> 7];
  const length = bytes.length < 128 ? [bytes.length] : [(bytes.length & 0x7f) | 0x80, bytes.length >> 7];
  return Buffer.concat([Buffer.from([...head, ...length]), bytes]);
}

function varint(number: number, value: number): Buffer {
  return Buffer.from([number << 3, value]);
}

function envelope(apiVersion: string, kind: string, raw: Buffer): Buffer {
  const meta = Buffer.concat([field(1, apiVersion), field(2, kind)]);
  return Buffer.concat([Buffer.from('k8s\0'), field(1, meta), field(2, raw)]);
}

describe('messages', () => {
  it('become objects: inline fields, maps, pointers, quantities, numbers or texts', () => {
    const probe = Buffer.concat([
      // The handler's fields stand among the probe's own.
      field(
        1,
        field(2, Buffer.concat([field(1, '/ok'), field(2, Buffer.concat([varint(1, 1), field(3, 'http')]))])),
      ),
      varint(2, 7),
      varint(3, 0),
    ]);
    const limits = Buffer.concat([field(1, 'cpu'), field(2, field(1, '500m'))]);
    const container = Buffer.concat([
      field(1, 'web'),
      field(2, 'shop:1'),
      field(8, field(1, limits)),
      field(10, probe),
    ]);
    const spec = Buffer.concat([field(2, container), varint(4, 0), varint(11, 0)]);
    const metadata = Buffer.concat([
      field(1, 'web'),
      field(2, ''),
      field(8, Buffer.alloc(0)),
      field(11, Buffer.concat([field(1, '__proto__'), field(2, 'x')])),
    ]);
    const pod = decodeProtobuf(envelope('v1', 'Pod', Buffer.concat([field(1, metadata), field(2, spec)])));
    expect(JSON.parse(JSON.stringify(pod))).toEqual({
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: { name: 'web', labels: JSON.parse('{"__proto__":"x"}') as unknown },
      spec: {
        // Zero, and yet said: a pointer.
        terminationGracePeriodSeconds: 0,
        containers: [
          {
            name: 'web',
            image: 'shop:1',
            resources: { limits: { cpu: '500m' } },
            livenessProbe: { httpGet: { path: '/ok', port: 'http' }, initialDelaySeconds: 7 },
          },
        ],
      },
    });
  });

  it('are read as kubectl writes them', () => {
    // `kubectl auth can-i list pods`
    const review = Buffer.concat([
      field(1, Buffer.concat([field(1, ''), field(8, Buffer.alloc(0))])),
      field(
        2,
        field(1, Buffer.concat([field(1, 'default'), field(2, 'list'), field(3, ''), field(5, 'pods')])),
      ),
    ]);
    expect(decodeProtobuf(envelope('authorization.k8s.io/v1', 'SelfSubjectAccessReview', review))).toEqual({
      kind: 'SelfSubjectAccessReview',
      apiVersion: 'authorization.k8s.io/v1',
      metadata: {},
      spec: { resourceAttributes: { namespace: 'default', verb: 'list', resource: 'pods' } },
    });
    expect(decodeProtobuf(envelope('apps/v1', 'DeleteOptions', varint(1, 30)))).toMatchObject({
      gracePeriodSeconds: 30,
    });
  });

  it('are none for kinds that are not known', () => {
    expect(decodeProtobuf(envelope('v1', 'constructor', Buffer.alloc(0)))).toBeUndefined();
  });

  it('are read or refused, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom('Pod', 'Event', 'DeleteOptions'),
        (bytes, kind) => {
          try {
            decodeProtobuf(envelope('v1', kind, Buffer.from(bytes)));
            decodeProtobuf(Buffer.concat([Buffer.from('k8s\0'), Buffer.from(bytes)]));
          } catch (error) {
            expect(error).toBeInstanceOf(WireError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
