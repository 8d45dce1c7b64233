/** The order of a merged list: that of the patch first, and the server's own items where they were. */
import { isRecord } from '../../../shared/cluster/narrow.ts';
import { isEqualJson } from '../schema/json-object.ts';

export type Item = Readonly<Record<string, unknown>>;

function idOf(item: unknown, key: string | undefined): unknown {
  return key === undefined ? item : isRecord(item) ? item[key] : undefined;
}

/**
 * Sorts `items` so that those in `order` follow it, the others the order that they had in `before`, and the two interleave
 * as they did in `before` as far as that is possible. `key` is the merge key of objects.
 */
export function mergeInOrder<T>(
  items: readonly T[],
  order: readonly unknown[],
  before: readonly unknown[],
  key: string | undefined,
): T[] {
  const placeIn = (list: readonly unknown[], item: unknown): number =>
    list.findIndex((each) => isEqualJson(idOf(each, key), idOf(item, key)));
  const sorted = (list: readonly T[], by: readonly unknown[]): T[] =>
    list
      .map((item, index) => ({ item, place: placeIn(by, item), index }))
      .sort((a, b) => a.place - b.place || a.index - b.index)
      .map(({ item }) => item);
  const ours = sorted(
    items.filter((item) => placeIn(order, item) >= 0),
    order,
  );
  const others = sorted(
    items.filter((item) => placeIn(order, item) < 0),
    before,
  );
  const out: T[] = [];
  let next = 0;
  for (const item of ours) {
    const place = placeIn(before, item);
    for (; next < others.length; next++) {
      const other = others[next];
      const otherPlace = placeIn(before, other);
      if (other === undefined || place < 0 || otherPlace < 0 || otherPlace >= place) break;
      out.push(other);
    }
    out.push(item);
  }
  return [...out, ...others.slice(next)];
}
