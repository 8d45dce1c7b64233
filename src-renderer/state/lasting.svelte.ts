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
  const [value] = made;
  if (value === undefined) throw new Error('an effect root runs at once');
  return value;
}
