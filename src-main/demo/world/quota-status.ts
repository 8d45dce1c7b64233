/** Keeps the status of ResourceQuotas current: what is allowed and what is used of it. */
import type { Resource, StoredObject } from '../model.ts';
import { addAmounts, type Amounts } from '../admission/pod-resources.ts';
import { formatQuantity, ZERO } from '../admission/quantity.ts';
import { countsFor, isInScopes, usageOf } from '../admission/quota.ts';
import type { ResourceQuota } from './other-objects.ts';
import { isTerminal } from './pods.ts';
import { keyOf, same, splitKey, type Controller, type Tools } from './tools.ts';
import { WorkQueue } from './work-queue.ts';
import type { Pod } from './objects.ts';

/** How often usage is counted where nothing told of a change. */
const RESYNC_MS = 300_000;

export function startQuotaController(tools: Tools): Controller {
  const { clock, informers, writer } = tools;
  const { catalogue } = writer.registry;
  const byNamespace = informers.index('ResourceQuota', ({ metadata }) => [metadata.namespace ?? '']);
  const queue = new WorkQueue({
    clock,
    delayMs: 50,
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      const quota = writer.find('ResourceQuota', namespace, name);
      if (quota === undefined) return;
      writeUsage(tools, quota);
      queue.addAfter(key, RESYNC_MS);
    },
  });
  const recount = ({ metadata }: StoredObject): void => {
    for (const quota of byNamespace.get(metadata.namespace ?? '')) queue.add(keyOf(quota));
  };
  informers.on('ResourceQuota', ({ type, object, old }) => {
    if (type !== 'DELETED' && !same(object.spec, old?.spec)) queue.add(keyOf(object));
  });
  informers.on('Pod', ({ type, object, old }) => {
    if (type !== 'MODIFIED' || (old !== undefined && isTerminal(old) !== isTerminal(object))) recount(object);
  });
  // The other kinds a quota may count; each is watched only for coming and going.
  const stops = catalogue
    .all()
    .filter(({ namespaced, custom, verbs, plural, group }) => {
      const counted =
        namespaced && custom === undefined && verbs.includes('watch') && verbs.includes('create');
      return counted && plural !== 'events' && !(group === '' && plural === 'pods');
    })
    .map((resource) =>
      writer.registry.watch(resource, {}, ({ type, object }) => {
        if (type !== 'MODIFIED') recount(object);
      }),
    );
  return {
    stop: () => {
      queue.stop();
      for (const stop of stops) stop();
    },
  };
}

function writeUsage({ clock, writer }: Tools, quota: ResourceQuota): void {
  const { registry } = writer;
  const hard = quota.spec.hard ?? {};
  const names = Object.keys(hard);
  const total: Amounts = new Map(names.map((name) => [name, ZERO]));
  const seen = new Set<string>();
  for (const resource of registry.catalogue.all()) {
    const wanted = names.filter((name) => resource.namespaced && countsFor(resource, name));
    if (wanted.length === 0 || seen.has(resource.storedAs) || !resource.verbs.includes('list')) continue;
    seen.add(resource.storedAs);
    addUsage(total, registry.list(resource, quota.metadata.namespace), {
      resource,
      quota,
      wanted,
      nowMs: clock.now(),
    });
  }
  const used = Object.fromEntries(names.map((name) => [name, formatQuantity(total.get(name) ?? ZERO)]));
  writer.updateStatus('ResourceQuota', quota, () => ({ hard, used }));
}

function addUsage(
  total: Amounts,
  objects: readonly StoredObject[],
  {
    resource,
    quota,
    wanted,
    nowMs,
  }: {
    readonly resource: Resource;
    readonly quota: ResourceQuota;
    readonly wanted: readonly string[];
    readonly nowMs: number;
  },
): void {
  for (const object of objects) {
    if (resource.kind === 'Pod' && isTerminal(object as Pod)) continue;
    if (!isInScopes(quota, resource, object)) continue;
    const usage = usageOf(resource, object, nowMs);
    addAmounts(
      total,
      new Map(
        wanted.flatMap((name) => {
          const amount = usage.get(name);
          return amount === undefined ? [] : [[name, amount]];
        }),
      ),
    );
  }
}
