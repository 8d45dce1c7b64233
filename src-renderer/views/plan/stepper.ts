/** Where a plan is on its way from the access check to the verification, in words. */
import type { AppError } from '../../../shared/errors.ts';
import type { PlanRun, PreparedPlan, Step } from '../../../shared/model/plan.ts';
import { plural } from '../../parts/text.ts';
import type { PlanPhase } from '../../state/plan.svelte.ts';

export interface PlanStage {
  readonly title: string;
  readonly text: string;
  readonly state: 'done' | 'now' | 'todo' | 'failed';
}

export interface PlanProgress {
  readonly phase: PlanPhase;
  readonly prepared: PreparedPlan | null;
  readonly run: PlanRun | null;
  readonly error: AppError | null;
}

function checked({ phase, prepared, error }: PlanProgress): readonly PlanStage[] {
  const access = 'Check access';
  const dryRun = 'Dry-run on the server';
  if (!prepared) {
    const failed = phase === 'failed' && error !== null;
    return [
      {
        title: access,
        text: failed ? 'Did not finish' : 'Asking the server',
        state: failed ? 'failed' : 'now',
      },
      { title: dryRun, text: 'Writes nothing', state: 'todo' },
    ];
  }
  const refused = prepared.steps.filter((step) => !step.access.allowed);
  const bad = prepared.steps.filter((step) => step.state === 'refused' || step.state === 'differs');
  const same = prepared.steps.filter((step) => step.state === 'same').length;
  return [
    refused.length > 0
      ? { title: access, text: refused[0]?.access.says ?? 'Not allowed', state: 'failed' }
      : { title: access, text: 'You may do all of it', state: 'done' },
    bad.length > 0
      ? { title: dryRun, text: bad[0]?.says ?? 'Refused', state: 'failed' }
      : {
          title: dryRun,
          text: same > 0 ? `Accepted, ${String(same)} already there` : 'Accepted, nothing was written',
          state: 'done',
        },
  ];
}

function reviewed({ phase, prepared }: PlanProgress): PlanStage {
  const title = 'Review and confirm';
  if (phase === 'running' || phase === 'done' || (phase === 'failed' && prepared !== null))
    return { title, text: 'Confirmed', state: 'done' };
  if (phase === 'review' && prepared)
    return prepared.runnable
      ? { title, text: 'Waits for you', state: 'now' }
      : { title, text: 'Cannot go on', state: 'failed' };
  return { title, text: 'Waits for you', state: 'todo' };
}

function applied({ phase, prepared, run, error }: PlanProgress): PlanStage {
  const title = 'Create';
  if (run) {
    const done = run.steps.filter((step) => step.state === 'done').length;
    return run.ok
      ? { title, text: `${plural(done, 'object')} written`, state: 'done' }
      : { title, text: 'Stopped before the end', state: 'failed' };
  }
  if (phase === 'failed' && prepared && error) return { title, text: 'Refused', state: 'failed' };
  return phase === 'running'
    ? { title, text: 'Under way', state: 'now' }
    : { title, text: 'Only if nothing changed since', state: 'todo' };
}

function verified({ run }: PlanProgress): PlanStage {
  const title = 'Verify';
  if (!run) return { title, text: 'By asking what is allowed then', state: 'todo' };
  const { length } = run.verified;
  const missed = run.verified.filter((one) => !one.allowed).length;
  if (missed > 0)
    return { title, text: `${String(missed)} of ${String(length)} not allowed yet`, state: 'failed' };
  return length === 0
    ? { title, text: 'Nothing was asked', state: 'todo' }
    : { title, text: `${plural(length, 'verb')} allowed now`, state: 'done' };
}

/** The five stages with their states. */
export function stagesOf(progress: PlanProgress): readonly PlanStage[] {
  return [...checked(progress), reviewed(progress), applied(progress), verified(progress)];
}

/** What the button that writes says: `Create 2 objects`, `Create 4 objects and a token`. */
export function nameRun(prepared: Pick<PreparedPlan, 'plan' | 'steps'>): string {
  const token = prepared.plan.steps.some((step: Step) => step.do === 'token');
  const create = prepared.steps.filter((step) => step.state === 'create').length - (token ? 1 : 0);
  const objects = create > 0 ? plural(create, 'object') : '';
  if (!token) return create > 0 ? `Create ${objects}` : 'Nothing to create';
  return create > 0 ? `Create ${objects} and a token` : 'Create a token';
}
