/** References between the schemas of an OpenAPI document. */

export const REFERENCE = '#/components/schemas/';

/** Names of the schemas that a value refers to, wherever in it. */
export function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) =>
    name === '$ref' && typeof each === 'string' && each.startsWith(REFERENCE)
      ? [each.slice(REFERENCE.length)]
      : referencesIn(each),
  );
}
