/** Ids of fabrics that were added by hand, and what settings and memory of any fabric are filed under. */
import type { KubeContext } from '../kube/contract.ts';
import type { StoredManual } from '../settings/fabric-schema.ts';
import type { FabricKey } from '../settings/fabric-store.ts';

/** Stands where a kubeconfig's path stands for other fabrics; no absolute path is equal to it. */
export const BY_HAND = 'added by hand';

/** The id of a fabric that was added by hand: its name, with a mark that keeps it apart from contexts of that name. */
export function manualId(name: string): string {
  return `${name} (by hand)`;
}

/** The one that was added by hand under this id. */
export function findManual(manual: readonly StoredManual[], id: string): StoredManual | undefined {
  return manual.find(({ name }) => manualId(name) === id);
}

export function keyOfManual({ key }: StoredManual): FabricKey {
  return { source: BY_HAND, context: key };
}

/** What a fabric is filed under: for a context, its file and its name there. */
export function fabricKey(
  context: Pick<KubeContext, 'id' | 'origin' | 'source'>,
  manual: readonly StoredManual[],
): FabricKey {
  const byHand = context.origin === 'manual' ? findManual(manual, context.id) : undefined;
  return byHand === undefined ? { source: context.source, context: context.id } : keyOfManual(byHand);
}
