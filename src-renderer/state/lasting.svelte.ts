/** State that outlives the part of the page that first asked for it. */

/**
 * Makes something whose `$derived` fields go on working when the component or derivation that asked for it is gone:
 * Svelte ends deriveds together with their owner, and here they have none. For objects that a map keeps.
 */
export function makeLasting<T>(make: () => T): T {
  const made: T[] = [];
  $effect.root(() => {
    made.push(make());
  });
  // Without a page there are no effects, and no owner either.
  const [value = make()] = made;
  return value;
}
