/** Takes the steps of a plan that was shown, one after the other, records each, and looks whether it worked. */
import { AppFailure } from '../../shared/errors.ts';
import type { PlanRun } from '../../shared/model/plan.ts';
import { nameQuestion } from '../../shared/rbac/rules.ts';
import { clean } from '../../shared/scenarios/words.ts';
import type { NewToken, PlanDeskParts, PlanTarget, Prepared } from './contract.ts';
import { refOfStep } from './prepare-step.ts';
import { takeCreateStep, takeTokenStep, type Taken } from './take-step.ts';
import { verifyAccess, type Verified } from './verify-access.ts';
import { pathOf } from './write-object.ts';
import { showUrl } from '../kube/mask-text.ts';

interface Work {
  readonly parts: PlanDeskParts;
  readonly target: PlanTarget;
  readonly prepared: Prepared;
}

/** A sentence where it was done and could not be recorded: then no further step is taken. */
async function enter(
  { parts, target, prepared }: Work,
  taken: Taken,
  request: string,
): Promise<string | undefined> {
  if (!taken.sent) return undefined;
  const { plan } = prepared.shown;
  const outcome = {
    done: 'done',
    same: 'done',
    unknown: 'unknown',
    failed: 'failed',
    'not run': 'failed',
  } as const;
  try {
    await parts.journal.append({
      at: parts.now(),
      fabric: target.id,
      ...(prepared.cluster !== undefined && { cluster: prepared.cluster }),
      plan: plan.id,
      title: plan.title,
      ref: taken.ref,
      request: `${request} at ${showUrl(target.client.server)}`,
      outcome: outcome[taken.state],
      says: taken.says,
    });
    return undefined;
  } catch (cause) {
    if (!(cause instanceof AppFailure)) throw cause;
    return cause.error.message;
  }
}

interface Steps {
  readonly steps: readonly PlanRun['steps'][number][];
  readonly ok: boolean;
  readonly token: NewToken | undefined;
}

async function takeAll(work: Work): Promise<Steps> {
  const { target, prepared } = work;
  const { plan, steps: shown } = prepared.shown;
  const steps: PlanRun['steps'][number][] = [];
  let token: NewToken | undefined;
  let ok = true;
  for (const [index, step] of plan.steps.entries()) {
    const before = shown[index];
    if (!ok) {
      steps.push({ ref: refOfStep(step), state: 'not run', says: 'A step before it was not done.' });
    } else if (before?.state === 'same') {
      steps.push({ ref: before.ref, state: 'same', says: before.says });
    } else {
      const take =
        step.do === 'token' ? takeTokenStep(target.client, step) : takeCreateStep(target.client, step);
      const taken = await take;
      const problem = await enter(work, taken, `POST ${pathOf(step)}`);
      if (taken.token !== undefined && step.do === 'token')
        token = { ...taken.token, namespace: step.namespace, serviceAccount: step.serviceAccount };
      ok = (taken.state === 'done' || taken.state === 'same') && problem === undefined;
      const says = problem === undefined ? taken.says : `${taken.says} ${problem}`;
      steps.push({ ref: taken.ref, state: taken.state, says });
    }
  }
  return { steps, ok, token };
}

/** The id of the fabric that the token is kept for, or why it could not be kept. */
async function keepToken({ parts, target }: Work, token: NewToken) {
  try {
    return { fabric: await parts.onToken(target, token) };
  } catch (cause) {
    if (!(cause instanceof AppFailure)) throw cause;
    return {
      problem: `The token was issued, but could not be kept: ${clean(cause.error.message, 300)} It ends by itself.`,
    };
  }
}

async function verify({ target, prepared }: Work, token: NewToken | undefined): Promise<readonly Verified[]> {
  const { as, questions } = prepared.built.verify;
  if (as === 'me') return verifyAccess(target.client, questions);
  if (token === undefined) return [];
  const client = target.clientOf(token.token);
  try {
    return await verifyAccess(client, questions);
  } finally {
    await client.close();
  }
}

/** How far the plan came. Rejects only for faults of the program. */
export async function carryOut(
  parts: PlanDeskParts,
  target: PlanTarget,
  prepared: Prepared,
): Promise<PlanRun> {
  const work: Work = { parts, target, prepared };
  const { plan } = prepared.shown;
  const { steps, ok, token } = await takeAll(work);
  const kept = token === undefined ? undefined : await keepToken(work, token);
  const verified = ok ? await verify(work, token) : [];
  const last = steps.length - 1;
  return {
    id: plan.id,
    steps:
      kept?.problem === undefined
        ? steps
        : steps.map((step, index) =>
            index === last ? { ...step, state: 'failed', says: kept.problem } : step,
          ),
    ok: ok && kept?.problem === undefined,
    verified: verified.map(({ question, allowed }) => {
      const place = question.namespace === undefined ? '' : ` in ${clean(question.namespace, 64)}`;
      return { what: `${nameQuestion(question)}${place}`, allowed };
    }),
    ...(token !== undefined &&
      kept?.fabric !== undefined && { token: { until: token.until, fabric: kept.fabric } }),
  };
}
