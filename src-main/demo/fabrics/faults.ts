/** Faults that a user may inject into a demo fabric and heal again: changes to healthy objects, made as with kubectl. */
import { isDeepStrictEqual } from 'node:util';
import type { DraftObject } from '../model.ts';
import type { Registry } from '../registry/contract.ts';
import { ensure, find, getIn, remove, restartPods, setField, targetOf, type Target } from './change.ts';
import type { Expected, FabricName } from './fabric.ts';
import { CONNECTION_FAULTS } from './connection-faults.ts';
import { EDGE_MANIFESTS } from './edge.ts';
import { FAULT_ROWS, type Action, type FaultRow } from './fault-rows.ts';
import { LAB_MANIFESTS } from './lab.ts';
import { PROD_MANIFESTS } from './prod.ts';

export interface Fault {
  /** The same for the same fault in all fabrics. */
  readonly id: string;
  readonly fabric: FabricName;
  readonly title: string;
  /** What it does to which object, in one sentence. */
  readonly description: string;
  /** `on connections`: the server does it by the fault's id, objects stay as they are. */
  readonly acts: 'on objects' | 'on connections';
  /** The root the diagnosis then names; none for a fault of the connection. */
  readonly finds?: Expected;
  /** Whether its change is in place now, whoever made or undid it. */
  readonly isPlanted: (registry: Registry) => boolean;
  /** Done again it changes nothing. */
  readonly inject: (registry: Registry) => void;
  /** Puts back what was planted. */
  readonly heal: (registry: Registry) => void;
}

const MANIFESTS: Readonly<Record<FabricName, readonly DraftObject[]>> = {
  'demo-lab': LAB_MANIFESTS,
  'demo-prod': PROD_MANIFESTS,
  'demo-edge': EDGE_MANIFESTS,
};

const FABRIC_NAMES: readonly FabricName[] = ['demo-lab', 'demo-prod', 'demo-edge'];

function nothing(): void {
  // What acts on connections leaves the objects alone; the server does it by the fault's id.
}

export const FAULTS: readonly Fault[] = FABRIC_NAMES.flatMap((fabric) => [
  ...FAULT_ROWS.map((row) => faultOf(row, fabric)),
  ...CONNECTION_FAULTS.map((row) => ({
    ...row,
    fabric,
    acts: 'on connections' as const,
    isPlanted: () => false,
    inject: nothing,
    heal: nothing,
  })),
]);

function faultOf({ id, title, what, scenario, in: cases }: FaultRow, fabric: FabricName): Fault {
  const { action, sick } = cases[fabric];
  const { kind, namespace, name } = sick;
  return {
    id,
    fabric,
    title,
    description: what(`${namespace}/${name}`),
    acts: 'on objects',
    finds: { scenario, subject: { kind, namespace, name } },
    isPlanted: (registry) => isPlanted(registry, action),
    inject: (registry) => inject(registry, action),
    heal: (registry) => heal(registry, action, fabric),
  };
}

function isPlanted(registry: Registry, action: Action): boolean {
  if ('set' in action) return isDeepStrictEqual(getIn(find(registry, action.set), action.path), action.value);
  return 'add' in action
    ? find(registry, targetOf(action.add)) !== undefined
    : find(registry, action.remove) === undefined;
}

function inject(registry: Registry, action: Action): void {
  if ('set' in action) setField(registry, action.set, action.path, action.value);
  else if ('add' in action) ensure(registry, action.add);
  else if (find(registry, action.remove) !== undefined) {
    remove(registry, action.remove);
    restartPods(registry, action.remove.namespace ?? '', action.restart);
  }
}

function heal(registry: Registry, action: Action, fabric: FabricName): void {
  if ('set' in action)
    setField(registry, action.set, action.path, getIn(planted(action.set, fabric), action.path));
  else if ('add' in action) remove(registry, targetOf(action.add));
  else ensure(registry, planted(action.remove, fabric));
}

/** @throws RangeError where a fault names an object that is not planted: a mistake in the table */
function planted(target: Target, fabric: FabricName): DraftObject {
  const found = MANIFESTS[fabric].find((manifest) => {
    const { apiVersion, kind, namespace, name } = targetOf(manifest);
    return (
      apiVersion === target.apiVersion &&
      kind === target.kind &&
      namespace === target.namespace &&
      name === target.name
    );
  });
  if (found === undefined) throw new RangeError(`${target.kind} ${target.name} is not planted in ${fabric}`);
  return found;
}
