/** The Deployment controller: one ReplicaSet per template, rolled from the old to the new one within the strategy's limits. */
import {
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  availableOf,
  byRevision,
  deadlineLeft,
  desiredOf,
  hasDeadline,
  historyLimitOf,
  isComplete,
  isRolling,
  maxSurgeOf,
  proportionalSizes,
  sizeOf,
} from './deployment-rules.ts';
import { SOURCE, syncRevision } from './deployment-revision.ts';
import { scaleDownOld, scaleUpNew, stillRunsOldPods } from './deployment-rollout.ts';
import { countedStatus, rolloutStatus } from './deployment-status.ts';
import { selects } from './pods.ts';
import {
  byAge,
  conditionOf,
  controllerOf,
  keyOf,
  ownerReferenceTo,
  same,
  splitKey,
  withCondition,
  type Controller,
  type Tools,
} from './tools.ts';
import { WorkQueue } from './work-queue.ts';
import type { Deployment, DeploymentStatus, ReplicaSet } from './workload-objects.ts';

export function startDeploymentController(tools: Tools): Controller {
  const { clock, informers, writer } = tools;
  const byController = informers.index('ReplicaSet', (each) => {
    const owner = controllerOf(each);
    return owner === undefined ? [] : [owner.uid];
  });
  const orphans = informers.index('ReplicaSet', (each) =>
    controllerOf(each) === undefined ? [each.metadata.namespace ?? ''] : [],
  );
  const byNamespace = informers.index('Deployment', ({ metadata }) => [metadata.namespace ?? '']);
  const queue = new WorkQueue({
    clock,
    delayMs: 20,
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      const deployment = writer.find('Deployment', namespace, name);
      if (deployment === undefined) return;
      const claim = (): readonly ReplicaSet[] => claimReplicaSets(deployment);
      const wait = new Sync(tools, deployment, claim).run();
      if (wait !== undefined) queue.addAfter(key, wait);
    },
  });

  const claimReplicaSets = (deployment: Deployment): readonly ReplicaSet[] => {
    const { namespace = '', uid, deletionTimestamp } = deployment.metadata;
    if (deletionTimestamp === undefined) {
      for (const orphan of orphans.get(namespace)) {
        if (!selects(deployment.spec.selector, orphan.metadata.labels)) continue;
        if (orphan.metadata.deletionTimestamp !== undefined) continue;
        writer.update('ReplicaSet', orphan, (current) => ({
          ...current,
          metadata: {
            ...current.metadata,
            ownerReferences: [...(current.metadata.ownerReferences ?? []), ownerReferenceTo(deployment)],
          },
        }));
      }
    }
    return byController
      .get(uid)
      .filter(({ metadata }) => selects(deployment.spec.selector, metadata.labels))
      .toSorted(byAge);
  };

  informers.on('Deployment', ({ type, object }) => {
    if (type !== 'DELETED') queue.add(keyOf(object));
  });
  informers.on('ReplicaSet', ({ type, object }) => {
    const namespace = object.metadata.namespace ?? '';
    const owner = controllerOf(object);
    if (owner?.kind === 'Deployment') queue.add(`${namespace}/${owner.name}`);
    if (owner !== undefined || type === 'DELETED') return;
    for (const each of byNamespace.get(namespace)) {
      if (selects(each.spec.selector, object.metadata.labels)) queue.add(keyOf(each));
    }
  });
  // Recreate waits until the last old pod is gone.
  informers.on('Pod', ({ type, object }) => {
    if (type !== 'DELETED') return;
    const owner = controllerOf(object);
    if (owner?.kind !== 'ReplicaSet') return;
    const replicaSet = writer.find('ReplicaSet', object.metadata.namespace, owner.name);
    const deployment = replicaSet === undefined ? undefined : controllerOf(replicaSet);
    if (deployment?.kind === 'Deployment') {
      queue.add(`${object.metadata.namespace ?? ''}/${deployment.name}`);
    }
  });
  return queue;
}

/** One reconciliation of one Deployment. ReplicaSets are read anew after each write. */
class Sync {
  readonly #tools: Tools;
  readonly #claim: () => readonly ReplicaSet[];
  #deployment: Deployment;

  constructor(tools: Tools, deployment: Deployment, claim: () => readonly ReplicaSet[]) {
    this.#tools = tools;
    this.#deployment = deployment;
    this.#claim = claim;
  }

  /** Milliseconds after which to look again at the deadline, if at all. */
  run(): number | undefined {
    const { metadata, spec } = this.#deployment;
    if (metadata.deletionTimestamp !== undefined) {
      this.#writeStatus(countedStatus);
      return undefined;
    }
    this.#notePause();
    if (spec.paused === true) {
      this.#scale();
      return undefined;
    }
    if (this.#wasScaled()) {
      this.#scale();
      return undefined;
    }
    return this.#rollOut();
  }

  #rollOut(): number | undefined {
    const rolling = isRolling(this.#deployment);
    let fresh = syncRevision(this.#tools, this.#deployment, this.#claim(), rolling);
    const scale = (replicaSet: ReplicaSet, size: number): void => {
      this.#resize(replicaSet, size);
    };
    const old = (): ReplicaSet[] =>
      this.#claim().filter(({ metadata }) => metadata.uid !== fresh?.metadata.uid);
    if (rolling) {
      if (fresh !== undefined && !scaleUpNew(this.#deployment, this.#claim(), fresh, scale)) {
        scaleDownOld(this.#deployment, this.#claim(), fresh, scale);
      }
    } else {
      const active = old().filter((each) => sizeOf(each) > 0);
      for (const each of active) scale(each, 0);
      if (active.length === 0 && !stillRunsOldPods(old(), this.#tools.pods)) {
        fresh ??= syncRevision(this.#tools, this.#deployment, this.#claim(), true);
        if (fresh !== undefined) scale(fresh, desiredOf(this.#deployment));
      }
    }
    if (isComplete(this.#deployment, this.#deployment.status ?? {})) this.#cleanUp(old());
    return this.#writeStatus((deployment, all, newest, now) =>
      rolloutStatus(deployment, all, newest, this.#tools.clock.now(), now),
    );
  }

  #notePause(): void {
    if (!hasDeadline(this.#deployment)) return;
    const { paused = false } = this.#deployment.spec;
    const present = conditionOf(this.#deployment, 'Progressing');
    const noted = present?.reason === 'DeploymentPaused';
    if (present?.reason === 'ProgressDeadlineExceeded' || paused === noted) return;
    const now = this.#tools.writer.now();
    const wanted = {
      type: 'Progressing',
      status: 'Unknown',
      lastUpdateTime: now,
      lastTransitionTime: now,
      reason: paused ? 'DeploymentPaused' : 'DeploymentResumed',
      message: paused ? 'Deployment is paused' : 'Deployment is resumed',
    } as const;
    const updated = this.#tools.writer.updateStatus('Deployment', this.#deployment, ({ status }) => ({
      ...status,
      conditions: withCondition(status?.conditions ?? [], wanted),
    }));
    if (updated !== undefined) this.#deployment = updated;
  }

  #wasScaled(): boolean {
    return this.#claim().some((each) => {
      const desired = Number.parseInt(each.metadata.annotations?.[DESIRED_REPLICAS] ?? '', 10);
      return sizeOf(each) > 0 && !Number.isNaN(desired) && desired !== desiredOf(this.#deployment);
    });
  }

  #scale(): void {
    const fresh = syncRevision(this.#tools, this.#deployment, this.#claim(), false);
    const all = this.#claim();
    const active = all.filter((each) => sizeOf(each) > 0);
    const desired = desiredOf(this.#deployment);
    if (active.length <= 1) {
      const [only] = active.length === 1 ? active : [fresh ?? all.at(-1)];
      if (only !== undefined && sizeOf(only) !== desired) this.#resize(only, desired);
      else if (only !== undefined) this.#resize(only, sizeOf(only));
    } else if (fresh !== undefined && sizeOf(fresh) === desired && availableOf(fresh) === desired) {
      for (const each of active) if (each.metadata.uid !== fresh.metadata.uid) this.#resize(each, 0);
    } else if (isRolling(this.#deployment)) {
      const sizes = proportionalSizes(this.#deployment, active);
      for (const each of active) this.#resize(each, sizes.get(each.metadata.uid) ?? sizeOf(each));
    }
    if (this.#deployment.spec.paused === true) {
      this.#cleanUp(this.#claim().filter(({ metadata }) => metadata.uid !== fresh?.metadata.uid));
    }
    this.#writeStatus(countedStatus);
  }

  #resize(replicaSet: ReplicaSet, size: number): void {
    const before = sizeOf(replicaSet);
    const desired = desiredOf(this.#deployment);
    const annotations = {
      ...replicaSet.metadata.annotations,
      [DESIRED_REPLICAS]: String(desired),
      [MAX_REPLICAS]: String(desired + maxSurgeOf(this.#deployment)),
    };
    if (before === size && same(annotations, replicaSet.metadata.annotations)) return;
    this.#tools.writer.update('ReplicaSet', replicaSet, (current) => ({
      ...current,
      metadata: { ...current.metadata, annotations },
      spec: { ...current.spec, replicas: size },
    }));
    if (before === size) return;
    const direction = before < size ? 'up' : 'down';
    this.#tools.recordEvent({
      about: this.#deployment,
      type: 'Normal',
      reason: 'ScalingReplicaSet',
      message: `Scaled ${direction} replica set ${replicaSet.metadata.name} from ${before} to ${size}`,
      source: SOURCE,
    });
  }

  #cleanUp(old: readonly ReplicaSet[]): void {
    const alive = old.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const surplus = alive.length - historyLimitOf(this.#deployment);
    for (const each of alive.toSorted(byRevision).slice(0, Math.max(0, surplus))) {
      const { replicas = 0, observedGeneration = 0 } = each.status ?? {};
      if (replicas !== 0 || sizeOf(each) !== 0 || (each.metadata.generation ?? 0) > observedGeneration)
        continue;
      this.#tools.writer.delete('ReplicaSet', each);
    }
  }

  #writeStatus(
    calculate: (
      deployment: Deployment,
      all: readonly ReplicaSet[],
      fresh: ReplicaSet | undefined,
      now: string,
    ) => DeploymentStatus,
  ): number | undefined {
    const { clock, writer } = this.#tools;
    const all = this.#claim();
    const fresh = syncRevision(this.#tools, this.#deployment, all, false);
    const updated = writer.updateStatus('Deployment', this.#deployment, (current) => {
      const status = calculate(current, all, fresh, writer.now());
      return status;
    });
    const progressing = updated === undefined ? undefined : conditionOf(updated, 'Progressing');
    if (updated === undefined || progressing === undefined || !hasDeadline(updated)) return undefined;
    if (isComplete(updated, updated.status ?? {}) || progressing.reason === 'ProgressDeadlineExceeded') {
      return undefined;
    }
    // A second more, as the deadline has to be over.
    return Math.max(1000, deadlineLeft(updated, progressing, clock.now()) + 1000);
  }
}
