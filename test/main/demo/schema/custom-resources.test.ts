// Custom resources and their definitions: each recorded outcome of the real server.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DraftObject, JsonObject } from '../../../../src-main/demo/model.ts';
import { decodeObject } from '../../../../src-main/demo/schema/decode.ts';
import { validateDefinition } from '../../../../src-main/demo/schema/definition.ts';
import { validateCustom } from '../../../../src-main/demo/schema/validate-custom.ts';
import type { StatusCause } from '../../../../src-main/demo/status-error.ts';
import { CONFIG_MAP, resourceOf } from './resources.ts';

interface CustomCase {
  readonly spec: unknown;
  readonly code: number;
  readonly warnings?: string[];
  readonly result?: unknown;
  readonly causes?: StatusCause[];
  readonly message?: string;
}

function read<T>(file: string): T {
  return JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8')) as T;
}

const custom = read<{ schema: JsonObject; cases: CustomCase[] }>('custom-resources.json');
const WIDGET = resourceOf('stable.example.com', 'v1', 'Widget', { schema: custom.schema });

function widget(spec: unknown): DraftObject {
  return { apiVersion: 'stable.example.com/v1', kind: 'Widget', metadata: { name: 'w' }, spec };
}

describe('a custom resource', () => {
  test.each(custom.cases.map((each) => [JSON.stringify(each.spec), each] as const))(
    'with the spec %s',
    (_spec, { spec, code, warnings = [], result, causes = [], message }) => {
      if (code === 400) {
        expect(() => decodeObject(WIDGET, widget(spec), 'Warn')).toThrow(message);
        return;
      }
      const decoded = decodeObject(WIDGET, widget(spec), 'Warn');
      expect(decoded.warnings).toEqual(warnings);
      expect(validateCustom(WIDGET, decoded.object)).toEqual(causes);
      if (code === 201) expect(decoded.object.spec).toEqual(result);
    },
  );

  test('keeps what no schema knows only where it may', () => {
    const kept = { x: { y: [{ z: null }] } };
    expect(
      decodeObject(WIDGET, widget({ size: 1, any: kept, foo: kept }), 'Ignore').object.spec,
    ).toMatchObject({
      any: kept,
    });
    expect(() => decodeObject(WIDGET, widget({ size: 1, foo: kept }), 'Strict')).toThrow(
      'Widget in version "v1" cannot be handled as a Widget: strict decoding error: unknown field "spec.foo"',
    );
  });

  test('is checked by its own metadata, whose errors count from there', () => {
    const body = { ...widget({ size: 1 }), metadata: { name: 'w', labels: { a: 5 } } };
    expect(() => decodeObject(WIDGET, body as unknown as DraftObject, 'Warn')).toThrow(
      'Widget in version "v1" cannot be handled as a Widget: json: cannot unmarshal number into Go struct field ObjectMeta.labels of type string',
    );
  });

  test('may have hostile names and a pattern that this runtime does not know', () => {
    const schema: JsonObject = {
      type: 'object',
      properties: { spec: { type: 'object', additionalProperties: { type: 'string', pattern: '(?P<a>b)' } } },
    };
    const resource = resourceOf('stable.example.com', 'v1', 'Loose', { schema });
    const body = JSON.parse(
      '{"metadata":{"name":"x"},"spec":{"__proto__":"a","constructor":5}}',
    ) as DraftObject;
    const { object } = decodeObject(resource, body, 'Strict');
    expect(validateCustom(resource, object).map(({ field }) => field)).toEqual(['spec.constructor']);
    expect(Object.keys(object.spec as object)).toEqual(['__proto__', 'constructor']);
  });

  test('may be nested, but not without end', () => {
    const nested = (depth: number): unknown => JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`);
    expect(decodeObject(WIDGET, widget({ size: 1, any: nested(400) }), 'Warn').warnings).toEqual([]);
    expect(() => decodeObject(WIDGET, widget({ size: 1, any: nested(100_000) }), 'Warn')).toThrow(
      'Widget in version "v1" cannot be handled as a Widget: exceeded max depth',
    );
  });

  test('is the only kind that is validated by schema', () => {
    expect(validateCustom(CONFIG_MAP, { data: { a: 5 } })).toEqual([]);
  });
});

interface DefinitionCase extends DraftObject {
  readonly name: string;
  readonly causes: StatusCause[];
}

const definitions = read<{ cases: DefinitionCase[] }>('definitions.json');

describe('a definition', () => {
  const text = ({ reason, field, message }: StatusCause): string => `${reason} ${field ?? ''} ${message}`;

  test.each(definitions.cases.map((each) => [each.name, each] as const))(
    '%s',
    (_name, { causes, ...body }) => {
      expect(validateDefinition(body).map(text).sort()).toEqual(causes.map(text).sort());
    },
  );

  test('with a pattern that does not compile is refused', () => {
    const [{ spec, metadata }] = definitions.cases as [DefinitionCase];
    const broken = JSON.parse(
      JSON.stringify({ spec, metadata }).replace('"type":"string"', '"type":"string","pattern":"("'),
    ) as DraftObject;
    expect(validateDefinition(broken)).toMatchObject([
      { field: 'spec.validation.openAPIV3Schema.properties[spec].properties[a].pattern' },
    ]);
  });

  test.each([
    [{}],
    [{ spec: 5 }],
    [{ spec: { versions: 'x', names: [], group: {} } }],
    [{ spec: { versions: [null, 5] } }],
  ])('that is no more than %j is refused with causes', (body) => {
    expect(validateDefinition(body).length).toBeGreaterThan(2);
  });
});
