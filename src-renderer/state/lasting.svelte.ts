/** State that outlives the part of the page that first asked for it. */

/**
 * Makes something whose `$derived` fields go on working when the component or derivation that asked for it is gone:
 * Svelte ends deriveds together with their owner, and here they have none. For objects that a map keeps.
 */
export function makeLasting<T>(make: () => T): T {
  let made: { readonly value: T } | undefined;
  $effect.root(() => {
    made = { value: make() };
  });
  if (made === undefined) throw new Error('an effect root runs at once');
  return (made as { readonly value: T }).value;
}
