// Clients and reflectors on a real API server; each ends with its test.
import { expect, onTestFinished } from 'vitest';
import type { WatchPhase, WatchState } from '../../shared/model/fabric.ts';
import type { KubeObject } from '../../shared/model/kube.ts';
import type { ResourceId } from '../../shared/ipc.ts';
import { createClient } from '../../src-main/kube/client.ts';
import type { ContextAccess, KubeClient, Reflector } from '../../src-main/kube/contract.ts';
import { chooseContext, loadKubeconfig } from '../../src-main/kube/kubeconfig.ts';
import { createReflector } from '../../src-main/kube/list-watch.ts';
import { TIMING } from '../../src-main/kube/timing.ts';
import type { Timing } from '../../src-main/kube/timing.ts';
import type { Cluster } from '../cluster/use-cluster.ts';

/** For what must come, on a busy machine. */
export const PATIENT = { timeout: 30_000 };

export const CONFIG_MAPS: ResourceId = { group: '', version: 'v1', resource: 'configmaps' };

/** What a kubeconfig says of its current context. */
export async function accessOf(kubeconfig: string): Promise<ContextAccess> {
  return chooseContext(await loadKubeconfig({ explicit: [kubeconfig] }));
}

/** A client for a kubeconfig; `change` alters its context first. */
export async function clientFor(
  kubeconfig: string,
  change: (access: ContextAccess) => ContextAccess = (access) => access,
): Promise<KubeClient> {
  const client = createClient(change(await accessOf(kubeconfig)));
  onTestFinished(() => client.close());
  return client;
}

export interface Following {
  readonly reflector: Reflector;
  readonly states: WatchState[];
  /** `name@resourceVersion` of what the reflector has told, sorted. */
  readonly contents: () => string[];
  readonly phases: () => WatchPhase[];
  readonly until: (phase: WatchPhase, timeout?: number) => Promise<void>;
}

export function follow(
  client: KubeClient,
  resource: ResourceId,
  namespace?: string,
  timing: Partial<Timing> = {},
): Following {
  const items = new Map<string, string>();
  const states: WatchState[] = [];
  const keep = ({ metadata }: KubeObject): void => {
    items.set(metadata.uid ?? '', `${metadata.name}@${metadata.resourceVersion ?? ''}`);
  };
  const reflector = createReflector(
    {
      client,
      resource,
      namespace,
      prepare: (item) => item,
      sink: {
        replace: (all) => {
          items.clear();
          all.forEach(keep);
        },
        upsert: keep,
        remove: ({ metadata }) => items.delete(metadata.uid ?? ''),
        state: (state) => states.push(state),
      },
    },
    { ...TIMING, ...timing },
  );
  onTestFinished(() => {
    reflector.stop();
  });
  return {
    reflector,
    states,
    contents: () => [...items.values()].sort(),
    phases: () => states.map((each) => each.phase).filter((phase, index, all) => phase !== all[index - 1]),
    until: (phase, timeout = 30_000) => expect.poll(() => reflector.state.phase, { timeout }).toBe(phase),
  };
}

/** What kubectl says a namespace holds, in the form of `contents`. */
export async function listConfigMaps(cluster: Cluster, namespace: string): Promise<string[]> {
  const { items } = JSON.parse(
    await cluster.kubectl(['get', 'configmaps', '-n', namespace, '-o', 'json']),
  ) as { items: KubeObject[] };
  return items.map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion ?? ''}`).sort();
}

/** Many ConfigMaps as one manifest. */
export function configMaps(namespace: string, names: readonly string[], value = 'x'): string {
  const items = names.map((name) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace },
    data: { key: value },
  }));
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

export const names = (count: number, prefix = 'map'): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(4, '0')}`);
