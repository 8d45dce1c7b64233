/** Names the images of the demo's one registry, which exists in the demo only. */

const REGISTRY = 'registry.demo.internal';

/** `registry.demo.internal/shop/cart`, with the tag if one is given. */
export function imageOf(path: string, tag?: string): string {
  return `${REGISTRY}/${path}${tag === undefined ? '' : `:${tag}`}`;
}
