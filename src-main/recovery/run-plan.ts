/** Prepares plans and carries them out: the one place from which a cluster is changed, after what will happen was shown. */
import { createHash } from 'node:crypto';
import { AppFailure } from '../../shared/errors.ts';
import { record, text } from '../../shared/cluster/narrow.ts';
import type { CreateStep, Plan, PlanRun, PreparedPlan, PreparedStep } from '../../shared/model/plan.ts';
import type { KubeClient } from '../kube/contract.ts';
import { carryOut } from './carry-out.ts';
import type { BuiltPlan, PlanDeskParts, PlanTarget, Prepared } from './contract.ts';
import { prepareStep } from './prepare-step.ts';

interface Kept {
  readonly fabric: string;
  readonly build: () => Promise<BuiltPlan>;
}

/** Plans that were shown and not run are forgotten beyond so many. */
const MOST_KEPT = 50;

/** uid of kube-system; undefined where it may not be read. */
async function clusterUid(client: KubeClient): Promise<string | undefined> {
  try {
    const answer = await client.getJson<unknown>('/api/v1/namespaces/kube-system');
    const uid = text(record(record(answer).metadata).uid);
    return uid === '' ? undefined : uid;
  } catch (cause) {
    if (cause instanceof AppFailure && ['forbidden', 'not-found'].includes(cause.error.code))
      return undefined;
    throw cause;
  }
}

function whyBlocked(plan: Plan, steps: readonly PreparedStep[]): string | undefined {
  if (plan.steps.length === 0) return 'There is nothing to do.';
  return steps.find(({ state }) => state === 'refused' || state === 'differs')?.says;
}

function changed(fabric: string): AppFailure {
  return new AppFailure({
    code: 'conflict',
    message:
      'What this plan would do is no longer what was shown: the cluster, the rights or the plan changed since.',
    hint: 'Prepare it again, look at the difference, and confirm anew.',
    fabric,
    retryable: false,
  });
}

export class PlanDesk {
  readonly #parts: PlanDeskParts;
  readonly #kept = new Map<string, Kept>();
  readonly #running = new Set<string>();

  constructor(parts: PlanDeskParts) {
    this.#parts = parts;
  }

  /** Builds a plan and asks the server what it would do. Writes nothing. Throws `AppFailure`. */
  async prepare(target: PlanTarget, build: () => Promise<BuiltPlan>): Promise<PreparedPlan> {
    const { shown } = await this.#ask(target, build);
    this.#kept.delete(shown.hash);
    this.#kept.set(shown.hash, { fabric: target.id, build });
    for (const hash of [...this.#kept.keys()].slice(0, -MOST_KEPT)) this.#kept.delete(hash);
    return shown;
  }

  /**
   * Carries out a plan that was shown, once. Throws `AppFailure` where nothing was done: the fabric is locked, the hash
   * is unknown, what would happen is no longer what was shown, or nothing can be recorded. Otherwise it tells how far
   * it came.
   */
  async run(target: PlanTarget, hash: string): Promise<PlanRun> {
    const kept = this.#kept.get(hash);
    if (kept?.fabric !== target.id) throw changed(target.id);
    if (this.#running.has(target.id)) throw this.#busy(target.id);
    target.requireWritable();
    this.#running.add(target.id);
    try {
      const prepared = await this.#ask(target, kept.build);
      if (prepared.shown.hash !== hash) throw changed(target.id);
      const { runnable, blocked } = prepared.shown;
      if (!runnable) throw this.#blocked(target.id, blocked ?? 'Something stands in the way.');
      await this.#parts.journal.check(target.id);
      // It may have been locked while the server was asked.
      target.requireWritable();
      this.#kept.delete(hash);
      return await carryOut(this.#parts, target, prepared);
    } finally {
      this.#running.delete(target.id);
    }
  }

  async #ask(target: PlanTarget, build: () => Promise<BuiltPlan>): Promise<Prepared> {
    const [built, cluster] = await Promise.all([build(), clusterUid(target.client)]);
    const { plan, yaml } = built;
    const steps: PreparedStep[] = [];
    const earlier: CreateStep[] = [];
    for (const step of plan.steps) {
      const prepared = await prepareStep(target.client, step, earlier);
      steps.push(prepared);
      if (step.do === 'create' && prepared.state === 'create') earlier.push(step);
    }
    const blocked = whyBlocked(plan, steps);
    const facts = JSON.stringify([target.id, target.client.server, cluster, plan, steps]);
    const hash = createHash('sha256').update(facts).digest('hex');
    const runnable = blocked === undefined;
    return {
      built,
      cluster,
      shown: { hash, plan, steps, runnable, ...(blocked !== undefined && { blocked }), yaml },
    };
  }

  #busy(fabric: string): AppFailure {
    return new AppFailure({
      code: 'conflict',
      message: 'Another plan is being carried out on this fabric.',
      hint: 'Wait until it is done.',
      fabric,
      retryable: true,
    });
  }

  #blocked(fabric: string, message: string): AppFailure {
    return new AppFailure({ code: 'conflict', message, fabric, retryable: false });
  }
}
