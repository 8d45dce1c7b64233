/** Makes objects of the fabric's kinds, all of which live in namespace default. */
import type { DraftObject, JsonObject } from '../../model.ts';
import { VERSIONS, type Group } from './definition.ts';

export type Spec = JsonObject;

/** Labels by the last part of their key, e.g. `vpc`, or as they are where they hold a slash. */
export function fabricObject(
  [group, kind]: readonly [Group, string],
  name: string,
  spec: Spec,
  labels: Readonly<Record<string, string>> = {},
): DraftObject & { readonly spec: Spec } {
  const full = Object.entries(labels).map(([key, value]) => [
    key.includes('/') ? key : `fabric.githedgehog.com/${key}`,
    value,
  ]);
  return {
    apiVersion: `${group}/${VERSIONS[group]}`,
    kind,
    metadata: {
      name,
      namespace: 'default',
      ...(full.length === 0 ? {} : { labels: Object.fromEntries(full) as Record<string, string> }),
    },
    spec,
  };
}

export const WIRING = 'wiring.githedgehog.com';
export const VPC = 'vpc.githedgehog.com';
