/** That faults change healthy objects only, change nothing the second time, and heal to what was planted. */
import { describe, expect, it } from 'vitest';
import { DEMO_FABRICS } from '../../../../src-main/demo/fabrics/fabrics.ts';
import { FAULTS } from '../../../../src-main/demo/fabrics/faults.ts';
import type { DemoFabric } from '../../../../src-main/demo/fabrics/fabric.ts';
import type { Registry } from '../../../../src-main/demo/registry/contract.ts';
import { plantOnly } from './make-registry.ts';

function fabricOf(name: string): DemoFabric {
  const found = DEMO_FABRICS.find((fabric) => fabric.name === name);
  if (found === undefined) throw new RangeError(name);
  return found;
}

/** What users write: everything but the metadata that every write changes. */
function contents(registry: Registry): Record<string, unknown> {
  const entries = registry.catalogue.all().flatMap((resource) =>
    registry.list(resource).map(({ metadata, status: _status, ...rest }) => {
      const { name, namespace, labels, annotations } = metadata;
      return [
        `${resource.kind} ${namespace ?? ''}/${name}`,
        { ...rest, name, namespace, labels, annotations },
      ] as const;
    }),
  );
  return Object.fromEntries(entries);
}

const ON_OBJECTS = FAULTS.filter(({ acts }) => acts === 'on objects');
const CASES = ON_OBJECTS.map((fault) => [`${fault.id} in ${fault.fabric}`, fault] as const);

describe('the list of faults', () => {
  it('holds the same eleven for all fabrics, five of them on the connection', () => {
    for (const { name } of DEMO_FABRICS) {
      const own = FAULTS.filter(({ fabric }) => fabric === name);
      expect(own.map(({ id }) => id)).toEqual([
        'ship-bad-image',
        'delete-configmap',
        'starve-pod',
        'break-selector',
        'fill-cluster',
        'take-database',
        'drop-connection',
        'expire-token',
        'swap-certificate',
        'slow-down',
        'throttle',
      ]);
      expect(own.filter(({ acts }) => acts === 'on connections')).toHaveLength(5);
    }
  });

  it('targets nothing that is planted broken', () => {
    for (const { finds, fabric } of FAULTS)
      expect(fabricOf(fabric).roots.map(({ subject }) => subject)).not.toContainEqual(finds?.subject);
  });
});

describe.each(CASES)('%s', (_name, fault) => {
  it('changes something, and nothing more the second time', () => {
    const registry = plantOnly(fabricOf(fault.fabric));
    const before = registry.version();
    expect(fault.isPlanted(registry)).toBe(false);
    fault.inject(registry);
    expect(fault.isPlanted(registry)).toBe(true);
    const after = registry.version();
    expect(after).toBeGreaterThan(before);
    fault.inject(registry);
    expect(registry.version()).toBe(after);
  });

  it('is healed to what was planted, also twice, and can be injected again', () => {
    const registry = plantOnly(fabricOf(fault.fabric));
    const planted = contents(registry);
    fault.heal(registry);
    expect(contents(registry)).toEqual(planted);
    fault.inject(registry);
    const sick = contents(registry);
    expect(sick).not.toEqual(planted);
    fault.heal(registry);
    fault.heal(registry);
    expect(fault.isPlanted(registry)).toBe(false);
    expect(contents(registry)).toEqual(planted);
    fault.inject(registry);
    expect(contents(registry)).toEqual(sick);
  });
});

it('all faults of a fabric at once are healed in any order', () => {
  for (const fabric of DEMO_FABRICS) {
    const registry = plantOnly(fabric);
    const planted = contents(registry);
    const own = ON_OBJECTS.filter((fault) => fault.fabric === fabric.name);
    for (const fault of own) fault.inject(registry);
    for (const fault of own) fault.heal(registry);
    expect(contents(registry)).toEqual(planted);
  }
});
