/** Every index of the store against a plain search. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { referencesOf } from '../../../shared/cluster/references.ts';
import { matchesSelector } from '../../../shared/cluster/selectors.ts';
import { KIND_IDS } from '../../../shared/kinds/kinds.ts';
import type { KindId, KubeObject, Pod } from '../../../shared/model/kube.ts';
import { build, buildPod, buildService, controlledBy } from '../../shared/objects.ts';
import { put, storeOf } from '../../shared/stores.ts';

const names = (objects: readonly KubeObject[]): string[] => objects.map(({ metadata }) => metadata.name);

interface Removal {
  readonly remove: KindId;
  readonly name: string;
}

function isRemoval(step: KubeObject | Removal): step is Removal {
  return 'remove' in step;
}

describe('the indexes', () => {
  const letter = fc.constantFrom('a', 'b', 'c');
  const malformed = fc.constantFrom<unknown>(null, 5, 'x', [], [null], { name: 5 });
  const pod = fc
    .record({
      name: letter,
      app: letter,
      tier: letter,
      node: letter,
      owner: letter,
      map: letter,
      broken: fc.option(fc.tuple(fc.constantFrom('labels', 'ownerReferences', 'spec'), malformed)),
    })
    .map(({ name, app, tier, node, owner, map, broken }) => {
      const built = buildPod(name, {
        labels: { app, tier },
        owner: ['ReplicaSet', owner],
        spec: { nodeName: node, volumes: [{ name: 'v', configMap: { name: map } }] },
      });
      if (broken?.[0] === 'spec') built.spec = broken[1] as never;
      else if (broken !== null) built.metadata = { ...built.metadata, [broken[0]]: broken[1] };
      return built;
    });
  const service = fc
    .tuple(letter, fc.dictionary(fc.constantFrom('app', 'tier'), letter))
    .map(([name, selector]) => buildService(name, selector));
  const step = fc.oneof(
    { weight: 4, arbitrary: pod },
    service,
    fc.record({ remove: fc.constantFrom<KindId>('Pod', 'Service'), name: letter }).map((one): Removal => one),
  );

  it('answer what a search through all objects answers, after any changes', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const store = storeOf();
        for (const one of steps) {
          if (isRemoval(one)) store.remove(one.remove, build(one.remove, one.name));
          else put(store, one);
        }
        const pods = [...store.all('Pod')] as Pod[];
        const search = (test: (pod: Pod) => boolean): string[] => names(pods.filter(test)).sort();
        const { view } = store;
        for (const key of ['a', 'b', 'c']) {
          const owners = (one: Pod): string => JSON.stringify(one.metadata.ownerReferences ?? '');
          expect(names(view.ownedBy('Pod', `replicaset-${key}`))).toEqual(
            search((one) => owners(one).includes(`replicaset-${key}`)),
          );
          expect(names(view.podsOnNode(key))).toEqual(
            search((one) => (one.spec as Pod['spec'] | null)?.nodeName === key),
          );
          expect(names(view.podsSelected('shop', { app: key }))).toEqual(
            search((one) => matchesSelector(one.metadata.labels, { app: key })),
          );
          expect(names(view.podsReferring('ConfigMap', 'shop', key))).toEqual(
            search((one) => referencesOf(one.spec).some(({ name }) => name === key)),
          );
        }
        const services = [...store.all('Service')];
        for (const one of pods) {
          const selecting = services.filter(({ spec }) => {
            const { selector } = spec as { selector: Record<string, string> };
            return Object.keys(selector).length > 0 && matchesSelector(one.metadata.labels, selector);
          });
          expect(names(view.servicesSelecting(one))).toEqual(names(selecting).sort());
        }
      }),
      { numRuns: 300 },
    );
  });

  it('leave nothing behind', () => {
    const store = storeOf([
      buildPod('p', { labels: { app: 'a' }, owner: ['ReplicaSet', 'a'] }),
      build('Secret', 's', { metadata: { name: 's', ...controlledBy('Job', 'j') } }),
    ]);
    for (const kind of KIND_IDS) store.replace(kind, []);
    expect(store.view.podsSelected('shop', { app: 'a' })).toEqual([]);
    expect(store.view.ownedBy('Secret', 'job-j')).toEqual([]);
    expect(store.view.names('Pod', 'shop')).toEqual([]);
  });
});
